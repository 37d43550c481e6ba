"""How `submit_each` and `map` read their iterables: endless, huge, failing, interrupted."""

from __future__ import annotations

import gc
import itertools
import signal
import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import pytest
from helpers import Program

from scaler_lab import Client, TaskUnserializable, as_completed
from scaler_lab.client import submission
from scaler_lab.core import wait
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import Task, TaskId
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]


@pytest.fixture
def portion(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many calls are submitted at a time: few, for the tests."""
    monkeypatch.setattr(submission, "PORTION", 10)
    return 10


@pytest.fixture
def running(threaded: Scripted) -> Scripted:
    """A client whose tasks run as soon as they are submitted."""
    client, engine = threaded

    def run(tasks: Sequence[Task]) -> None:
        for task in tasks:
            engine.run(task)

    engine.on_submit = run
    return client, engine


def _that_raises(after: int, error: BaseException) -> Iterator[int]:
    yield from range(after)
    raise error


def _cancelled(engine: ScriptedEngine) -> set[TaskId]:
    return {task_id for cancel in engine.cancels for task_id in cancel.task_ids}


# -- an iterable that does not end well ------------------------------------------------------------


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("method", ["submit_each", "map"])
def test_what_was_submitted_before_the_iterable_raised_is_cancelled(
    scripted: Scripted, portion: int, method: str, error: type[BaseException]
) -> None:
    client, engine = scripted
    with pytest.raises(error) as raised:
        getattr(client, method)(abs, _that_raises(25, error()))
    assert [task.args for task in engine.tasks] == [(i,) for i in range(2 * portion)]
    assert _cancelled(engine) == {task.task_id for task in engine.tasks}
    assert raised.value.__notes__ == [
        "20 calls of 'abs' that had been submitted before were cancelled."
    ]


def test_an_iterable_that_raises_in_its_first_portion_submits_nothing(
    scripted: Scripted, portion: int
) -> None:
    client, engine = scripted
    with pytest.raises(OSError, match="ended") as raised:
        client.submit_each(abs, _that_raises(portion - 1, OSError("ended")))
    assert engine.tasks == []
    assert not hasattr(raised.value, "__notes__")


def test_an_atomic_group_is_submitted_as_a_whole_or_not_at_all(
    scripted: Scripted, portion: int
) -> None:
    client, engine = scripted
    batches: list[int] = []
    engine.on_submit = lambda tasks: batches.append(len(tasks))
    with pytest.raises(OSError, match="ended"):
        client.submit_each(abs, _that_raises(25, OSError("ended")), atomic=True)
    assert len(client.submit_each(abs, range(3 * portion), atomic=True)) == 30
    assert batches == [30]


def test_a_call_that_cannot_be_sent_cancels_the_portions_before(
    scripted: Scripted, portion: int
) -> None:
    client, engine = scripted

    def refuse_the_third(_: Sequence[Task]) -> None:
        if len(engine.tasks) == 2 * portion:
            engine.refuse_next_submit(TaskUnserializable("a lock can't be pickled"))

    engine.on_submit = refuse_the_third
    with pytest.raises(TaskUnserializable):
        client.submit_each(abs, range(100))
    assert _cancelled(engine) == {task.task_id for task in engine.tasks}
    assert len(client.futures) == 2 * portion


def test_members_are_numbered_through_all_portions(scripted: Scripted, portion: int) -> None:
    client, _ = scripted
    group = client.options(tags="x").submit_each(abs, range(2 * portion + 5), name="part")
    assert [future.name for future in group] == [f"part[{i}]" for i in range(25)]


# -- too many --------------------------------------------------------------------------------------


def test_more_calls_than_are_submitted_at_once_are_refused_and_cancelled(
    scripted: Scripted, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "MAX_CALLS", 2 * portion)
    client, engine = scripted
    with pytest.raises(ValueError, match=r"more than 20 calls.*buffersize="):
        client.submit_each(abs, itertools.count())
    assert _cancelled(engine) == {task.task_id for task in engine.tasks}
    assert len(client.submit_each(abs, range(20))) == 20


def test_collections_that_are_too_long_are_refused_before_anything_is_sent(
    scripted: Scripted, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "MAX_CALLS", 2 * portion)
    monkeypatch.setattr(submission, "MAX_ATOMIC_CALLS", 15)
    client, engine = scripted
    with pytest.raises(ValueError, match=r"more than 20 calls \(25\), .*buffersize="):
        client.submit_each(pow, range(25), [2] * 30)
    with pytest.raises(ValueError, match=r"more than 20 calls \("):
        client.submit_each(abs, range(10**20))
    with pytest.raises(ValueError, match="at most 15 calls, not 16, because"):
        client.submit_each(abs, range(16), atomic=True)
    assert engine.tasks == []
    assert len(client.submit_each(pow, range(10**9), [2] * 20)) == 20, "the shortest counts"
    assert len(client.submit_each(pow, range(10**9), iter([2] * 20))) == 20


def test_a_larger_atomic_group_than_can_be_is_refused_before_anything_is_sent(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "MAX_ATOMIC_CALLS", 20)
    client, engine = scripted
    with pytest.raises(ValueError, match="atomic group takes at most 20 calls"):
        client.submit_each(abs, itertools.count(), atomic=True)
    assert engine.tasks == []
    assert len(client.submit_each(abs, range(20), atomic=True)) == 20


READS_ON = """
    import itertools
    from scaler_lab import Client
    from scaler_lab.client import submission
    from scaler_lab.testing import ScriptedEngine
    submission.PORTION = submission.MAX_CALLS = submission.MAX_ATOMIC_CALLS = 10**12  # reads on
    engine = ScriptedEngine()
    huge = range(10**12)
    with Client(engine) as client:
        try:
            print("ready", flush=True)
            {call}
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        print(len(engine.tasks), flush=True)
"""


@pytest.mark.parametrize(
    "call",
    [
        "client.submit_each(abs, huge)",
        "client.submit_each(abs, huge, atomic=True)",
        "client.map(divmod, itertools.count(), huge)",
        "client.map(abs, itertools.repeat(1), chunksize=10**9)",
        "client.options(tags='x').submit_each(abs, zip(huge, huge))",
        "client.map(abs, filter(None, itertools.count()), chunksize=10)",
    ],
)
def test_ctrl_c_ends_the_reading(call: str) -> None:
    with Program(READS_ON.format(call=call)) as program:
        assert program.read() == "ready"
        program.signal(signal.SIGINT)
        assert program.read() == "interrupted"
        assert program.read() == "0"
        assert program.end()[0] == 0


# -- map in portions -------------------------------------------------------------------------------


def test_map_sends_a_large_chunk_before_it_reads_the_next(running: Scripted, portion: int) -> None:
    client, engine = running
    n_sent: list[int] = []

    def numbers() -> Iterator[int]:
        for i in range(4 * portion):
            n_sent.append(len(engine.tasks))
            yield i

    assert list(client.map(abs, numbers(), chunksize=portion)) == list(range(4 * portion))
    assert n_sent == [i // portion for i in range(4 * portion)]
    n_sent.clear()
    list(client.map(abs, numbers(), chunksize=2))
    assert n_sent[0] == n_sent[portion - 1] < n_sent[portion]  # small ones together


@pytest.mark.parametrize("chunksize", [1, 3])
def test_map_with_a_buffer_gives_what_map_gives(running: Scripted, chunksize: int) -> None:
    client, _ = running
    got = client.map(divmod, range(20), range(5, 50), chunksize=chunksize, buffersize=2)
    assert list(got) == list(map(divmod, range(20), range(5, 25)))
    assert list(client.map(abs, [], buffersize=2)) == []


def test_map_with_a_buffer_reads_an_endless_input_as_it_is_read(running: Scripted) -> None:
    client, engine = running
    read: list[int] = []

    def count() -> Iterator[int]:
        for i in itertools.count():
            read.append(i)
            yield i

    results = client.map(abs, count(), buffersize=4)
    assert read == [0, 1, 2, 3]
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert read == [0, 1, 2, 3, 4, 5, 6]
    assert [task.name for task in engine.tasks] == [f"abs[{i}]" for i in range(7)]


def test_map_with_a_buffer_cancels_what_it_waits_for_when_it_is_closed(scripted: Scripted) -> None:
    client, engine = scripted
    results = client.options(retries=1).map(abs, itertools.count(), buffersize=3)
    engine.run(engine.tasks[0])
    assert next(results) == 0
    assert isinstance(results, Generator)
    results.close()
    assert _cancelled(engine) == {task.task_id for task in engine.tasks[1:]}


@pytest.mark.parametrize(
    ("buffersize", "error"),
    [(0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)],
)
def test_a_buffersize_that_can_t_be_is_refused(
    scripted: Scripted, buffersize: Any, error: type[Exception]
) -> None:
    client, engine = scripted
    with pytest.raises(error, match="buffersize"):
        client.map(abs, [1], buffersize=buffersize)
    assert engine.tasks == []


def test_map_with_a_buffer_keeps_its_client_until_it_is_read() -> None:
    with pytest.warns(ResourceWarning, match="never shut down"):  # once it is read
        assert list(Client(n_workers=1).map(len, ["a"] * 9, buffersize=1)) == [1] * 9


# -- references ------------------------------------------------------------------------------------


class Thing:
    """Something that can be referred to weakly."""


def make_thing(_: int) -> Thing:
    return Thing()


def _result(future: ScalerFuture[Thing]) -> Thing:
    return future.result()


def _mapped(client: Client) -> Iterator[Thing]:
    return client.map(make_thing, range(5))


def _mapped_in_chunks(client: Client) -> Iterator[Thing]:
    return client.map(make_thing, range(5), chunksize=2)


def _mapped_with_a_buffer(client: Client) -> Iterator[Thing]:
    return client.map(make_thing, range(5), buffersize=2)


def _completed(client: Client) -> Iterator[Thing]:
    return map(_result, as_completed(client.submit_each(make_thing, range(5))))


@pytest.mark.parametrize("read", [_mapped, _mapped_in_chunks, _mapped_with_a_buffer, _completed])
@pytest.mark.parametrize("watched", [False, True], ids=["", "terminal"])
def test_an_iterator_keeps_no_reference_to_what_it_gave(
    running: Scripted,
    read: Callable[[Client], Iterator[Thing]],
    watched: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wait, "is_watched", lambda: watched)
    client, engine = running
    things = read(client)
    for _ in range(5):
        held = weakref.ref(next(things))
        engine.flush()
        gc.collect()
        assert held() is None
