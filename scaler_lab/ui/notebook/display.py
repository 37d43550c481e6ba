"""What IPython's displaying finds, where a client, a board or a group is a cell's last line.

A table is displayed through a handle (a display id), not as the cell's result: only so can its
output be replaced later by a static page, which needs no kernel and no widget model to be read.
"""

from __future__ import annotations

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
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.ui.notebook import static_html
from scaler_lab.ui.notebook.feed_source import BoardSubject

log = logging.getLogger(__name__)

LookedAt = Client | Watched | Board | TaskGroup[Any]

ENDED = "The client was shut down."
FROZEN = "All tasks are done; run the cell again for the live table."
OUTPUTS_KEPT = 20  # of one table; older ones are most likely gone from the notebook

_shown: WeakKeyDictionary[Board, dict[BoardSubject, Shown]] = WeakKeyDictionary()
_shown_lock = threading.Lock()


def show(looked_at: LookedAt) -> None:
    """Display the live table; what ``_ipython_display_`` calls.

    Raises `NotImplementedError` where there is no notebook's kernel: IPython then asks for another
    representation.
    """
    kernel = running_kernel()
    if kernel is None:
        raise NotImplementedError("not in a notebook's kernel")
    subject = BoardSubject.of(looked_at)
    if subject.is_over:
        _display(_static(subject, ENDED))
        return
    from scaler_lab.ui.notebook import requests

    requests.listen(kernel)
    _of(subject).display()


def mimebundle(looked_at: LookedAt) -> dict[str, Any]:
    """What ``_repr_mimebundle_`` gives: live where a front end has the widget, else static."""
    subject = BoardSubject.of(looked_at)
    kernel = running_kernel()
    if kernel is None:
        return {"text/plain": repr(looked_at)} if _in_terminal() else _static(subject, "")
    if subject.is_over:
        return _static(subject, ENDED)
    from scaler_lab.ui.notebook import requests

    requests.listen(kernel)
    return _of(subject).bundle()


class Shown:
    """One subject's table and the outputs it is displayed in: the publisher's `Showing`."""

    def __init__(self, subject: BoardSubject) -> None:
        from scaler_lab.ui.notebook.widget import TaskTable

        self.subject = subject
        self._table = TaskTable(self)
        self.stream = self._table.stream
        self._outputs: deque[Any] = deque(maxlen=OUTPUTS_KEPT)

    def bundle(self) -> dict[str, Any]:
        """The live table, and what stands for it where there can't be one."""
        return _static(self.subject, "") | self._table.live_view()

    def display(self) -> None:
        self._outputs.append(_display(self.bundle(), display_id=True))
        from scaler_lab.ui.notebook import requests

        requests.publisher.receive(self)

    def freeze(self) -> None:
        note = ENDED if self.subject.is_over else FROZEN
        self._replace(_static(self.subject, note))

    def thaw(self) -> None:
        self._replace(self.bundle())

    def retire(self) -> None:
        with _shown_lock:
            _shown.get(self.subject.board, {}).pop(self.subject, None)
        self._table.close()

    def _replace(self, bundle: dict[str, Any]) -> None:
        for output in list(self._outputs):
            output.update(bundle, raw=True)


def _of(subject: BoardSubject) -> Shown:
    with _shown_lock:
        tables = _shown.setdefault(subject.board, {})
        shown = tables.get(subject)
    if shown is None:
        made = Shown(subject)
        with _shown_lock:
            shown = tables.setdefault(subject, made)
    return shown


def _static(subject: BoardSubject, note: str) -> dict[str, Any]:
    tasks = subject.tasks()
    now = time.monotonic() + subject.board.epoch
    return {
        "text/html": static_html.as_html(subject.label, tasks, now, note=note),
        "text/plain": static_html.as_text(subject.label, tasks),
    }


def _display(bundle: dict[str, Any], **options: Any) -> Any:
    import IPython.display

    return cast("Any", IPython.display).display(bundle, raw=True, **options)


def _shell() -> Any:
    import IPython

    return cast("Any", IPython).get_ipython()


def running_kernel() -> Any:
    """The kernel this code runs in; None in a terminal, in a script, in other front ends."""
    if "ipykernel" not in sys.modules:
        return None
    kernel = getattr(_shell(), "kernel", None)
    return kernel if hasattr(kernel, "control_handlers") else None


def _in_terminal() -> bool:
    return "IPython" in sys.modules and type(_shell()).__name__ == "TerminalInteractiveShell"
