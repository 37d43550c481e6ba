"""`Flame`: where a task was over some seconds, from many looks at its stack.

    sample(look, flame, seconds) ──> Flame ──> text, SVG (`flame_graph`), speedscope's JSON

The looks go through `Engine.request_stack`, so every engine that has stacks has flame graphs too.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from scaler_lab.core.encoding import printable
from scaler_lab.core.flame_graph import Stack, place_of, svg
from scaler_lab.core.stack import ENDED, QUEUED, UNKNOWN, StackFrame, TaskStack
from scaler_lab.errors import EngineLost

SAMPLE_INTERVAL: Final = 0.01
MAX_SHARE: Final = 0.4  # of the time that may be spent on looks; slow ones come further apart
MAX_WEIGHT: Final = 0.25  # seconds that one sample may stand for; what is longer isn't known
_NAMED_ROWS: Final = 10
_CHILD: Final = "child process"

Look = Callable[[float], TaskStack]
"""A function that returns where the task is, within so many seconds."""

_Function = tuple[str, str]  # its name and its file


class Row(NamedTuple):
    """A function, with the time that a task spent there.

    Attributes:
        name: The function; or what the task waited for, and in which function.
        place: The file's name and the line that was seen most often.
        own: The seconds in the function itself.
        total: The seconds in it and in what it called.
    """

    name: str
    place: str
    own: float
    total: float


class Flame:
    """Where a task was, sampled over some time; a flame graph in notebooks, a table as text.

    Attributes:
        name: The task's name.
        seconds: The time that the samples cover: the time in which the task ran.
        n_samples: The number of samples.
        problem: The reason if samples are missing; empty otherwise.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.seconds = 0.0
        self.n_samples = 0
        self.problem = ""
        self._stacks: dict[Stack, int] = {}  # each with its number
        self._main: list[tuple[int, float]] = []  # the main thread's stack, and how long it was so
        self._others: list[tuple[int, float]] = []  # of all other threads

    def add(self, stack: TaskStack, seconds: float) -> None:
        """Add a sample that stands for so many seconds."""
        if not stack.threads:
            self.problem = stack.problem or f"the task is {stack.state}"
            return
        main, *others = stack.threads
        waits_for = _waits_for(stack) or ("" if main else stack.problem)
        frames = (*main, *_pseudo(waits_for)) or _pseudo("unknown")
        self._main.append((self._number(frames), seconds))
        self._others += [(self._number(tuple(frames)), seconds) for frames in others if frames]
        self.seconds += seconds
        self.n_samples += 1

    def _number(self, stack: Stack) -> int:
        return self._stacks.setdefault(stack, len(self._stacks))

    def _summed(self, samples: Iterable[tuple[int, float]]) -> list[tuple[Stack, float]]:
        """Return each stack once, with all its seconds."""
        seconds: dict[int, float] = defaultdict(float)
        for number, spent in samples:
            seconds[number] += spent
        stacks = self._stacks.items()
        return [(stack, seconds[number]) for stack, number in stacks if number in seconds]

    # -- as a table --------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return the functions of the main thread, those with the longest own time first."""
        own: dict[_Function, float] = defaultdict(float)
        total: dict[_Function, float] = defaultdict(float)
        places: dict[_Function, dict[str, float]] = {}
        for stack, seconds in self._summed(self._main):
            function: _Function = ("", "")
            inner: dict[_Function, str] = {}  # where it was; of a recursion, the last call
            for n, frame in enumerate(stack):
                caller = stack[n - 1] if n else frame
                inside = "" if frame.file or not n else f" in {caller.name}"
                function = f"{frame.name}{inside}", frame.file or caller.file
                inner[function] = place_of(frame if frame.file else caller)
            own[function] += seconds
            for function, place in inner.items():
                total[function] += seconds
                spent = places.setdefault(function, defaultdict(float))
                spent[place] += seconds
        rows = [
            Row(function[0], max(spent, key=spent.__getitem__), own[function], total[function])
            for function, spent in places.items()
        ]
        return sorted(rows, key=lambda row: (-row.own, -row.total))

    def __str__(self) -> str:
        if not self.n_samples:
            return f"{self.name}: no samples; {self.problem or 'it was not looked at'}"
        lines = [
            f"{self.name}: {self.seconds:.1f} s, {self.n_samples:,} samples",
            "   own   total",
        ]
        rows = self.rows()
        for row in rows[:_NAMED_ROWS]:
            place = f"  {row.place}" if row.place else ""
            own, total = (f"{part / self.seconds:6.1%}" for part in (row.own, row.total))
            lines.append(f"{own}  {total}  {row.name}{place}")
        if len(rows) > _NAMED_ROWS:
            lines.append(f"and {len(rows) - _NAMED_ROWS:,} more functions")
        return "\n".join(map(printable, lines))

    def __repr__(self) -> str:
        return str(self)

    def __rich__(self) -> Any:
        from rich.text import Text

        return Text(str(self))

    # -- as a graph --------------------------------------------------------------------------------

    def svg(self, *, width: str = "1200") -> str:
        """Return the flame graph as an SVG document.

        Args:
            width: The picture's width, in pixels or with a percent sign.
        """
        title = f"{self.name}: {self.seconds:.1f} s, {self.n_samples:,} samples"
        threads = {
            "main thread": self._summed(self._main),
            "other threads": self._summed(self._others),
        }
        return svg(title, threads, width)

    def _repr_svg_(self) -> str | None:
        return self.svg(width="960") if self.n_samples else None

    def _repr_html_(self) -> str | None:
        # A part of the page, so that it has the page's width and shows tooltips.
        return self.svg(width="100%") if self.n_samples else None

    def speedscope(self) -> dict[str, Any]:
        """Return the samples in the file format of speedscope.app, in the order of time."""
        numbers: dict[StackFrame, int] = {}
        stacks = [
            [numbers.setdefault(frame, len(numbers)) for frame in stack] for stack in self._stacks
        ]
        profiles = [
            {
                "type": "sampled",
                "name": name,
                "unit": "seconds",
                "startValue": 0,
                "endValue": sum(seconds for _, seconds in samples),
                "samples": [stacks[number] for number, _ in samples],
                "weights": [seconds for _, seconds in samples],
            }
            for name, samples in (("main thread", self._main), ("other threads", self._others))
            if samples
        ]
        return {
            "$schema": "https://www.speedscope.app/file-format-schema.json",
            "name": self.name,
            "exporter": "scaler_lab",
            "activeProfileIndex": 0,
            "shared": {"frames": [_speedscope_frame(frame) for frame in numbers]},
            "profiles": profiles,
        }

    def save(self, path: str | Path) -> Path:
        """Write a file: ``.svg`` is a picture, ``.json`` is for https://www.speedscope.app.

        Args:
            path: Where to; an existing file is replaced.

        Returns:
            The path.

        Raises:
            ValueError: The name ends with neither, or the flame has no samples.
        """
        path = Path(path)
        kind = kind_of_file(path)
        if not self.n_samples:
            raise ValueError(f"there is nothing to save: {self}")
        text = self.svg() if kind == "svg" else json.dumps(self.speedscope())
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
        return path


