"""What a client does with n tasks: see `operations_on_many`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from operations_on_many import ids, operation

from scaler_lab import Client, Resolution, ScalerFuture, Status, as_completed
from scaler_lab.core.messages import (
    InMemoryPayload,
    ResultKind,
    Task,
    TaskCancelConfirm,
    TaskResult,
)
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.testing import ScriptedEngine


def add(*values: int) -> int:
    """A task."""
    return sum(values)


def add_list(values: Sequence[int]) -> int:
    """A task that needs many others."""
    return sum(values)


def _answer(engine: ScriptedEngine, results: dict[str, Any] | None = None) -> None:
    """Have the engine answer each task and each cancel when it gets it.

    *results* are outcomes by the function's name; other tasks stay open.
    """
    found = results or {}

    def on_submit(tasks: Sequence[Task]) -> None:
        engine.emit(
            *[
                TaskResult(task.task_id, kind, InMemoryPayload(value))
                for task in tasks
                if _function_of(task) in found
                for kind, value in [found[_function_of(task)]]
            ]
        )

    engine.on_submit = on_submit
    engine.on_cancel = lambda cancel: engine.emit(
        *[TaskCancelConfirm(one, Resolution.NEVER_STARTED) for one in cancel.task_ids]
    )


def _function_of(task: Task) -> str:
    return task.name.partition("[")[0]


def _client(results: dict[str, Any] | None = None) -> Client:
    engine = ScriptedEngine()
    _answer(engine, results)
    return Client(engine)


SUCCEEDED = {"add": (ResultKind.SUCCESS, 1)}
FAILED = {"add": (ResultKind.FAILED, ValueError("no"))}


def _finished(client: Client, futures: Sequence[ScalerFuture[Any]], status: Status) -> None:
    client.shutdown()
    assert {future.status for future in futures} == {status}


@operation("client: submit and result, one by one")
def _(n: int) -> Callable[[], object]:
    client = _client(SUCCEEDED)

    def live() -> None:
        futures = [client.submit(add, at) for at in range(n)]
        assert sum(future.result() for future in futures) == n
        _finished(client, futures, Status.SUCCEEDED)

    return live


@operation("client: submit with options for each")
def _(n: int) -> Callable[[], object]:
    client = _client()

    def live() -> None:
        for at in range(n):
            client.options(tags=[str(at)]).submit(add, at)
        assert client.cancel_all() == n
        client.shutdown()

    return live


@operation("client: cancel one by one")
def _(n: int) -> Callable[[], object]:
    client = _client()
    futures = [client.submit(add, at) for at in range(n)]

    def live() -> None:
        assert all(future.cancel() for future in futures)
        _finished(client, futures, Status.CANCELLED)

    return live


@operation("client: submit_each, results")
def _(n: int) -> Callable[[], object]:
    client = _client(SUCCEEDED)

    def live() -> None:
        group = client.submit_each(add, range(n))
        assert sum(group.results(progress=False)) == n
        _finished(client, group, Status.SUCCEEDED)

    return live


@operation("client: map")
def _(n: int) -> Callable[[], object]:
    client = _client(SUCCEEDED)

    def live() -> None:
        assert sum(client.map(add, range(n))) == n
        client.shutdown()

    return live


@operation("client: map with a buffer, ended early")
def _(n: int) -> Callable[[], object]:
    client = _client(SUCCEEDED)

    def live() -> None:
        results = client.map(add, itertools.count(), buffersize=n)
        for _ in range(n):
            next(results)
        results.close()  # type: ignore[attr-defined]
        client.shutdown()

    return live


for _atomic in (False, True):
    _kind = "atomic group" if _atomic else "group"

    @operation(f"client: cancel of an {_kind}" if _atomic else f"client: cancel of a {_kind}")
    def _(n: int, atomic: bool = _atomic) -> Callable[[], object]:
        client = _client()

        def live() -> None:
            group = client.submit_each(add, range(n), atomic=atomic)
            assert group.cancel() == n
            _finished(client, group, Status.CANCELLED)

        return live


@operation("client: cancel_all")
def _(n: int) -> Callable[[], object]:
    client = _client()
    client.submit_each(add, range(n))

    def live() -> None:
        assert client.cancel_all() == n
        client.shutdown()

    return live


@operation("client: a view's cancel by id")
def _(n: int) -> Callable[[], object]:
    client = _client()
    group = client.submit_each(add, range(n))

    def live() -> None:
        manager = group.manager
        assert manager.request_cancel_by_id([f.task_id for f in group], source="table") == n
        _finished(client, group, Status.CANCELLED)

    return live


@operation("client: wait")
def _(n: int) -> Callable[[], object]:
    client = _client()
    engine = client.engine
    assert isinstance(engine, ScriptedEngine)
    group = client.submit_each(add, range(n))

    def live() -> None:
        assert len(client.wait(group, 0, progress=False).not_done) == n
        engine.emit(*[_success(future) for future in group])
        assert len(client.wait(group, progress=False).done) == n
        client.shutdown()

    return live


@operation("client: as_completed")
def _(n: int) -> Callable[[], object]:
    client = _client()
    engine = client.engine
    assert isinstance(engine, ScriptedEngine)
    group = client.submit_each(add, range(n))

    def live() -> None:
        completed = as_completed(group, progress=False)
        for at, future in enumerate(group):
            if at % 2:  # some arrive in the middle of the loop, some before it
                next(completed)
            engine.emit(_success(future))
        assert sum(1 for _ in completed) == n - n // 2
        client.shutdown()

    return live


def _success(future: ScalerFuture[Any]) -> TaskResult:
    return TaskResult(future.task_id, ResultKind.SUCCESS, InMemoryPayload(1))


@operation("client: tasks that need one that fails")
def _(n: int) -> Callable[[], object]:
    client = _client()
    engine = client.engine
    assert isinstance(engine, ScriptedEngine)

    def live() -> None:
        first = client.submit(add, 1)
        group = client.submit_each(add, [first] * n)
        engine.fail(first, ValueError("no"))
        _finished(client, group, Status.FAILED)

    return live


@operation("client: a task that needs many")
def _(n: int) -> Callable[[], object]:
    client = _client(SUCCEEDED | {"add_list": (ResultKind.SUCCESS, 1)})

    def live() -> None:
        group = client.submit_each(add, range(n))
        assert client.submit(add_list, list(group)).result() == 1
        client.shutdown()

    return live


@operation("client: a chain of tasks, the first of which fails")
def _(n: int) -> Callable[[], object]:
    client = _client()
    engine = client.engine
    assert isinstance(engine, ScriptedEngine)

    def live() -> None:
        chain = [client.submit(add, 0)]
        for _ in range(n):
            chain.append(client.submit(add, chain[-1]))
        engine.fail(chain[0], ValueError("no"))
        _finished(client, chain, Status.FAILED)

    return live


@operation("client: cancel of a graph")
def _(n: int) -> Callable[[], object]:
    client = _client()

    def live() -> None:
        graph: dict[str, Any] = {"a": (add, 1)} | {f"n{i}": (add, "a", i) for i in range(n)}
        group = client.submit_graph(graph)
        assert client.cancel(group.members) == n + 1
        _finished(client, group.members, Status.CANCELLED)

    return live


@operation("client: retry of a group that failed")
def _(n: int) -> Callable[[], object]:
    client = _client(FAILED)

    def live() -> None:
        group = client.submit_each(add, range(n))
        engine = client.engine
        assert isinstance(engine, ScriptedEngine)
        _answer(engine, SUCCEEDED)
        assert sum(group.retry().results(progress=False)) == n
        client.shutdown()

    return live


@operation("client: tasks that are tried again")
def _(n: int) -> Callable[[], object]:
    client = _client(FAILED)

    def live() -> None:
        group = client.options(retries=1).submit_each(add, range(n))
        client.wait(group, progress=False)
        _finished(client, group, Status.FAILED)

    return live


@operation("client: the engine is lost")
def _(n: int) -> Callable[[], object]:
    client = _client()
    engine = client.engine
    assert isinstance(engine, ScriptedEngine)

    def live() -> None:
        group = client.submit_each(add, range(n))
        engine.lose()
        _finished(client, group, Status.FAILED)

    return live


@operation("client: shutdown that cancels")
def _(n: int) -> Callable[[], object]:
    client = _client()

    def live() -> None:
        group = client.submit_each(add, range(n))
        client.shutdown(cancel_futures=True)
        _finished(client, group, Status.CANCELLED)

    return live


@operation("client: messages to the scheduler and from it")
def _(n: int) -> Callable[[], object]:
    core = AgentCore("e" * 32, "c" * 32, lambda name: (0, [name.encode()]))

    def live() -> None:
        assert core.pack(protocol.Submit(task_id, "f", b"") for task_id in ids(n))
        assert core.pack([protocol.Cancel(ids(n))])
        up = protocol.UpEnvelope(
            "e" * 32, [protocol.Confirm(i, Resolution.NEVER_STARTED) for i in ids(n)]
        )
        assert len(core.take_in(protocol.encode(up))) == n

    return live
