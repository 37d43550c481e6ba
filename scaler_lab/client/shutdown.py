"""How a client ends: by `shutdown`, at the end of its block, by garbage collection, or at exit.

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
garbage collection     the same as shutdown(wait=False), and a ResourceWarning that names
                       the line which made the client
a script's exit        waits for the tasks, as `concurrent.futures` does; reports this on
                       stderr after 2 s; Ctrl-C cancels those of all clients
a script's exit by     cancels the tasks of all clients
Ctrl-C
exit of a notebook     cancels the tasks, because nobody waits for them
or a REPL
=====================  ==================================================================

A separate thread waits for the tasks and closes the engine.  Python raises an interrupt in the main
thread.  The interrupt can therefore end a wait, but never leaves a client half closed.
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
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from scaler_lab.core.fork_guard import this_process
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import EngineGone
from scaler_lab.engines.base import Engine
from scaler_lab.feed import server_thread

if TYPE_CHECKING:
    from scaler_lab.client.client import Client

log = logging.getLogger(__name__)

REPORT_AFTER_SECONDS = 2.0
LEAVE_AFTER_SECONDS = 3.0  # an interrupted block waits this long for the tasks that it cancelled
MAX_ERROR_LENGTH = 200  # characters of an exception's message that are repeated on stderr
CANCEL_AT_EXIT_TIMEOUT = 1.0
CLOSE_AT_EXIT_TIMEOUT = 10.0

P = ParamSpec("P")
R = TypeVar("R")

_PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_finalizers: set[ClientFinalizer] = set()  # guarded by _finalizers_lock
_finalizers_lock = threading.Lock()


def finalize(client: Client, engine: Engine, manager: FutureManager) -> ClientFinalizer:
    """Return the finalizer that shuts *client* down.  It refers to the client only weakly."""
    client_finalizer = ClientFinalizer(engine, manager, origin=_caller())
    finalizer = weakref.finalize(client, client_finalizer.on_collected)
    finalizer.atexit = False  # at exit `_at_exit` does it, earlier than weakref would
    with _finalizers_lock:
        _finalizers.add(client_finalizer)
    return client_finalizer


def weakly(method: Callable[P, R]) -> Callable[P, R]:
    """Return *method* without keeping its object alive.

    It raises `RuntimeError` once that is gone.
    """
    held = weakref.WeakMethod(method)

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        found = held()
        if found is None:
            raise RuntimeError("the client of this future no longer exists; create a new Client")
        return found(*args, **kwargs)

    return call


class ClientFinalizer:
    """Closes the engine of one client once its tasks are done.

    Only the first request counts.
    """

    def __init__(self, engine: Engine, manager: FutureManager, origin: str) -> None:
        self._engine = engine
        self._manager = manager
        self._origin = origin
        self._pid = this_process()
        self._lock = threading.Lock()
        self._is_winding = False
        self._wound_up = False  # guarded by _lock
        # Whether all is closed, and a queue that wakes the threads that wait for it.  Not an Event,
        # because an interrupt inside `Event.wait` may leave its lock held.
        self._has_ended = False
        self._end_bell: SimpleQueue[None] = SimpleQueue()
        self._leave_by: float | None = None  # when to leave an interrupted block
        self._leave_feed: Callable[[], None] | None = None  # guarded by _lock

    def serve_feed(self) -> None:
        """Make the client visible to views in other processes.  Called at its first task."""
        with self._lock:
            if self._leave_feed is None and not self._wound_up:
                self._leave_feed = server_thread.serve_feed(self._manager.board, self._engine)

    def shutdown(self, *, wait: bool) -> None:
        """Wait for the open futures, then close the engine; if *wait*, return once that is done.

        Idempotent, from any thread.  In a done-callback it never waits, because the callback itself
        is part of what it would wait for.
        """
        if self._pid != this_process():
            return  # a fork's copy: the parent shuts its own client down
        try:
            self._manager.wholly(self._begin_to_finish, otherwise=_nothing)
        except RuntimeError:  # no thread can be started: too many, or at exit
            if wait:
                self._finish()
                return
            raise
        if wait and self._manager.may_wait():
            self._await_end()

    def leave(self, error: BaseException | None) -> None:
        """End the client's ``with`` block.  *error* is the exception that leaves it, or None.

        The table at the head of this module lists the cases.
        """
        if self._pid != this_process():
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
        """Cancel the open tasks, and limit a wait in `leave` to `LEAVE_AFTER_SECONDS` more."""
        self._leave_by = time.monotonic() + LEAVE_AFTER_SECONDS
        self._manager.request_cancel(self._manager.open_futures)
        self._end_bell.put(None)

    def on_collected(self) -> None:
        """Shut down because the client was garbage-collected without a shutdown."""
        if self._wound_up or self._is_winding or self._pid != this_process():
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
        finally:  # even if warnings are errors
            # In another thread: the collector may have interrupted a `Thread.start` in this one.
            self._manager.soon(self._begin_to_finish)

    # -- at the interpreter's exit -----------------------------------------------------------------

    @property
    def is_of_this_process(self) -> bool:
        """Whether the client was made in this process, and not in the parent of a fork."""
        return self._pid == this_process()

    @property
    def n_open(self) -> int:
        """The number of unfinished tasks."""
        return len(self._manager.open_futures)

    def wait_all_done(self, timeout: float | None = None) -> bool:
        """Wait until every task is finished; return whether that is so."""
        return self._manager.wait_all_done(timeout)

    def cancel_at_exit(self) -> None:
        """Kill the open tasks."""
        if open_futures := self._manager.open_futures:
            self._manager.request_cancel(open_futures, force=True, source="interpreter exit")

    def close_at_exit(self) -> None:
        """Close the engine.

        If a thread already closes it, wait for that thread, because the exit would cut it short.
        """
        if not self._close():
            self._await_end(CLOSE_AT_EXIT_TIMEOUT)

    # -- private -----------------------------------------------------------------------------------

    def _cancel_and_leave(self, *, wait: bool) -> None:
        self.interrupt()
        self.shutdown(wait=False)
        if wait and not self._await_end():
            _say(
                f"{_tasks(self.n_open)} on {self._engine.label} did not stop yet; the client "
                "closes when they have stopped"
            )

    def _await_end(self, timeout: float | None = None) -> bool:
        """Wait until all is closed, until *timeout* seconds have passed, or until `_leave_by`."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._has_ended:
            left = 1.0  # in steps, because an endless wait can't be interrupted everywhere
            for moment in (end, self._leave_by):
                if moment is not None:
                    left = min(left, moment - time.monotonic())
            if left <= 0:
                return False
            with contextlib.suppress(Empty):
                self._end_bell.get(timeout=left)
        self._end_bell.put(None)  # wakes the next thread that waits
        return True

    def _begin_to_finish(self) -> None:
        """Start the thread that finishes.

        Call it where no interrupt can arrive, because `Thread.start` isn't safe against that.  If
        two callers start a thread at once, the second thread finds nothing left to do.
        """
        if not self._is_winding:
            threading.Thread(target=self._finish, name="scaler_lab-shutdown", daemon=True).start()
            self._is_winding = True

    def _finish(self) -> None:
        self._manager.wait_all_done()
        self._close()

    def _close(self) -> bool:
        """Close everything.  Return False if another thread does or did."""
        with self._lock:
            if self._wound_up:
                return False
            self._wound_up = True
        try:
            try:
                self._engine.close(wait=True)
            except Exception:  # the rest must be closed all the same
                log.exception("%s could not be closed", self._engine.label)
            if self._manager.open_futures:  # only at exit: no answers can arrive any more
                self._manager.on_events((EngineGone("the client was shut down"),))
            self._manager.close(wait=True)
            if self._leave_feed is not None:  # last, so that views see how everything ended
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
    """Return whether *error* means that its block is to be left at once."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return any(_is_interrupt(one) for one in group.exceptions)
    if isinstance(error, KeyboardInterrupt | GeneratorExit):
        return True
    asyncio = sys.modules.get("asyncio.exceptions")  # else its exception can't exist
    return asyncio is not None and isinstance(error, asyncio.CancelledError)


def in_brief(error: BaseException) -> str:
    """Return the exception's class and the first line of its message."""
    try:
        text = str(error).strip().partition("\n")[0][:MAX_ERROR_LENGTH]
    except Exception:  # from a user's __str__
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _tasks(n: int) -> str:
    return "1 task" if n == 1 else f"{n:,} tasks"