def kind_of_file(path: Path) -> Literal["svg", "json"]:
    """Return the kind of file that `Flame.save` writes, by its name.

    Raises:
        ValueError: The name has another ending.
    """
    match path.suffix.lower():
        case ".svg":
            return "svg"
        case ".json":
            return "json"
        case other:
            raise ValueError(
                f"can't write a flame graph as {other or 'a file without an ending'}: "
                "name a .svg file (a picture) or a .json file (for speedscope.app)"
            )


def sample(
    look: Look, flame: Flame, seconds: float, is_stopped: Callable[[], bool] = lambda: False
) -> None:
    """Look where a task is about 100 times a second, until it ends or *seconds* have passed.

    It also ends as soon as *is_stopped* returns True.

    The looks are at random distances, so that a task that does the same thing over and over isn't
    seen always at the same point.  Slow looks come further apart.

    Raises:
        ValueError: *seconds* isn't a number above 0.
        EngineLost: The engine was gone before the first sample.
    """
    if not 0 < seconds < math.inf:
        raise ValueError(f"can't look at a task for {seconds} seconds: expected more than 0")
    before = asked_at = time.monotonic()
    end = before + seconds
    while asked_at < end and not is_stopped():
        try:
            stack = look(end - asked_at)
        except EngineLost:
            if flame.n_samples:
                return
            raise
        now = time.monotonic()
        flame.add(stack, min(now - before, MAX_WEIGHT))
        if stack.state == ENDED:
            return
        before, took = now, now - asked_at
        pause = random.uniform(0.5, 1.5) * SAMPLE_INTERVAL - took
        time.sleep(max(0.0, min(max(pause, took * (1 / MAX_SHARE - 1)), end - now)))
        asked_at = time.monotonic()


def _waits_for(stack: TaskStack) -> str:
    """Return what the task waits for; empty if it runs."""
    if stack.state.startswith(_CHILD):
        return f"{_CHILD}:{stack.state.partition(':')[2]}"  # without its number
    is_running = stack.state.startswith("running") or stack.state in ("in C", QUEUED, UNKNOWN)
    return "" if is_running else stack.state


def _pseudo(text: str) -> Stack:
    return (StackFrame("", 0, text),) if text else ()


def _speedscope_frame(frame: StackFrame) -> dict[str, Any]:
    place = {"file": frame.file, "line": frame.line} if frame.file else {}
    return {"name": frame.name, **place}
