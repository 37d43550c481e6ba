"""The engine for dask.distributed: it runs tasks on a Dask cluster.

    this process, the Dask client's loop thread         the cluster
    ┌──────────────────────────────────────────┐        ┌───────────┐     ┌──────────────────┐
    │ submit ──> client.map ───────────────────┼───────>│ scheduler ├────>│ worker           │
    │ events <── topic <───────────────────────┼────────┤           │<────┤  remote.run      │
    │        <── gather <──────────────────────┼────────┤           │     │   start, end     │
    │ cancel ──> remote.release ───────────────┼───────>│           │     │                  │
    │        ──> remote.withdraw ──────────────┼────────┼───────────┼────>│   begun or never │
    └──────────────────────────────────────────┘        └───────────┘     └──────────────────┘

Dask reports a task as cancelled as soon as it has forgotten it, although the task's code may still
be running.  It doesn't report starts.  So each call is sent inside a thin wrapper (`remote`).  The
wrapper reports the task's start and end from inside the worker, as structured events of Dask, and
can be requested not to start.

Cancel: the scheduler releases the tasks and returns where each one was.  Tasks that were not on a
worker are confirmed immediately.  Each worker that had some of them is requested to start none of
them.  Its reply comes in its stream of events, after every start that it reported before.  So a
task without a reported start by then never started.  The other tasks are shown as cancelling until
their end is reported, because Dask can't interrupt running code.

Death of a worker: Dask runs all of the worker's tasks again on other workers, both the task that
killed it and the tasks that waited there.  It gives up a task once more than
``distributed.scheduler.allowed-failures`` workers have died under it.  If that task had not
started, or had started only just before, the engine submits it again, in a mode that reports its
start and end reliably.  Otherwise the task fails with `WorkerDied`.

==============  ====================================================================
module          contains
==============  ====================================================================
`engine`        the engine contract, which a `Client` calls from any thread
`tracker`       the state of each open task, in the loop thread of Dask's client
`connection`    all calls to Dask's client
`address`       where the scheduler is, and how to reach it
`remote`        the code in Dask's workers and in its scheduler
==============  ====================================================================

`scaler_lab` must be installed on the scheduler and on the workers, in about the same version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.dask.engine import DaskEngine

__all__ = ["DaskEngine"]


def __getattr__(name: str) -> Any:  # lazy: workers import this package too, for `remote`
    if name == "DaskEngine":
        from scaler_lab.engines.dask.engine import DaskEngine

        return DaskEngine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
