"""Report progress from inside a task: ``from scaler_lab import progress``.

    for row in progress(rows, note="reading"):          # counts the loop's items
        ...
    progress.update(3, 10, "fitting")                   # or report a number
    for row in progress.tqdm(rows, desc="reading"):     # or use a tqdm bar
        ...

Outside of a task all three are harmless: the loop runs, `update` does nothing, tqdm draws its bar.

The worker sets a `ProgressSink` (`attach`).  It writes to memory that the scheduler reads ten times
a second.  So nothing is sent from here, nothing waits, and an interrupt may come between any two
steps: a report is written by one copy, and a loop counts by one store.

A task has one progress: of nested loops only the outermost reports, and an `update` counts until
the next loop starts.  Any thread of the task may report.
"""

from __future__ import annotations

import importlib
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, SupportsFloat, SupportsIndex, TypeVar

from scaler_lab.core.encoding import plain_text
from scaler_lab.core.messages import Progress

if TYPE_CHECKING:
    from tqdm.std import tqdm as Tqdm  # type: ignore[import-untyped]  # noqa: N812  # pyright: ignore[reportMissingModuleSource]

T = TypeVar("T")

NOTE_CHARACTERS: Final = 50
_MAX_INT: Final = 2**63


class ProgressSink:
    """Receives the progress of a worker's tasks, one task at a time.

    Args:
        write: Called with the task's number, a `Progress` and a flag.  If the flag is set, a loop
            counts, and the number done is to be read from *cells* at *at*.
        cells: The memory in which loops count.
        at: The index of the cell for this sink.
    """

    def __init__(
        self, write: Callable[[int, Progress, bool], None], cells: memoryview, at: int
    ) -> None:
        self.seq = 0  # the number of the running task; set by the worker
        self.is_used = False  # by the running task
        self._write = write
        self._cells = cells
        self._at = at
        self._reported: Progress | None = None
        self._counts = False  # whether the cell holds the number done
        self._bar: object = None  # the loop or bar that reports
        self._poll: Callable[[], Progress] | None = None  # reads the bar's state

    def report(self, progress: Progress, *, counts: bool = False) -> None:
        """Report how far the task is."""
        self.is_used = True
        self._reported, self._counts = progress, counts
        self._write(self.seq, progress, counts)

    def take(self, bar: object, poll: Callable[[], Progress] | None = None) -> bool:
        """Let *bar* report, unless an earlier loop or bar does.  Return whether it may.

        *poll* returns the progress at the task's end, if *bar* doesn't count in the cell.
        """
        if self._bar is not None:
            return False
        self.is_used = True
        self._bar, self._poll = bar, poll
        return True

    def release(self, bar: object) -> None:
        """Note that *bar* has ended."""
        if self._bar is bar:
            self._bar = self._poll = None

    def count(self, bar: object, total: int | None, note: str) -> memoryview | None:
        """Return the memory in which *bar* counts; None if it may not report any more."""
        if self._bar is not bar:
            return None
        self._cells[self._at] = 0
        self.report(Progress(0, total, note), counts=True)
        return self._cells

    @property
    def at(self) -> int:
        """The index of the cell in which a loop counts."""
        return self._at

    def finish(self) -> Progress | None:
        """Return the task's last progress and reset.

        The worker calls this at the end of each task.
        """
        poll, reported, counts = self._poll, self._reported, self._counts
        self.is_used = self._counts = False
        self._bar = self._poll = self._reported = None
        if poll is not None:
            return poll()
        if reported is not None and counts:
            return Progress(self._cells[self._at], reported.total, reported.note)
        return reported


_sink: ProgressSink | None = None


def attach(sink: ProgressSink | None) -> None:
    """Send the progress of this process's tasks to *sink*.  For workers."""
    global _sink
    _sink = sink


class _Loop(Iterable[T]):
    """An iterable that reports how many of its items were consumed."""

    def __init__(self, items: Iterable[T], total: int | None, note: str) -> None:
        self._items = items
        self._note = note
        if total is None:
            total = operator.length_hint(items, -1)
        self._total = None if total < 0 else total

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[T]:
        sink = _sink
        if sink is None or not sink.take(self):
            return iter(self._items)
        return self._reported(sink)

    def _reported(self, sink: ProgressSink) -> Iterator[T]:
        done = 0
        seq, at = sink.seq, sink.at
        try:
            cells = sink.count(self, self._total, self._note)
            for item in self._items:
                yield item
                done += 1
                # A thread that outlived its task must not count for the next one.
                if cells is not None and sink.seq == seq:
                    cells[at] = done
        finally:
            sink.release(self)


