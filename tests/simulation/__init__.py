"""Simulates a whole local engine in one thread and in virtual time; a seed determines all events.

    outcome = run(7)                  # the same events each time, on each machine
    print(outcome)                    # what happened, line by line, and the fault if there was one
    run(7, crashes=3, delay=0.2)       # the same seed with some parameters set by hand

Each seed draws its own mix of clients, workers, tasks, cancels and failures (`Parameters`), runs
them, and checks the promises of the project.  At every step:

  - The outcome of a cancel is true when it is reported: NEVER_STARTED tasks have not begun and
    never will, and INTERRUPTED and KILLED tasks have stopped.  No task is interrupted or killed
    unless a cancel of it was requested.
  - A task begins at most once, and its outcome is reported at most once.
  - The death of a worker fails the task that it was running, and no other.
  - Each client's tasks are sent to workers in the order of submission, except those that were
    recalled from a worker.
  - No more tasks run at once than there are workers, apart from tasks that are being killed.  No
    task waits while a worker is free.

When nothing happens any more, each accepted task has exactly one verdict, with its own value or its
own exception.  It is cancelled only if that was requested.  The core, the workers and the files
hold nothing any more, and nothing runs for a client that is gone.

=====================  ===========================================================================
real code              `FutureManager`, `Board`, `ScalerFuture`; `AgentCore`; `protocol`;
                       `SchedulerCore`; `ReportReader`, packets, reports and cells of `worker_ipc`;
                       how results and exceptions are packed
simulated              the worker (`worker`, which a test compares with the real one), the fork
                       server and the kernel objects (`worker_control`), the scheduler's loop and
                       its listener (`scheduler`), the agent's thread and the callback thread
                       (`client`), the stream (`link`), files (`Blobs`)
left out               threads and their races, unpickling calls, real sockets, real signals
=====================  ===========================================================================

A link keeps the order of its frames and loses none, as a Unix stream does.  To run many seeds:
``python -m tests.simulation --seeds 100000``.
"""

from __future__ import annotations

from .outcome import SimulationOutcome
from .parameters import Parameters
from .world import run

__all__ = ["Parameters", "SimulationOutcome", "run"]
