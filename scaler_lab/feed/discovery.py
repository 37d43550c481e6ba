"""Which feeds there are to look at, and what to call them."""

from __future__ import annotations

from typing import Literal

from scaler_lab.errors import EngineNotFound
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import Connection


def feed_hosts() -> list[Connection]:
    """Everything of this user's that has a feed and is alive, oldest first."""
    return runtime_dir.running_feeds()


def title_of(host: Connection) -> str:
    """What people call it: the program that made it, and its own name.  Not clean."""
    return f"{host.program} ({host.name})" if host.program else host.name


Kind = Literal["notebook", "script", "terminal", "engine"]


def kind_of(host: Connection) -> Kind:
    """What sort of program made it; "engine" where it runs on its own."""
    if not host.program:
        return "engine"
    if host.program.endswith(".ipynb") or host.program == "notebook":
        return "notebook"
    return "terminal" if host.program in ("ipython", "python") else "script"


def find_host(name: str) -> Connection:
    """The one with that name, id, program or scheduler's pid.  Raises `EngineNotFound`.

    Where several are of one program, it is the youngest.
    """
    hosts = feed_hosts()
    for host in reversed(hosts):
        if name in (host.name, host.engine_id, str(host.pid)):
            return host
    for host in reversed(hosts):
        if name == host.program:
            return host
    running = ", ".join(title_of(host) for host in hosts)
    raise EngineNotFound(
        f"no engine and no program's engine is called {name!r}; "
        + (f"running now: {running}" if hosts else "none is running now")
    )


def is_successor(host: Connection, ended: Connection) -> bool:
    """Whether *host* is *ended* started again: of the same name, or by the same program."""
    if host.engine_id == ended.engine_id or host.started_at < ended.started_at:
        return False
    return host.name == ended.name or (bool(ended.program) and host.program == ended.program)
