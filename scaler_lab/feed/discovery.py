"""Which feeds there are to look at, and what to call them."""

from __future__ import annotations

from typing import Literal

from scaler_lab.errors import EngineNotFound
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import ConnectionInfo


def find_engines() -> list[ConnectionInfo]:
    """Everything of this user's that has a feed and is alive, oldest first."""
    return runtime_dir.running_feeds()


def title_of(engine: ConnectionInfo) -> str:
    """What people call it: the program that made it, and its own name.  Not clean."""
    return f"{engine.program} ({engine.name})" if engine.program else engine.name


Kind = Literal["notebook", "script", "terminal", "engine"]


def kind_of(engine: ConnectionInfo) -> Kind:
    """What sort of program made it; "engine" where it runs on its own."""
    if not engine.program:
        return "engine"
    if engine.program.endswith(".ipynb") or engine.program == "notebook":
        return "notebook"
    return "terminal" if engine.program in ("ipython", "python") else "script"


def find_engine(name: str) -> ConnectionInfo:
    """The one with that name, id, program or scheduler's pid.  Raises `EngineNotFound`.

    Where several are of one program, it is the youngest.
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
        f"no engine and no program's engine is called {name!r}; "
        + (f"running now: {running}" if engines else "none is running now")
    )


def is_successor(engine: ConnectionInfo, ended: ConnectionInfo) -> bool:
    """Whether *engine* is *ended* started again: of the same name, or by the same program."""
    if engine.engine_id == ended.engine_id or engine.started_at < ended.started_at:
        return False
    return engine.name == ended.name or (bool(ended.program) and engine.program == ended.program)
