"""Runs tasks on an executor that the user provides: thread and process pools, loky, pebble, others.

    Client ──> ExecutorEngine ──> executor.submit(remote.run, ...) ──> a worker of the pool
                 │      ^              its Future ──> a verdict           │
                 │      └── polls, 20 times a second ── ClaimFile <───────┘ begins
                 └────── withdraws ───────────────────> ClaimFile

The executor's own futures report too little.  Some pools report a task as running while it still
waits in a pipe, cancel tasks that have started already, or forget futures when a worker is killed.
So a worker that starts a task marks it as started in a `ClaimFile`, and a client that withdraws a
task marks it there as withdrawn.  Exactly one of the two succeeds.

==============  ===========================================================================
module          contains
==============  ===========================================================================
`engine`        the engine contract: tasks in, cancels in, and what the pool reports about them
`tracker`       the open tasks, and the order of their events
`verdicts`      how a task ended, as an event
`connection`    the kinds of pools: what each can stop, and how its failures show
`monitor`       the thread that detects what a pool doesn't report: starts, dead workers
`claims`        the file in which workers start tasks and the client withdraws them
`remote`        the function that a pool's worker process runs
==============  ===========================================================================

The engine keeps the executor's faults away from the client's futures.  It never shuts the executor
down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.executor.engine import ExecutorEngine

__all__ = ["ExecutorEngine"]


def __getattr__(name: str) -> Any:
    # Imported on first use only, because the workers of a pool import this package too.
    if name in __all__:
        from scaler_lab.engines.executor import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
