"""`DaskTaskTracker`: the state of each open task.  Used only by the Dask client's loop thread.

    taken ──> start reported ──> end reported ──> result gathered: TaskResult
      │             │
      │             └─ cancel: TaskCancelRefused; release; at its end: an empty TaskResult
      └─ cancel: release; if it was on no worker, or that worker reports that it never
         started: TaskCancelConfirm

Dask's own report about a task counts only until the task was released.  From then on Dask reports
every task as cancelled, and only the events of `remote` show what really happened.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import CancelledError as FutureCancelled
from typing import Any

from scaler_lab.core.messages import (
    Event,
    TaskCancelRequested,
    TaskId,
)
from scaler_lab.core.stack import BY_WORKER, ENDED, QUEUED, UNKNOWN, OnStack, TaskStack
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.base import Emit
from scaler_lab.engines.dask.connection import DaskConnection
from scaler_lab.engines.tracked_task import TrackedTask
from scaler_lab.engines.tracker import TaskTracker
from scaler_lab.errors import RemoteException, WorkerDied
from scaler_lab.serialization import remote_call
from scaler_lab.serialization.remote_call import CallOutcome, payload_of

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.25  # of the connection
GHOST_POLL_INTERVAL = 1.0  # of the workers of tasks that Dask has forgotten
UNKNOWN_YET_SECONDS = 0.02  # before retrying tasks whose messages the scheduler hasn't read yet
BARRIER_TIMEOUT = 5.0
LOOK_TIMEOUT = 0.9  # less than `STACK_TIMEOUT`, so that the answer says why there is none
GOODBYE_TIMEOUT = 4.0
CAREFUL_TRIES = 5
CLEAR_SECONDS = 1.0  # a task that had run this long when its worker died had not just ended

CANT_INTERRUPT = "Dask can't interrupt running code; its result will be discarded"
NEEDS_SCALER_LAB = (
    "scaler_lab, and the modules that the task needs, must be installed on Dask's scheduler and "
    "workers too"
)


class DaskTask(TrackedTask):
    """One task that has no verdict yet, and what Dask has of it."""

    __slots__ = (
        "address", "call", "careful", "ended", "ended_at", "follower", "future", "key", "missing",
        "received_at", "released", "same_clock",
    )  # fmt: skip

    def __init__(self, task_id: TaskId, name: str, key: str, call: bytes) -> None:
        super().__init__(task_id, name)
        self.key = key
        self.call = call
        self.future: Any = None
        self.follower: asyncio.Task[None] | None = None
        self.careful = 0  # how often it was resubmitted, to start only once its start is reported
        self.released = False  # Dask has forgotten it
        self.ended = False
        self.address = ""
        self.same_clock = False
        self.received_at: float | None = None  # when its last start was received
        self.ended_at: float | None = None
        self.missing = 0  # consecutive polls at which its worker was gone


class DaskTaskTracker(TaskTracker[DaskTask]):
    """Follows open tasks and emits their events.

    The engine calls `begin`, `take`, `follow`, `drop`, `cancel` and `end` as callbacks of the loop.
    """

    def __init__(self, connection: DaskConnection, emit: Emit) -> None:
        super().__init__(emit)
        self._connection = connection
        self._work: set[asyncio.Task[None]] = set()
        self._barriers: dict[str, asyncio.Event] = {}
        self._thread: int | None = None

    def is_here(self) -> bool:
        """Whether the calling thread is the loop's."""
        return threading.get_ident() == self._thread

    # -- calls from the engine ---------------------------------------------------------------------

    def begin(self) -> None:
        self._thread = threading.get_ident()
        self._run(self._watch())

    def drop(self, open_tasks: Sequence[DaskTask]) -> None:
        """Remove tasks that could not be sent."""
        for one in open_tasks:
            self._open.pop(one.task_id, None)

    def follow(self, pairs: Sequence[tuple[DaskTask, Any]]) -> None:
        """Follow tasks that were sent, each with its Dask future."""
        for one, future in pairs:
            if one.task_id not in self._open:
                future.release()
                continue
            one.future = future
            one.follower = self._run(self._await(one, future))

    def cancel(self, task_ids: Iterable[TaskId]) -> None:
        chosen = [
            one
            for i in task_ids
            if (one := self._open.get(i)) is not None and not one.cancel_requested
        ]
        for one in chosen:
            one.cancel_requested = True
            if one.began:
                self._refuse(one)
        if chosen:
            self._run(self._take_out(chosen))

    def request_stack(self, task_id: TaskId, reply: OnStack) -> None:
        """Answer where a task is."""
        one = self._open.get(task_id)
        if one is not None and one.began:
            self._run(self._look(one, reply))
        else:
            reply(TaskStack(task_id, ENDED if one is None else QUEUED))

    async def _look(self, one: DaskTask, reply: OnStack) -> None:
        stack = TaskStack(one.task_id, UNKNOWN, problem="its Dask client is closing")
        try:
            async with asyncio.timeout(LOOK_TIMEOUT):
                frames = await self._connection.stack(one.address, one.task_id)
            stack = TaskStack.of_thread(one.task_id, frames, BY_WORKER)
        except TimeoutError:
            problem = "its worker doesn't answer; C code may hold its GIL"
            stack = TaskStack(one.task_id, UNKNOWN, problem=problem)
        except (OSError, LookupError) as error:
            problem = f"its worker can't be reached: {error!r}"
            stack = TaskStack(one.task_id, UNKNOWN, problem=problem)
        finally:
            reply(stack)

    def end(self, ended: Callable[[], None]) -> None:
        """Release everything.  Calls *ended* once no task can start any more."""
        open_tasks = [one for one in self._open.values() if one.future is not None]
        self.lose("it was closed")
        for work in self._work:
            work.cancel()
        self._run(self._send_goodbye(open_tasks, ended))

    async def _send_goodbye(self, open_tasks: list[DaskTask], ended: Callable[[], None]) -> None:
        connection = self._connection
        try:
            if connection.status != "running":
                return
            async with asyncio.timeout(GOODBYE_TIMEOUT):
                left = [one for one in open_tasks if not one.released]
                while left:
                    where = await connection.release([one.key for one in left])
                    addresses = {address for address in where.values() if address}
                    await asyncio.gather(
                        *(
                            self._request_withdrawal(
                                address, [o for o in left if where.get(o.key) == address]
                            )
                            for address in addresses
                        )
                    )
                    left = [one for one in left if one.key not in where]
                    if left:  # the scheduler hasn't read their messages yet
                        await asyncio.sleep(UNKNOWN_YET_SECONDS)
                for one in open_tasks:
                    one.future.release()
                await connection.unsubscribe()
        except (OSError, TimeoutError):
            log.debug("the scheduler ended while the client was leaving", exc_info=True)
        finally:
            ended()

    # -- messages from Dask ------------------------------------------------------------------------

    def receive(self, message: list[Any]) -> None:
        """Handle one event that `remote` sent."""
        if message[0] == "withdrawn":
            barrier = self._barriers.get(message[1])
            if barrier is not None:
                barrier.set()
            return
        one = self._open.get(TaskId(message[1]))
        if one is None:
            return
        if message[0] == "start":
            self._on_start(one, *message[2:])
        elif one.began:
            one.ended = True
            one.ended_at = message[2] if one.same_clock else time.monotonic()
            if message[3] is not None:
                self._result(one, CallOutcome(*message[3]))
            elif one.released:
                self._finished_first(one)

    def _on_start(self, one: DaskTask, name: str, address: str, clock: str, at: float) -> None:
        is_first, one.began, one.ended = not one.began, True, False
        one.worker = name if name != address else address.rpartition("://")[2]
        one.address, one.missing, one.received_at = address, 0, time.monotonic()
        # Another machine's clock isn't comparable to ours: use the time of receipt instead.
        one.same_clock = clock != "" and clock == remote_call.clock()
        one.started_at = at if one.same_clock else time.monotonic()
        if is_first:
            self._emit_events(one.started())
            if one.cancel_requested:
                self._refuse(one)

    async def _await(self, one: DaskTask, future: Any) -> None:
        """Wait for Dask's future of one task, and handle its outcome."""
        error = await future.exception()
        if error is None:
            try:
                # Shielded: Dask merges concurrent calls of `gather`, so that cancelling one would
                # cancel the others.
                parts = await asyncio.shield(self._connection.gather(future))
            except (asyncio.CancelledError, FutureCancelled):
                if future.status != "cancelled":
                    raise  # this coroutine itself was cancelled
                error = await future.exception()
            except Exception as trouble:
                error = trouble
            else:
                self._on_reply(one, parts)
                return
        if future.status == "cancelled":
            self._on_released(one, future, str(getattr(error, "reason", "")))
        else:
            self._given_up(one, error)

    def _on_reply(self, one: DaskTask, parts: tuple[Any, ...] | None) -> None:
        if parts is None:
            self._never_started(one)
        elif parts:
            self._result(one, CallOutcome(*parts))
        elif one.task_id in self._open:  # its end event, with the outcome, should have come first
            trouble = RemoteException(f"Dask lost the event that reports the end of {one.name!r}")
            self._failed(one, trouble)

    def _on_released(self, one: DaskTask, future: Any, reason: str) -> None:
        """Dask reports the task as cancelled."""
        if one.released or one.future is not future or one.task_id not in self._open:
            return
        if self._poll():
            return
        one.released = True  # by other code: client.cancel(force=True), client.restart()
        self._emit_events(
            TaskCancelRequested(one.task_id, f"Dask ({reason})" if reason else "Dask")
        )
        if not one.cancel_requested:
            one.cancel_requested = True
            if one.began:
                self._refuse(one)
        self._run(self._take_out_everywhere(one))

    def _given_up(self, one: DaskTask, error: BaseException) -> None:
        """Dask failed the task.  (An exception of the user's function is in an outcome instead.)"""
        if type(error).__name__ != "KilledWorker":
            line = f"{type(error).__name__}: {error}".strip().splitlines()[0]
            trouble = RemoteException(
                f"Dask could not run {one.name!r}: {line} ({NEEDS_SCALER_LAB})",
                type(error).__name__,
            )
            trouble.__cause__ = error
            self._failed(one, trouble)
            return
        last: str = getattr(getattr(error, "last_worker", None), "address", "")
        ran = one.began and one.address == last
        is_clear = one.careful > 0 or time.monotonic() - (one.received_at or 0.0) > CLEAR_SECONDS
        if one.cancel_requested or (ran and is_clear) or one.careful >= CAREFUL_TRIES:
            worker = f"worker {one.worker} ({one.address})" if one.began else f"worker {last}"
            self._failed(
                one,
                WorkerDied(
                    f"{worker} died while it ran task {one.name!r}; Dask runs a task again until "
                    "more than distributed.scheduler.allowed-failures (3 by default) of its "
                    "workers have died. Other tasks are not affected"
                ),
            )
            return
        # There are three possibilities.  The task waited there while another task ended the worker;
        # or it ended the worker before its start could be reported; or it had itself ended, and
        # that wasn't reported yet.  The resubmitted task waits until its start and its end are
        # reported, so the next time there is no doubt.
        one.careful += 1
        one.began = False
        one.key = f"{one.key.rpartition('~')[0] or one.key}~{one.careful}"
        try:
            future = self._connection.submit_carefully(one.task_id, one.call, one.key)
        except Exception as trouble:
            self._failed(one, trouble)
            return
        self.follow(((one, future),))

    # -- cancelling --------------------------------------------------------------------------------

    async def _take_out(self, chosen: Sequence[DaskTask]) -> None:
        """Have Dask release tasks, and settle those that never started.  One round trip for all."""
        left = list(chosen)
        while left:
            where = await self._connection.release([one.key for one in left])
            at_workers: dict[str, list[DaskTask]] = {}
            unknown: list[DaskTask] = []
            for one in left:
                if one.task_id not in self._open or one.released:
                    continue
                if one.key not in where:
                    unknown.append(one)  # the scheduler hasn't read its message yet
                    continue
                address = where[one.key]
                if address is None:
                    continue  # it is done, and its result is on its way
                one.released = True
                if address:
                    at_workers.setdefault(address, []).append(one)
                elif one.began:
                    self._worker_gone(one)  # its worker died, and Dask was about to run it again
                else:
                    self._never_started(one)
            for address, some in at_workers.items():
                self._run(self._withdraw(address, some))
            left = unknown
            if left:
                await asyncio.sleep(UNKNOWN_YET_SECONDS)

    async def _take_out_everywhere(self, one: DaskTask) -> None:
        """Withdraw a task at all workers, because Dask no longer knows where it was."""
        addresses = await self._connection.workers()
        if not one.began:
            await asyncio.gather(
                *(self._request_withdrawal(address, [one]) for address in addresses)
            )
            self._judge(one)

    async def _withdraw(self, address: str, some: Sequence[DaskTask]) -> None:
        has_answered = await self._request_withdrawal(address, some)
        for one in some:
            if not has_answered or (one.began and one.address != address):
                self._worker_gone(one)
            else:
                self._judge(one)

    def _judge(self, one: DaskTask) -> None:
        """Settle a cancelled task.  By now, its start has been reported if there was one."""
        if not one.began:
            self._never_started(one)
        elif one.ended:
            self._finished_first(one)

    async def _request_withdrawal(self, address: str, some: Sequence[DaskTask]) -> bool:
        """Request that a worker start none of these tasks; False if the worker is gone."""
        token = uuid.uuid4().hex
        barrier = self._barriers[token] = asyncio.Event()
        try:
            if not await self._connection.withdraw(address, [o.task_id for o in some], token):
                return False
            await asyncio.wait_for(barrier.wait(), BARRIER_TIMEOUT)
        except (TimeoutError, OSError):
            return False
        finally:
            del self._barriers[token]
        return True

    # -- watching ----------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Detect a lost connection, and dead workers of tasks that Dask has forgotten."""
        next_ghosts = time.monotonic() + GHOST_POLL_INTERVAL
        while not self._poll():
            await asyncio.sleep(POLL_INTERVAL)
            if time.monotonic() < next_ghosts:
                continue
            ghosts = [o for o in self._open.values() if o.released and o.began and not o.ended]
            if ghosts and not self.gone:
                alive = set(await self._connection.workers())
                for one in ghosts:
                    one.missing = 0 if one.address in alive else one.missing + 1
                    if one.missing > 1:  # twice, because its end event may have been on its way
                        self._worker_gone(one)
            next_ghosts = time.monotonic() + GHOST_POLL_INTERVAL

    def _trouble(self) -> str:
        return self._connection.trouble()

    # -- verdicts ----------------------------------------------------------------------------------

    def _refuse(self, one: DaskTask) -> None:
        self._emit_events(one.refused(CANT_INTERRUPT))

    def _result(self, one: DaskTask, outcome: CallOutcome) -> None:
        verdict = one.result(outcome.kind, payload_of(outcome), one.ended_at, outcome.error)
        self._settle(one, verdict)

    def _never_started(self, one: DaskTask) -> None:
        self._settle(one, one.confirmed(Resolution.NEVER_STARTED))

    def _finished_first(self, one: DaskTask) -> None:
        self._settle(one, one.discarded(one.ended_at))

    def _worker_gone(self, one: DaskTask) -> None:
        self._failed(
            one, WorkerDied(f"the worker of task {one.name!r} ({one.address or 'at Dask'}) is gone")
        )

    def _failed(self, one: DaskTask, error: Exception) -> None:
        self._settle(one, one.failed(error, one.ended_at or time.monotonic()))

    def _settle(self, one: DaskTask, verdict: Event) -> bool:
        if not super()._settle(one, verdict):
            return False
        one.released = True
        future, one.future = one.future, None
        if future is not None:
            future.release()  # else Dask would run the task again if it lost the result
        if one.follower is not None and one.follower is not asyncio.current_task():
            one.follower.cancel()  # it waits for a future that will never be settled
        return True

    # -- the loop ----------------------------------------------------------------------------------

    def _emit_events(self, event: Event) -> None:
        if not self._outbox:
            asyncio.get_running_loop().call_soon(self._flush)
        super()._emit_events(event)

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ran)
        return task

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._poll():
            log.error("following Dask's tasks failed", exc_info=error)
