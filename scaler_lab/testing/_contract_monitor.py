"""A proxy for an engine that records all its events, and notes what the contract forbids.

Client ──> MonitoredEngine ──> the engine under test
  ^             │ notes breaches
  └── events ───┘
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, assert_never

from scaler_lab.engines.base import (
    Emit,
    Engine,
    EngineGone,
    Event,
    Feature,
    GroupId,
    OnStack,
    OnUsage,
    Reach,
    Resolution,
    SharedRef,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskCancelRequested,
    TaskHeldBack,
    TaskId,
    TaskOutput,
    TaskProgress,
    TaskResult,
    TaskRetryRequested,
    TaskStarted,
)

_STOPPED_RUNNING = (Resolution.INTERRUPTED, Resolution.KILLED)


class MonitoredEngine(Engine):
    """Passes everything through and records it.

    If `on_event` is set, it is called with each event before the client gets it, in the engine's
    own thread.
    """

    has_feed = True  # so that no feed is served for the engine under test

    def __init__(self, inner: Engine) -> None:
        self.inner = inner
        self.label = inner.label
        self.reach = inner.reach
        self.features = inner.features
        self.takes_bytes = inner.takes_bytes
        self.reports_starts = inner.reports_starts
        self.survives_worker_death = inner.survives_worker_death
        self.on_event: Callable[[Event], None] | None = None
        self._emit: Emit | None = None
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._submitted: dict[TaskId, GroupId | None] = {}
        self._cancel_requested: set[TaskId] = set()
        self._cancel_requested_groups: set[GroupId] = set()
        self._verdicts: Counter[TaskId] = Counter()
        self._cancels: list[TaskCancel] = []
        self._events: list[Event] = []
        self._breaches: list[str] = []
        self._gone = False
        self._closing = False
        self._closed = False

    # -- the engine's side ------------------------------------------------------------------------

    def open(self, emit: Emit) -> None:
        self._emit = emit
        self.inner.open(self._on_events)

    def submit(self, tasks: Sequence[Task]) -> None:
        with self._lock:
            self._submitted.update((task.task_id, task.annotations.group) for task in tasks)
        try:
            self.inner.submit(tasks)
        except BaseException:
            with self._lock:
                for task in tasks:
                    del self._submitted[task.task_id]
                    if self._verdicts[task.task_id]:
                        self._breaches.append(f"submit raised, but an outcome came for {task.name}")
            raise

    def request_cancel(self, cancel: TaskCancel) -> None:
        with self._lock:
            self._cancels.append(cancel)
            self._cancel_requested.update(cancel.task_ids)
            if cancel.group is not None:
                self._cancel_requested_groups.add(cancel.group)
        self.inner.request_cancel(cancel)

    def share(self, value: Any) -> SharedRef:
        return self.inner.share(value)

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        self.inner.request_stack(task_id, reply, at_once=at_once)

    def request_usage(self, reply: OnUsage) -> None:
        self.inner.request_usage(reply)

    def close(self, *, wait: bool = True) -> None:
        with self._lock:
            self._closing = True
        self.inner.close(wait=wait)
        if wait:
            with self._lock:
                self._closed = True

    # -- the kit's side ---------------------------------------------------------------------------

    @property
    def breaches(self) -> list[str]:
        """Descriptions of what the engine did that the contract forbids."""
        with self._lock:
            return list(self._breaches)

    @property
    def undone(self) -> list[TaskId]:
        """The accepted tasks that have no verdict; empty once the engine is gone."""
        with self._lock:
            return [] if self._gone else [i for i in self._submitted if not self._verdicts[i]]

    @property
    def cancels(self) -> list[TaskCancel]:
        """Every cancel that the client sent."""
        with self._lock:
            return list(self._cancels)

    def events_of(self, task_id: TaskId) -> list[Event]:
        """Return the events of one task, in order."""
        with self._lock:
            return [
                event
                for event in self._events
                if not isinstance(event, EngineGone) and event.task_id == task_id
            ]

    def declare_gone(self, reason: str) -> None:
        """Send the client the `EngineGone` that the engine itself no longer sends."""
        assert self._emit is not None
        self._emit((EngineGone(reason),))

    def _on_events(self, events: Sequence[Event]) -> None:
        with self._lock:
            for event in events:
                self._events.append(event)
                breach = self._breach(event)
                if breach:
                    self._breaches.append(breach)
        hook = self.on_event
        if hook is not None:
            for event in events:
                hook(event)
        assert self._emit is not None
        self._emit(events)

    def _breach(self, event: Event) -> str:
        """Record *event*, and return what is wrong with it, if anything.

        Call with the lock held.
        """
        if self._gone:
            return f"{event!r} came after EngineGone"
        if self._closed:
            return f"{event!r} came after close(wait=True) had returned"
        if isinstance(event, EngineGone):
            self._gone = True
            return ""
        task_id = event.task_id
        if task_id not in self._submitted:
            return f"{event!r} is about a task that nobody submitted"
        self._verdicts[task_id] += isinstance(event, TaskResult | TaskCancelConfirm)
        if self._verdicts[task_id] > 1:
            return f"{event!r} is a second outcome"
        if isinstance(event, TaskCancelRequested):
            self._cancel_requested.add(task_id)
        return self._of_cancel(event, task_id) or self._of_report(event, task_id)

    def _of_cancel(self, event: Event, task_id: TaskId) -> str:
        """Return what is wrong with the answer to a cancel."""
        is_requested = self._is_cancel_requested(task_id)
        match event:
            case TaskCancelConfirm() if not (is_requested or self._closing):
                return f"{event!r}, although no cancel was requested"
            case TaskCancelConfirm() if (
                self.reach is Reach.QUEUED_ONLY and event.resolution in _STOPPED_RUNNING
            ):
                return f"{event!r}, although the engine states that it stops no running code"
            case TaskCancelRefused() if not is_requested:
                return f"{event!r}, although no cancel was requested"
            case _:
                return ""

    def _of_report(self, event: Event, task_id: TaskId) -> str:
        """Return what is wrong with a report about a task that runs."""
        match event:
            case TaskStarted():
                is_stated, stated = self.reports_starts, "states reports_starts = False"
            case TaskProgress():
                is_stated = Feature.PROGRESS in self.features
                stated = "does not state that it reports progress"
            case TaskOutput():
                is_stated = Feature.OUTPUT in self.features
                stated = "does not state that it reports output"
            case TaskResult() | TaskCancelConfirm() | TaskCancelRefused():
                return ""
            case TaskCancelRequested() | TaskRetryRequested() | TaskHeldBack() | EngineGone():
                return ""
            case _:
                assert_never(event)
        if not is_stated:
            return f"{event!r}, although the engine {stated}"
        if self._verdicts[task_id]:
            return f"{event!r} came after the task's outcome"
        return ""

    def _is_cancel_requested(self, task_id: TaskId) -> bool:
        return (
            task_id in self._cancel_requested
            or self._submitted[task_id] in self._cancel_requested_groups
        )