class ProgressReporter:
    """Reports how far a task is.  Call it with what a loop goes over, or use `update` or `tqdm`.

    ::

        for row in progress(rows, note="reading"):          # counts the loop's items
            ...
        progress.update(3, 10, "fitting")                   # or report a number
        for row in progress.tqdm(rows, desc="reading"):     # or use a tqdm bar
            ...

    Outside of a task all three are harmless.
    """

    def __call__(
        self, items: Iterable[T], *, total: int | None = None, note: str = ""
    ) -> Iterable[T]:
        """Return *items* as an iterable that reports the task's progress while it is looped over.

        Args:
            items: What to loop over.
            total: The number of items, if ``len(items)`` isn't available.
            note: A short text to show with the progress.
        """
        return _Loop(items, total, _clip(note))

    def update(
        self,
        done: SupportsFloat | SupportsIndex,
        total: SupportsFloat | SupportsIndex | None = None,
        note: str = "",
    ) -> None:
        """Report that *done* of *total* is done.

        It takes some microseconds and sends nothing itself.

        Args:
            done: How much is done.
            total: How much there is to do; None if unknown.
            note: A short text to show with the progress.

        Raises:
            TypeError: *done* or *total* isn't a number.
            ValueError: *done* or *total* can't be converted to a number.
        """
        reported_done = _number(done)
        reported_total = None if total is None else _number(total)
        sink = _sink
        if sink is not None and reported_done is not None:
            sink.report(Progress(reported_done, reported_total, _clip(note)))

    @property
    def tqdm(self) -> type[Tqdm[Any]]:
        """A tqdm class whose bars report the task's progress instead of being drawn.

        Outside of a task they are drawn as usual.

        Raises:
            ImportError: tqdm isn't installed.
        """
        global _tqdm
        if _tqdm is None:
            _tqdm = _make_tqdm()
        return _tqdm

    def __reduce__(self) -> str:
        return "progress"  # a function that uses it is pickled with its name

    def __repr__(self) -> str:
        return "<scaler_lab.progress>"


progress = ProgressReporter()


def _clip(note: str) -> str:
    return plain_text(str(note)[:NOTE_CHARACTERS])


def _number(value: Any) -> int | float | None:
    """Return *value* as a plain number; None if it isn't finite."""
    if type(value) is not int and type(value) is not float:
        try:
            value = operator.index(value)
        except TypeError:
            value = float(value)
    if type(value) is int:
        return value if -_MAX_INT < value < _MAX_INT else float(value)
    return value if math.isfinite(value) else None


# -- tqdm ------------------------------------------------------------------------------------------

_tqdm: type[Any] | None = None


class _NullFile:
    """A file that discards what tqdm writes."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return True


def _make_tqdm() -> type[Any]:
    original: Any = importlib.import_module("tqdm.std").tqdm

    class tqdm(original):  # type: ignore[misc]  # noqa: N801  # named as in tqdm
        """A tqdm bar; in a task it reports the task's progress, and nothing is drawn."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._sink = _sink
            if self._sink is not None:
                kwargs["file"] = _NullFile()
            original.__init__(self, *args, **kwargs)

        def display(self, msg: str | None = None, pos: int | None = None) -> Any:
            sink = self._sink
            if sink is None:
                return original.display(self, msg, pos)
            if not self._is_reported:
                self._is_reported = sink.take(self, self._progress)
            if self._is_reported:
                sink.report(self._progress())
            return True

        def close(self) -> None:
            original.close(self)
            if self._sink is not None:
                self._sink.release(self)

        def _progress(self) -> Progress:
            note = (self.desc or "").removesuffix(": ")
            total = None if self.total is None else _number(self.total)
            return Progress(_number(self.n) or 0, total, _clip(note))

        _is_reported = False

    tqdm.__qualname__ = "tqdm"  # so that pickle finds it by name
    return tqdm


def __getattr__(name: str) -> Any:
    if name == "tqdm":
        return progress.tqdm
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
