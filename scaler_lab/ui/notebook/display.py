"""Called by IPython to display a client, a board or a group that is the last line of a cell.

A table is displayed through a display id, not as the cell's result.  Only then can its output be
replaced later by a static page, which can be read without a kernel or a widget model.
"""

from __future__ import annotations

import importlib.util
import logging
import sys
import threading
import time
from collections import deque
from typing import Any, cast
from weakref import WeakKeyDictionary

from scaler_lab.client.client import Client
from scaler_lab.client.watch import Watched
from scaler_lab.core.board import Board
from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.ui.notebook import static_html
from scaler_lab.ui.notebook.feed_source import source_of

log = logging.getLogger(__name__)

Displayable = Client | Watched | Board | TaskGroup[Any]

ENDED = "The client was shut down."
STATIC_ONLY = (
    "This table does not change, because anywidget is not installed in the kernel's environment. "
    "For a live table with buttons: pip install 'scaler-lab[notebook]'"
)
TRACEBACKS_TIMEOUT = 2.0
OUTPUTS_KEPT = 20  # per table; older ones have most likely been removed from the notebook

_displayed: WeakKeyDictionary[Board, dict[BoardSource, DisplayedTable]] = WeakKeyDictionary()
_displayed_lock = threading.Lock()


def show(target: Displayable) -> None:
    """Display the live table.  Called by ``_ipython_display_``.

    Raises:
        NotImplementedError: There is no notebook kernel.  IPython then uses another representation.
    """
    kernel = running_kernel()
    if kernel is None:
        raise NotImplementedError("not in a notebook's kernel")
    feed_source = source_of(target)
    if feed_source.is_over or not _has_widgets():
        _display(_static(feed_source, ENDED if feed_source.is_over else STATIC_ONLY))
        return
    from scaler_lab.ui.notebook import requests

    requests.listen(kernel)
    _of(feed_source).display()


def mimebundle(target: Displayable) -> dict[str, Any]:
    """Return the bundle for ``_repr_mimebundle_``.

    It is live if the front end has the widget, otherwise static.
    """
    feed_source = source_of(target)
    kernel = running_kernel()
    if kernel is None:
        return {"text/plain": repr(target)} if _in_terminal() else _static(feed_source, "")
    if feed_source.is_over or not _has_widgets():
        return _static(feed_source, ENDED if feed_source.is_over else STATIC_ONLY)
    from scaler_lab.ui.notebook import requests

    requests.listen(kernel)
    return _of(feed_source).bundle()


class DisplayedTable:
    """The table of one feed source and the outputs that display it.

    It is the `TableOutput` of the publisher.
    """

    def __init__(self, feed_source: BoardSource) -> None:
        from scaler_lab.ui.notebook.widget import TaskTableWidget

        self.feed_source = feed_source
        self._table = TaskTableWidget(self)
        self.stream = self._table.stream
        self._outputs: deque[Any] = deque(maxlen=OUTPUTS_KEPT)

    def bundle(self) -> dict[str, Any]:
        """Return the live table, and the static table for front ends without widgets."""
        return _static(self.feed_source, "") | self._table.live_view()

    def display(self) -> None:
        self._outputs.append(_display(self.bundle(), display_id=True))
        from scaler_lab.ui.notebook import requests

        requests.publisher.receive(self)

    def freeze(self) -> None:
        self._replace(_static(self.feed_source, ENDED))

    def renew(self) -> None:
        self._replace(self.bundle())

    def retire(self) -> None:
        with _displayed_lock:
            _displayed.get(self.feed_source.board, {}).pop(self.feed_source, None)
        self._table.close()

    def _replace(self, bundle: dict[str, Any]) -> None:
        for output in list(self._outputs):
            output.update(bundle, raw=True)


def _of(feed_source: BoardSource) -> DisplayedTable:
    with _displayed_lock:
        tables = _displayed.setdefault(feed_source.board, {})
        shown = tables.get(feed_source)
    if shown is None:
        made = DisplayedTable(feed_source)
        with _displayed_lock:
            shown = tables.setdefault(feed_source, made)
    return shown


def _static(feed_source: BoardSource, note: str) -> dict[str, Any]:
    tasks = feed_source.tasks()
    now = time.monotonic() + feed_source.board.epoch
    # A live table replaces it later, then with the tracebacks.
    tracebacks = _tracebacks(feed_source, static_html.failed_ids(tasks)) if note else {}
    return {
        "text/html": static_html.as_html(
            feed_source.label, tasks, now, note=note, tracebacks=tracebacks
        ),
        "text/plain": static_html.as_text(feed_source.label, tasks),
    }


def _tracebacks(feed_source: BoardSource, task_ids: list[TaskId]) -> dict[TaskId, str]:
    """Return the tracebacks of these tasks that can be read within `TRACEBACKS_TIMEOUT`.

    Unpickling an exception runs code of its class, so a thread of its own does it.
    """
    found: dict[TaskId, str] = {}

    def read() -> None:
        for task_id in task_ids:
            try:
                found[task_id] = feed_source.traceback(task_id)
            except Exception:
                log.debug("the exception of task %s could not be read", task_id, exc_info=True)

    if task_ids:
        thread = threading.Thread(target=read, name="scaler_lab-tracebacks", daemon=True)
        thread.start()
        thread.join(TRACEBACKS_TIMEOUT)
    return dict(found)


def _display(bundle: dict[str, Any], **options: Any) -> Any:
    import IPython.display

    return cast("Any", IPython.display).display(bundle, raw=True, **options)


def _shell() -> Any:
    import IPython

    return cast("Any", IPython).get_ipython()


def running_kernel() -> Any:
    """Return the kernel that runs this code, or None if this isn't a notebook kernel."""
    if "ipykernel" not in sys.modules:
        return None
    kernel = getattr(_shell(), "kernel", None)
    return kernel if hasattr(kernel, "control_handlers") else None


def _has_widgets() -> bool:
    return importlib.util.find_spec("anywidget") is not None


def _in_terminal() -> bool:
    return "IPython" in sys.modules and type(_shell()).__name__ == "TerminalInteractiveShell"
