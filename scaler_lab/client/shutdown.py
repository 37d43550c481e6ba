"""How a client ends: by `shutdown`, by leaving its block, by being forgotten, or at exit.

=====================  ==================================================================
end                    what happens
=====================  ==================================================================
shutdown(wait=True)    tasks end, callbacks run, the engine closes; then it returns. Ctrl-C
                       ends the wait only: the tasks go on, and the engine closes after them
shutdown(wait=False)   the same, without the wait
end of a ``with``      the same as shutdown(wait=True), but Ctrl-C cancels the open tasks
... by an exception    the same; if the wait takes 2 s, a line on stderr names the exception
                       and the number of tasks
... by an interrupt    cancels the open tasks, and waits 3 s at most. Interrupts are
                       KeyboardInterrupt, GeneratorExit and asyncio's CancelledError, also
                       in an exception group. SystemExit isn't one: a program may leave by
                       it when its work is done
forgotten (GC)         the same as shutdown(wait=False), and a ResourceWarning that names
                       the line which made the client
script's exit          waits for the tasks, as `concurrent.futures` does; says so on stderr
                       after 2 s; Ctrl-C cancels those of all clients
script's exit by       cancels the tasks of all clients
Ctrl-C
notebook's, REPL's     cancels the tasks: nobody is there to wait for them
exit
=====================  ==================================================================

A thread of its own waits for the tasks and closes the engine.  An interrupt, which Python raises in
the main thread, therefore ends a wait, and never leaves a client half closed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
import traceback
import warnings
import weakref
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar, cast

from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import EngineGone
from scaler_lab.engines.base import Engine
from scaler_lab.feed import server_thread

if TYPE_CHECKING:
    from scaler_lab.client.client import Client

log = logging.getLogger(__name__)

REPORT_AFTER_SECONDS = 2.0
LEAVE_AFTER_SECONDS = 3.0  # an interrupted block waits no longer for what it cancelled
MAX_ERROR_LENGTH = 200  # characters of an exception's message that a line on stderr repeats
CANCEL_AT_EXIT_TIMEOUT = 1.0
CLOSE_AT_EXIT_TIMEOUT = 10.0

A = TypeVar("A")
R = TypeVar("R")

_PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_finalizers: set[ClientFinalizer] = set()  # guarded by _keepers_lock
_finalizers_lock = threading.Lock()


def finalize(client: Client, engine: Engine, manager: FutureManager) -> ClientFinalizer:
    """Watch over *client*'s end.  Holds it weakly."""
    client_finalizer = ClientFinalizer(engine, manager, origin=_caller())
    finalizer = weakref.finalize(client, client_finalizer.on_collected)
    finalizer.atexit = False  # the interpreter's exit is `_at_exit`'s, which comes earlier
    with _finalizers_lock:
        _finalizers.add(client_finalizer)
    return client_finalizer


def weakly(method: Callable[[A], R]) -> Callable[[A], R]:
    """*method*, without keeping its object alive; raises `RuntimeError` once that is gone."""
    held = weakref.WeakMethod(method)

    def call(argument: A) -> R:
        found = held()
        if found is None:
            raise RuntimeError("the client of this future is gone; make a new one")
        return found(argument)

    return call


