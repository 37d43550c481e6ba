"""What runs on Dask's side: around each call on a worker, and on the scheduler for cancels.

A task begins under `_lock`, or is withdrawn under it, never both.  What a worker tells goes through
its one stream to the scheduler, and from there through one to the client, so that it arrives in the
order in which it happened:

    ["start", task id, worker's name, worker's address, clock, when]
    ["end", task id, when, answer]     an `Answer` where it is small, else None: gather it
    ["withdrawn", token]               every start and end that was before it has been told

An answer that comes with its end spares the client a round trip for each result, and can't be lost
with its worker.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from scaler_lab.serialization.remote_call import clock, run_call

MAX_INLINE_BYTES = 4096
"""Larger answers are left to Dask, for the scheduler keeps the last thousand events of a topic."""

WITHDRAWN_KEPT = 100_000
"""How many withdrawn ids a worker remembers; Dask takes their tasks away a moment later."""

_lock = threading.Lock()
_begun: set[str] = set()  # those that run now; guarded by _lock, as is
_withdrawn: dict[str, None] = {}


def run(task_id: str, call: bytes, topic: str, careful: bool = False) -> tuple[Any, ...] | None:
    """On a worker, in its thread: an `Answer` as a tuple, empty where it was told with the end.

    None where the task was withdrawn.

    *careful*: the scheduler has the news before it begins, and before anything runs after it; that
    costs two round trips.
    """
    worker: Any = import_module("distributed").get_worker()
    with _lock:
        if task_id in _withdrawn:
            return None
        _begun.add(task_id)
        start = ["start", task_id, str(worker.name), worker.address, clock(), time.monotonic()]
        if not careful:
            worker.log_event(topic, start)  # which goes by the worker's loop, as all that is told
    told: list[Any] | None = None
    try:
        if careful:
            _report(worker, topic, start)
        answer = run_call(call)
        if len(answer.data) <= MAX_INLINE_BYTES:
            told = list(answer)
        return () if told else tuple(answer)
    finally:
        end = ["end", task_id, time.monotonic(), told]
        if careful:
            _report(worker, topic, end)
        with _lock:
            _begun.discard(task_id)
            if not careful:
                worker.log_event(topic, end)


def _report(worker: Any, topic: str, message: list[Any]) -> None:
    import_module("distributed.utils").sync(
        worker.loop, worker.scheduler.log_event, topic=topic, msg=message
    )


def withdraw(task_ids: Sequence[str], topic: str, token: str, dask_worker: Any = None) -> list[str]:
    """On a worker, in its loop: these are not to begin any more.  Those that run now."""
    with _lock:
        running = [task_id for task_id in task_ids if task_id in _begun]
        _withdrawn.update(dict.fromkeys(task_ids))
        while len(_withdrawn) > WITHDRAWN_KEPT:
            del _withdrawn[next(iter(_withdrawn))]
        # By the loop: behind the starts and ends that threads have put there.
        dask_worker.loop.add_callback(dask_worker.log_event, topic, ["withdrawn", token])
    return running


def release(keys: Sequence[str], client: str, dask_scheduler: Any = None) -> dict[str, str | None]:
    """On the scheduler: forget these keys, as far as they are not done.

    Where each was: a worker's address, "" for none, None where it is done (its result is on its
    way, and was not let go).  Keys that it doesn't know are missing.
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
    """On the scheduler: the addresses of the workers it has."""
    return list(dask_scheduler.workers)


def forget(topic: str, dask_scheduler: Any = None) -> None:
    """On the scheduler: drop the topic's past events, where this Dask has the means."""
    truncate = getattr(getattr(dask_scheduler, "_broker", None), "truncate", None)
    if truncate is not None:
        truncate(topic)
