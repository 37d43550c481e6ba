"""Tasks on an executor that the user brings: thread and process pools, loky, pebble, others.

    Client ──> ExecutorEngine ──> executor.submit(worker.run, ...) ──> a worker of the pool
                 │      ^              its Future ──> a verdict            │
                 │      └── looks, 20 times a second ── Ledger <── begins ─┘
                 └────── withdraws ───────────────────> Ledger

The executor's own futures tell too little: some pools call a task running that waits in a pipe,
cancel what has begun already, or forget futures when a worker is killed.  So who begins a task says
so, in a `ClaimFile`; who withdraws one does so there; and of the two, exactly one succeeds.

==============  ============================================================================
module          is about
==============  ============================================================================
`engine`        the engine: tasks in, events out
`pools`         what is known of each kind of pool: what it can stop, how it dies
`claims`        who begins a task, or withdraws it: a file that client and workers share
`remote`        what a pool's worker process runs
==============  ============================================================================

It keeps an executor's faults away from its futures; and it never shuts the executor down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.executor.engine import ExecutorEngine

__all__ = ["ExecutorEngine"]


def __getattr__(name: str) -> Any:
    # Not imported at once, for a pool's workers import this package too.
    if name in __all__:
        from scaler_lab.engines.executor import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
