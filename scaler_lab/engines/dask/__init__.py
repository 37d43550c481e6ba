"""The engine on dask.distributed: a cluster that somebody runs, and what is true on it.

    this process, the Dask client's loop thread         the cluster
    ┌──────────────────────────────────────────┐        ┌───────────┐     ┌──────────────────┐
    │ submit ──> client.map ───────────────────┼───────>│ scheduler ├────>│ worker           │
    │ events <── topic <───────────────────────┼────────┤           │<────┤  far_side.run    │
    │        <── gather <──────────────────────┼────────┤           │     │   start, end     │
    │ cancel ──> far_side.let_go ──────────────┼───────>│           │     │                  │
    │        ──> far_side.withdraw ────────────┼────────┼───────────┼────>│   begun or never │
    └──────────────────────────────────────────┘        └───────────┘     └──────────────────┘

Dask says "cancelled" as soon as it has forgotten a task, whose code may run on, and it says nothing
of starts.  So the call travels in a thin wrapper (`remote`) that tells its start and its end from
inside the worker, by Dask's structured events, and that can be told not to begin.

A cancel: the scheduler lets go of the tasks and says where each was; those that no worker had are
confirmed at once.  A worker that had some is told to begin none of them; it answers in its stream
of events, behind every start it told before, so what the engine has heard of no start by then never
started.  The others are shown cancelling until their end is told, for Dask can't interrupt code.

A worker that dies: Dask runs its tasks again elsewhere, the one that killed it and the ones that
waited there alike, until more than ``distributed.scheduler.allowed-failures`` workers died under a
task.  Those that hadn't begun then, or only just, are handed in again, to tell their start and end
for sure; the one that had fails with `WorkerDied`.

`scaler_lab` must be installed on the scheduler and on the workers, in about the same version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.dask.engine import DaskEngine

__all__ = ["DaskEngine"]


def __getattr__(name: str) -> Any:  # the workers import this package too, for `remote`
    if name == "DaskEngine":
        from scaler_lab.engines.dask.engine import DaskEngine

        return DaskEngine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
