"""Where running tasks are: `ScalerFuture.stack`, `Client.stacks`, and what a killed task keeps."""

from __future__ import annotations

import ctypes
import linecache
import multiprocessing
import os
import pickle
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import local_tasks
import pytest
import stack_tasks
from helpers import LONG_GRACE_SECONDS, TIMEOUT, scheduler_pid, wait_until

from scaler_lab import (
    Client,
    EngineLost,
    FeatureMissing,
    LocalEngine,
    ScalerFuture,
    Stack,
    TaskTimeout,
)
from scaler_lab.engines.local.scheduler import frame_reader
from scaler_lab.engines.local.scheduler.frame_reader import (
    FrameReader,
    ThreadStack,
)
from scaler_lab.engines.local.scheduler.interpreter_layout import Layout, ReadTorn
from scaler_lab.engines.local.scheduler.stack_reader import StackReader
from scaler_lab.engines.local.scheduler.thread_states import thread_state

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="stacks are read from /proc")

FILE = stack_tasks.__file__


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(n_workers=2, echo=False, grace=LONG_GRACE_SECONDS) as client:
        yield client
        client.cancel(client.futures, timeout=TIMEOUT, force=True)


def running(client: Client, task: Callable[..., Any], *args: Any) -> ScalerFuture[Any]:
    future = client.submit(task, *args)
    wait_until(future.running, "the task to run")
    return future


# -- what a stack says -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "state", "name"),
    [
        (stack_tasks.spin, "running Python", "spin"),
        (stack_tasks.one_line_loop, "running Python", "one_line_loop"),
        (stack_tasks.churn, "running Python", "churn"),
        (stack_tasks.match, "in C", "match"),
        (stack_tasks.sleep, "waiting: sleep", "sleep"),
        (stack_tasks.select_for_ever, "waiting: select", "select_for_ever"),
        (stack_tasks.read_a_pipe, "waiting: read", "read_a_pipe"),
        (stack_tasks.wait_for_a_lock, "waiting: a lock", "wait_for_a_lock"),
        (stack_tasks.stop_itself, "paused", "stop_itself"),
        (stack_tasks.in_a_generator, "waiting: sleep", "in_a_generator"),
        (stack_tasks.with_a_thread, "waiting: sleep", "with_a_thread"),
    ],
)
def test_a_stack_shows_what_a_task_does(
    client: Client, task: Callable[[], Any], state: str, name: str
) -> None:
    future = running(client, task)
    wait_until(lambda: future.stack().state == state, f"the state {state!r}")
    stack = future.stack()
    assert stack.frames[0].name == name
    assert stack.frames[0].filename == FILE
    assert f'File "{FILE}", line {stack.frames[0].lineno}, in {name}' in stack
    assert linecache.getline(FILE, stack.frames[0].lineno or 0).strip() in stack
    assert "from outside" in stack.taken


def test_names_of_any_script_are_read(client: Client) -> None:
    future = running(client, stack_tasks.in_a_generator)
    wait_until(lambda: len(future.stack().frames) == 2, "the generator")
    assert future.stack().frames[1].name == "Żółw.名前"


def test_a_stack_names_the_child_process_that_a_task_waits_for(client: Client) -> None:
    future = running(client, stack_tasks.run_a_program)
    wait_until(lambda: "child process" in future.stack().state, "the child process")
    assert re.fullmatch(r"child process \d+: python\S*", future.stack().state)


def test_all_threads_of_a_task_are_shown(client: Client) -> None:
    future = running(client, stack_tasks.with_a_thread)
    wait_until(
        lambda: " in sleep" in future.stack().partition("another thread of the task")[2],
        "the second thread",
    )


def test_of_a_deep_recursion_the_innermost_frames_are_shown(client: Client) -> None:
    future = running(client, stack_tasks.recurse, 900)
    wait_until(lambda: future.stack().state == "waiting: sleep", "the innermost call")
    assert len(future.stack().frames) == 200
    assert future.stack().frames[-1].line == "time.sleep(LONG)"


def test_code_without_a_file_has_positions_and_no_source(client: Client) -> None:
    future = running(client, stack_tasks.in_dynamic_code)
    wait_until(lambda: future.stack().state == "waiting: sleep", "the code to run")
    assert future.stack().frames[-1].filename == "made up.py"
    assert future.stack().frames[-1].lineno == 3


def test_a_task_that_does_not_run_has_no_stack(client: Client) -> None:
    blockers = [running(client, stack_tasks.sleep) for _ in range(2)]
    queued = client.submit(stack_tasks.sleep)
    waiting = client.submit(stack_tasks.recurse, queued)
    assert [str(f.stack()) for f in (queued, waiting)] == ["queued", "queued"]
    assert blockers[0].cancel(TIMEOUT)
    assert blockers[0].stack().state == "ended"
    assert not blockers[0].stack().frames
    wait_until(queued.running, "the queued task to run")
    assert queued.stack().frames[0].name == "sleep"


