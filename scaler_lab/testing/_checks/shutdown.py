"""Checks of ends, which settle every future: of a worker, by shutdown, by close, by engine loss."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from scaler_lab.core.future import ScalerFuture
from scaler_lab.engines.base import (
    Task,
)
from scaler_lab.errors import EngineLost, WorkerDied
from scaler_lab.testing import _work
from scaler_lab.testing._workbench import UNKNOWN_TASK, Broken, Workbench, expect


def a_dead_worker_fails_one_task(workbench: Workbench) -> str:
    """A worker that dies fails its task with `WorkerDied`, and no other (R8).

    If the engine states that it doesn't survive that, all open tasks get a clear error.
    """
    if workbench.client.submit(_work.where).result(workbench.patience) == os.getpid():
        return "its tasks run in this very process: it has no worker that could die alone"
    if not workbench.engine.survives_worker_death:
        return _a_dead_worker_ends_the_engine(workbench)
    crowd = workbench.client.submit_each(_work.echo, range(20))
    dead = workbench.client.submit(_work.die)
    after = workbench.client.submit_each(_work.echo, range(20))
    workbench.expect_done([*crowd, dead, *after])
    expect(isinstance(dead.exception(), WorkerDied), f"its future has {dead.exception()!r}")
    expect(crowd.results(0) == after.results(0) == list(range(20)), "other tasks suffered")
    return ""


def _a_dead_worker_ends_the_engine(workbench: Workbench) -> str:
    folder, other_folder = workbench.new_folder(), workbench.new_folder()
    dead = workbench.client.submit(_work.die_when_released, folder, "dead")
    behind = workbench.client.submit_each(
        _work.hold, [other_folder] * workbench.crowd, [f"crowd-{i}" for i in range(workbench.crowd)]
    )
    behind[-1].request_cancel()
    _work.release(folder)
    workbench.expect_done([dead, *behind])
    open_futures: list[ScalerFuture[Any]] = [dead, *behind[:-1]]
    for future in open_futures:
        expect(
            not future.cancelled() and isinstance(future.exception(), EngineLost | WorkerDied),
            f"its worker, or with it its engine, died: {future!r}",
        )
    expect(behind[-1].cancelled(), f"{behind[-1]!r} was requested to cancel before the worker died")
    try:
        workbench.client.submit(_work.echo, 1)
    except EngineLost:
        return ""
    raise Broken("the engine is lost, and submit raised nothing")


def shutdown_lets_tasks_end(workbench: Workbench) -> str:
    """`shutdown` waits for the accepted tasks, then ends the engine, as `Executor` documents."""
    group = workbench.client.submit_each(_work.echo, range(50))
    workbench.client.shutdown()
    expect(group.done(), "shutdown(wait=True) returned before the tasks were done")
    expect(group.results(0) == list(range(50)), "some values are wrong")
    try:
        workbench.client.submit(_work.echo, 1)
    except RuntimeError:
        return ""
    raise Broken("submit after shutdown raised nothing")


def close_settles_every_future(workbench: Workbench) -> str:
    """`close` with running and queued tasks stops what it can, and settles every future."""
    folder = workbench.new_folder()
    running = workbench.running(folder)
    crowd = workbench.client.submit_each(
        _work.hold, [folder] * workbench.crowd, [f"crowd-{i}" for i in range(workbench.crowd)]
    )
    workbench.engine.close(wait=True)
    workbench.expect_done([running, *crowd])
    if workbench.stops_running:
        expect(
            not workbench.is_alive(folder, "running"), "close(wait=True) returned; a task runs on"
        )
    for future in (running, *crowd):
        expect(
            future.cancelled() or isinstance(future.exception(), EngineLost),
            f"the engine closed while {future!r} was open",
        )
    return ""


def close_is_idempotent(workbench: Workbench) -> str:
    """`close` may be called twice, and by several threads at once; all return."""
    raised: list[str] = []

    def close(wait: bool) -> None:
        try:
            workbench.engine.close(wait=wait)
        except Exception as error:
            raised.append(repr(error))

    threads = [threading.Thread(target=close, args=(n % 2 == 0,), daemon=True) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(workbench.patience)
        expect(not thread.is_alive(), "a close() did not return")
    close(wait=True)
    expect(not raised, f"close() raised: {'; '.join(raised)}")
    return ""


def a_lost_engine_settles_every_future(
    workbench: Workbench, lose: Callable[[Any], object] | None = None
) -> str:
    """After `EngineGone` no future waits, and `submit` raises `EngineLost` (R8)."""
    if lose is None:
        return "check_engine was given no `lose` to make the engine fail with"
    folder = workbench.new_folder()
    running = workbench.running(folder)
    crowd = workbench.client.submit_each(
        _work.hold, [folder] * workbench.crowd, [f"crowd-{i}" for i in range(workbench.crowd)]
    )
    crowd[-1].request_cancel()
    lose(workbench.engine.inner)
    workbench.expect_done([running, *crowd])
    expect(crowd[-1].cancelled(), f"{crowd[-1]!r} was requested to cancel before the engine ended")
    errors: tuple[type[Exception], ...] = (EngineLost,)
    if not workbench.engine.survives_worker_death:
        errors = (EngineLost, WorkerDied)  # which may be how the engine was lost
    for future in (running, *crowd[:-1]):
        expect(
            not future.cancelled() and isinstance(future.exception(), errors),
            f"the engine ended while {future!r} was open",
        )
    # Not through the client, which already knows that the engine is gone.
    task = Task(UNKNOWN_TASK, "too late", _work.echo, (1,))
    try:
        workbench.engine.inner.submit((task,))
    except EngineLost:
        return ""
    raise Broken("submit after EngineGone raised nothing")
