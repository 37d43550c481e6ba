"""Shuts down a notebook's client that only the output history still refers to.

Suppose that the cell ``client = Client()`` is run again.  The variable then refers to the new
client.  IPython still keeps the old one in ``Out``, ``_`` and ``_3``, because it was displayed.
Its engine would run as long as the kernel does, and each further run would add one.

After a cell that made a client, an older client is shut down if all of this is true:

  - the same cell made it, or the same variable referred to it;
  - nothing refers to it any more except the output history (and the history's own variables);
  - none of its tasks is open.

If you use it again through the history, you get an error that explains this.
"""

from __future__ import annotations

import logging
import re
import sys
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scaler_lab.client import notebook_cell

if TYPE_CHECKING:
    from scaler_lab.client.client import Client

EndIdle = Callable[["Client", str], None]
"""Shuts an idle client down; the text is the message of the error that a later submit raises."""

log = logging.getLogger(__name__)

_OF_HISTORY = re.compile(r"_+|_\d+|_i+\d*")  # IPython's names for outputs and inputs


class _Made:
    """A client and the cell that made it.  Used in the thread that runs cells."""

    def __init__(self, client: Client, end_idle: EndIdle) -> None:
        self.client = weakref.ref(client)
        self.end_idle = end_idle
        self.cell = notebook_cell.current_cell()
        self.names: set[str] = set()  # of the variables that referred to it
        self.is_new = True  # made by the cell that is running


_made: list[_Made] = []


def note(client: Client, end_idle: EndIdle) -> None:
    """Record a new client, and how to end it.  Does nothing outside IPython."""
    if notebook_cell.shell() is not None:
        _made.append(_Made(client, end_idle))


def after_cell() -> None:
    """Shut down the clients that the finished cell replaced.

    Called by `notebook_cell`; raises nothing.
    """
    try:
        _look(notebook_cell.shell())
    except Exception:
        log.exception("can't find out which clients were replaced")


def _look(shell: Any) -> None:
    _made[:] = [made for made in _made if _is_open(made)]
    new = [made for made in _made if made.is_new]
    if not new:
        return
    namespace: dict[str, Any] = shell.user_ns
    for made in _made:
        made.names.update(_names_of(made.client(), namespace))
    for old in _made:
        if not old.is_new and any(_replaces(one, old) for one in new):
            _end_if_unused(old, shell)
    for made in new:
        made.is_new = False


def _is_open(made: _Made) -> bool:
    client = made.client()
    return client is not None and not client.is_shut_down


def _names_of(client: Client | None, namespace: dict[str, Any]) -> set[str]:
    """Return the names of the user's variables that refer to *client*."""
    return {
        name
        for name, value in list(namespace.items())
        if value is client and not _OF_HISTORY.fullmatch(name)
    }


def _replaces(new: _Made, old: _Made) -> bool:
    return bool(new.names & old.names) or (new.cell != "" and new.cell == old.cell)


def _end_if_unused(old: _Made, shell: Any) -> None:
    client, alone = old.client(), _Alone()
    if client is None or _names_of(client, shell.user_ns):
        return
    # By reference counts, because local variables of running functions are not among an object's
    # referrers.  The references of this function and of the call are the same for both objects.
    references = sys.getrefcount(client) - sys.getrefcount(alone)
    if references > _references_of_history(client, shell):
        return
    variable = f", in the variable {min(old.names)!r}" if old.names else ""
    old.end_idle(
        client,
        f"this client was ended: a cell that ran later made another one in its place{variable}. "
        "Only the output history still referred to it, and all of its tasks were done. Use the "
        "new one, or create another: Client()",
    )


class _Alone:
    """An object that nothing else refers to, for comparison."""


def _references_of_history(client: Client, shell: Any) -> int:
    """Return how many times IPython's output history refers to *client*."""
    namespace: dict[str, Any] = shell.user_ns
    result = shell.last_execution_result
    histories: list[dict[Any, Any]] = [
        namespace,
        shell.user_ns_hidden,
        vars(shell.displayhook),
        namespace.get("_oh", {}),
        {} if result is None else vars(result),
    ]
    return sum(sum(value is client for value in list(d.values())) for d in histories)
