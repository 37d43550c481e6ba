"""The local engine: worker processes on this machine, with nothing to set up.

    client process             scheduler process                    nursery       workers
    ┌───────────────────┐      ┌────────────────────────┐           ┌───────┐     ┌──────┐
    │ submit ─> agent ──┼──────┼─> SchedulerCore ───────┼─ spawn ───┼─ fork ┼────>│ loop │
    │ events <─ thread ─┼──────┼── seats, benches, jobs │  interrupt│ signal│     │      │
    └───────────────────┘      │                        │  kill     │ reap  │     │      │
       windows ──zmq───────────┤   inboxes, one a worker├───────────┼───────┼────>│      │
                               └────────────────────────┘<──results─┴───────┴─────┴──────┘

========================  ========================================================================
module                    is about
========================  ========================================================================
`client.engine`           what a client holds: starts or finds a scheduler, and talks to it
`client.agent`            the client's side of the talk: a pure core; `agent_thread` runs it
`client.lines`            its end of the connection, a Unix stream
`client.registry`         the engines that run now
`scheduler.core`          who runs what where, and every cancel's way (a core with injected hands)
`scheduler.turns`         whose task is next
`scheduler.staff`         which workers there are, and which of them get tasks
`scheduler.chronicle`     what windows and clients are told of a task until its verdict
`scheduler.jobs`          what the core keeps of each task, client and worker
`scheduler.loop`          the one owner of the scheduler's sockets; `process` starts it
`scheduler.sessions`      the clients served: from hello to farewell, or to their connection's end
`scheduler.hands`         what the core does with its workers, and all that it hears of them
`scheduler.worker_ends`   what the hands hold of each worker: sockets, pipes, cells
`scheduler.nursery_line`  commands to the nursery, and its news
`scheduler.outputs`       what tasks write, kept for windows
`scheduler.doors`         the scheduler's ends of its connections
`scheduler.obituary`      what to tell people about a dead worker
`workers.nursery`         the parent of all workers: forks, signals, kills whole trees, reaps
`workers.capture`         a task's output, by its place in the worker's pipe
`workers.meter`           what a task takes: processor time and memory
`workers.shared_data`     scattered values, mapped read-only
`workers.worker`          the loop that runs tasks, and the window in which one can be interrupted
`wire`                    the messages between client and scheduler (pure)
`bench_link`              the kernel objects between scheduler and worker: inbox, results, page
`blobs`                   big payloads as files in memory
`file_mapping`            their content as memory, which holds no descriptor
========================  ========================================================================

The private folder and the zmq sockets are in `scaler_lab.machine`, which windows know too.

zmq carries what windows are shown.  Why not also the rest: see `bench_link` and `scheduler.doors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.local.client.engine import AttachedEngine, LocalEngine

__all__ = ["AttachedEngine", "LocalEngine"]


def __getattr__(name: str) -> Any:
    # Not imported at once, for the scheduler's process must not load what unpickles.
    if name in __all__:
        from scaler_lab.engines.local.client import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
