"""`DaskConnection`: all calls to Dask's client, and all its messages.

The methods that return a coroutine belong to the loop thread of that client; any thread may call
the others.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import StackFrame
from scaler_lab.engines.dask import remote
from scaler_lab.engines.dask.address import Destination
from scaler_lab.errors import EngineNotFound


class DaskConnection:
    """The use that one engine makes of a Dask client.

    Args:
        destination: The scheduler.

    Raises:
        EngineNotFound: The scheduler doesn't answer, or the given Dask client isn't running.
    """

    def __init__(self, destination: Destination) -> None:
        label = destination.label
        try:
            client = destination.connect()
        except OSError as error:
            raise EngineNotFound(
                f"{label} does not answer ({error}): is its scheduler running there?"
            ) from error
        if client.status != "running":
            raise EngineNotFound(
                f"{label} can't be used: its client is {client.status}, not running"
            )
        self._client: Any = client
        self._topic = f"scaler-lab-{uuid.uuid4().hex}"

    # -- from any thread ---------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """The state of Dask's client; "running" while it is connected."""
        return str(self._client.status)

    @property
    def is_over(self) -> bool:
        """Whether the loop of Dask's client has been closed."""
        return bool(self._client.loop.asyncio_loop.is_closed())

    def post(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Have the loop thread run a call, after those that were posted before."""
        self._client.loop.add_callback(call, *arguments)

    def subscribe(self, receive: Callable[[list[Any]], None]) -> None:
        """Have the loop thread pass the events of `remote` to *receive*."""

        def on_event(event: tuple[float, Any]) -> None:
            receive(event[1])

        self._client.subscribe_topic(self._topic, on_event)

    def submit(
        self, task_ids: Sequence[TaskId], calls: Sequence[bytes], keys: Sequence[str]
    ) -> list[Any]:
        """Submit packed calls under these keys, and return Dask's futures."""
        if len(keys) == 1:  # the overhead of `map` only pays off from two tasks on
            return [self._submit(task_ids[0], calls[0], keys[0])]
        topics = [self._topic] * len(keys)
        futures: list[Any] = self._client.map(
            remote.run, task_ids, calls, topics, key=list(keys), pure=False
        )
        return futures

    def submit_carefully(self, task_id: TaskId, call: bytes, key: str) -> Any:
        """Submit a packed call that starts only once its start is reported."""
        return self._submit(task_id, call, key, careful=True)

    def _submit(self, task_id: TaskId, call: bytes, key: str, **options: bool) -> Any:
        topic = self._topic
        return self._client.submit(remote.run, task_id, call, topic, key=key, pure=False, **options)

    def close(self, timeout: float) -> None:
        """Close Dask's client.  Blocks for *timeout* seconds at most."""
        self._client.close(timeout=timeout)

    # -- from the loop thread ----------------------------------------------------------------------

    def gather(self, future: Any) -> Awaitable[Any]:
        """Return the result of a future that is done."""
        result: Awaitable[Any] = self._client.gather(future, asynchronous=True)
        return result

    async def release(self, keys: Sequence[str]) -> dict[str, str | None]:
        """Have the scheduler release unfinished tasks; see `remote.release`."""
        where: dict[str, str | None] = await self._client.run_on_scheduler(
            remote.release, list(keys), self._client.id, asynchronous=True
        )
        return where

    async def withdraw(self, address: str, task_ids: Sequence[TaskId], token: str) -> bool:
        """Request that a worker start none of these tasks; False if the worker doesn't exist.

        The worker then sends the event "withdrawn" with the token.
        """
        answers: dict[str, Any] = await self._client.run(
            remote.withdraw,
            list(task_ids),
            self._topic,
            token,
            workers=[address],
            on_error="ignore",
            asynchronous=True,
        )
        return address in answers

    async def stack(self, address: str, task_id: TaskId) -> list[StackFrame] | None:
        """Return the frames of a task that runs on a worker; None if it has ended.

        Raises:
            LookupError: The worker doesn't exist.
        """
        answers: dict[str, list[StackFrame] | None] = await self._client.run(
            remote.stack, task_id, workers=[address], on_error="ignore", asynchronous=True
        )
        return answers[address]

    async def workers(self) -> list[str]:
        """Return the addresses of the cluster's workers."""
        addresses: list[str] = await self._client.run_on_scheduler(
            remote.workers, asynchronous=True
        )
        return addresses

    async def unsubscribe(self) -> None:
        """Receive no more events, and have the scheduler drop those that it keeps."""
        self._client.unsubscribe_topic(self._topic)
        await self._client.run_on_scheduler(remote.forget, self._topic, asynchronous=True)

    def trouble(self) -> str:
        """Return why the connection is gone; empty while it works."""
        status = self.status
        if status == "running":
            return ""
        how = (
            "the connection to its scheduler was lost"
            if status == "connecting"
            else f"its client is {status}"
        )
        at = time.strftime("%H:%M:%S")
        return (
            f"{how} at {at}; the tasks that were not done are lost to this client. "
            "Create a new Client once the scheduler can be reached"
        )
