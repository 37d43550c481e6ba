"""How a client ends: by `shutdown`, by being forgotten, or by the interpreter's exit.

=====================  ==================================================================
end                    what happens
=====================  ==================================================================
shutdown(wait=True)    tasks end, callbacks run, the engine closes; then it returns
shutdown(wait=False)   the same, seen to by a thread
forgotten (GC)         the same as shutdown(wait=False), and a ResourceWarning that names
                       the line which made the client
script's exit          waits for the tasks, as `concurrent.futures` does; says so on stderr
                       after 2 s; Ctrl-C cancels them
notebook's, REPL's     cancels the tasks: nobody is there to wait for them
exit
=====================  ==================================================================
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
import warnings
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from scaler_lab.desk import feed_thread
from scaler_lab.facts.messages import EngineGone
from scaler_lab.memory.future_manager import FutureManager
from scaler_lab.ports.engine import Engine

if TYPE_CHECKING:
    from scaler_lab.desk.client import Client

SAY_SO_AFTER_SECONDS = 2.0
CANCEL_AT_EXIT_SECONDS = 1.0
CLOSE_AT_EXIT_SECONDS = 10.0

A = TypeVar("A")
R = TypeVar("R")

_PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_keepers: set[Keeper] = set()  # guarded by _keepers_lock
_keepers_lock = threading.Lock()


def keep(client: Client, engine: Engine, manager: FutureManager) -> Keeper:
    """Watch over *client*'s end.  Holds it weakly."""
    keeper = Keeper(engine, manager, origin=_caller())
    finalizer = weakref.finalize(client, keeper.forgotten)
    finalizer.atexit = False  # the interpreter's exit is `_at_exit`'s, which comes earlier
    with _keepers_lock:
        _keepers.add(keeper)
    return keeper


def weakly(method: Callable[[A], R]) -> Callable[[A], R]:
    """*method*, without keeping its object alive; raises `RuntimeError` once that is gone."""
    held = weakref.WeakMethod(method)

    def call(argument: A) -> R:
        found = held()
        if found is None:
            raise RuntimeError("the client of this future is gone; make a new one")
        return found(argument)

    return call


class Keeper:
    """Winds one client's engine up, once, whoever asks first."""

    def __init__(self, engine: Engine, manager: FutureManager, origin: str) -> None:
        self._engine = engine
        self._manager = manager
        self._origin = origin
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._is_winding = False  # guarded by _lock
        self._wound_up = False  # guarded by _lock
        self._ended = threading.Event()
        self._leave_feed: Callable[[], None] | None = None  # guarded by _lock

    def attend(self) -> None:
        """The client has its first task: let windows of other processes find it."""
        with self._lock:
            if self._leave_feed is None and not self._wound_up:
                self._leave_feed = feed_thread.attend(self._manager.board, self._engine)

    def wind_up(self, *, wait: bool) -> None:
        """Wait for the open futures, then close the engine; *wait* until that is done.

        Idempotent, from any thread.  From a done-callback it never waits: the callback itself is
        part of what would be waited for.
        """
        if self._pid != os.getpid():
            return  # a fork's copy: the parent winds its own up
        may_wait = wait and self._manager.may_wait()
        is_mine = False
        with self._lock:
            if not self._is_winding:
                self._is_winding = True
                # With nothing to wait for there is no need of a thread.
                is_mine = may_wait and not self._manager.open_futures
                if not is_mine:
                    threading.Thread(
                        target=self._finish, name="scaler_lab-wind-up", daemon=True
                    ).start()
        if is_mine:
            self._finish()
        elif may_wait:
            while not self._ended.wait(1.0):
                pass  # in steps: an endless wait can't be interrupted everywhere

    def forgotten(self) -> None:
        """The client was collected without a shutdown."""
        if self._wound_up or self._is_winding or self._pid != os.getpid():
            return
        try:
            warnings.warn(
                f"a scaler_lab Client was never shut down; it was made at {self._origin}. "
                "Its tasks go on to their end, then its engine closes. "
                "Use `with Client() as client:` or client.shutdown().",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )
        finally:  # where warnings are errors, too
            self.wind_up(wait=False)

    def at_exit(self) -> None:
        """The interpreter exits: wait for the tasks, or cancel them."""
        if self._pid != os.getpid():
            return
        if self._wound_up:  # a thread sees to it, which the interpreter's end would cut short
            self._ended.wait(CLOSE_AT_EXIT_SECONDS)
            return
        manager = self._manager
        try:
            if not _is_interactive() and not manager.wait_all_done(SAY_SO_AFTER_SECONDS):
                print(  # noqa: T201  # the one line that this library says by itself
                    f"scaler_lab: waiting for {len(manager.open_futures)} tasks; "
                    "Ctrl-C cancels them",
                    file=sys.stderr,
                )
                manager.wait_all_done()
        except KeyboardInterrupt:
            pass
        if manager.open_futures:
            manager.request_cancel(manager.open_futures, force=True, source="interpreter exit")
            manager.wait_all_done(CANCEL_AT_EXIT_SECONDS)
        self._close()

    def _finish(self) -> None:
        self._manager.wait_all_done()
        self._close()

    def _close(self) -> None:
        with self._lock:
            if self._wound_up:
                return
            self._wound_up = True
        try:
            self._engine.close(wait=True)
            if self._manager.open_futures:  # only at exit: nobody is left to answer
                self._manager.on_events((EngineGone("the client was shut down"),))
            self._manager.close(wait=True)
            if self._leave_feed is not None:  # the last to go: windows see how all ended
                self._leave_feed()
            with _keepers_lock:
                _keepers.discard(self)
        finally:
            self._ended.set()


def _is_interactive() -> bool:
    return hasattr(sys, "ps1") or bool(sys.flags.interactive) or "ipykernel" in sys.modules


def _caller() -> str:
    """The line outside this package that is making a client."""
    for frame in reversed(traceback.extract_stack(limit=12)):
        if not frame.filename.startswith(_PACKAGE_FOLDER):
            return f"{frame.filename}:{frame.lineno}"
    return "an unknown place"


def _at_exit() -> None:
    with _keepers_lock:
        keepers = list(_keepers)
    for keeper in keepers:
        keeper.at_exit()


# What concurrent.futures uses as well: called when the main thread ends, before the interpreter
# starts to take threads away.  atexit would be too late.
threading._register_atexit(_at_exit)  # type: ignore[attr-defined]
