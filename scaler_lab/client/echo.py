"""Prints what tasks write in the client's own program: ``Client(echo=True)``.

A separate thread prints, because a terminal may be paused, and neither results nor callbacks may
wait for that.  If it can't keep up, output is left out and the bytes are counted.
`ScalerFuture.output` still has it.

Each line starts with the name of its task, because several tasks write at the same time:

    fit[3] | epoch 7, loss 0.21

Otherwise the text is printed unchanged: colours stay colours.  A line is printed when it is whole,
or when the task ends.  Of a line that was redrawn with carriage returns, the last state is printed.
"""

from __future__ import annotations

import codecs
import logging
import sys
import threading
from collections import deque

from scaler_lab.core.board import Board
from scaler_lab.core.encoding import printable
from scaler_lab.core.messages import TaskId

log = logging.getLogger(__name__)

MAX_WAITING_BYTES = 8 * 1024 * 1024
MAX_LINE_CHARACTERS = 64 * 1024  # a longer line is printed in parts
CLOSE_TIMEOUT = 5.0

_decoder = codecs.getincrementaldecoder("utf-8")


def is_wanted(echo: bool | None) -> bool:
    """Return what *echo* means; None is yes in a script or terminal, no in a notebook's kernel.

    In a notebook each print would go to whichever cell ran last.  The notebook's table shows the
    output with the tasks.
    """
    return "ipykernel" not in sys.modules if echo is None else echo


class Echo:
    """An `OutputListener` for the future manager that prints what tasks write.

    Args:
        board: Has the names of the tasks.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
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
            shown = "".join(self._text(*output) for output in batch)
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
            text = self._texts[task_id] = _Text(self._name_of(task_id))
        return text.add(at, data)

    def _name_of(self, task_id: TaskId) -> str:
        info = self._board.info(task_id)
        return task_id if info is None else printable(info.name)


class _Text:
    """The bytes of one task as lines that start with its name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._decoder = _decoder("backslashreplace")
        self._at = 0
        self._rest = ""  # of a line that isn't whole yet

    def add(self, at: int, data: bytes) -> str:
        missing = at - self._at
        self._at = at + len(data)
        before = ""
        if missing > 0:
            note = self._line(f"[scaler_lab: {missing:,} bytes left out]")
            before = self.end() + note
            self._decoder.reset()
        *lines, rest = (self._rest + self._decoder.decode(data)).split("\n")
        if len(rest) > MAX_LINE_CHARACTERS:
            lines.append(rest)
            rest = ""
        self._rest = rest
        return before + "".join(map(self._line, lines))

    def end(self) -> str:
        """Return the rest of a line that the task did not end."""
        rest = self._rest + self._decoder.decode(b"", final=True)
        self._rest = ""
        return self._line(rest) if rest else ""

    def _line(self, text: str) -> str:
        return f"{self._name} | {text.rstrip(chr(13)).rpartition(chr(13))[2]}\n"
