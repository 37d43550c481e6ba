"""`CallbackThread`: the one thread that runs users' done-callbacks.

Callbacks may be slow, raise, or call the client.  They must not delay the thread that delivers the
engine's events, so that thread passes settled futures to this one.

Submitting a call takes no lock: a signal handler or a finalizer may do it in the middle of this
code.

The manager has a second such thread, for its own slow work: see `core.background`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

log = logging.getLogger(__name__)

JOIN_TIMEOUT = 5.0


class CallbackThread:
    """Runs calls one after another, in the order submitted, in a thread started on first use."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._starting = threading.RLock()
        self._is_starting_here: Callable[[], bool] = self._starting._is_owned  # type: ignore[attr-defined]
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._has_ended = False  # no thread takes calls out of the queue any more

    def is_here(self) -> bool:
        """Whether the calling thread is this one."""
        return self._thread is threading.current_thread()

    @property
    def has_begun(self) -> bool:
        """Whether the thread was started, or never will be."""
        return self._thread is not None or self._is_closed

    def begin(self) -> None:
        """Start the thread now, for callers that could not do without it later.

        Raises RuntimeError.
        """
        if self._is_starting_here():
            return  # called from inside this very call
        with self._starting:
            if not self._is_closed and self._thread is None:
                thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                thread.start()
                self._thread = thread

    def submit(self, call: Callable[[], None]) -> None:
        """Have *call* run soon.  If no thread can be started any more (at exit), run it now."""
        self._queue.put(call)
        if not self.has_begun:
            try:
                self.begin()
            except RuntimeError:  # "can't create new thread at interpreter shutdown"
                self._is_closed = self._has_ended = True
        if self._has_ended:
            self._run_all()

    def close(self, *, wait: bool = True) -> None:
        """Run the submitted calls, then end the thread.  Idempotent; a callback may call it."""
        with self._starting:
            is_first, self._is_closed = not self._is_closed, True
            thread = self._thread
        if thread is None:
            self._has_ended = True
            self._run_all()
            return
        if is_first:
            self._queue.put(None)
        if wait and thread is not threading.current_thread():
            thread.join(JOIN_TIMEOUT)
            if thread.is_alive():
                log.warning("a done-callback is still running; not waiting for it any longer")

    def _run(self) -> None:
        while (call := self._queue.get()) is not None:
            self._guarded(call)
            del call  # and all that it refers to: the next call may come much later
        self._has_ended = True
        self._run_all()  # calls submitted just before that

    def _run_all(self) -> None:
        while True:
            try:
                call = self._queue.get_nowait()
            except Empty:
                return
            if call is not None:
                self._guarded(call)

    @staticmethod
    def _guarded(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException:  # a callback's SystemExit must not end this thread either
            log.exception("a done-callback raised an exception")
