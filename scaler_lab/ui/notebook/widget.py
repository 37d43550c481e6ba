"""`TaskTableWidget`: the anywidget of a task table.  One per table, displayed any number of times.

Its traits are the id of its view and how it is laid out; rows are sent as messages.  So the widget
state of a saved notebook contains no tasks, and 100,000 tasks need no models in the page.  The code
of the front end is in the state of a kernel's first widget only.
"""

from __future__ import annotations

import itertools
import logging
import secrets
from importlib.resources import files
from typing import Any, cast

import msgspec

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise ImportError(
        "the notebook's table and form need anywidget and ipywidgets, which are not installed: "
        "pip install 'scaler-lab[notebook]'"
    ) from error

from scaler_lab.ui.notebook import requests
from scaler_lab.ui.notebook.publisher import TableOutput
from scaler_lab.ui.notebook.static_view import Layout
from scaler_lab.ui.notebook.table_stream import TableStream
from scaler_lab.ui.page_encoding import Packed

log = logging.getLogger(__name__)

_STATIC = files("scaler_lab.ui.notebook") / "static"
_FRONT_END = (_STATIC / "table.js").read_text(encoding="utf-8")

_numbers = itertools.count()  # of this process's widgets


class TaskTableWidget(anywidget.AnyWidget):
    """A live view of a feed source's tasks."""

    # A text, not a path: for a path, anywidget would start a thread that watches the file.
    # The stub uses the front end that the page has from the first widget, or requests it.
    _esm = (_STATIC / "stub.js").read_text(encoding="utf-8")

    _view = traitlets.Unicode().tag(sync=True)
    _layout = traitlets.Unicode().tag(sync=True)
    # The engines' own feeds, which the Jupyter server reads if the kernel is stuck
    _engines: Any = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, output: TableOutput, layout: Layout = "table") -> None:
        if next(_numbers) == 0:
            self._esm = _FRONT_END
        super().__init__(_view=secrets.token_hex(16), _layout=layout)
        cast("Any", self).on_msg(self._on_comm)  # ipywidgets has no types
        self.stream = self.attach(output)

    def attach(self, output: TableOutput) -> TableStream:
        """Show the tasks of *output* from now on, as its stream sends them.  Return the stream."""
        feed_source = output.feed_source
        self._engines = [w.feed_id for w in feed_source.board.writers if w.feed_id]
        requests.make_reachable(self._view, output)
        self.stream = TableStream(feed_source, self._post)
        return self.stream

    def open(self) -> None:
        """Open the comm.  Called by ipywidgets."""
        super().open()
        reply_in_output_of_request(self)

    def _post(self, packed: Packed) -> None:
        content, buffers = packed
        cast("Any", self).send(content, buffers)

    def live_view(self) -> dict[str, Any]:
        """Return the mime bundle of the widget's view only.

        It contains no representation for front ends without widgets.
        """
        bundle: Any = cast("Any", self)._repr_mimebundle_()
        data = cast("dict[str, Any]", bundle[0] if isinstance(bundle, tuple) else bundle)
        return {kind: value for kind, value in data.items() if "widget-view" in kind}

    def _on_comm(self, _widget: object, content: object, _buffers: object) -> None:
        """Receive a request on the comm, which is the fallback channel."""
        fields = cast("dict[str, object]", content)
        if "scaler_lab_front_end" in fields:
            cast("Any", self).send({"front_end": 1}, [_FRONT_END.encode()])
            return
        request = fields.get("scaler_lab")
        try:
            replies = requests.receive(request)
        except (LookupError, msgspec.ValidationError) as error:
            log.warning("a page's request was not understood: %s", error)
            return
        if replies:
            self.stream.send(*replies)


def reply_in_output_of_request(widget: Any) -> None:
    """Make a widget receive messages in the shell that a page sent them to.

    ipykernel 7.4 delivers them to the shell that last published on the widget's comm.  For a widget
    made in a cell, that is the main shell, which the cell keeps busy.
    """
    comm = widget.comm
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = _where_it_was_sent


def _where_it_was_sent(_data: Any, default: Any) -> Any:
    return default
