"""The local engine: worker processes on this machine, with nothing to set up.

    client process             scheduler process                   fork server    workers
    ┌───────────────────┐      ┌────────────────────────┐           ┌───────┐     ┌──────┐
    │ submit ─> agent ──┼──────┼─> SchedulerCore ───────┼─ spawn ───┼─ fork ┼────>│ loop │
    │ events <─ thread ─┼──────┼─ clients,workers,tasks │  interrupt│ signal│     │      │
    └───────────────────┘      │                        │  kill     │ reap  │     │      │
         views ──zmq───────────┤  an inbox for each one ├───────────┼───────┼────>│      │
                               └────────────────────────┘<──results─┴───────┴─────┴──────┘

=============================  =====================================================================
module                         contains
=============================  =====================================================================
`client.engine`                the `Engine` of a client: starts or finds a scheduler
`client.connection`            the part of it that submits and cancels through the scheduler
`client.scheduler_process`     starts and stops the scheduler's process
`client.agent`                 the client's side of the protocol: a pure core, run by `agent_thread`
`client.transport`             the client's end of the connection, a Unix stream
`client.nested`                tasks that submit tasks to their own engine: prevents a deadlock
`client.local_ref`             the reference to a scattered value
`client.running`               list, start and stop engines that run on their own
`scheduler.core`               receives what clients send (with the next six, a pure core)
`scheduler.worker_reports`     receives what workers report
`scheduler.dispatching`        sends queued tasks to workers
`scheduler.cancelling`         stops queued and running tasks
`scheduler.settling`           sends each task's final outcome once
`scheduler.view_requests`      what views request: cancels, retries, stacks
`scheduler.worker_actions`     `WorkerControl`: the actions by which the core controls workers
`scheduler.fair_queue`         which client's task is next
`scheduler.worker_pool`        which workers exist, and which of them get tasks
`scheduler.reporting`          reports on tasks to views and clients until the final outcome
`scheduler.state`              the state of each task, client and worker
`scheduler.loop`               the event loop that owns the scheduler's sockets
`scheduler.process`            the start of the scheduler's process
`scheduler.poller`             polls sockets and pipes
`scheduler.sessions`           the connected clients: from hello to goodbye or disconnect
`scheduler.worker_control`     sends tasks and signals to workers, receives their reports
`scheduler.worker_handles`     the scheduler's sockets, pipes and cells of each worker
`scheduler.forkserver_client`  sends commands to the fork server, receives its events
`scheduler.outputs`            what tasks write, kept for views
`scheduler.listeners`          the scheduler's ends of its connections
`scheduler.death_message`      the error message about a dead worker
`worker.forkserver`            the parent of all workers: forks, signals, kills whole trees, reaps
`worker.output_capture`        finds a task's output by its position in the worker's pipe
`worker.usage`                 what a task uses: processor time and memory
`worker.shared_data`           scattered values, mapped read-only
`worker.worker`                the loop that runs tasks
`worker.interrupts`            raises an exception in one particular task
`worker.interrupt_checks`      finds what an interrupted task left in its worker
`worker.process_state`         restores the state of the process after every task
`protocol`                     the messages between client and scheduler (pure)
`worker_ipc`                   the kernel objects between scheduler and worker: inbox, results, page
`blobs`                        large payloads as files in shared memory
`file_mapping`                 maps a file into memory without keeping its descriptor open
`framing`                      length-prefixed frames over a stream socket
`liveness`                     connections that request a stop and report the engine's end
`peer_credentials`             accepts connections and checks the user at the other end
`process_tree`                 finds, kills and reaps descendants of a process
`settings`                     the engine's settings and their checks
=============================  =====================================================================

The private folder and the zmq sockets are in `scaler_lab.runtime`, because views use them too.

zmq carries only what views show.  `worker_ipc` and `scheduler.listeners` explain why it doesn't
carry the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.local.client.engine import AttachedEngine, LocalEngine

__all__ = ["AttachedEngine", "LocalEngine"]


def __getattr__(name: str) -> Any:
    # Imported on first use: the scheduler's process must not load code that unpickles.
    if name in __all__:
        from scaler_lab.engines.local.client import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
