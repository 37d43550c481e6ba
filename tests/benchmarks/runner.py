"""Runs each (run, measure, system) in a new process, and leaves no process behind.

A probe starts in its own session, with a mark in its environment that all its descendants inherit.
On Linux the runner adopts orphans (PR_SET_CHILD_SUBREAPER).  So all processes that a probe leaves
over, in any session, are among the runner's own descendants; the runner recognises them by the mark
and ends them.  Processes without the mark are never touched.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from .records import MeasureOutcome, Record

_TESTS, ROOT = Path(__file__).resolve().parents[1:3]

CLOSE_TIMEOUT = 15.0
LINGER_SECONDS = 3.0

_MARK = "SCALER_LAB_BENCH_PROBE"
_PR_SET_CHILD_SUBREAPER = 36


def plan(
    measures: Sequence[str], systems: Sequence[str], runs: int
) -> Iterator[tuple[int, str, str]]:
    """Yield the order of the measurements: run by run, and for each measure all systems in turn.

    Each run starts with another system, so that no system always follows the same one.
    """
    for run in range(runs):
        shift = run % len(systems) if systems else 0
        turn = [*systems[shift:], *systems[:shift]]
        for measure in measures:
            for system in turn:
                yield run, measure, system


def take(
    adapter: str,
    measure: str,
    *,
    limit: float,
    python: str = sys.executable,
    quick: bool = False,
    log: Callable[[str], None] | None = None,
) -> Record:
    """Run one measure of one system in a new process, within *limit* seconds.

    Errors of the system are reported in the record and never raised.  *log* receives the output of
    a probe that failed.
    """
    with _adopting_orphans(), _folder() as folder:
        out, output = folder / "record.json", folder / "output.txt"
        mark = secrets.token_hex(8)
        command = [python, "-m", f"{__package__}.probe", adapter, measure, str(out), str(folder)]
        with output.open("wb") as sink:
            probe = subprocess.Popen(
                [*command, *(["--quick"] if quick else [])],
                cwd=ROOT,
                env=_environment(folder, mark),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            ended = _wait(probe, out, limit)
            record = _read(out)
            left = _linger(mark) if ended and record is not None and record.closed else 0
        finally:
            _end(probe, mark)
        if record is None:
            why = f"exit code {probe.returncode}" if ended else f"hung: over {limit:.0f} s"
            record = Record(0, measure, adapter, MeasureOutcome.FAILED, remark=why)
        elif record.outcome is MeasureOutcome.MEASURED and not ended:
            _add_remark(record, f"did not close within {CLOSE_TIMEOUT:.0f} s")
        elif probe.returncode:
            _add_remark(record, f"closing failed: exit code {probe.returncode}")
        elif left:
            _add_remark(record, f"left {left} processes behind")
        if log is not None and record.outcome is MeasureOutcome.FAILED:
            log(output.read_text(encoding="utf-8", errors="replace")[-4000:])
        return record


def _environment(folder: Path, mark: str) -> Mapping[str, str]:
    ours = (ROOT, _TESTS, _TESTS / "support")
    paths = [*map(str, ours), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),  # also for workers that are started as new processes
        "TMPDIR": str(folder),
        _MARK: mark,
    }


def _wait(probe: subprocess.Popen[bytes], out: Path, limit: float) -> bool:
    """Return whether the probe ended by itself.  Once its record exists, it only has to close."""
    end = time.monotonic() + limit
    closing = False
    while True:
        try:
            probe.wait(0.1)
        except subprocess.TimeoutExpired:
            if not closing and out.exists():
                closing = True
                end = time.monotonic() + CLOSE_TIMEOUT
            if time.monotonic() > end:
                return False
        else:
            return True


def _read(out: Path) -> Record | None:
    if not out.exists():
        return None
    return Record.from_dict(json.loads(out.read_text(encoding="utf-8")))


def _add_remark(record: Record, text: str) -> None:
    record.remark = f"{record.remark}; {text}" if record.remark else text


# -- ending processes ----------------------------------------------------------------------------


def _linger(mark: str) -> int:
    """Return how many marked processes remain after a closed pool had time to end."""
    end = time.monotonic() + LINGER_SECONDS
    while (found := _marked(mark)) and time.monotonic() < end:
        time.sleep(0.05)  # a poll: there is no event for this
    return len(found)


def _end(probe: subprocess.Popen[bytes], mark: str) -> None:
    """Kill all marked processes, repeatedly until none is found, because they may fork."""
    for _ in range(20):
        found = _marked(mark)
        if probe.poll() is None:
            os.killpg(probe.pid, signal.SIGKILL)
        for process in found:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(found, timeout=1)
        if probe.poll() is not None and not _marked(mark):
            return
        time.sleep(0.05)  # a poll: there is no event for this


def _marked(mark: str) -> list[psutil.Process]:
    """Return the runner's living descendants that carry *mark*."""
    found: list[psutil.Process] = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                process.wait(0)
            elif process.environ().get(_MARK) == mark:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # ended meanwhile, or no permission to read it
    return found


@contextmanager
def _adopting_orphans() -> Generator[None]:
    """Temporarily become the parent of descendants whose parent has ended."""
    _set_subreaper(True)
    try:
        yield
    finally:
        _set_subreaper(False)


def _set_subreaper(on: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


@contextmanager
def _folder() -> Generator[Path]:
    # A short path, because systems put their sockets into it.
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
