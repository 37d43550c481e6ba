"""The local engine: worker processes on this machine, with nothing to set up.

    client process             scheduler process                    nursery       workers
    ┌───────────────────┐      ┌────────────────────────┐           ┌───────┐     ┌──────┐
    │ submit ─> agent ──┼──────┼─> SchedulerCore ───────┼─ spawn ───┼─ fork ┼────>│ loop │
    │ events <─ thread ─┼──────┼── seats, benches, jobs │  interrupt│ signal│     │      │
    └───────────────────┘      │                        │  kill     │ reap  │     │      │
       windows ──zmq───────────┤   inboxes, one a worker├───────────┼───────┼────>│      │
                               └────────────────────────┘<──results─┴───────┴─────┴──────┘

====================  ==========================================================================
module                is about
====================  ==========================================================================
`engine`              what a client holds: starts or finds a scheduler, and talks to it
`agent`               the client's side of the talk: a pure core; `agent_thread` runs it
`lines`, `doors`      the connection between them: a Unix stream, or zmq with keys
`channel`             exactly-once batches over a link that may lose, double or reorder (pure)
`wire`                the messages between client and scheduler (pure)
`scheduler`           who runs what where, and every cancel's way (a core with injected hands)
`scheduler_loop`      the one owner of the scheduler's sockets; `scheduler_process` starts it
`nursery`             the parent of all workers: forks, signals, kills whole trees, reaps
`worker`              the loop that runs tasks, and the window in which one can be interrupted
`bench_link`          the kernel objects between scheduler and worker: inbox, results, page
`blobs`               big payloads as files in memory
`feed_socket`         what windows are told, over a socket
`runtime_folder`      the private folder, its locks, the list of engines
`obituary`            what to tell people about a dead worker
====================  ==========================================================================

zmq carries what may come from elsewhere or stay behind: windows, and clients over TCP with keys.
Why not also the rest: see `bench_link` and `doors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaler_lab.engines.local.engine import AttachedEngine, LocalEngine

__all__ = ["AttachedEngine", "LocalEngine"]


def __getattr__(name: str) -> Any:
    # Not imported at once, for the scheduler's process must not load what unpickles.
    if name in __all__:
        from scaler_lab.engines.local import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