class ClientFinalizer:
    """Closes one client's engine once its tasks are done, whoever requests it first."""

    def __init__(self, engine: Engine, manager: FutureManager, origin: str) -> None:
        self._engine = engine
        self._manager = manager
        self._origin = origin
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._is_winding = False
        self._wound_up = False  # guarded by _lock
        # Whether all is closed, and what wakes those who wait for that.  Not an Event: an interrupt
        # inside `Event.wait` may leave its lock held.
        self._has_ended = False
        self._end_bell: SimpleQueue[None] = SimpleQueue()
        self._leave_by: float | None = None  # when an interrupted block is left, ended or not
        self._leave_feed: Callable[[], None] | None = None  # guarded by _lock

    def serve_feed(self) -> None:
        """The client has its first task: let windows of other processes find it."""
        with self._lock:
            if self._leave_feed is None and not self._wound_up:
                self._leave_feed = server_thread.serve_feed(self._manager.board, self._engine)

    def shutdown(self, *, wait: bool) -> None:
        """Wait for the open futures, then close the engine; *wait* until that is done.

        Idempotent, from any thread.  From a done-callback it never waits: the callback itself is
        part of what would be waited for.
        """
        if self._pid != os.getpid():
            return  # a fork's copy: the parent winds its own up
        try:
            self._manager.wholly(self._begin_to_finish, otherwise=_nothing)
        except RuntimeError:  # no thread can be started: none is left, or at exit
            if wait:
                self._finish()
                return
            raise
        if wait and self._manager.may_wait():
            self._await_end()

    def leave(self, error: BaseException | None) -> None:
        """End the client's ``with`` block, which *error* leaves if it isn't None.

        See the table at the head of this module.
        """
        if self._pid != os.getpid():
            return
        may_wait = self._manager.may_wait()
        try:
            if error is not None and _is_interrupt(error):
                self._cancel_and_leave(wait=may_wait)
                return
            self.shutdown(wait=False)
            if not may_wait:
                return
            if error is not None and not self._await_end(REPORT_AFTER_SECONDS):
                _say(
                    f"leaving the client's block with {in_brief(error)}; waiting for "
                    f"{_tasks(len(self._manager.open_futures))} on {self._engine.label} first. "
                    "Ctrl-C (in a notebook, Stop) cancels"
                )
            self._await_end()
        except KeyboardInterrupt:
            self._cancel_and_leave(wait=may_wait)
            raise

    def interrupt(self) -> None:
        """Cancel what is open, and have whoever is in `leave` wait `LEAVE_AFTER_SECONDS` more."""
        self._leave_by = time.monotonic() + LEAVE_AFTER_SECONDS
        self._manager.request_cancel(self._manager.open_futures)
        self._end_bell.put(None)

    def on_collected(self) -> None:
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
            # Elsewhere: the collector may have interrupted the start of another thread.
            self._manager.soon(self._begin_to_finish)

    # -- at the interpreter's exit -----------------------------------------------------------------

    @property
    def is_of_this_process(self) -> bool:
        """Whether its client was made here, and not in the parent of a fork."""
        return self._pid == os.getpid()

    @property
    def n_open(self) -> int:
        """How many tasks have no verdict."""
        return len(self._manager.open_futures)

    def wait_all_done(self, timeout: float | None = None) -> bool:
        """Wait until every task has its verdict; whether that is so."""
        return self._manager.wait_all_done(timeout)

    def cancel_at_exit(self) -> None:
        """Have what is open stopped at once."""
        if open_futures := self._manager.open_futures:
            self._manager.request_cancel(open_futures, force=True, source="interpreter exit")

    def close_at_exit(self) -> None:
        """Close the engine; wait where a thread is at it, which the exit would cut short."""
        if not self._close():
            self._await_end(CLOSE_AT_EXIT_TIMEOUT)

    # -- private -----------------------------------------------------------------------------------

    def _cancel_and_leave(self, *, wait: bool) -> None:
        self.interrupt()
        self.shutdown(wait=False)
        if wait and not self._await_end():
            _say(
                f"{_tasks(self.n_open)} on {self._engine.label} did not stop yet; the client "
                "closes once that is so"
            )

    def _await_end(self, timeout: float | None = None) -> bool:
        """Wait until all is closed, at most *timeout* seconds, or until it is to be left."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._has_ended:
            left = 1.0  # in steps: an endless wait can't be interrupted everywhere
            for moment in (end, self._leave_by):
                if moment is not None:
                    left = min(left, moment - time.monotonic())
            if left <= 0:
                return False
            with contextlib.suppress(Empty):
                self._end_bell.get(timeout=left)
        self._end_bell.put(None)  # for the next who waits
        return True

    def _begin_to_finish(self) -> None:
        """Start the thread.  Not interrupted: `Thread.start` isn't safe for that.  A second thread,
        of two callers at once, finds nothing left to do.
        """
        if not self._is_winding:
            threading.Thread(target=self._finish, name="scaler_lab-wind-up", daemon=True).start()
            self._is_winding = True

    def _finish(self) -> None:
        self._manager.wait_all_done()
        self._close()

    def _close(self) -> bool:
        """Close all; False where another thread does or did."""
        with self._lock:
            if self._wound_up:
                return False
            self._wound_up = True
        try:
            try:
                self._engine.close(wait=True)
            except Exception:  # the rest is to be closed all the same
                log.exception("%s could not be closed", self._engine.label)
            if self._manager.open_futures:  # only at exit: nobody is left to answer
                self._manager.on_events((EngineGone("the client was shut down"),))
            self._manager.close(wait=True)
            if self._leave_feed is not None:  # the last to go: windows see how all ended
                self._leave_feed()
            with _finalizers_lock:
                _finalizers.discard(self)
        finally:
            self._has_ended = True
            self._end_bell.put(None)
        return True


def _nothing() -> None:
    return None


def _is_interrupt(error: BaseException) -> bool:
    """Whether *error* says that its block is to be left at once."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return any(_is_interrupt(one) for one in group.exceptions)
    if isinstance(error, KeyboardInterrupt | GeneratorExit):
        return True
    asyncio = sys.modules.get("asyncio.exceptions")  # else nobody can have raised its
    return asyncio is not None and isinstance(error, asyncio.CancelledError)


