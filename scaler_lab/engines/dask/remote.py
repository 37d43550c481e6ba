"""The code that runs inside Dask: around each call on a worker, and for cancels on the scheduler.

A task either starts under `_lock` or is withdrawn under it, never both.  A worker sends its events
through its one stream to the scheduler, and the scheduler sends them through one stream to the
client, so they arrive in the order in which they happened:

    ["start", task id, worker's name, worker's address, clock, time]
    ["end", task id, time, outcome]    a small `CallOutcome`, or None: gather it
    ["withdrawn", token]               all earlier starts and ends have been reported

An outcome that comes with the end event spares the client a round trip for each result, and can't
be lost if the worker dies.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from scaler_lab.core.stack import StackFrame
from scaler_lab.engines.thread_stacks import frames_of_thread
from scaler_lab.serialization.remote_call import clock, run_call

MAX_INLINE_BYTES = 4096
"""Larger outcomes are gathered, because the scheduler keeps the last 1000 events of a topic."""

WITHDRAWN_KEPT = 100_000
"""How many withdrawn ids a worker remembers.  Dask removes their tasks a moment later."""

_lock = threading.Lock()
_begun: dict[str, int] = {}  # the threads of the tasks that run now; guarded by _lock
_withdrawn: dict[str, None] = {}  # guarded by _lock


def run(task_id: str, call: bytes, topic: str, careful: bool = False) -> tuple[Any, ...] | None:
    """Run a packed call, in a thread of a worker, and report its start and end.

    Returns the `CallOutcome` as a tuple; an empty tuple if the end event carries the outcome; None
    if the task was withdrawn.

    *careful*: wait until the scheduler has the start event before the call starts, and the end
    event before anything else runs.  That costs two round trips.
    """
    worker: Any = import_module("distributed").get_worker()
    with _lock:
        if task_id in _withdrawn:
            return None
        _begun[task_id] = threading.get_ident()
        start = ["start", task_id, str(worker.name), worker.address, clock(), time.monotonic()]
        if not careful:
            worker.log_event(topic, start)  # through the worker's loop, as every event
    inline: list[Any] | None = None
    try:
        if careful:
            _report(worker, topic, start)
        answer = run_call(call)
        if len(answer.data) <= MAX_INLINE_BYTES:
            inline = list(answer)
        return () if inline else tuple(answer)
    finally:
        end = ["end", task_id, time.monotonic(), inline]
        if careful:
            _report(worker, topic, end)
        with _lock:
            del _begun[task_id]
            if not careful:
                worker.log_event(topic, end)


def _report(worker: Any, topic: str, message: list[Any]) -> None:
    import_module("distributed.utils").sync(
        worker.loop, worker.scheduler.log_event, topic=topic, msg=message
    )


def withdraw(task_ids: Sequence[str], topic: str, token: str, dask_worker: Any = None) -> list[str]:
    """Prevent tasks from beginning, in a worker's loop; return those that run now."""
    with _lock:
        running = [task_id for task_id in task_ids if task_id in _begun]
        _withdrawn.update(dict.fromkeys(task_ids))
        while len(_withdrawn) > WITHDRAWN_KEPT:
            del _withdrawn[next(iter(_withdrawn))]
        # Through the loop, so that it follows the starts and ends that threads have queued there.
        dask_worker.loop.add_callback(dask_worker.log_event, topic, ["withdrawn", token])
    return running


def stack(task_id: str, dask_worker: Any = None) -> list[StackFrame] | None:
    """Return the frames of a task, in the loop of the worker that ran it; None if it has ended."""
    del dask_worker
    with _lock:  # so its thread doesn't begin another task meanwhile
        thread_id = _begun.get(task_id)
        return None if thread_id is None else frames_of_thread(thread_id)


def release(keys: Sequence[str], client: str, dask_scheduler: Any = None) -> dict[str, str | None]:
    """Release the keys of unfinished tasks, on the scheduler.

    Returns where each task was: a worker's address, "" if it was on no worker, or None if the task
    is done (its result is on its way and was not released).  Keys that the scheduler doesn't know
    are missing from the result.
    """
    where: dict[str, str | None] = {}
    for key in keys:
        state = dask_scheduler.tasks.get(key)
        if state is None:
            continue
        if state.state in ("memory", "erred"):
            where[key] = None
        else:
            where[key] = state.processing_on.address if state.processing_on else ""
    dask_scheduler.client_releases_keys(
        keys=[key for key, address in where.items() if address is not None],
        client=client,
        stimulus_id=f"scaler-lab-cancel-{time.time()}",
    )
    return where


def workers(dask_scheduler: Any = None) -> list[str]:
    """Return the addresses of the cluster's workers, on the scheduler."""
    return list(dask_scheduler.workers)


def forget(topic: str, dask_scheduler: Any = None) -> None:
    """Drop the topic's past events, on the scheduler, if this version of Dask can do that."""
    truncate = getattr(getattr(dask_scheduler, "_broker", None), "truncate", None)
    if truncate is not None:
        truncate(topic)
