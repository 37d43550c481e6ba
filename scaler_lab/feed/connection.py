"""A window's connection to one engine's feed: `FeedMirror` with a zmq DEALER.

It has no thread and never waits unless told to (`wait`): a window looks at its own pace, and what
came in between is one batch.  That an engine is gone is known by its lock, which the kernel frees
however it died.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import msgspec
import zmq

from scaler_lab.core.messages import TaskId
from scaler_lab.errors import EngineLost
from scaler_lab.feed import messages
from scaler_lab.feed.mirror import FeedMirror
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.runtime.zmq_sockets import make_dealer

ALIVE_INTERVAL = 0.5
BYE_LINGER_MS = 200
WELCOME_TIMEOUT = 10.0
READ_AT_ONCE = 64  # messages; a window draws in between


class FeedConnection:
    """See the module.  One thread owns it."""

    def __init__(self, engine: ConnectionInfo, view: str = "terminal") -> None:
        self.engine = engine
        self.mirror = FeedMirror(view)
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._dealer = make_dealer(
            self._context,
            engine.feed,
            secrets.token_bytes(8),
            max_bytes=messages.MAX_FRAME_BYTES,
        )
        self._alive_checked_at = time.monotonic()
        self._send(self.mirror.hello())

    def fileno(self) -> int:
        """For an event loop: it becomes readable when something came, but says so only once.

        So after it did, and after each ask: `read` until that returns False.
        """
        return self._dealer.FD

    def read(self, at_most: int = READ_AT_ONCE) -> bool:
        """Take in what has come; whether that was anything.  Doesn't wait."""
        n_read = 0
        while n_read < at_most and self.mirror.ended is None:
            try:
                frame = self._dealer.recv(zmq.NOBLOCK)
            except zmq.Again:
                break
            n_read += 1
            try:
                message = messages.decode_from_publisher(frame)
            except msgspec.DecodeError as error:
                self.mirror.end(f"the engine says what this window does not understand: {error}")
                break
            reply = self.mirror.on_message(message)
            if reply is not None:
                self._send(reply)
        if not n_read:
            self._check_alive()
        return n_read > 0

    def wait(self, timeout: float) -> bool:
        """Wait for something to come, at most *timeout* seconds, and take it in."""
        end = time.monotonic() + timeout
        while not self.read():
            left = end - time.monotonic()
            if left <= 0 or self.mirror.ended is not None:
                return False
            self._dealer.poll(int(1000 * min(left, ALIVE_INTERVAL)) + 1)
        return True

    def wait_for(self, is_so: Callable[[], bool], timeout: float) -> bool:
        """Wait until *is_so*, for *timeout* seconds or the engine's end at most; whether it is."""
        end = time.monotonic() + timeout
        while not is_so():
            left = end - time.monotonic()
            if left <= 0 or self.mirror.ended is not None:
                return False
            self.wait(left)
        return True

    def wait_whole(self, timeout: float = WELCOME_TIMEOUT) -> None:
        """Wait for the first snapshot.  Raises `EngineLost` where none comes."""
        if not self.wait_for(lambda: self.mirror.is_whole, timeout):
            why = self.mirror.ended or f"it has not answered for {timeout:g} s"
            raise EngineLost(f"the engine {self.engine.name!r} can't be looked at: {why}")

    def request_cancel(
        self, task_ids: Sequence[TaskId], *, force: bool = False, only_queued: bool = False
    ) -> list[int]:
        """Ask to stop tasks; the numbers under which `mirror.responses` will come."""
        requests = self.mirror.request_cancel(task_ids, force=force, only_queued=only_queued)
        for request in requests:
            self._send(request)
        return [request.request for request in requests]

    def request_cancel_all(self, *, force: bool = False, only_queued: bool = False) -> int:
        """Ask to stop all that is open, seen here or not; the number of the answer."""
        request = self.mirror.request_cancel_all(force=force, only_queued=only_queued)
        self._send(request)
        return request.request

    def request_retry(self, task_ids: Sequence[TaskId]) -> list[int]:
        """Ask for failed and cancelled calls to be submitted again; numbers as above."""
        requests = self.mirror.request_retry(task_ids)
        for request in requests:
            self._send(request)
        return [request.request for request in requests]

    def request_details(self, task_id: TaskId, output_bytes: int = messages.OUTPUT_BYTES) -> int:
        """Ask for more of one task; the number under which `mirror.details` will come."""
        request = self.mirror.request_details(task_id, output_bytes)
        self._send(request)
        return request.request

    def close(self) -> None:
        """Say goodbye.  Idempotent; waits 0.2 s at most for it to be out."""
        if self._dealer.closed:
            return
        self._send(messages.Bye())
        self._dealer.close(linger=0 if self.mirror.ended is not None else BYE_LINGER_MS)
        self._context.term()

    def _send(self, message: messages.FromView) -> None:
        with contextlib.suppress(zmq.Again):  # it doesn't read; what it says will show the gap
            self._dealer.send(messages.encode(message), zmq.NOBLOCK)

    def _check_alive(self) -> None:
        now = time.monotonic()
        if self.mirror.ended is None and now - self._alive_checked_at >= ALIVE_INTERVAL:
            self._alive_checked_at = now
            if not runtime_dir.is_running(self.engine):
                self.mirror.end("its process is gone")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
