"""`live`: a view of a board at the foot of the terminal, updated while a block of code runs.

    with client.live():
        for future in as_completed(futures):
            print(future.result())        # printed above the view, which stays intact

The board notifies the view (`subscribe`), and one thread, the pacer, polls the board.  It polls at
most `MAX_REFRESHES_PER_SECOND` times a second, no matter how much happens, and twice a second while
a task runs, to update the times.  The view never delays the code in the block.  An error in drawing
ends the view, not the block.

If there is no terminal to draw on (a pipe, a file, TERM=dumb, a notebook cell), it prints a plain
line when the counts have changed, at most every `PLAIN_INTERVAL` seconds, and one at the end.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Protocol, Self, TypedDict

import rich
from rich.console import Console
from rich.live import Live
from rich.text import Text

from scaler_lab.client.client import Client
from scaler_lab.client.watch import Watched
from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import Status
from scaler_lab.ui.formatting import rate, span
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_follower import BoardFollower, BoardFrame
from scaler_lab.ui.terminal.board_view import DEFAULT_ROWS
from scaler_lab.ui.terminal.failures import MAX_FAILURES, Failure, failures_of, print_failures
from scaler_lab.ui.terminal.live_view import LiveRenderable

log = logging.getLogger(__name__)

MAX_REFRESHES_PER_SECOND = 10.0
TICK_INTERVAL = 0.5
PLAIN_INTERVAL = 3.0
JOIN_TIMEOUT = 5.0

_drawn_on: set[Console] = set()  # a second view on the same console would disturb the first


class LiveOptions(TypedDict, total=False):
    """The keyword arguments of `live`."""

    title: str | None
    rows: int
    keep: bool
    console: Console | None


def live(
    target: Board | Client | Watched,
    *,
    title: str | None = None,
    rows: int = DEFAULT_ROWS,
    keep: bool = True,
    console: Console | None = None,
) -> LiveView:
    """Return a context manager that shows *target* live while its block runs.

    Args:
        target: The board to show, or the client whose board to show.
        title: The title of the view; None is the name of the engine.
        rows: The maximum number of running and failed tasks to show.  The view takes at most a
            third of the terminal's height.
        keep: Whether the last state of the view stays on screen when the block ends.
        console: The console to draw on; None is rich's own, so that the output of ``rich.print`` in
            the block appears above the view.

    Raises:
        ValueError: *rows* is negative.
        rich.errors.LiveError: On entry, with older versions of rich, if the console already shows
            another live display.
    """
    if rows < 0:
        raise ValueError(f"rows must be 0 or more tasks to show, not {rows}")
    board = target if isinstance(target, Board) else target.board
    if title is None:
        title = "" if isinstance(target, Board) else target.engine.title
    console = rich.get_console() if console is None else console
    screen: _Screen
    if _is_drawable(console):
        screen = _Drawn(console, title, rows, keep=keep)
    else:
        screen = _Plain(console, title)
    return LiveView(board, screen)


def bar(
    board: Board, frame_source: FrameSource, *, title: str, console: Console
) -> LiveView | None:
    """Return a view of *frame_source* without rows, which disappears when its block ends.

    Returns None if *console* is not a terminal to draw on, or already shows a live view.
    """
    if not _is_drawable(console) or console in _drawn_on:
        return None
    return LiveView(board, _Drawn(console, title, 0, keep=False), frame_source)


def _is_drawable(console: Console) -> bool:
    return console.is_terminal and not console.is_dumb_terminal and not console.is_jupyter


class FrameSource(Protocol):
    """Where a view gets its frames from: a follower of a board or of some futures."""

    def frame(self) -> BoardFrame: ...


class LiveView:
    """The context manager made by `live`.  It can be entered once."""

    def __init__(
        self, board: Board, screen: _Screen, frame_source: FrameSource | None = None
    ) -> None:
        self._prints_failures = frame_source is None
        self._board = board
        self._screen = screen
        # Used only by the pacer, from its start to its end:
        self._frame_source = BoardFollower(board) if frame_source is None else frame_source
        self._rung = threading.Event()
        self._ended = threading.Event()
        self._pacer = threading.Thread(target=self._run, name="scaler_lab-live", daemon=True)
        self._take_down: Callable[[], None] | None = None
        self._failed: deque[ScalerFuture[Any]] = deque(maxlen=MAX_FAILURES)
        self._kept = ExitStack()  # undone when the block ends

    def __enter__(self) -> Self:
        if self._take_down is not None:
            raise RuntimeError("this live view was entered before: make a new one, live(...)")
        try:
            with _interrupts_held():
                self._screen.begin(self._frame_source.frame())
                for writer in self._board.writers if self._prints_failures else ():
                    self._kept.enter_context(writer.keeping_failed(self._failed))
                self._take_down = self._board.subscribe(self._rung.set)
                self._pacer.start()
        except BaseException:  # most likely Ctrl-C: `__exit__` won't run, so clean up here
            if self._take_down is not None:
                self._take_down()
            self._ended.set()
            self._rung.set()
            if self._pacer.is_alive():
                self._pacer.join(JOIN_TIMEOUT)
            self._kept.close()
            self._screen.end(None)
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._take_down is not None
        self._take_down()
        self._kept.close()
        self._ended.set()
        self._rung.set()
        try:
            self._pacer.join(JOIN_TIMEOUT)
        finally:  # restore the terminal even if a second Ctrl-C interrupts the join
            if self._pacer.is_alive():
                log.warning("the live view's last drawing hangs; the terminal may not take output")
                self._screen.end(None)
            else:
                frame = self._frame_source.frame()
                self._screen.end(frame, failures_of(self._failed, self._board))
                self._failed.clear()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                frame = self._frame_source.frame()
                self._screen.show(frame)
            except Exception:  # the user's block continues without the view
                log.exception("the live view ended: it could not be drawn")
                return
            self._ended.wait(self._screen.min_seconds)
            is_moving = frame.counts[Status.RUNNING] or frame.counts[Status.CANCELLING]
            self._rung.wait(TICK_INTERVAL if is_moving else None)
            self._rung.clear()


@contextmanager
def _interrupts_held() -> Generator[None]:
    """Delay a Ctrl-C to the end of the block: `Thread.start` would raise a RuntimeError instead."""
    usual = signal.default_int_handler
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not usual
    ):
        yield
        return
    held: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if held:
        raise KeyboardInterrupt


class _Screen(Protocol):
    """Where frames are shown.

    The pacer calls `show`; the thread that runs the block calls the other methods.
    """

    min_seconds: float  # from one `show` to the next

    def begin(self, frame: BoardFrame) -> None: ...
    def show(self, frame: BoardFrame) -> None: ...
    def end(self, frame: BoardFrame | None, failures: Sequence[Failure] = ()) -> None:
        """Print the failures, show *frame* last (None: nothing more), restore the terminal."""
        ...


class _Drawn:
    """A terminal, on which the view is redrawn in place."""

    min_seconds = 1.0 / MAX_REFRESHES_PER_SECOND

    def __init__(self, console: Console, title: str, rows: int, *, keep: bool) -> None:
        self._title = title
        self._rows = rows
        # auto_refresh is off because rich's own thread would also redraw when nothing is new.
        self._live = Live(console=console, auto_refresh=False, transient=not keep)

    def _view(self, frame: BoardFrame) -> LiveRenderable:
        return LiveRenderable(frame, self._title, self._rows)

    def begin(self, frame: BoardFrame) -> None:
        self._live.update(self._view(frame))
        self._live.start(refresh=True)
        _drawn_on.add(self._live.console)

    def show(self, frame: BoardFrame) -> None:
        self._live.update(self._view(frame), refresh=True)

    def end(self, frame: BoardFrame | None, failures: Sequence[Failure] = ()) -> None:
        if frame is not None:
            print_failures(failures, self._live.console)
            self._rows = 0  # nothing runs any more, or the caller leaves it running
            self._live.update(self._view(frame))
        _drawn_on.discard(self._live.console)
        self._live.stop()


class _Plain:
    """Any other output, which gets a plain line from time to time."""

    min_seconds = PLAIN_INTERVAL

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title or "scaler_lab"
        self._printed = ""

    def begin(self, frame: BoardFrame) -> None:
        del frame  # the first line is printed once something has happened

    def show(self, frame: BoardFrame) -> None:
        if frame.total:
            self._print(frame)

    def end(self, frame: BoardFrame | None, failures: Sequence[Failure] = ()) -> None:
        if frame is not None:
            print_failures(failures, self._console)
            self._print(frame)

    def _print(self, frame: BoardFrame) -> None:
        counts = counts_in_words(frame)
        if counts == self._printed:
            return
        self._printed = counts
        parts = [f"{self._title}: {counts}", span(frame.elapsed)]
        if frame.rate is not None:
            parts.append(f"{rate(frame.rate)} tasks/s{' on average' * frame.rate_is_mean}")
        line = clean_line("; ".join(parts), self._console.encoding)
        # soft_wrap keeps a log line in one line, whatever width rich assumes for a pipe.
        self._console.print(Text(line), soft_wrap=True)


def counts_in_words(frame: BoardFrame) -> str:
    """Format a frame's counts.

    ``130 of 737 done (127 succeeded, 1 failed, 2 cancelled), 2 running, 605 queued``
    """
    if not frame.total:
        return "no tasks yet"
    named = [(status, f"{n:,} {status.value}") for status, n in frame.counts.items() if n]
    done = ", ".join(text for status, text in named if status.is_done)
    to_come = "".join(f", {text}" for status, text in named if not status.is_done)
    kinds = f" ({done})" if done else ""
    return f"{frame.settled:,} of {frame.total:,} done{kinds}{to_come}"
