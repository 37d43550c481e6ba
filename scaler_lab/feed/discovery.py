"""Find running engines with a feed, and name them for users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Literal

from scaler_lab.errors import EngineNotFound
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.program_name import name_of_client
from scaler_lab.runtime.runtime_dir import ConnectionInfo


def find_engines() -> list[ConnectionInfo]:
    """Return all of this user's running engines and clients that have a feed, oldest first."""
    return runtime_dir.running_feeds()


def program_of(engine: ConnectionInfo) -> str:
    """Return the program that made it, after its client's name if it has one.  Not sanitized.

    Empty if it runs on its own.
    """
    return name_of_client(engine.client, engine.program) if engine.program else ""


def title_of(engine: ConnectionInfo) -> str:
    """Return the name to show: its client's name, the program, and its own.  Not sanitized."""
    if engine.program and engine.client:
        return f"{engine.client} ({engine.program}, {engine.name})"
    return f"{engine.program} ({engine.name})" if engine.program else engine.name


def short_title_of(engine: ConnectionInfo, engines: Iterable[ConnectionInfo]) -> str:
    """Return `program_of`; if two of *engines* have the same, with what differs.  Not sanitized.

    Two notebooks in different folders may have the same name: then it ends with the folder.
    Otherwise it ends with the engine's own name, as `title_of` does.
    """
    program = program_of(engine)
    others = [
        other
        for other in engines
        if other.engine_id != engine.engine_id and program_of(other) == program
    ]
    if not others:
        return program or engine.name
    folder = _folder_unlike(engine.path, [other.path for other in others])
    return f"{program} ({folder})" if folder else title_of(engine)


def _folder_unlike(path: str, others: Sequence[str]) -> str:
    """Return the last folders of *path* that none of *others* has; empty if there is none."""
    own, *rest = (PurePath(each).parent.parts for each in (path, *others))
    for n in range(1, len(own) + 1):
        if all(own[-n:] != parts[-n:] for parts in rest):
            return str(PurePath(*own[-n:]))
    return ""


Kind = Literal["notebook", "script", "terminal", "engine"]


def kind_of(engine: ConnectionInfo) -> Kind:
    """Return the kind of program that made it; "engine" if it runs on its own."""
    if not engine.program:
        return "engine"
    if engine.program.endswith(".ipynb") or engine.program == "notebook":
        return "notebook"
    return "terminal" if engine.program in ("ipython", "python") else "script"


def find_engine(name: str) -> ConnectionInfo:
    """Return the engine with that name, id, client, program or scheduler's process id.

    If several match a client's or program's name, this returns the youngest.

    Raises:
        EngineNotFound: No running engine matches.
    """
    engines = find_engines()
    for engine in reversed(engines):
        if name in (engine.name, engine.engine_id, str(engine.pid)):
            return engine
    for engine in reversed(engines):
        if name in (engine.client, engine.program, program_of(engine)):
            return engine
    running = ", ".join(title_of(engine) for engine in engines)
    raise EngineNotFound(
        f"no engine is called {name!r}; "
        + (f"running now: {running}" if engines else "none is running now")
    )


def is_successor(engine: ConnectionInfo, ended: ConnectionInfo) -> bool:
    """Return whether *engine* replaced *ended*: a later start with its name, or by its client."""
    if engine.engine_id == ended.engine_id or engine.started_at < ended.started_at:
        return False
    return engine.name == ended.name or (
        bool(ended.program)
        and program_of(engine) == program_of(ended)
        and engine.path == ended.path
    )