def _say(text: str) -> None:
    """Print a line on stderr for the program's user: all that this library prints by itself."""
    if sys.stderr is not None:  # None in a program without a console
        print(f"scaler_lab: {text}", file=sys.stderr, flush=True)  # noqa: T201


def _is_interactive() -> bool:
    return hasattr(sys, "ps1") or bool(sys.flags.interactive) or "ipykernel" in sys.modules


def _caller() -> str:
    """Return the line outside this package that makes the client."""
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
        pass  # one Ctrl-C is enough for all clients
    for client_finalizer in keepers:
        client_finalizer.cancel_at_exit()
    end = time.monotonic() + CANCEL_AT_EXIT_TIMEOUT
    for client_finalizer in keepers:
        client_finalizer.wait_all_done(max(0.0, end - time.monotonic()))
    for client_finalizer in keepers:
        client_finalizer.close_at_exit()


def _wait_for_tasks(keepers: Iterable[ClientFinalizer]) -> None:
    end = time.monotonic() + REPORT_AFTER_SECONDS
    has_reported = False
    for client_finalizer in keepers:
        if has_reported or not client_finalizer.wait_all_done(max(0.0, end - time.monotonic())):
            if not has_reported:
                has_reported = True
                n_open = sum(client_finalizer.n_open for client_finalizer in keepers)
                _say(f"waiting for {_tasks(n_open)}; Ctrl-C cancels")
            client_finalizer.wait_all_done()


def _was_interrupted() -> bool:
    """Return whether the program ends because of a Ctrl-C that it did not catch."""
    return isinstance(getattr(sys, "last_value", None), KeyboardInterrupt)


# concurrent.futures uses this hook too.  It is called when the main thread ends, before the
# interpreter stops the other threads.  atexit would be too late.
threading._register_atexit(_at_exit)  # type: ignore[attr-defined]
