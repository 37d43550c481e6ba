"""Progress from inside tasks, and what tasks took: on the real local engine."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import os
import pickle
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudpickle as untyped_cloudpickle  # pyright: ignore[reportMissingTypeStubs]
import output_tasks
import pytest
from helpers import LONG_GRACE_SECONDS, TIMEOUT, wait_until

from scaler_lab import Client, LocalEngine, Progress, ScalerFuture, WorkerDied, progress
from scaler_lab.core import progress as door
from scaler_lab.core.messages import ProfileResult, TaskProgress
from scaler_lab.engines.local import worker_ipc
from scaler_lab.testing._contract_monitor import MonitoredEngine


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(n_workers=1, echo=False, grace=LONG_GRACE_SECONDS) as client:
        yield client
        client.cancel_all(timeout=0, force=True)


@pytest.fixture
def sink() -> Iterator[list[Progress]]:
    """Report progress in this process as in a task; yields what was reported so far."""
    said: list[Progress] = []
    cells = memoryview(bytearray(8)).cast("Q")
    sink = door.ProgressSink(lambda _seq, told, _counts: said.append(told), cells, 0)
    door.attach(sink)
    yield said
    door.attach(None)


# -- in tasks --------------------------------------------------------------------------------------


def test_a_loop_is_followed_while_it_runs_and_exact_at_its_end(
    client: Client, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    future = client.submit(output_tasks.loop_until, 1000, 700, str(gate))
    wait_until(lambda: future.progress == Progress(700, 1000, "until"), "it to stand at 700")
    info = client.board.info(future.task_id)
    assert info is not None
    assert info.progress == Progress(700, 1000, "until")
    gate.touch()
    future.result(TIMEOUT)
    assert future.progress == Progress(1000, 1000, "until")


def test_short_loops_that_fail_and_threads_are_reported_exactly(client: Client) -> None:
    short = client.submit(output_tasks.loop, 3, "x" * 500)
    failed = client.submit(output_tasks.loop_and_raise, 10, 4)
    nested = client.submit(output_tasks.loop_in_loop)
    threaded = client.submit(output_tasks.update_in_thread, 4)
    silent = client.submit(output_tasks.nothing)
    for future in (short, failed, nested, threaded, silent):
        future.exception(TIMEOUT)
    assert short.progress == Progress(3, 3, "x" * door.NOTE_CHARACTERS)
    assert failed.progress == Progress(4, 10)
    assert nested.progress == Progress(3, 3, "outer")
    assert threaded.progress == Progress(4, 10, "thread")
    assert silent.progress is None


def test_update_is_reported_whatever_its_values_are(client: Client, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    future = client.submit(output_tasks.update, 0.5, None, "☃" * 50, str(gate))
    told = wait_until(lambda: future.progress, "its progress")
    assert told is not None
    assert told == Progress(0.5, None, "☃" * 50)
    assert told.fraction is None
    gate.touch()
    future.result(TIMEOUT)


def test_a_task_that_reports_progress_all_the_time_is_shown_ten_times_a_second() -> None:
    engine = MonitoredEngine(LocalEngine(n_workers=1))
    with Client(engine, echo=False) as client:
        future = client.submit(output_tasks.update_often, 0.5)
        said = future.result(TIMEOUT)
        told = [e for e in engine.events_of(future.task_id) if isinstance(e, TaskProgress)]
        run_seconds = future.profile.run_seconds
        assert run_seconds is not None
        assert 1 <= len(told) <= 10 * run_seconds + 2 < said
        assert told[-1].progress.done == said
        assert not engine.breaches


def test_a_task_that_reports_progress_all_the_time_is_stopped_like_any_other(
    client: Client,
) -> None:
    for _ in range(5):
        future = client.submit(output_tasks.update_for_ever)
        wait_until(lambda f=future: f.progress, "it to run")  # type: ignore[misc]
        assert future.cancel(TIMEOUT)
        assert future.cancelled()
        assert future.progress is not None
    assert client.submit(output_tasks.loop, 2, "").result(TIMEOUT) == 2


# -- the door --------------------------------------------------------------------------------------


def test_outside_of_a_task_it_is_harmless() -> None:
    assert list(progress([1, 2])) == [1, 2]
    assert len(list(progress(iter("abc"), total=3, note="n"))) == 3
    progress.update(1, 2, "nobody hears it")
    with pytest.raises(TypeError):
        progress.update([])  # type: ignore[arg-type]


def test_a_function_takes_it_along_by_name() -> None:
    assert pickle.loads(pickle.dumps(progress)) is progress
    cloudpickle: Any = untyped_cloudpickle
    assert pickle.loads(cloudpickle.dumps(progress)) is progress


def test_numbers_are_made_plain_and_what_is_none_is_left_out(sink: list[Progress]) -> None:
    import numpy as np

    progress.update(np.int64(3), np.float32(4))
    progress.update(math.nan)
    progress.update(1, math.inf)
    progress.update(2**80)
    assert sink == [Progress(3, 4.0), Progress(1, None), Progress(float(2**80))]
    assert [type(told.done) for told in sink] == [int, int, float]


def test_a_loop_that_was_left_makes_room_for_the_next(sink: list[Progress]) -> None:
    for _ in progress(range(9), note="left"):
        break
    list(progress(range(2), note="next"))
    assert [told.note for told in sink] == ["left", "next"]


def test_bars_of_tqdm_are_the_tasks_progress(
    sink: list[Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []

    class Bar:  # as much of tqdm's as is used; it calls `display` as tqdm does
        def __init__(self, items: Any, desc: str = "", file: Any = None) -> None:
            self.items, self.n, self.total, self.file = items, 0, len(items), file
            self.desc = f"{desc}: " if desc else ""

        def __iter__(self) -> Iterator[Any]:
            for item in self.items:
                yield item
                self.n += 1
                self.display()
            self.close()

        def display(self, *_: Any) -> None:
            drawn.append(self.n)

        def close(self) -> None:
            pass

    module = types.ModuleType("tqdm.std")
    module.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.std", module)
    monkeypatch.setattr(door, "_tqdm", None)
    assert list(progress.tqdm(range(2), desc="reading")) == [0, 1]
    assert sink == [Progress(1, 2, "reading"), Progress(2, 2, "reading")]
    assert not drawn
    door.attach(None)
    assert list(progress.tqdm(range(2))) == [0, 1]  # outside of a task
    assert drawn == [1, 2]


# -- the note --------------------------------------------------------------------------------------


def test_while_a_note_is_written_the_one_before_it_is_the_last() -> None:
    """However long that takes: the system may suspend the worker in the middle of its copy."""
    area = memoryview(bytearray(worker_ipc.NOTES_BYTES))
    assert worker_ipc.read_note(area) is None
    texts = [worker_ipc.note_text(Progress(n, 9, "n" * n)) for n in range(6)]
    worker_ipc.write_note(area, 0, texts[0])
    assert worker_ipc.read_note(area) == (0, texts[0])
    for seq in range(1, 6):
        before = bytes(area)
        worker_ipc.write_note(area, seq, texts[seq])
        after = bytes(area)
        assert worker_ipc.read_note(after) == (seq, texts[seq])
        changed = [at for at in range(worker_ipc.NOTES_BYTES) if before[at] != after[at]]
        for at in changed[1:]:
            assert worker_ipc.read_note(after[:at] + before[at:]) == (seq - 1, texts[seq - 1])
            assert worker_ipc.read_note(before[:at] + after[at:]) == (seq - 1, texts[seq - 1])


def report_without_a_pause(page: worker_ipc.SharedPage, *, counts: bool) -> None:
    sink = door.ProgressSink(
        lambda seq, progress, counted: worker_ipc.write_note(
            page.note_of(0), seq, worker_ipc.note_text(progress, counts=counted)
        ),
        page.of(0),
        worker_ipc.COUNT,
    )
    for n in itertools.count(1):
        if counts:  # many short loops
            sink.take(sink)
            sink.count(sink, n, "n")
            sink.release(sink)
        else:
            sink.report(Progress(n, note="n"))


@pytest.mark.parametrize("counts", [False, True])
def test_progress_is_read_from_a_task_that_reports_without_a_pause(counts: bool) -> None:
    """On two free cores there is a new report between any two steps of the reader."""
    page = worker_ipc.SharedPage(1)
    process = multiprocessing.get_context("fork").Process(
        target=report_without_a_pause, args=(page,), kwargs={"counts": counts}, daemon=True
    )
    process.start()
    try:
        wait_until(lambda: any(page.note_of(0)), "the first report")
        seen = [worker_ipc.read_progress(page.note_of(0), page.of(0)) for _ in range(2000)]
    finally:
        process.kill()
        process.join()
        process.close()
    assert sum(progress is not None for progress in seen) > 0.9 * len(seen)


def test_a_note_that_is_too_long_loses_its_words_only() -> None:
    text = worker_ipc.note_text(Progress(1, 2, "😀" * 100))
    assert worker_ipc.progress_in(text) == Progress(1, 2)
    assert worker_ipc.progress_in(b"=nonsense") is None
    assert worker_ipc.progress_in(worker_ipc.note_text(Progress(0, 9), counts=True), 5) == Progress(
        5, 9
    )


# -- what tasks took -------------------------------------------------------------------------------


def test_a_profile_has_what_a_task_took(client: Client) -> None:
    burnt = client.submit(output_tasks.burn, 0.05)
    queued = client.submit(output_tasks.fill, 64 * 1024 * 1024)
    size = queued.result(TIMEOUT)
    after = client.submit(output_tasks.burn, 0.01)
    after.result(TIMEOUT)
    took = burnt.profile
    assert took.worker == burnt.worker
    assert took.attempt == 1
    assert took.run_seconds is not None
    assert took.cpu_seconds is not None
    assert took.cpu_seconds >= 0.05
    assert took.run_seconds >= 0.05
    assert took.peak_memory is not None
    assert took.bytes_in is not None
    assert took.bytes_in > 0
    waited = queued.profile.queue_seconds
    assert waited is not None
    assert waited >= 0.04  # behind the first
    peak, peak_after = queued.profile.peak_memory, after.profile.peak_memory
    assert peak is not None
    assert peak > size
    assert peak_after is None or sys.platform != "linux" or peak_after < peak


def test_bytes_in_and_out_are_the_sizes_of_what_travels(client: Client) -> None:
    for size in (10, 1_000_000):
        future = client.submit(bytes.upper, b"x" * size)
        future.result(TIMEOUT)
        profile = future.profile
        assert profile.bytes_in is not None
        assert profile.bytes_out is not None
        assert size < profile.bytes_in < size + 500
        assert size <= profile.bytes_out < size + 100


def test_a_task_that_was_stopped_has_a_profile_too(client: Client) -> None:
    took: list[ProfileResult] = []
    client.submit(output_tasks.nothing).result(TIMEOUT)  # has imported it
    for force in (False, True):
        future = client.submit(output_tasks.burn, 10_000)
        wait_until(future.running)
        assert future.cancel(TIMEOUT, force=force)
        took.append(future.profile)
    dead: ScalerFuture[None] = client.submit(os._exit, 3)
    assert isinstance(dead.exception(TIMEOUT), WorkerDied)
    took.append(dead.profile)
    assert [profile.cpu_seconds is None for profile in took] == [False, True, True]
    assert [profile.bytes_in for profile in took] == [took[0].bytes_in, took[0].bytes_in, 39]
    for profile in took:
        assert profile.run_seconds is not None
        assert profile.bytes_out == 0
    for killed in took[1:]:
        assert killed.peak_memory is not None
        assert killed.peak_memory > 1_000_000


def test_profiles_are_rows() -> None:
    with Client(n_workers=1, echo=False) as client:
        future = client.submit(output_tasks.nothing)
        future.result(TIMEOUT)
        [row] = client.resource_usage()
    assert row["number"] == 1
    assert row["name"] == "nothing"
    assert row["status"] == "succeeded"
    assert row["run_seconds"] == future.profile.run_seconds
    assert set(row) >= {"cpu_seconds", "peak_memory", "bytes_in", "bytes_out", "worker", "attempt"}
