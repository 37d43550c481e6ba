"""List, start and stop local engines that run on their own; used by the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from scaler_lab.engines.local.client import scheduler_process
from scaler_lab.engines.local.client.engine import LocalEngine
from scaler_lab.errors import EngineStartFailed
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import ConnectionInfo


class EngineEntry(NamedTuple):
    """A description of one running engine."""

    name: str
    engine_id: str
    pid: int
    n_workers: int
    started_at: float  # seconds since the epoch
    address: str  # for Client(address)
    owned: bool  # the engine ends with the program that started it
    folder: Path


def list_engines() -> list[EngineEntry]:
    """Return the running local engines of this user, oldest first."""
    return [_entry(connection) for connection in runtime_dir.running()]


def start_engine(name: str, n_workers: int | None = None, **settings: Any) -> EngineEntry:
    """Start an engine that keeps running after this program ends, until it is stopped.

    Args:
        name: The name of the new engine.
        n_workers: The number of worker processes. Default: one for each usable core.
        **settings: Further arguments of `LocalEngine`.

    Returns:
        A description of the new engine.

    Raises:
        EngineStartFailed: The engine could not be started, or one of that name runs already.
    """
    for connection in runtime_dir.running():
        if connection.name == name:
            raise EngineStartFailed(
                f"an engine named {name!r} is running already (pid {connection.pid}); "
                f"stop it with: scaler-lab engine stop {name}"
            )
    made = LocalEngine(n_workers=n_workers, name=name, detached=True, **settings)
    started = made.start()
    assert started.connection is not None
    return _entry(started.connection)


def stop_engine(name: str, *, force: bool = False) -> EngineEntry:
    """Stop a running engine and every task on it.

    Args:
        name: The name or the id of the engine.
        force: Kill the engine's processes instead of sending a stop request.

    Returns:
        A description of the stopped engine.

    Raises:
        EngineNotFound: No running engine has that name or id.
        EngineNotStopped: The engine still runs after 5 seconds.
    """
    connection = runtime_dir.find(name)
    scheduler_process.stop(connection, force=force)
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
