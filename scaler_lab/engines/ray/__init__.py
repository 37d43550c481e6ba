"""The engine on Ray: the cluster this process is connected to, and what is true on it.

    this process                                          the cluster
    ┌──────────────────────────────────────────┐          ┌───────────────────────────────┐
    │ submit ──> run.remote ───────────────────┼─────────>│ worker process: far_side.run  │
    │ events <── the engine's thread <─ answer ┼──────────┤                               │
    │                                <─ start ─┼─ Ear <───┤ (an actor, no CPU of its own) │
    │ cancel ──> ray.cancel ───────────────────┼─────────>│ KeyboardInterrupt, or the end │
    └──────────────────────────────────────────┘          └───────────────────────────────┘

Ray tells how a task ended, and nothing of its start that could be had without its dashboard.  So
workers tell starts to an actor of the engine's, the `Ear`: at once, unless tasks are so short that
telling would cost more than running them; then their start comes with their end.

=========================================  =====================================================
Ray's word at the task's end               was it asked to stop: what is told
=========================================  =====================================================
an answer                                  its result (asked: the manager says FINISHED_FIRST)
TaskCancelledError, raised in the task     INTERRUPTED: the code has run to its end
TaskCancelledError, not from a task        NEVER_STARTED; KILLED where it was forced or had
                                           begun, once its process is gone, for Ray says it before
WorkerCrashedError, NodeDiedError, ...     `WorkerDied`
=========================================  =====================================================

A cancel interrupts Python code between two of its steps.  What ignores that, or is stuck in C, is
shown cancelling, with the reason, until it ends or is forced: then Ray ends its worker process.
A force behind an interrupt it may lose, and code that holds the interpreter's lock it then can't
end at all, for its interrupt waits for that lock and the force behind it.  So what still runs a
second later is ended without Ray, by its process's pid and only while that runs this very task;
where that is not possible, the row names the process.
What processes the task itself had started are not Ray's, nor ours, to stop.

Tasks are never tried again (`max_retries` 0).  `scaler_lab` must be installed on every node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.ray.engine import RayEngine

__all__ = ["RayEngine"]


def __getattr__(name: str) -> Any:  # the workers import this package too, for `remote`
    if name == "RayEngine":
        from scaler_lab.engines.ray.engine import RayEngine

        return RayEngine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
