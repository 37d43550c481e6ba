"""A whole local engine in one thread and in virtual time: seed in, story out.

    outcome = run(7)                  # the same story each time, on each machine
    print(outcome)                    # what happened, line by line; and what was wrong, if anything
    run(7, crashes=3, delay=0.2)       # the same with some weights set by hand

Each seed draws its own mix of clients, workers, tasks, cancels and mishaps (`Parameters`), runs
them, and holds the world to what the project promises.  At every step:

  - a cancel's answer is true when it is given: NEVER_STARTED tasks have not begun and never will,
    INTERRUPTED and KILLED ones have stopped; and no interrupt lands in a task that nobody asked to
    stop, nor a kill
  - a task begins at most once, and is answered at most once
  - a worker's death fails the task it had in hand, and no other
  - tasks that were never taken back go out in the order they came in, client by client
  - no more tasks run at once than there are workers, apart from those being killed; and none waits
    while a worker is free

and when everything has come to rest: each accepted task has its one verdict, its own value or its
own exception, or is cancelled if that was asked and only then; nothing is held by the core, by a
worker or in a file, nor is anything run for a client that is gone.

=====================  ===========================================================================
real                   `FutureManager`, `Board`, `ScalerFuture`; `AgentCore`; `wire`;
                       `SchedulerCore`; `ReportReader`, packets, reports and cells of `bench_link`;
                       how results and exceptions are packed
modelled, here         the worker (`worker`, which a test holds to the real one), the nursery and
                       the kernel objects (`worker_control`), the scheduler's loop and its door
                       (`scheduler`), the agent's thread and the courier (`client`), the stream
                       (`link`), files (`Blobs`)
not here               threads and their races, unpickling calls, real sockets, real signals
=====================  ===========================================================================

A link keeps the order of its frames and loses none, as a Unix stream does.  Many seeds:
``python -m tests.simulation --seeds 100000``.
"""

from __future__ import annotations

from .outcome import SimulationOutcome
from .parameters import Parameters
from .world import run

__all__ = ["Parameters", "SimulationOutcome", "run"]
