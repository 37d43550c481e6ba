"""Find running engines with a feed, and name them for users."""

from __future__ import annotations

from typing import Literal

from scaler_lab.errors import EngineNotFound
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import ConnectionInfo


def find_engines() -> list[ConnectionInfo]:
    """Return all of this user's running engines and clients that have a feed, oldest first."""
    return runtime_dir.running_feeds()


def title_of(engine: ConnectionInfo) -> str:
    """Return the name to show: the program that made it, and its own name.  Not sanitized."""
    return f"{engine.program} ({engine.name})" if engine.program else engine.name


def short_title_of(engine: ConnectionInfo) -> str:
    """Return the name of the program that made it, else its own name.  Not sanitized."""
    return engine.program or engine.name


Kind = Literal["notebook", "script", "terminal", "engine"]


def kind_of(engine: ConnectionInfo) -> Kind:
    """Return the kind of program that made it; "engine" if it runs on its own."""
    if not engine.program:
        return "engine"
    if engine.program.endswith(".ipynb") or engine.program == "notebook":
        return "notebook"
    return "terminal" if engine.program in ("ipython", "python") else "script"


def find_engine(name: str) -> ConnectionInfo:
    """Return the engine with that name, id, program or scheduler's process id.

    If a program has several engines, this returns the youngest.

    Raises:
        EngineNotFound: No running engine matches.
    """
    engines = find_engines()
    for engine in reversed(engines):
        if name in (engine.name, engine.engine_id, str(engine.pid)):
            return engine
    for engine in reversed(engines):
        if name == engine.program:
            return engine
    running = ", ".join(title_of(engine) for engine in engines)
    raise EngineNotFound(
        f"no engine is called {name!r}; "
        + (f"running now: {running}" if engines else "none is running now")
    )


def is_successor(engine: ConnectionInfo, ended: ConnectionInfo) -> bool:
    """Return whether *engine* replaced *ended*: a later start with its name or by its program."""
    if engine.engine_id == ended.engine_id or engine.started_at < ended.started_at:
        return False
    return engine.name == ended.name or (bool(ended.program) and engine.program == ended.program)
