"""Running engines, for the command line: list, start one on its own, stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from scaler_lab.engines.local.client import engine
from scaler_lab.errors import EngineStartFailed
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import ConnectionInfo


class EngineEntry(NamedTuple):
    """One running engine."""

    name: str
    engine_id: str
    pid: int
    n_workers: int
    started_at: float  # seconds since the epoch
    address: str  # what Client() takes
    owned: bool  # it ends with the program that started it
    folder: Path


def list_engines() -> list[EngineEntry]:
    """The local engines of this user that are running, oldest first."""
    return [_entry(connection) for connection in runtime_dir.running()]


def start_engine(name: str, n_workers: int | None = None, **settings: Any) -> EngineEntry:
    """Start an engine that runs on its own until it is stopped.  Raises `EngineStartFailed`.

    Further *settings* are `LocalEngine`'s.
    """
    for connection in runtime_dir.running():
        if connection.name == name:
            raise EngineStartFailed(
                f"an engine named {name!r} is running already (pid {connection.pid}); "
                f"stop it with: scaler-lab engine stop {name}"
            )
    made = engine.LocalEngine(n_workers=n_workers, name=name, detached=True, **settings)
    started = made.start()
    assert started.connection is not None
    return _entry(started.connection)


def stop_engine(name: str, *, force: bool = False) -> EngineEntry:
    """Stop the engine of that name or id, and every task on it; with *force*, kill it.

    Raises `EngineNotFound`, and `EngineNotStopped` if it still runs after some seconds.
    """
    connection = runtime_dir.find(name)
    engine.stop(connection, force=force)
    return _entry(connection)


def _entry(connection: ConnectionInfo) -> EngineEntry:
    return EngineEntry(
        connection.name,
        connection.engine_id,
        connection.pid,
        connection.n_workers,
        connection.started_at,
        f"local://{connection.name}",
        connection.owned,
        Path(connection.folder),
    )
