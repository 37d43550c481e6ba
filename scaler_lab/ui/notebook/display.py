"""Called by IPython to display a client, a board, a group or a future as the last line of a cell.

A table is displayed through a display id, not as the cell's result.  Only then can its output be
replaced later by a static page, which can be read without a kernel or a widget model.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections import deque
from typing import Any, cast
from weakref import WeakKeyDictionary

from scaler_lab.client.client import Client
from scaler_lab.client.watch import Watched
from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.interactive import answers_prompts, running_kernel
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.ui.notebook.feed_source import source_of
from scaler_lab.ui.notebook.static_view import description, static_view

Displayable = Client | Watched | Board | TaskGroup[Any] | ScalerFuture[Any]

ENDED = "The client was shut down."
STATIC_ONLY = (
    "This table does not change, because anywidget is not installed in the kernel's environment. "
    "For a live table with buttons: pip install 'scaler-lab[notebook]'"
)
MAX_LIVE_TASKS = 20  # done tasks whose views are live; those of earlier ones become static
OUTPUTS_KEPT = 20  # per table; older ones have most likely been removed from the notebook

_Key = tuple[BoardSource, bool]  # and whether it is one task, with its details

_displayed: WeakKeyDictionary[Board, dict[_Key, DisplayedTable]] = WeakKeyDictionary()
_displayed_lock = threading.Lock()


def show(target: Displayable) -> None:
    """Display the live view.  Called by ``_ipython_display_``.

    Raises:
        NotImplementedError: The code doesn't run in a notebook kernel.  IPython then
            uses another representation.
    """
    kernel = running_kernel()
    if kernel is None:
        raise NotImplementedError("not in a notebook's kernel")
    feed_source = source_of(target)
    is_task = isinstance(target, ScalerFuture)
    if feed_source.is_over or not has_widgets():
        _display(static_view(feed_source, _note(feed_source), is_task=is_task))
        return
    if is_task and not answers_prompts(kernel):
        _display(
            static_view(feed_source, is_task=is_task)
        )  # else the widget's code is saved for each task
        return
    from scaler_lab.ui.notebook import requests

    requests.listen(kernel)
    _of(feed_source, is_task).display()


def mimebundle(target: Displayable) -> dict[str, Any]:
    """Return the bundle for ``_repr_mimebundle_``.

    It is live if the front end has the widget, otherwise static.
    """
    feed_source = source_of(target)
    is_task = isinstance(target, ScalerFuture)
    kernel = running_kernel()
    if kernel is None:
        if _in_terminal():
            return {"text/plain": repr(target)}
        return static_view(feed_source, is_task=is_task)
    if feed_source.is_over or not has_widgets():
        return static_view(feed_source, _note(feed_source), is_task=is_task)
    from scaler_lab.ui.notebook import requests

    requests.listen(kernel)
    return _of(feed_source, is_task).bundle()


class DisplayedTable:
    """The table of one feed source, or the view of one task, and the outputs that display it.

    It is the `TableOutput` of the publisher.
    """

    def __init__(self, feed_source: BoardSource, *, is_task: bool) -> None:
        from scaler_lab.ui.notebook.widget import TaskTableWidget

        self.feed_source = feed_source
        self.is_task = is_task
        self._table = TaskTableWidget(self, "task" if is_task else "table")
        self.stream = self._table.stream
        self._outputs: deque[Any] = deque(maxlen=OUTPUTS_KEPT)

    def bundle(self) -> dict[str, Any]:
        """Return the live view, and what is saved besides, for readers without widgets."""
        return self.saved() | self._table.live_view()

    def saved(self) -> dict[str, Any]:
        described = description(self.feed_source, "task" if self.is_task else "table")
        return described | static_view(self.feed_source, is_task=self.is_task)

    def display(self) -> None:
        self._outputs.append(_display(self.bundle(), display_id=True))
        from scaler_lab.ui.notebook import requests

        requests.publisher.receive(self)

    def freeze(self) -> None:
        self._replace(static_view(self.feed_source, ENDED, is_task=self.is_task))

    def renew(self) -> None:
        self._replace(self.bundle())

    def retire(self) -> None:
        with _displayed_lock:
            views = _displayed.get(self.feed_source.board, {})
            views.pop((self.feed_source, self.is_task), None)
        self._table.close()

    def _replace(self, bundle: dict[str, Any]) -> None:
        for output in list(self._outputs):
            output.update(bundle, raw=True)


def _of(feed_source: BoardSource, is_task: bool) -> DisplayedTable:
    with _displayed_lock:
        views = _displayed.setdefault(feed_source.board, {})
        shown = views.get((feed_source, is_task))
        tasks = [view for view in views.values() if view.is_task]
    if shown is None:
        made = DisplayedTable(feed_source, is_task=is_task)
        with _displayed_lock:
            shown = views.setdefault((feed_source, is_task), made)
        for old in tasks[:-MAX_LIVE_TASKS]:
            if all(record.state.is_done for record in old.feed_source.records):
                _make_static(old)
    return shown


def _make_static(view: DisplayedTable) -> None:
    from scaler_lab.ui.notebook import requests

    requests.publisher.release(view)
    view.freeze()
    view.retire()


def _note(feed_source: BoardSource) -> str:
    return ENDED if feed_source.is_over else STATIC_ONLY


def _display(bundle: dict[str, Any], **options: Any) -> Any:
    import IPython.display

    return cast("Any", IPython.display).display(bundle, raw=True, **options)


def _shell() -> Any:
    import IPython

    return cast("Any", IPython).get_ipython()


def has_widgets() -> bool:
    """Whether anywidget is installed, which the live views need."""
    return importlib.util.find_spec("anywidget") is not None


def _in_terminal() -> bool:
    return "IPython" in sys.modules and type(_shell()).__name__ == "TerminalInteractiveShell"
