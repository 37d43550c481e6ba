"""The local engine: worker processes on this machine, with nothing to set up.

    client process             scheduler process                    nursery       workers
    ┌───────────────────┐      ┌────────────────────────┐           ┌───────┐     ┌──────┐
    │ submit ─> agent ──┼──────┼─> SchedulerCore ───────┼─ spawn ───┼─ fork ┼────>│ loop │
    │ events <─ thread ─┼──────┼── seats, benches, jobs │  interrupt│ signal│     │      │
    └───────────────────┘      │                        │  kill     │ reap  │     │      │
       windows ──zmq───────────┤   inboxes, one a worker├───────────┼───────┼────>│      │
                               └────────────────────────┘<──results─┴───────┴─────┴──────┘

=============================  =====================================================================
module                         is about
=============================  =====================================================================
`client.engine`                what a client holds: starts or finds a scheduler, and talks to it
`client.agent`                 the client's side of the talk: a pure core; `agent_thread` runs it
`client.transport`             its end of the connection, a Unix stream
`client.running`               the engines that run now
`scheduler.core`               who runs what where, and every cancel's way (a core with injected
                               hands)
`scheduler.fair_queue`         whose task is next
`scheduler.worker_pool`        which workers there are, and which of them get tasks
`scheduler.reporting`          what windows and clients are told of a task until its verdict
`scheduler.state`              what the core keeps of each task, client and worker
`scheduler.loop`               the one owner of the scheduler's sockets; `process` starts it
`scheduler.sessions`           the clients served: from hello to farewell, or to their connection's
                               end
`scheduler.worker_control`     what the core does with its workers, and all that it hears of them
`scheduler.worker_handles`     what the hands hold of each worker: sockets, pipes, cells
`scheduler.forkserver_client`  commands to the nursery, and its news
`scheduler.outputs`            what tasks write, kept for windows
`scheduler.listeners`          the scheduler's ends of its connections
`scheduler.death_message`      what to tell people about a dead worker
`worker.forkserver`            the parent of all workers: forks, signals, kills whole trees, reaps
`worker.output_capture`        a task's output, by its place in the worker's pipe
`worker.usage`                 what a task takes: processor time and memory
`worker.shared_data`           scattered values, mapped read-only
`worker.worker`                the loop that runs tasks, and the window in which one can be
                               interrupted
`protocol`                     the messages between client and scheduler (pure)
`worker_ipc`                   the kernel objects between scheduler and worker: inbox, results, page
`blobs`                        big payloads as files in memory
`file_mapping`                 their content as memory, which holds no descriptor
=============================  =====================================================================

The private folder and the zmq sockets are in `scaler_lab.runtime`, which windows know too.

zmq carries what windows are shown.  Why not also the rest: see `worker_ipc` and
`scheduler.listeners`.
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
