"""The names of a program's clients, so that views can distinguish them.

A client has the name that its user gave it.  If an open client of this program has that name, a
number is added: ``Client(name="prices")`` twice makes *prices* and *prices 2*.  A client without a
name stays without one if it is the only such client, and else becomes *client 2*, and so on.

A cell that runs again usually replaces the clients that it made before (`replaced`).  So its new
clients may have the same names.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, NamedTuple

from scaler_lab.client import notebook_cell
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.fork_guard import this_process

if TYPE_CHECKING:
    from scaler_lab.client.client import Client

MAX_LENGTH = 100  # characters


class _Named(NamedTuple):
    """A client of this program, and the run of the cell that made it."""

    client: weakref.ref[Client]
    given: str
    number: int
    pid: int
    cell: str
    n_runs: int

    @property
    def is_open(self) -> bool:
        client = self.client()
        if client is None or self.pid != this_process():
            return False
        submitter = vars(client).get("_submitter")  # missing while the client is being made
        return submitter is None or not client.is_shut_down


_lock = threading.RLock()  # a finalizer may create a client while its thread holds it
_named: list[_Named] = []  # guarded by _lock


def checked(name: str | None) -> str:
    """Return the name as given, or "" for None.

    Raises:
        TypeError: *name* isn't a string.
        ValueError: *name* is empty or too long.
    """
    if name is None:
        return ""
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, not {name!r}")
    text = plain_text(name).strip()
    if not 1 <= len(text) <= MAX_LENGTH:
        raise ValueError(f"name must have 1 to {MAX_LENGTH} characters, not {len(text)}")
    return text


def unique_name(client: Client, given: str) -> str:
    """Return the name for a new client, and reserve it for as long as the client is open.

    Args:
        client: The new client.
        given: The name that its user gave it, or "".
    """
    with _lock:
        _named[:] = [named for named in _named if named.is_open]
        cell, n_runs = notebook_cell.current_cell(), notebook_cell.n_runs()
        taken = {
            named.number
            for named in _named
            if named.given == given and (cell == "" or named.cell != cell or named.n_runs == n_runs)
        }
        number = next(n for n in range(1, len(taken) + 2) if n not in taken)
        made = _Named(weakref.ref(client), given, number, this_process(), cell, n_runs)
        _named.append(made)
    return given if number == 1 else f"{given or 'client'} {number}"
