"""The conformance kit: `check_engine` checks any engine against the contract of `engines.base`.

    def test_my_engine() -> None:
        print(check_engine(MyEngine))

Every check goes through a real `Client`, so it checks what a user would see.  Meanwhile a monitor
records what the contract forbids: a second verdict, a start after the end, a confirmation that
nobody requested, anything after `EngineGone`.

The kit does not trust the engine: whether a task was stopped is read from a file that the task
writes to.  If a check finds the engine stuck, it is abandoned after a time, and the next check gets
a new engine.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from scaler_lab.engines.base import Engine
from scaler_lab.testing._checks import CHECKS, CheckFunction
from scaler_lab.testing._checks.shutdown import a_lost_engine_settles_every_future
from scaler_lab.testing._workbench import Broken, Workbench

E = TypeVar("E", bound=Engine)

STUCK_AFTER_TIMEOUTS = 4  # a check waits for a few things at most, one after the other
WRITES_ON_SECONDS = 5.0  # for a task that is no longer awaited


class Verdict(StrEnum):
    """The outcome of a check."""

    PASSED = "passed"
    FAILED = "FAILED"
    NOT_CHECKED = "not checked"  # there is nothing to check; the text explains why


@dataclass(frozen=True)
class Check:
    """The result of one check.

    Attributes:
        name: The name of the check, as `check_engine` accepts it in *only*.
        rule: The rule of the contract that it checks.
        verdict: Its outcome.
        text: Why it failed or was not checked; empty if it passed.
        seconds: How long it took.
    """

    name: str
    rule: str
    verdict: Verdict
    text: str
    seconds: float

    def __str__(self) -> str:
        found = f"\n{'':13}{self.rule}\n{'':13}{self.text}" if self.text else ""
        return f"{self.verdict.value:<11}  {self.name} ({self.seconds:.1f} s){found}"


@dataclass(frozen=True)
class Report:
    """The results of all checks.

    Attributes:
        label: The label of the engine.
        checks: The result of each check, in the order in which they ran.
    """

    label: str
    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that the engine did not pass."""
        return tuple(check for check in self.checks if check.verdict is Verdict.FAILED)

    def __str__(self) -> str:
        return "\n".join([f"conformance of {self.label}:", *map(str, self.checks)])


class ConformanceFailure(AssertionError):
    """The engine breaks its contract.  The message lists every check that failed.

    Attributes:
        report: The report of all checks.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        failed = self.report.failed
        head = f"{self.report.label} failed {len(failed)} of {len(self.report.checks)} checks:"
        return "\n".join([head, *map(str, failed)])


def check_engine(
    make_engine: Callable[[], E],
    *,
    lose: Callable[[E], object] | None = None,
    crowd: int = 64,
    patience: float = 20.0,
    only: Collection[str] | None = None,
    raises: bool = True,
) -> Report:
    """Check an engine against the contract and return a report of all checks.

    Args:
        make_engine: Returns a new engine, which must not be opened yet.
        lose: Makes a running engine fail as it would in practice (for example, kills its
            scheduler).  Without it, that check is reported as not checked.
        crowd: A number of tasks that is larger than what the engine runs at once.
        patience: The seconds that any one answer may take.
        only: The names of the checks to run, while you work on one of them; None means all.
        raises: Whether to raise an exception if a check fails.

    Returns:
        The report.

    Raises:
        ConformanceFailure: A check failed, and *raises* is true.
        ValueError: *only* contains a name that is not a check.
    """
    functions = [*CHECKS, _losing(lose)]
    if only is not None:
        unknown = set(only) - {_name(f) for f in functions}
        if unknown:
            raise ValueError(f"no such checks: {', '.join(sorted(unknown))}")
        functions = [f for f in functions if _name(f) in only]
    with _folder() as folder:
        make_workbench = functools.partial(
            Workbench, make_engine, folder, patience=patience, crowd=crowd
        )
        label, checks = _run(make_workbench, functions, STUCK_AFTER_TIMEOUTS * patience)
    report = Report(label, checks)
    if raises and report.failed:
        raise ConformanceFailure(report)
    return report


@contextlib.contextmanager
def _folder() -> Generator[Path]:
    """Yield a folder for the tasks' evidence.

    A task of a lost engine may continue to write to it for a moment, so its removal is repeated.
    """
    folder = Path(tempfile.mkdtemp(prefix="conformance-"))
    try:
        yield folder
    finally:
        end = time.monotonic() + WRITES_ON_SECONDS
        while folder.exists() and time.monotonic() < end:
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.01)  # other processes write there, and no event reports their end


def _losing(lose: Callable[[E], object] | None) -> CheckFunction:
    run = functools.partial(a_lost_engine_settles_every_future, lose=lose)
    functools.update_wrapper(run, a_lost_engine_settles_every_future)
    return CheckFunction(run, ends_engine=lose is not None)


def _name(function: CheckFunction) -> str:
    return function.run.__name__


def _run(
    make_workbench: Callable[[], Workbench], functions: Iterable[CheckFunction], limit: float
) -> tuple[str, tuple[Check, ...]]:
    """Run the checks.  A workbench is reused until a check fails or ends its engine."""
    label = "an engine that could not be made"
    workbench: Workbench | None = None
    checks: list[Check] = []
    for function in functions:
        began = time.monotonic()
        found = ""
        verdict = Verdict.PASSED
        try:
            if workbench is None or function.ends_engine:
                if workbench is not None:
                    _within(limit, workbench.shut_down)
                workbench = None
                workbench = _within(limit, make_workbench)
                label = workbench.engine.label
            found = _within(limit, functools.partial(_check, function, workbench))
            if found:
                verdict = Verdict.NOT_CHECKED
        except Broken as error:
            verdict, found = Verdict.FAILED, str(error)
        except Exception as error:
            verdict, found = Verdict.FAILED, "".join(traceback.format_exception(error)).strip()
        if workbench is not None and verdict is Verdict.FAILED:
            found = "; ".join(dict.fromkeys([found, *workbench.engine.breaches[:3]]))
            workbench.abandon()
            workbench = None
        elif function.ends_engine:
            workbench = None
        rule = (function.run.__doc__ or "").strip().splitlines()[0]
        checks.append(
            Check(_name(function), rule, verdict, found, round(time.monotonic() - began, 3))
        )
    if workbench is not None:
        workbench.abandon()
    return label, tuple(checks)


def _check(function: CheckFunction, workbench: Workbench) -> str:
    found = function.run(workbench)
    workbench.settle()
    if function.ends_engine:
        workbench.shut_down()
    return found


T = TypeVar("T")


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Return what *call* returns, or raise what it raises.

    If that takes too long, raise `Broken` with the place where it is stuck.  *call* runs in a
    thread, which is then left behind, because nothing else gets past an engine that never returns.
    """
    returned: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(call())
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, name="conformance-check", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]
        frame = frames.get(thread.ident or 0)
        stack = "".join(traceback.format_stack(frame)[-4:]) if frame else ""
        raise Broken(f"stuck for {seconds:g} s here:\n{stack}")
    if raised:
        raise raised[0]
    return returned[0]
