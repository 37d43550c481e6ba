"""A view's connection to one engine's feed: a `FeedMirror` with a zmq DEALER socket.

It has no thread and never waits, except in the `wait` methods.  A view reads at its own pace, and
what came in between is one batch.  To find out that an engine has died, it checks the engine's
lock, which the kernel releases however the process ended.
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
READ_AT_ONCE = 64  # messages; a view draws in between


class FeedConnection:
    """A subscription to one engine's feed.  Only one thread may use it.

    Args:
        engine: The engine's connection file, as `find_engine` returns it.
        view: The kind of view, as the engine records it: "terminal", "notebook".
    """

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
        """Return a descriptor for an event loop.  It becomes readable only once for what has come.

        So after it became readable, and after each request, call `read` until that returns False.
        """
        return self._dealer.FD

    def read(self, at_most: int = READ_AT_ONCE) -> bool:
        """Process up to *at_most* messages that have come, without waiting.

        Returns:
            Whether there were any.
        """
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
                self.mirror.end(
                    f"the engine sent a message that this view does not understand: {error}"
                )
                break
            reply = self.mirror.on_message(message)
            if reply is not None:
                self._send(reply)
        if not n_read:
            self._check_alive()
        return n_read > 0

    def wait(self, timeout: float) -> bool:
        """Wait at most *timeout* seconds for a message, and process what has come.

        Returns:
            Whether there was any.
        """
        end = time.monotonic() + timeout
        while not self.read():
            left = end - time.monotonic()
            if left <= 0 or self.mirror.ended is not None:
                return False
            self._dealer.poll(int(1000 * min(left, ALIVE_INTERVAL)) + 1)
        return True

    def wait_for(self, is_so: Callable[[], bool], timeout: float) -> bool:
        """Process messages until *is_so* returns True, the engine ends, or *timeout* seconds pass.

        Returns:
            Whether *is_so* returned True.
        """
        end = time.monotonic() + timeout
        while not is_so():
            left = end - time.monotonic()
            if left <= 0 or self.mirror.ended is not None:
                return False
            self.wait(left)
        return True

    def wait_whole(self, timeout: float = WELCOME_TIMEOUT) -> None:
        """Wait for the first snapshot, which may come in hundreds of parts.

        Raises:
            EngineLost: Nothing came for *timeout* seconds.
        """
        while not self.mirror.is_whole:
            if self.wait(timeout):
                continue
            why = self.mirror.ended or f"it has not answered for {timeout:g} s"
            raise EngineLost(f"can't read the tasks of the engine {self.engine.name!r}: {why}")

    def request_cancel(
        self, task_ids: Sequence[TaskId], *, force: bool = False, only_queued: bool = False
    ) -> list[int]:
        """Request a cancel of tasks.

        Returns:
            The numbers of the requests, which are the keys of their answers in `mirror.responses`.
        """
        requests = self.mirror.request_cancel(task_ids, force=force, only_queued=only_queued)
        for request in requests:
            self._send(request)
        return [request.request for request in requests]

    def request_cancel_all(self, *, force: bool = False, only_queued: bool = False) -> int:
        """Request a cancel of all open tasks, also of those not shown here yet.

        Returns:
            The number of the request.
        """
        request = self.mirror.request_cancel_all(force=force, only_queued=only_queued)
        self._send(request)
        return request.request

    def request_retry(self, task_ids: Sequence[TaskId]) -> list[int]:
        """Request that failed and cancelled calls are submitted again.

        Returns:
            The numbers of the requests.
        """
        requests = self.mirror.request_retry(task_ids)
        for request in requests:
            self._send(request)
        return [request.request for request in requests]

    def request_details(
        self, task_id: TaskId, output_bytes: int = messages.OUTPUT_BYTES, *, at_once: bool = False
    ) -> int:
        """Request the details of one task; *at_once*: with a single look where it is.

        Returns:
            The number of the request, which is the key of the answer in `mirror.details`.
        """
        request = self.mirror.request_details(task_id, output_bytes, at_once=at_once)
        self._send(request)
        return request.request

    def request_usage(self) -> None:
        """Request what the running tasks use; `mirror.usage_of` has the answer soon."""
        self._send(messages.UsageRequest())

    def close(self) -> None:
        """Send a goodbye and close.  Idempotent; waits at most 0.2 s for the goodbye to be sent."""
        if self._dealer.closed:
            return
        self._send(messages.Bye())
        self._dealer.close(linger=0 if self.mirror.ended is not None else BYE_LINGER_MS)
        self._context.term()

    def _send(self, message: messages.FromView) -> None:
        # If the engine doesn't read, its next message will reveal the gap.
        with contextlib.suppress(zmq.Again):
            self._dealer.send(messages.encode(message), zmq.NOBLOCK)

    def _check_alive(self) -> None:
        now = time.monotonic()
        if self.mirror.ended is None and now - self._alive_checked_at >= ALIVE_INTERVAL:
            self._alive_checked_at = now
            if not runtime_dir.is_running(self.engine):
                self.mirror.end("its process is gone", at=time.time())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
