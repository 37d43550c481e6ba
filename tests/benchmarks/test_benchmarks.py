"""Tests of the benchmark harness with fake systems.  No test depends on speed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console

from . import engines, report, runner
from .bench import Bench
from .figures import Figure, cell_text, figure_of, quantity
from .goals import AtMost, NoWorseThan, TimesFastestPeer, is_met
from .measures import MEASURES
from .measures.cancel_running import stop_one
from .measures.measure import Measure, Row, Statistic, Unit
from .pulse import Pulse
from .records import MeasureOutcome, Record, Session
from .systems import OURS, SYSTEMS
from .systems.system import CancelAnswer, System, Unable

HERE = __name__


class Threads(System):
    """A thread pool.  Its tasks end when `stop` is set, because they belong to this module."""

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        self._pool = ThreadPoolExecutor(n_workers)
        self.stop = threading.Event()

    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        return self._pool.submit(fn, *args)

    def result(self, handle: Future[Any]) -> Any:
        return handle.result()

    def cancel(self, handle: Future[Any]) -> CancelAnswer:
        self.stop.set()
        handle.result()
        return CancelAnswer.CANCELLED

    def close(self) -> None:
        self.stop.set()
        self._pool.shutdown()


class Liar(Threads):
    """Reports "cancelled", and stops the task a little later."""

    def cancel(self, handle: Future[Any]) -> CancelAnswer:
        assert handle.running()
        threading.Timer(0.05, self.stop.set).start()
        return CancelAnswer.CANCELLED


class Stubborn(Threads):
    """Refuses every cancel."""

    def cancel(self, handle: Future[Any]) -> CancelAnswer:
        said = handle.cancel()
        self.stop.set()
        return CancelAnswer.CANCELLED if said else CancelAnswer.REFUSED


# -- the measures of the probes below -----------------------------------------------------------


def _count(bench: Bench) -> None:
    pool = bench.open()
    for i in bench.rounds(3, seconds=60):
        bench.note("value", float(pool.result(pool.submit(abs, -i))))


def _raise(bench: Bench) -> None:
    bench.note("value", 1.0)
    raise ZeroDivisionError("of all things")


def _refuse(_: Bench) -> None:
    raise Unable("has no such thing")


def _refuse_later(bench: Bench) -> None:
    bench.note("value", 1.0)
    raise Unable("had enough")


def _die(_: Bench) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang(_: Bench) -> None:
    time.sleep(600)  # a hang, which is ended at the time limit


def _litter(bench: Bench) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    bench.note("pid", child.pid)


def _measure(take: Callable[[Bench], None], *rows: Row) -> Measure:
    return Measure("made-up", "Made up", take, rows)


COUNT, RAISE, REFUSE = _measure(_count), _measure(_raise), _measure(_refuse)
REFUSE_LATER = _measure(_refuse_later, Row("", "value", Unit.COUNT))
DIE, HANG, LITTER = _measure(_die), _measure(_hang), _measure(_litter)


def take(measure: str, *, system: str = "Threads", limit: float = 40.0) -> Record:
    return runner.take(f"{HERE}:{system}", f"{HERE}:{measure}", limit=limit)


# -- the runner ---------------------------------------------------------------------------------


def test_a_measure_is_taken_in_another_process() -> None:
    record = take("COUNT")
    assert (record.outcome, record.remark) == (MeasureOutcome.MEASURED, "")
    assert record.series == {"value": [0.0, 1.0, 2.0]}
    assert record.closed


def test_what_a_system_raises_is_its_own_cell() -> None:
    record = take("RAISE")
    assert record.outcome is MeasureOutcome.FAILED
    assert record.remark == "ZeroDivisionError: of all things"


def test_what_a_system_lacks_is_its_own_cell() -> None:
    record = take("REFUSE")
    assert (record.outcome, record.remark) == (MeasureOutcome.UNABLE, "has no such thing")


def test_what_was_measured_before_a_system_gave_up_is_kept() -> None:
    record = take("REFUSE_LATER")
    assert (record.outcome, record.series) == (MeasureOutcome.MEASURED, {"value": [1.0]})
    assert record.remark == "then it gave up: had enough"


def test_a_crash_is_its_own_cell() -> None:
    record = take("DIE")
    assert (record.outcome, record.remark) == (MeasureOutcome.FAILED, "exit code -9")


def test_a_hang_ends_at_the_limit() -> None:
    record = take("HANG", limit=2.0)
    assert (record.outcome, record.remark) == (MeasureOutcome.FAILED, "hung: over 2 s")


def test_a_system_that_is_not_installed_is_named_so() -> None:
    record = runner.take("no_such_module:System", "submit", limit=40.0)
    assert record.outcome is MeasureOutcome.MISSING


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets us adopt orphans")
def test_what_a_system_leaves_behind_is_reported_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "LINGER_SECONDS", 0.1)
    record = take("LITTER")
    assert record.remark == "left 1 processes behind"
    assert not psutil.pid_exists(int(record.series["pid"][0]))


def test_each_run_begins_with_another_system() -> None:
    steps = list(runner.plan(["a", "b"], ["x", "y"], 2))
    assert steps[:4] == [(0, "a", "x"), (0, "a", "y"), (0, "b", "x"), (0, "b", "y")]
    assert steps[4:6] == [(1, "a", "y"), (1, "a", "x")]


# -- the evidence -------------------------------------------------------------------------------


def _stop(system: type[Threads], folder: Path) -> float:
    bench = Bench(system, folder)
    pool = bench.open(1)
    assert isinstance(pool, Threads)

    def task(path: str, _: float) -> None:
        try:
            with Pulse(path) as pulse, pulse.living():
                while not pool.stop.is_set():
                    pulse.beat()
                raise InterruptedError
        except InterruptedError:
            return

    try:
        return stop_one(bench, pool, task, force=False, beats=True).too_early
    finally:
        bench.close()


def test_a_system_that_stops_first_and_then_reports_it_is_believed(tmp_path: Path) -> None:
    assert _stop(Threads, tmp_path) == 0


def test_a_system_that_reports_a_stop_too_early_is_caught(tmp_path: Path) -> None:
    assert _stop(Liar, tmp_path) > 0


def test_a_system_that_refuses_a_cancel_is_believed(tmp_path: Path) -> None:
    with pytest.raises(Unable, match=r"cancel\(\) is False"):
        _stop(Stubborn, tmp_path)


# -- the figures --------------------------------------------------------------------------------


def _record(
    system: str, values: list[float], outcome: MeasureOutcome = MeasureOutcome.MEASURED
) -> Record:
    return Record(0, "made-up", system, outcome, {"v": values} if values else {}, "why")


def test_a_median_is_that_of_the_runs_and_a_p99_that_of_all_values() -> None:
    records = [_record(OURS, [1.0, 2.0, 3.0]), _record(OURS, [5.0]), _record(OURS, [9.0])]
    assert figure_of(records, Row("", "v", Unit.COUNT)) == Figure(5, 2, 9, 5)
    assert figure_of(records, Row("", "v", Unit.COUNT, Statistic.P99)) == Figure(9, 3, 9, 5)
    often = [_record(OURS, [1.0, 0.0]), _record(OURS, [0.0])]
    row = Row("", "v", Unit.COUNT, Statistic.HOW_OFTEN)
    assert cell_text(often, row, ranges=True) == "1 of 3"


def test_a_cell_without_a_figure_has_the_reason() -> None:
    row = Row("", "v", Unit.SECONDS)
    assert (
        cell_text([_record(OURS, [], MeasureOutcome.FAILED)] * 2, row, ranges=True) == "failed: why"
    )
    assert cell_text([_record(OURS, [], MeasureOutcome.UNABLE)], row, ranges=True) == "why"
    some = [_record(OURS, [0.5]), _record(OURS, [], MeasureOutcome.FAILED)]
    assert cell_text(some, row, ranges=True) == "500 ms\n(1 of 2 runs failed)"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.00037, Unit.SECONDS, "370 µs"),
        (0.0123, Unit.SECONDS, "12.3 ms"),
        (3.03, Unit.SECONDS, "3.03 s"),
        (0.0, Unit.SECONDS, "0 µs"),
        (1960, Unit.BYTES, "1.96 KB"),
        (552e6, Unit.BYTES, "552 MB"),
        (28_142, Unit.PER_SECOND, "28,100"),
    ],
)
def test_quantities_read_as_people_write_them(value: float, unit: Unit, text: str) -> None:
    assert quantity(value, unit) == text


def test_goals() -> None:
    peers = {"process_pool": 10.0, "pebble": 8.0}
    assert is_met(AtMost(5), 5, peers, higher_is_better=False)
    assert not is_met(AtMost(5), 5.1, peers, higher_is_better=False)
    assert is_met(TimesFastestPeer(4), 40, peers, higher_is_better=True)
    assert not is_met(TimesFastestPeer(4), 39, peers, higher_is_better=True)
    assert not is_met(TimesFastestPeer(1), 8, peers, higher_is_better=False)
    assert is_met(NoWorseThan("process_pool"), 10, peers, higher_is_better=False)
    assert is_met(NoWorseThan("ray"), 10, peers, higher_is_better=False) is None
    assert is_met(AtMost(5), None, peers, higher_is_better=False) is None


# -- the report ---------------------------------------------------------------------------------

ROWS = (
    Row("fast", "v", Unit.SECONDS, goal=TimesFastestPeer(2), goal_text="2 x", void_if="yet_ran"),
)
MEASURE = Measure("made-up", "Made up", _count, ROWS)


def _session() -> Session:
    honest, lying = _record("pebble", [6.0]), _record("dask", [1.0])
    lying.series["yet_ran"] = [7.0]
    gone = _record("ray", [], MeasureOutcome.MISSING)
    machine = {"cores": "2", "memory": "24 GiB", "python": "CPython", "system": "Linux"}
    return Session(machine, {"runs": "1"}, [_record(OURS, [2.0]), honest, lying, gone])


def test_a_peer_that_lies_is_not_a_rival() -> None:
    (line,) = report.lines_of(_session(), [MEASURE], list(SYSTEMS), ranges=True)
    assert (line.ratio, line.met) == ("3 x pebble", True)


def test_a_goal_is_missed_where_taking_the_measure_failed() -> None:
    session = _session()
    session.records[0] = _record(OURS, [], MeasureOutcome.FAILED)
    (line,) = report.lines_of(session, [MEASURE], list(SYSTEMS), ranges=True)
    assert (line.cells[0], line.met) == ("failed: why", False)


def test_the_reports_state_what_was_measured_and_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "new" / "session.json"
    _session().save(file)
    session = Session.load(file)
    assert session == _session()
    systems = [OURS, "pebble", "dask", "ray"]
    assert "| 2.00 s | 6.00 s | 1.00 s | not installed | 3 x pebble | met: 2 x |" in (
        report.markdown(session, [MEASURE], systems)
    )
    console = Console(file=io.StringIO(), width=200)
    report.print_report(console, session, [MEASURE], systems)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "goals met: 1 of 1" in shown
    assert "not installed: Ray (pip install ray)" in shown
    assert "7 of 1,000" in shown


def test_every_goal_has_words() -> None:
    for measure in MEASURES.values():
        for row in measure.rows:
            assert (row.goal is None) == (not row.goal_text), (measure.name, row.label)


# -- each engine, bare and through Client --------------------------------------------------------


def test_what_a_client_costs_is_taken_on_a_real_pool() -> None:
    entry = engines.ENGINES["threads"]
    record = runner.take(entry.adapter, engines.MEASURE, limit=60.0, quick=True)
    assert (record.outcome, record.remark, record.closed) == (MeasureOutcome.MEASURED, "", True)
    assert all(value > 0 for value in record.series["bare"] + record.series["client"])


def test_the_engines_table_has_a_line_for_each_that_was_tried() -> None:
    series = {
        "bare": [1000.0], "client": [950.0], "less": [5.0], "more": [2e-4], "more_cpu": [1e-4],
        "bare_one": [1e-3], "client_one": [2e-3],
    }  # fmt: skip
    records = [
        Record(0, "overhead", "dask", MeasureOutcome.MEASURED, series, version="1.2"),
        Record(0, "overhead", "ray", MeasureOutcome.MISSING),
    ]
    machine = {"cores": "2", "memory": "24 GiB", "python": "CPython", "system": "Linux"}
    session = Session(machine, {"runs": "1"}, records)
    lines = engines.lines_of(session, list(engines.ENGINES))
    text = engines.markdown(session, lines)
    assert (
        "| Dask 1.2 | 1,000 | 950 | 5.0 % | 200 µs | 100 µs | 1.00 ms | 2.00 ms "
        "| 10 % met; 100 µs MISSED |" in text
    )
    assert "| Ray | not installed |" in text
    assert "Measured on 2 cores" in text
