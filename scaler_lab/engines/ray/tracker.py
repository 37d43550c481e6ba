"""`RayTaskTracker`: the state of each open task, and the one thread that emits events.

Everything reaches this thread through one queue: submitted tasks, cancels, Ray's reports of how
tasks ended (from Ray's own thread, which must not be delayed) and the starts from the
`StartListener`.  The thread never waits for Ray, except in `end`, which waits until the running
tasks are gone.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, wait
from typing import Any

from scaler_lab.core.messages import (
    Event,
    TaskCancelRequested,
    TaskId,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.base import Emit
from scaler_lab.engines.ray import remote
from scaler_lab.engines.ray.call_thread import CallThread
from scaler_lab.engines.ray.connection import RayConnection
from scaler_lab.engines.ray.remote import Start, TaskPlace
from scaler_lab.engines.tracked_task import TrackedTask
from scaler_lab.engines.tracker import TaskTracker
from scaler_lab.errors import RemoteException, WorkerDied
from scaler_lab.serialization import remote_call
from scaler_lab.serialization.remote_call import CallOutcome, payload_of

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.25  # of the connection, and of the notes of workers that can't report a start
GONE_POLL_INTERVAL = 0.005  # of a process that is ending
PROBE_TIMEOUT = 60.0  # for such a process on another machine
REQUEST_RETRY_INTERVAL = 0.5
MAX_REQUESTS = 20  # requests to Ray for one cancel
REFUSED_AFTER_REQUESTS = 2
KILL_AFTER_SECONDS = 1.0  # after a forced cancel that Ray has not carried out
MAX_KILLS = 5  # attempts to kill a process
IN_VAIN_AFTER_KILLS = 2
FORCE_AFTER_SECONDS = 0.5  # delay of a forced cancel if the task isn't known to run
RECEIVE_RETRY_INTERVAL = 0.5
CLOSE_TIMEOUT = 5.0

IGNORES = (
    "Ray has interrupted it, and it still runs: it ignores the interrupt, or runs code "
    "outside Python. cancel(force=True) requests that Ray end its worker process"
)
FORCED_IN_VAIN = (
    "scaler_lab requested that Ray end its worker process, which does not react, and "
    "can't end it from here. To stop it, end process {pid} on {host}"
)
KILLED_BY_RAY = "Ray ended its worker process"
_CRASHES = ("WorkerCrashedError", "NodeDiedError", "OutOfMemoryError", "OwnerDiedError")


class RayTask(TrackedTask):
    """One task that has no verdict yet, and what Ray has of it."""

    __slots__ = (
        "call", "cancel_requests", "forced", "is_killed", "kills", "place", "ref", "was_refused",
    )  # fmt: skip

    def __init__(self, task_id: TaskId, name: str, call: bytes) -> None:
        super().__init__(task_id, name)
        self.call = call
        self.ref: Any = None
        self.cancel_requests = 0  # how many cancels without force were requested from Ray
        self.was_refused = False
        self.forced = False  # ray.cancel(force=True) was called
        self.kills = 0  # attempts of the engine itself to kill its process
        self.is_killed = False  # such an attempt succeeded
        self.place: TaskPlace | None = None


class RayTaskTracker(TaskTracker[RayTask]):
    """Follows open tasks and emits their events, in a thread of its own.

    Any thread may call `post`, `listen`, `begin` and `join`.  All other methods run in that thread;
    other threads call them through `post`.
    """

    def __init__(self, connection: RayConnection, emit: Emit) -> None:
        super().__init__(emit)
        self._connection = connection
        self._places: dict[tuple[str, int], TaskPlace] = {}  # worker processes by node and pid
        self._thread = CallThread("ray-engine", self._flush, lambda: bool(self.gone))
        self.post = self._thread.post
        self.join = self._thread.join
        self._at = self._thread.at

    # -- from any thread ---------------------------------------------------------------------------

    def begin(self) -> None:
        self.post(self._request_starts)
        self.post(self._check)
        self._thread.start()

    def listen(self, one: RayTask) -> None:
        """Have Ray report how the task ended."""
        self._connection.on_end(one.ref, lambda reply: self.post(self._ended, one, reply))

    # -- calls from the engine ---------------------------------------------------------------------

    def drop(self, open_tasks: Sequence[RayTask]) -> None:
        for one in open_tasks:
            self._open.pop(one.task_id, None)
            if one.ref is not None:
                self._stop(one, force=False)

    def cancel(self, task_ids: Iterable[TaskId], force: bool) -> None:
        now = time.monotonic()
        for task_id in task_ids:
            one = self._open.get(task_id)
            if one is None or one.forced or (one.cancel_requested and not force):
                continue
            if force and (one.began or one.cancel_requested):
                self._force(one)
            else:
                # Also if the cancel is forced: Ray removes a queued task and reports that
                # immediately.  A task that is still open after a while does run, and its process
                # may be killed.
                self._stop(one, force=False)
                if force:
                    self._at(now + FORCE_AFTER_SECONDS, self._force, one)
                one.cancel_requests += 1
                self._at(now + REQUEST_RETRY_INTERVAL, self._request_again, one)
            one.cancel_requested = True

    def _force(self, one: RayTask) -> None:
        if one.task_id in self._open and not one.forced:
            one.forced = True
            self._stop(one, force=True)
            self._at(time.monotonic() + KILL_AFTER_SECONDS, self._kill, one)

    def _kill(self, one: RayTask) -> None:
        """Kill the process, because Ray lost the forced cancel or waits for code with the GIL."""
        if one.task_id not in self._open or one.is_killed or self._poll():
            return
        if one.place is None:  # its start hasn't been reported yet
            self._seek_everywhere()
            self._at(time.monotonic() + KILL_AFTER_SECONDS, self._kill, one)
        elif self._is_here(one):
            self._kill_tried(one, remote.kill_if_runs(one.task_id, one.place))
        else:
            self._there(self._kill_tried, one, remote.kill_if_runs, one.task_id, one.place)

    def _kill_tried(self, one: RayTask, is_killed: bool) -> None:
        """Handle an attempt to kill.

        An attempt fails if the task has just ended, or if this user may not kill the process.
        """
        if one.task_id not in self._open:
            return
        one.kills += 1
        one.is_killed = is_killed
        if is_killed:
            self._await_end_of_process(one)
            return
        if one.kills == IN_VAIN_AFTER_KILLS:
            assert one.place is not None
            reason = FORCED_IN_VAIN.format(pid=one.place.pid, host=one.place.host)
            self._emit_events(one.refused(reason))
        if one.kills < MAX_KILLS:
            self._at(time.monotonic() + KILL_AFTER_SECONDS, self._kill, one)

    def _request_again(self, one: RayTask) -> None:
        """Report that the task ignores its cancel, and repeat it because Ray may have lost it."""
        if one.task_id not in self._open or one.forced:
            return
        if one.began and not one.was_refused and one.cancel_requests >= REFUSED_AFTER_REQUESTS:
            one.was_refused = True
            self._emit_events(one.refused(IGNORES))
        if one.cancel_requests < MAX_REQUESTS:
            one.cancel_requests += 1
            self._stop(one, force=False)
        if (
            one.cancel_requests < MAX_REQUESTS or not one.was_refused
        ):  # its start may not have been reported yet
            self._at(time.monotonic() + REQUEST_RETRY_INTERVAL, self._request_again, one)

    def _stop(self, one: RayTask, *, force: bool) -> None:
        if self._poll():
            return
        try:
            self._connection.cancel(one.ref, force=force)
        except Exception:
            log.exception("could not send Ray the cancel of %r", one.name)

    def end(self) -> None:
        """Emit `EngineGone`, force the open tasks to end, and wait until they have."""
        undone = [one for one in self._open.values() if one.ref is not None]
        self.lose("it was closed")
        try:
            if self._connection.is_initialized:
                self._force_all(undone, time.monotonic() + CLOSE_TIMEOUT)
                self._connection.close()
        except Exception:
            log.warning("closing: could not send Ray the request to stop its tasks", exc_info=True)

    def _force_all(self, undone: Sequence[RayTask], end: float) -> None:
        # Queued tasks first, and the newest first: otherwise a queued task would start whenever a
        # worker ends.
        for began in (False, True):
            for one in reversed(undone):
                if one.began is began:
                    self._connection.cancel(one.ref, force=True)
        futures = [one.ref.future() for one in undone]
        wait(futures, KILL_AFTER_SECONDS)
        for one, future in zip(undone, futures, strict=True):
            if not future.done() and one.place is not None and self._is_here(one):
                remote.kill_if_runs(one.task_id, one.place)
        wait(futures, max(0.0, end - time.monotonic()))
        # Ray reports a task as cancelled before its process is gone.  For some tasks, the place
        # where they ran hasn't been reported yet.
        known = {one.task_id: one for one in undone}
        if any(one.place is None for one in known.values()):
            for start in self._connection.latest_starts(max(0.1, end - time.monotonic())):
                if start.task_id in known:
                    known[TaskId(start.task_id)].place = start.place
        left = [one for one in known.values() if self._is_here(one)]
        while left and time.monotonic() < end:
            time.sleep(GONE_POLL_INTERVAL)
            left = [one for one in left if not self._is_gone(one)]

    # -- messages from Ray -------------------------------------------------------------------------

    def _request_starts(self) -> None:
        if not self._poll():
            self._connection.on_starts(lambda starts: self.post(self._on_starts, starts))

    def _on_starts(self, starts: Sequence[Start] | BaseException) -> None:
        if not isinstance(starts, BaseException):
            self._sought(starts)
            self._request_starts()
        elif not self._poll():  # the actor died, and Ray restarts it
            log.debug("the actor that receives events is gone: %s", starts)
            self._at(time.monotonic() + RECEIVE_RETRY_INTERVAL, self._request_starts)

    def _seek_here(self) -> None:
        """Find starts by notes on this machine: a task that holds the GIL prevents its report."""
        if any(not one.began for one in self._open.values()):
            here = [place for place in self._places.values() if place.node == self._connection.node]
            self._sought(remote.running(here))

    def _seek_everywhere(self) -> None:
        self._seek_here()
        elsewhere: dict[str, list[TaskPlace]] = {}
        for place in self._places.values():
            if place.node != self._connection.node:
                elsewhere.setdefault(place.node, []).append(place)

        def reply(future: Future[Any]) -> None:  # in Ray's thread
            if future.exception() is None:
                self.post(self._sought, future.result())

        for node, places in elsewhere.items():
            self._connection.run_on(node, remote.running, places).add_done_callback(reply)

    def _sought(self, starts: Iterable[Start]) -> None:
        for start in starts:
            one = self._open.get(TaskId(start.task_id))
            if one is not None:
                self._begin(one, start)

    def _forget(self, place: TaskPlace | None) -> None:
        if place is not None:
            self._places.pop((place.node, place.pid), None)

    def _begin(self, one: RayTask, start: Start) -> None:
        if self._place(one, start):
            self._emit_events(one.started())

    def _place(self, one: RayTask, start: Start) -> bool:
        """Record where and when the task started; False if that was known already."""
        self._places[start.place.node, start.place.pid] = start.place
        if one.began:
            return False
        one.began = True
        one.place = start.place
        one.worker = f"{start.place.host}:{start.place.pid}"
        # Another machine's clock isn't comparable to ours: use the time of receipt instead.
        one.started_at = start.at if self._same_clock(one) else time.monotonic()
        return True

    def _ended(self, one: RayTask, reply: Any) -> None:
        """Handle Ray's report of how the task ended."""
        if one.task_id not in self._open:
            return
        if not isinstance(reply, BaseException):
            start, ended, *parts = remote.unpacked(reply)
            self._place(one, start)  # no TaskStarted: too short to be shown as running
            outcome = CallOutcome(*parts)
            ended_at = ended if self._same_clock(one) else time.monotonic()
            verdict = one.result(outcome.kind, payload_of(outcome), ended_at, outcome.error)
            self._settle(one, verdict)
            return
        errors = self._connection.errors
        if isinstance(reply, errors.RayTaskError):
            if not isinstance(reply, errors.TaskCancelledError):
                self._failed(one, reply)
            elif one.cancel_requested:
                self._confirm(one, Resolution.INTERRUPTED)
            else:  # no cancel was requested
                self._failed(one, KeyboardInterrupt("raised by the task itself"))
        elif isinstance(reply, errors.TaskCancelledError):
            self._cancelled(one)
        elif type(reply).__name__ in _CRASHES and one.forced:
            self._await_end_of_process(one)
        elif type(reply).__name__ in _CRASHES:
            self._died(one, reply)
        elif not self._poll():
            self._failed(one, reply)

    def _cancelled(self, one: RayTask) -> None:
        """Ray reports the task as cancelled, from outside the task."""
        if not one.cancel_requested:
            if self._poll():
                return
            one.cancel_requested = True  # by other code, with an ObjectRef that isn't from us
            self._emit_events(TaskCancelRequested(one.task_id, "Ray"))
        if not one.began and not one.forced:
            self._confirm(one, Resolution.NEVER_STARTED)
        else:
            self._await_end_of_process(one)

    # -- processes that are ending -----------------------------------------------------------------

    def _await_end_of_process(self, one: RayTask) -> None:
        if one.task_id not in self._open:
            return
        if one.place is None:
            self._found(one, is_gone=True)
        elif self._is_here(one):
            self._found(one, self._is_gone(one))
        else:
            place = one.place
            self._there(
                self._found, one, remote.wait_until_gone, place.pid, place.born, PROBE_TIMEOUT
            )

    def _found(self, one: RayTask, is_gone: bool) -> None:
        if is_gone:
            self._forget(one.place)
            by = (
                "this program ended its worker process, because Ray did not"
                if one.is_killed
                else KILLED_BY_RAY
            )
            self._confirm(one, Resolution.KILLED, by)
        else:
            self._at(time.monotonic() + GONE_POLL_INTERVAL, self._await_end_of_process, one)

    def _there(
        self,
        then: Callable[[RayTask, bool], None],
        one: RayTask,
        look: Callable[..., bool],
        *args: Any,
    ) -> None:
        """Run *look* as a Ray task on the machine of the task; pass its result to *then*."""
        assert one.place is not None

        def reply(future: Future[Any]) -> None:  # in Ray's thread
            # An error means that the node is gone, and the process with it.
            self.post(then, one, future.exception() is not None or bool(future.result()))

        self._connection.run_on(one.place.node, look, *args).add_done_callback(reply)

    def _is_here(self, one: RayTask) -> bool:
        return one.place is not None and one.place.node == self._connection.node

    def _is_gone(self, one: RayTask) -> bool:
        return one.place is None or remote.is_gone(one.place.pid, one.place.born)

    def _same_clock(self, one: RayTask) -> bool:
        return one.place is not None and "" != one.place.clock == remote_call.clock()

    # -- verdicts ----------------------------------------------------------------------------------

    def _confirm(self, one: RayTask, resolution: Resolution, detail: str = "") -> None:
        self._settle(one, one.confirmed(resolution, detail))

    def _died(self, one: RayTask, reply: BaseException) -> None:
        self._forget(one.place)
        worker = f"worker process {one.worker}" if one.began else "a worker process of Ray"
        error = WorkerDied(
            f"{worker} ended while it ran task {one.name!r}: {_first_line(reply)} "
            "Other tasks are not affected",
            one.place.pid if one.place is not None else None,
        )
        self._settle(one, one.failed(error, time.monotonic()))

    def _failed(self, one: RayTask, reply: BaseException) -> None:
        """Ray failed the task.  (An exception of the user's function is in a reply instead.)"""
        if isinstance(reply, KeyboardInterrupt):
            error = RemoteException(f"KeyboardInterrupt: {reply}", "KeyboardInterrupt")
        else:
            error = RemoteException(
                f"Ray could not run {one.name!r}: {_first_line(reply)} (scaler_lab, and the "
                "modules that the task needs, must be installed on every node)",
                type(reply).__name__,
            )
            error.__cause__ = reply
        self._settle(one, one.failed(error, time.monotonic()))

    def _settle(self, one: RayTask, verdict: Event) -> bool:
        is_first = super()._settle(one, verdict)
        if is_first:
            one.ref = None  # Ray frees the result
        return is_first

    def _trouble(self) -> str:
        return self._connection.trouble()

    def _check(self) -> None:
        if not self._poll():
            self._at(time.monotonic() + POLL_INTERVAL, self._check)
            self._seek_here()


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
