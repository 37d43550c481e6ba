"""The engine for Ray: it runs tasks on the cluster that this process is connected to.

    this process                                          the cluster
    ┌──────────────────────────────────────────┐          ┌───────────────────────────────┐
    │ submit ──> run.remote ───────────────────┼─────────>│ worker process: remote.run    │
    │ events <── the engine's thread <── reply ┼──────────┤                               │
    │                                <── start ┼──────────┤ StartListener (an actor that  │
    │                                          │          │   reserves no CPU)            │
    │ cancel ──> ray.cancel ───────────────────┼─────────>│ KeyboardInterrupt, or a kill  │
    └──────────────────────────────────────────┘          └───────────────────────────────┘

Ray reports how a task ended, but not that it started (except in its dashboard).  So workers report
starts to an actor of the engine, the `StartListener`.  They do so immediately, unless tasks are so
short that a report would cost more than the task; then the start is reported with the end.

=========================================  =====================================================
What Ray reports at the task's end         What the engine reports
=========================================  =====================================================
a reply                                    the result (after a cancel, the client turns it into
                                           FINISHED_FIRST)
TaskCancelledError, raised in the task     INTERRUPTED: the code has run to its end
TaskCancelledError, from outside the task  NEVER_STARTED; or KILLED, if the cancel was forced or
                                           the task had started.  KILLED is reported only once the
                                           process is gone, because Ray reports the cancel before
WorkerCrashedError, NodeDiedError, ...     `WorkerDied`
=========================================  =====================================================

A cancel interrupts Python code between two bytecode instructions.  A task that ignores the
interrupt, or is busy in C code, is shown as cancelling, with the reason, until it ends or until the
cancel is forced.  If it is forced, Ray ends the worker process.

Ray may lose a forced cancel that follows an interrupt.  It also can't end code that holds the GIL
then, because the interrupt waits for the GIL and the forced cancel waits for the interrupt.  So the
engine itself kills what still runs a second later, by the pid of the process, and only while that
process runs this task.  If that isn't possible, the task's row names the process.

Neither Ray nor this engine stops processes that the task itself started.

==============  ====================================================================
module          contains
==============  ====================================================================
`engine`        the engine contract, which a `Client` calls from any thread
`tracker`       the state of each open task, and the next step of its cancel
`call_thread`   the thread in which the tracker runs
`connection`    all calls to Ray's library
`remote`        the code in Ray's worker processes
==============  ====================================================================

Ray never retries the tasks (`max_retries` is 0).  `scaler_lab` must be installed on every node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.ray.engine import RayEngine

__all__ = ["RayEngine"]


def __getattr__(name: str) -> Any:  # lazy: workers import this package too, for `remote`
    if name == "RayEngine":
        from scaler_lab.engines.ray.engine import RayEngine

        return RayEngine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