def in_brief(error: BaseException) -> str:
    """The exception's class, and the first line of its message."""
    try:
        text = str(error).strip().partition("\n")[0][:MAX_ERROR_LENGTH]
    except Exception:  # a __str__ of the user's
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _tasks(n: int) -> str:
    return "1 task" if n == 1 else f"{n:,} tasks"


def _say(text: str) -> None:
    """A line on stderr, for whoever looks at the program: what this library prints by itself."""
    if sys.stderr is not None:  # a windowless program has none
        print(f"scaler_lab: {text}", file=sys.stderr, flush=True)  # noqa: T201


def _is_interactive() -> bool:
    return hasattr(sys, "ps1") or bool(sys.flags.interactive) or "ipykernel" in sys.modules


def _caller() -> str:
    """The line outside this package that is making a client."""
    for frame in reversed(traceback.extract_stack(limit=12)):
        if not frame.filename.startswith(_PACKAGE_FOLDER):
            return f"{frame.filename}:{frame.lineno}"
    return "an unknown place"


def _at_exit() -> None:
    with _finalizers_lock:
        keepers = [
            client_finalizer
            for client_finalizer in _finalizers
            if client_finalizer.is_of_this_process
        ]
    try:
        if not _is_interactive() and not _was_interrupted():
            _wait_for_tasks(keepers)
    except KeyboardInterrupt:
        pass  # one is enough for all clients
    for client_finalizer in keepers:
        client_finalizer.cancel_at_exit()
    end = time.monotonic() + CANCEL_AT_EXIT_TIMEOUT
    for client_finalizer in keepers:
        client_finalizer.wait_all_done(max(0.0, end - time.monotonic()))
    for client_finalizer in keepers:
        client_finalizer.close_at_exit()


def _wait_for_tasks(keepers: Iterable[ClientFinalizer]) -> None:
    end = time.monotonic() + REPORT_AFTER_SECONDS
    said = False
    for client_finalizer in keepers:
        if said or not client_finalizer.wait_all_done(max(0.0, end - time.monotonic())):
            if not said:
                said = True
                n_open = sum(client_finalizer.n_open for client_finalizer in keepers)
                _say(f"waiting for {_tasks(n_open)}; Ctrl-C cancels")
            client_finalizer.wait_all_done()


def _was_interrupted() -> bool:
    """Whether the program ends because of a Ctrl-C that it did not catch."""
    return isinstance(getattr(sys, "last_value", None), KeyboardInterrupt)


# What concurrent.futures uses as well: called when the main thread ends, before the interpreter
# starts to take threads away.  atexit would be too late.
threading._register_atexit(_at_exit)  # type: ignore[attr-defined]
