"""`Uninterrupted`: a thread that makes calls which must not be interrupted half-way.

Python runs signal handlers in the main thread.  If one raises an exception, as Ctrl-C does, it ends
whatever that thread does, between almost any two steps.  So the main thread passes each call that
changes shared state to this thread, in one step, and waits for its end.  An interrupt ends only the
wait.

    main thread: run(call) ── SimpleQueue ──> this thread: call()
    other threads: run(call) makes the call itself: no handler runs there

The second danger is a call from inside another one: a signal handler or a `__del__` that cancels
runs in the middle of whatever its thread was doing, perhaps with the board's lock held.  Such a
call is passed to this thread too, but not waited for: it would wait for its own thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import get_ident
from typing import Any, TypeVar

from scaler_lab.core.fork_guard import is_main_thread

log = logging.getLogger(__name__)

R = TypeVar("R")

JOIN_TIMEOUT = 5.0


class Uninterrupted:
    """The thread of one manager.

    *is_locked_here* returns whether the calling thread is already inside such a call.
    """

    def __init__(self, name: str, is_locked_here: Callable[[], bool]) -> None:
        self._name = name
        self._is_locked_here = is_locked_here
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ident: int | None = None
        self._is_closed = False

    def begin(self) -> None:
        """Start the thread.  Raises RuntimeError if none can be started.  For one caller only."""
        if self._thread is None and not self._is_closed:
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            thread.start()
            self._thread = thread

    def is_here(self) -> bool:
        """Whether the calling thread is this one, or inside a call: it must not wait for one."""
        return get_ident() == self._ident or self._is_locked_here()

    def run(self, call: Callable[[], R], otherwise: Callable[[], R]) -> R:
        """Make *call* where nothing interrupts it.

        From inside another call, it is made soon, and this returns what *otherwise* returns.
        Before `begin` and after `close`, it is made at once in the calling thread.

        Returns:
            What *call* returns.

        Raises:
            Exception: Whatever *call* raises.
        """
        thread = self._thread
        if thread is None or self._is_closed:
            return call()
        if self._is_locked_here():
            self._queue.put(call)  # type: ignore[arg-type]  # its return value is dropped
            return otherwise()
        if not is_main_thread():
            return call()
        answer: SimpleQueue[tuple[R | None, BaseException | None]] = SimpleQueue()
        self._queue.put(_answering(call, answer))
        while True:
            try:
                value, error = answer.get(timeout=1.0)
                break
            except Empty:  # a long call, or the thread ended just before the call was queued
                if not thread.is_alive() and answer.empty():
                    return call()
        if error is not None:
            try:
                raise error
            finally:
                error = None  # else its traceback and this frame refer to each other
        return value  # type: ignore[return-value]

    def begin_to_run(self, call: Callable[[], object]) -> None:
        """Make *call* as `run` does, but don't make the main thread wait for it."""
        if self._thread is None or self._is_closed:
            call()
        elif self._is_locked_here() or is_main_thread():
            self._queue.put(call)  # type: ignore[arg-type]  # its return value is dropped
        else:
            call()

    def post(self, call: Callable[[], object]) -> None:
        """Have *call* made soon.  Never blocks; for finalizers."""
        self._queue.put(call)  # type: ignore[arg-type]

    def close(self, *, wait: bool = True) -> None:
        """Make the calls queued so far, then end the thread.  Idempotent."""
        self._is_closed = True
        thread = self._thread
        if thread is not None:
            self._queue.put(None)
            if wait and thread is not threading.current_thread():
                thread.join(JOIN_TIMEOUT)

    def _run(self) -> None:
        self._ident = get_ident()
        while (call := self._queue.get()) is not None:
            try:
                call()
            except BaseException:  # from calls that nothing waits for
                log.exception("a call could not be completed")
            del call  # and all that it refers to: the next call may come much later


def _answering(
    call: Callable[[], Any], answer: SimpleQueue[tuple[Any, BaseException | None]]
) -> Callable[[], None]:
    def answering() -> None:
        try:
            value = call()
        except BaseException as error:
            answer.put((None, error))
        else:
            answer.put((value, None))

    return answering
