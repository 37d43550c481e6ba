"""Prints what tasks write in the client's own program: ``Client(echo=True)``.

A separate thread prints, because a terminal may be paused, and neither results nor callbacks may
wait for that.  If it can't keep up, output is left out and the bytes are counted.
`ScalerFuture.output` still has it.

The text is printed unchanged, as if the program itself had printed it: colours stay colours.
"""

from __future__ import annotations

import codecs
import logging
import sys
import threading
from collections import deque

from scaler_lab.core.messages import TaskId

log = logging.getLogger(__name__)

MAX_WAITING_BYTES = 8 * 1024 * 1024
CLOSE_TIMEOUT = 5.0

_decoder = codecs.getincrementaldecoder("utf-8")


def is_wanted(echo: bool | None) -> bool:
    """Return what *echo* means; None is yes in a script or terminal, no in a notebook's kernel.

    In a notebook each print would go to whichever cell ran last.  The notebook's table shows the
    output with the tasks.
    """
    return "ipykernel" not in sys.modules if echo is None else echo


class Echo:
    """An `OutputListener` for the future manager that prints what tasks write."""

    def __init__(self) -> None:
        self._wakeup = threading.Condition()
        self._waiting: deque[tuple[TaskId, int, bytes | None]] = deque()  # guarded by _wakeup
        self._waiting_bytes = 0  # guarded by _wakeup
        self._is_closed = False  # guarded by _wakeup
        self._thread: threading.Thread | None = None
        self._texts: dict[TaskId, _Text] = {}  # used by the thread only

    def on_output(self, task_id: TaskId, at: int, data: bytes) -> None:
        """Print *data* soon, or leave it out if too much is waiting."""
        with self._wakeup:
            if self._is_closed or self._waiting_bytes + len(data) > MAX_WAITING_BYTES:
                return
            self._waiting_bytes += len(data)
            self._put(task_id, at, data)

    def on_end(self, task_id: TaskId) -> None:
        """Finish the text of a task that writes nothing more."""
        with self._wakeup:
            if not self._is_closed:
                self._put(task_id, 0, None)

    def close(self, *, wait: bool) -> None:
        """Print what is waiting, then end.  With *wait*, return once that is done, or after 5 s."""
        with self._wakeup:
            self._is_closed = True
            self._wakeup.notify()
            thread = self._thread
        if wait and thread is not None and thread is not threading.current_thread():
            thread.join(CLOSE_TIMEOUT)

    def _put(self, task_id: TaskId, at: int, data: bytes | None) -> None:
        self._waiting.append((task_id, at, data))
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="scaler_lab-echo", daemon=True)
            self._thread.start()
        self._wakeup.notify()

    # -- the thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._wakeup:
                while not self._waiting and not self._is_closed:
                    self._wakeup.wait()
                batch, self._waiting = self._waiting, deque()
                self._waiting_bytes = 0
            if not batch:
                return
            shown = "".join(self._text(*told) for told in batch)
            try:
                sys.stdout.write(shown)
                sys.stdout.flush()
            except Exception as error:  # closed, None, or a pipe without a reader
                log.debug("what tasks wrote could not be shown: %r", error)

    def _text(self, task_id: TaskId, at: int, data: bytes | None) -> str:
        if data is None:
            text = self._texts.pop(task_id, None)
            return "" if text is None else text.end()
        text = self._texts.get(task_id)
        if text is None:
            text = self._texts[task_id] = _Text()
        return text.add(at, data)


class _Text:
    """The bytes of one task as text, piece by piece."""

    def __init__(self) -> None:
        self._decoder = _decoder("backslashreplace")
        self._at = 0

    def add(self, at: int, data: bytes) -> str:
        missing = at - self._at
        self._at = at + len(data)
        if missing <= 0:
            return self._decoder.decode(data)
        rest = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        return f"{rest}\n[scaler_lab: {missing:,} bytes left out]\n" + self._decoder.decode(data)

    def end(self) -> str:
        return self._decoder.decode(b"", final=True)
