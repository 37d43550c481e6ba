"""What tasks write, shown where the client's program runs: ``Client(echo=True)``.

A thread of its own does it, for a terminal may be paused, and neither results nor callbacks are to
wait for that.  What it can't keep up with is left out, and counted: `ScalerFuture.output` has it.

The text is passed on as it is, as if the program itself had printed it: colours stay colours.
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
    """What *echo* means: None is yes in a script or a terminal, and no in a notebook's kernel.

    There each print would go into whichever cell ran last; its table shows them with their tasks.
    """
    return "ipykernel" not in sys.modules if echo is None else echo


class Echo:
    """A `OutputListener` of the manager's."""

    def __init__(self) -> None:
        self._wakeup = threading.Condition()
        self._waiting: deque[tuple[TaskId, int, bytes | None]] = deque()  # guarded by _bell
        self._waiting_bytes = 0  # guarded by _bell
        self._is_closed = False  # guarded by _bell
        self._thread: threading.Thread | None = None
        self._texts: dict[TaskId, _Text] = {}  # the thread's

    def on_output(self, task_id: TaskId, at: int, data: bytes) -> None:
        """Show *data* soon, or leave it out where too much waits."""
        with self._wakeup:
            if self._is_closed or self._waiting_bytes + len(data) > MAX_WAITING_BYTES:
                return
            self._waiting_bytes += len(data)
            self._put(task_id, at, data)

    def on_end(self, task_id: TaskId) -> None:
        """Nothing more comes of it."""
        with self._wakeup:
            if not self._is_closed:
                self._put(task_id, 0, None)

    def close(self, *, wait: bool) -> None:
        """Show what waits, then end.  With *wait*, returns once that is so; after 5 s anyway."""
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
            except Exception as error:  # closed, None, a pipe that nobody reads: the user's choice
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
    """One task's bytes as text, piece by piece."""

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