def test_stacks_of_all_running_tasks(client: Client) -> None:
    futures = [running(client, stack_tasks.sleep), running(client, stack_tasks.spin)]
    client.submit(stack_tasks.sleep)
    found: dict[ScalerFuture[Any], Stack] = {}

    def is_so() -> bool:
        found.clear()
        found.update(client.stacks())
        return all(stack.frames for stack in found.values())

    wait_until(is_so, "their module to be imported")
    assert list(found) == futures
    assert [stack.frames[0].name for stack in found.values()] == ["sleep", "spin"]


def test_a_stack_survives_pickling_and_shows_itself_in_a_prompt(client: Client) -> None:
    stack = running(client, stack_tasks.sleep).stack()
    again = pickle.loads(pickle.dumps(stack))
    assert (again, again.state, again.taken) == (stack, stack.state, stack.taken)
    assert again.frames[0].name == "sleep"
    assert repr(stack) == str(stack)


# -- over some time ------------------------------------------------------------------------------


def test_a_flame_graph_shows_where_a_task_spends_its_time(client: Client) -> None:
    future = running(client, stack_tasks.churn)
    wait_until(lambda: future.stack().frames[0:1] != [], "its module to be imported")
    flame = future.flame(0.5)
    [churn] = [row for row in flame.rows() if row.name == "churn"]
    assert churn.total == pytest.approx(flame.seconds, rel=0.2)
    assert {"_leaf", "churn"} <= {row.name for row in flame.rows()}
    assert flame.name == "churn"


def test_a_flame_graph_of_a_task_that_ends_has_what_was_sampled(client: Client) -> None:
    future = running(client, stack_tasks.short_a, 0.5)
    flame = future.flame(TIMEOUT)
    assert future.done()
    assert "short_a" in {row.name for row in flame.rows()}
    assert str(future.flame()) == "short_a: no samples; the task is ended"


# -- a look changes nothing ------------------------------------------------------------------------


def test_a_wait_in_c_code_is_not_cut_short(client: Client, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    future = client.submit(stack_tasks.timed_wait, 1.0, begun)
    wait_until(begun.exists, "the wait to begin")
    looks = 0
    while future.running() or not future.done():
        looks += future.stack().state == "waiting: sleep"
    assert looks > 3
    assert future.result(TIMEOUT) >= 1.0


def test_a_task_that_is_looked_at_all_the_time_computes_the_same(client: Client) -> None:
    future = client.submit(stack_tasks.count_to, 2_000_000)
    while not future.done():
        future.stack()
    assert future.result() == stack_tasks.count_to(2_000_000)


def test_a_stack_is_never_that_of_another_task(client: Client) -> None:
    """Two kinds of short tasks follow each other on the same workers."""
    wrong: list[str] = []
    seen = 0
    kinds = (stack_tasks.short_a, stack_tasks.short_b)
    while seen < 40:
        kinds = kinds[::-1]
        task, other = kinds
        futures = [client.submit(task, 0.02), client.submit(task, 0.05)]
        client.submit(other, 0.02)
        for future in futures:
            while not future.done():
                names = [frame.name for frame in future.stack().frames]
                seen += task.__name__ in names  # else it ended, or its module is being imported
                if other.__name__ in names:
                    wrong.append(" > ".join(names))
    assert not wrong


# -- what is kept of tasks that were stopped -------------------------------------------------------


def test_a_task_that_had_to_be_killed_reports_where_it_was() -> None:
    with Client(n_workers=1, echo=False, grace=0.2) as client:
        future = running(client, stack_tasks.ignore_interrupts)
        wait_until(lambda: len(future.stack().frames) == 1, "its module to be imported")
        assert future.cancel(TIMEOUT)
        info = client.board.info(future.task_id)
        assert info is not None
        line = _line_of("time.sleep(LONG)", after="def ignore_interrupts")
        assert f"it was in ignore_interrupts (stack_tasks.py:{line})" in info.detail


def test_a_task_over_its_time_limit_reports_where_it_was(client: Client) -> None:
    future = client.options(timeout=0.3).submit(stack_tasks.match)
    frame = "prefixmatch" if sys.version_info >= (3, 15) else "match"  # what `re.match` is
    place = rf"it was in {frame}, called by match \(stack_tasks.py:"
    with pytest.raises(TaskTimeout, match=place):
        future.result(TIMEOUT)


def _line_of(text: str, *, after: str) -> int:
    lines = Path(FILE).read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(after))
    return next(n for n, line in enumerate(lines) if n > start and text in line) + 1


