"""What the scheduler's core does with n tasks: see `operations_on_many`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from operations_on_many import ids, operation
from scheduler_fixture import SHORT_NS, World

from scaler_lab.core.messages import (
    GroupId,
    RetriedOn,
    TaskAnnotations,
    TaskId,
)
from scaler_lab.engines.local import protocol, worker_ipc

GROUP = GroupId("g" * 32)


def _idle_world() -> World:
    return World(n_workers=1, spares=0)  # its worker is not ready


def _queue(world: World, n: int, **annotations: Any) -> None:
    for task_id in ids(n):
        submit = protocol.Submit(task_id, "f", b"", annotations=TaskAnnotations(**annotations))
        world.core.on_submit(world.client, submit)


def _announce(world: World, n: int, **annotations: Any) -> None:
    for task_id in ids(n):
        waiting = protocol.Waiting(task_id, "f", TaskAnnotations(**annotations))
        world.core.on_waiting(world.client, waiting)


def _run_all(world: World, n: int, **report: Any) -> None:
    [worker] = world.spawned
    world.core.dispatcher.dispatch(world.now)
    for _ in range(n):
        world.do(worker, **report)
    assert not world.client.tasks


def _view_cancel(world: World, n: int) -> Callable[[], None]:
    def cancel() -> None:
        found = world.core.views.cancel(ids(n), force=False, source="top", now=world.now)
        assert found == n
        outboxes = [message for client in world.core.clients for message in client.outbox]
        requested = [m.task_id for m in outboxes if isinstance(m, protocol.CancelRequested)]
        assert sorted(requested) == ids(n), "each once"

    return cancel


@operation("scheduler: submit, run, result")
def _(n: int) -> Callable[[], object]:
    world = World(n_workers=1, spares=0).ready()

    def live() -> None:
        _queue(world, n)
        _run_all(world, n)

    return live


@operation("scheduler: a priority for each task")
def _(n: int) -> Callable[[], object]:
    world = World(n_workers=1, spares=0).ready()

    def live() -> None:
        for at, task_id in enumerate(ids(n)):
            annotations = TaskAnnotations(priority=at * 7919 % n - n // 2)
            submit = protocol.Submit(task_id, "f", b"", annotations=annotations)
            world.core.on_submit(world.client, submit)
        _run_all(world, n)

    return live


@operation("scheduler: failed attempts that are retried")
def _(n: int) -> Callable[[], object]:
    world = World(n_workers=1, spares=0).ready()
    retried = TaskAnnotations(GROUP, retried_on=RetriedOn.EXCEPTION)

    def live() -> None:
        for task_id in ids(n):
            submit = protocol.Submit(task_id, "f", b"", annotations=retried)
            world.core.on_submit(world.client, submit)
        [worker] = world.spawned
        world.core.dispatcher.dispatch(world.now)
        for _ in range(n):
            seq = world.take(worker)
            world.report(worker, worker_ipc.ERROR, seq, took_ns=SHORT_NS, error="no")
        assert len(world.client.waiting) == n
        for task_id in ids(n):
            again = protocol.Submit(
                TaskId(f"a{task_id[1:]}"), "f", b"", annotations=retried, attempt=2,
                first_id=task_id,
            )  # fmt: skip
            world.core.on_submit(world.client, again)
        _run_all(world, n)

    return live


for _group in (None, GROUP):
    _kind = "of a group" if _group else "alone"

    @operation(f"scheduler: cancel of queued tasks {_kind}")
    def _(n: int, group: GroupId | None = _group) -> Callable[[], object]:
        world = _idle_world()
        _queue(world, n, group=group)
        return lambda: world.core.on_cancel(world.client, protocol.Cancel(ids(n), group), world.now)

    @operation(f"scheduler: a view's cancel of queued tasks {_kind}")
    def _(n: int, group: GroupId | None = _group) -> Callable[[], object]:
        world = _idle_world()
        _queue(world, n, group=group)
        return _view_cancel(world, n)

    @operation(f"scheduler: a view's cancel of waiting tasks {_kind}")
    def _(n: int, group: GroupId | None = _group) -> Callable[[], object]:
        world = _idle_world()
        _announce(world, n, group=group)
        return _view_cancel(world, n)


@operation("scheduler: a view's cancel of many small groups")
def _(n: int) -> Callable[[], object]:
    world = _idle_world()
    for at, task_id in enumerate(ids(n)):
        annotations = TaskAnnotations(GroupId(f"{at // 4:032x}"))
        world.core.on_waiting(world.client, protocol.Waiting(task_id, "f", annotations))
    return _view_cancel(world, n)


@operation("scheduler: a view's cancel of tasks of many clients")
def _(n: int) -> Callable[[], object]:
    world = _idle_world()
    for at, task_id in enumerate(ids(n)):
        client = world.core.add_client(f"client {at * n_clients(n) // n}")
        world.core.on_submit(client, protocol.Submit(task_id, "f", b""))
    return _view_cancel(world, n)


def n_clients(n: int) -> int:
    """Return how many clients share n tasks."""
    return max(1, n // 10)


@operation("scheduler: waiting tasks are dropped, or submitted")
def _(n: int) -> Callable[[], object]:
    world = _idle_world()
    _announce(world, n, group=GROUP)

    def end() -> None:
        for task_id in ids(n)[::2]:
            world.core.on_dropped(world.client, protocol.Dropped(task_id), world.now)
        for task_id in ids(n)[1::2]:
            submit = protocol.Submit(task_id, "f", b"", annotations=TaskAnnotations(GROUP))
            world.core.on_submit(world.client, submit)
        assert not world.client.waiting
        assert not world.client.waiting_groups

    return end


@operation("scheduler: a client ends")
def _(n: int) -> Callable[[], object]:
    world = _idle_world()
    _queue(world, n // 2)
    for at in range(n // 2):
        world.core.on_waiting(world.client, protocol.Waiting(TaskId(f"{at:x}"), "f"))
    return lambda: world.core.on_client_gone(world.client, world.now)