# -- when it can't be had --------------------------------------------------------------------------


def test_an_engine_that_is_gone_is_named() -> None:
    with Client(n_workers=1, echo=False) as client:
        future = running(client, stack_tasks.sleep)
        client.engine.close()
        with pytest.raises(EngineLost):
            client.engine.request_stack(future.task_id, print)


def test_a_scheduler_that_does_not_answer_is_named(client: Client) -> None:
    future = running(client, stack_tasks.sleep)
    scheduler = scheduler_pid(cast("LocalEngine", client.engine))
    os.kill(scheduler, signal.SIGSTOP)
    try:
        stack = future.stack(timeout=0.1)
    finally:
        os.kill(scheduler, signal.SIGCONT)
    assert str(stack) == "unknown; the engine did not answer within 0.1 s"


def test_a_thread_pool_shows_the_frames_of_its_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    released = threading.Event()
    with ThreadPoolExecutor(1) as pool, Client(pool, echo=False) as client:
        future = running(client, released.wait, TIMEOUT)
        queued = client.submit(abs, -1)
        stack = future.stack()
        assert stack.frames[0].name == "Event.wait"
        assert (stack.state, stack.taken) == (
            "running",
            "read in this program, whose thread runs the task",
        )
        assert queued.stack().state == "queued"
        assert future.flame(0.1).rows()[-1].name == "Event.wait"
        released.set()
        assert queued.result(TIMEOUT) == 1
        assert future.stack().state == "ended"


@pytest.mark.usefixtures("fork_server")
def test_an_engine_without_stacks_reports_it(tmp_path: Path) -> None:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(1) as pool, Client(pool, echo=False) as client:
        future = running(client, local_tasks.return_when_released, str(tmp_path))
        with pytest.raises(FeatureMissing, match="can't show where a task is"):
            future.stack()
        with pytest.raises(FeatureMissing, match="can't show where a task is"):
            future.flame()
        local_tasks.note(str(tmp_path), "released")


# -- the reader, on this process -------------------------------------------------------------------


def test_the_reader_finds_the_frames_of_a_forked_process() -> None:
    reader = FrameReader(Layout.find())
    ours, theirs = multiprocessing.Pipe()

    def inner() -> None:
        theirs.send("here")
        theirs.recv()

    def outer() -> None:
        inner()

    process = multiprocessing.get_context("fork").Process(target=outer, daemon=True)
    process.start()
    try:
        assert process.pid is not None
        assert ours.recv() == "here"
        pid = process.pid
        wait_until(lambda: thread_state(pid, pid).waits_for == "read", "the process to wait")
        stack = reader.read(pid)[0]
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
        theirs.close()
    assert stack.thread_id == pid
    names = [frame.name.rpartition(".")[2] for frame in stack.frames]
    at = names.index("inner")
    assert names[at + 1] == "outer"
    assert stack.frames[at].file == __file__
    assert stack.frames[at].line == inner.__code__.co_firstlineno + 2


def test_a_circle_of_frames_ends_the_read() -> None:
    """A frame that a torn read found is its own caller, and has no code."""
    layout = Layout.find()
    frame = ctypes.create_string_buffer(512)
    ctypes.c_uint64.from_buffer(frame, layout.previous).value = ctypes.addressof(frame)
    state = ctypes.create_string_buffer(1024)
    ctypes.c_uint64.from_buffer(state, layout.current).value = ctypes.addressof(frame)
    straight = layout._replace(main_state=ctypes.addressof(state), current_in=None)
    assert FrameReader(straight).read(os.getpid())[0].frames == ()


def test_one_read_has_an_end_however_many_threads_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = FrameReader(Layout.find())
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert len(reader.read(os.getpid())) > 1
        monkeypatch.setattr(frame_reader, "MAX_SECONDS", -1.0)
        assert [stack.thread_id for stack in reader.read(os.getpid())] == [os.getpid()]
    finally:
        end.set()
        thread.join()


def test_a_look_that_fails_in_an_unknown_way_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_reader: FrameReader, _pid: int) -> list[ThreadStack]:
        raise ValueError("made up")

    monkeypatch.setattr(FrameReader, "read", fail)
    look = StackReader().look(os.getpid())
    assert look.threads == ()
    assert look.problem == "its stack can't be read now: ValueError('made up')"


def test_memory_that_is_not_there_is_a_torn_read() -> None:
    reader = FrameReader(Layout.find()._replace(main_state=8))
    with pytest.raises(ReadTorn):
        reader.read(os.getpid())
