"""The board: what is known of every task, with a version.  Views read it; nothing else is truth.

A board is a fold of events.  It keeps facts (never functions, arguments or results) and answers
two questions, both O(answer):

    snapshot()              everything, and the version it is true of
    changes_since(version)  what is new since then, or a first part of it; a version the board no
                            longer knows, or never gave, gets a `ResyncNeeded`: take a snapshot and
                            go on from there

It calls nobody but the bells hung on it (`subscribe`), which only say "look again"; views pull at
a rate of their own.  The order of truth is: the board is told first, the future second, the views
last.

Ownership: `TaskRecord`s are written by `FutureManager` under `Board.lock`, and read under it.
What leaves the board is a copy (`TaskInfo`).

The lock is reentrant, so that a signal handler or a finalizer that runs while its thread holds the
lock can see that (`is_locked_here`) instead of waiting for itself.  Nothing is changed by such a
call: see `core.uninterrupted`.  The main thread, which an interrupt may stop between two calls,
only changes the board by `commit`, which makes none.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from scaler_lab._windows import open_view
from scaler_lab.core.messages import GroupId, ProfileResult, Progress, TaskId, Usage
from scaler_lab.core.state_machine import STATUS, Resolution, Status, TaskState
from scaler_lab.core.unpicklable import Unpicklable

if TYPE_CHECKING:
    from scaler_lab.core.future import ScalerFuture
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.core.outbox import Prepared

log = logging.getLogger(__name__)

DONE_RECORDS_KEPT = 100_000


class TaskRecord(msgspec.Struct, gc=False):
    """One task's mutable facts; guarded by the board's lock.

    A struct without slots for the garbage collector, since there may be a million of them and
    they refer to nothing that could refer back.  Times are seconds of `time.monotonic`.
    """

    task_id: TaskId
    name: str
    submitted_at: float
    group: GroupId | None = None  # set for atomic groups only: its cancel is everybody's
    group_name: str = ""
    state: TaskState = TaskState.QUEUED
    sent: bool = False  # whether the engine was told; a cancel must not overtake its task
    number: int = 0
    version: int = 0
    worker: str = ""
    error: str = ""
    detail: str = ""
    cancel_requested_by: str = ""
    force_requested: bool = False
    started_at: float | None = None
    ended_at: float | None = None
    cancel_requested_at: float | None = None
    settled_at: float | None = None
    resolution: Resolution | None = None
    progress: Progress | None = None
    output_bytes: int = 0  # written so far; the text itself is kept elsewhere
    usage: Usage | None = None
    attempt: int = 1
    tags: tuple[str, ...] = ()
    sent_as: TaskId = TaskId("")  # its id at the engine, from the second attempt on
    force_cancel: bool = False  # each cancel of it kills at once
    cell: str = ""  # the id of the notebook's cell that submitted it


class TaskInfo(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a view may know of one task: a copy, safe to keep and to send (it is the feed's row).

    Times are seconds since the epoch; durations taken between them are right even where the
    machine's clock was set meanwhile, for they come from one monotonic clock.
    """

    task_id: TaskId
    number: int
    name: str
    status: Status
    version: int
    submitted_at: float
    group_name: str = ""
    worker: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    cancel_requested_at: float | None = None
    cancel_requested_by: str = ""
    cancel_resolution: Resolution | None = None
    cancel_seconds: float | None = None
    error: str = ""
    detail: str = ""
    progress: Progress | None = None
    output_bytes: int = 0
    attempt: int = 1
    tags: tuple[str, ...] = ()
    cell: str = ""


class BoardSnapshot(NamedTuple):
    """Every task the board keeps, oldest first."""

    version: int
    tasks: list[TaskInfo]


class SnapshotParts(NamedTuple):
    """A snapshot that is taken part by part, oldest tasks first."""

    version: int
    n_parts: int  # 1 at least
    parts: Iterator[list[TaskInfo]]


class BoardChanges(NamedTuple):
    """What changed after some version: the tasks as they are now, and those forgotten."""

    version: int
    tasks: list[TaskInfo]
    forgotten: list[TaskId]


class ResyncNeeded(NamedTuple):
    """The board can't tell what changed since the version asked for: take a snapshot."""

    version: int


class Additions:
    """New tasks, and their futures with the two tables that these are to be entered in."""

    __slots__ = ("futures", "groups", "new_groups", "open_futures", "records")

    def __init__(
        self,
        records: Sequence[TaskRecord],
        futures: dict[TaskId, ScalerFuture[Any]] | None = None,
        open_futures: dict[TaskId, ScalerFuture[Any]] | None = None,
        new_groups: dict[GroupId, dict[TaskId, TaskRecord]] | None = None,
        groups: dict[GroupId, dict[TaskId, TaskRecord]] | None = None,
    ) -> None:
        self.records = records
        self.futures = {} if futures is None else futures
        self.open_futures = {} if open_futures is None else open_futures
        self.new_groups = {} if new_groups is None else new_groups
        self.groups = {} if groups is None else groups


class Board(Unpicklable):
    """What is known of every task.  Any thread may read; any number of clients may share one.

    *epoch* is for simulations, whose time has an epoch of its own.
    """

    def __init__(self, keep: int = DONE_RECORDS_KEPT, *, epoch: float | None = None) -> None:
        if keep < 1:
            raise ValueError(f"keep must be at least 1 done task, not {keep}")
        self.lock = threading.RLock()
        self.is_locked_here: Callable[[], bool] = self.lock._is_owned  # type: ignore[attr-defined]
        """Whether the calling thread holds the lock."""
        self._keep = keep
        self._records: dict[TaskId, TaskRecord] = {}  # in order of submission
        self._by_change: dict[TaskId, TaskRecord] = {}  # in order of last change
        # Ordered dicts, since their oldest are taken out: a plain dict keeps the holes of those at
        # its front, and finding the first that is left takes longer with each.
        self._done_order: OrderedDict[TaskId, None] = OrderedDict()  # in order of settlement
        self._forgotten: OrderedDict[TaskId, int] = OrderedDict()  # id -> version that forgot it
        self._oldest_known_version = 0  # changes since a version below this can't be told
        self._per_state = [0] * len(TaskState)
        self._version = 0
        self._next_number = 0
        self._listeners: dict[object, Callable[[], None]] = {}  # replaced, never changed
        self._writers: list[weakref.ref[FutureManager]] = []
        self.epoch = time.time() - time.monotonic() if epoch is None else epoch
        """Seconds to add to a time of `time.monotonic` to get one since the epoch."""

    # -- reading ---------------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """Grows by one with every change of any task."""
        return self._version

    @property
    def counts(self) -> dict[Status, int]:
        """How many of the tasks kept have each status; every status is there."""
        with self.lock:
            counts = dict.fromkeys(Status, 0)
            for state in TaskState:
                counts[STATUS[state]] += self._per_state[state]
            return counts

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        shown = ", ".join(f"{n} {status.value}" for status, n in self.counts.items() if n)
        return f"<Board: {shown or 'no tasks yet'}>"

    def __rich__(self) -> object:
        return open_view("board", self)

    def _ipython_display_(self) -> None:
        open_view("notebook", self)

    def _repr_mimebundle_(self, **_kinds: Any) -> object:
        return open_view("mimebundle", self)

    @property
    def writers(self) -> list[FutureManager]:
        """Those who write on this board: who shows it asks them to cancel."""
        return [writer for ref in self._writers if (writer := ref()) is not None]

    @property
    def is_closed(self) -> bool:
        """Whether somebody wrote on it and nobody will any more: all its clients have ended."""
        return bool(self._writers) and all(writer.is_closed for writer in self.writers)

    def info(self, task_id: TaskId) -> TaskInfo | None:
        """What is known of one task; None where the board has none such (or forgot it)."""
        with self.lock:
            record = self._records.get(task_id)
            return None if record is None else self._copy(record)

    def open_ids(self) -> list[TaskId]:
        """Every task without a verdict, oldest first."""
        with self.lock:
            return [r.task_id for r in self._records.values() if not r.state.is_done]

    def profile(self, task_id: TaskId) -> ProfileResult | None:
        """What one task took, as far as it is known; None where the board has none such."""
        with self.lock:
            record = self._records.get(task_id)
            return None if record is None else profile_of(record)

    def profiles(self) -> list[tuple[TaskInfo, ProfileResult]]:
        """Every task kept, oldest first, and what it took."""
        with self.lock:
            return [(self._copy(record), profile_of(record)) for record in self._records.values()]

    def snapshot(self) -> BoardSnapshot:
        """Every task kept, oldest first.  Costs about 1 µs a task, under the lock."""
        with self.lock:
            return BoardSnapshot(self._version, [self._copy(r) for r in self._records.values()])

    def snapshot_parts(self, size: int) -> SnapshotParts:
        """A snapshot for who can't spare the time for it at once: *size* tasks at a time.

        A part is as new as when it is taken, so newer than the snapshot's version; the changes
        since that version bring the parts up to one.
        """
        with self.lock:
            task_ids = list(self._records)
            version = self._version
        starts = range(0, max(1, len(task_ids)), size)
        parts = (self._those_known(task_ids[start : start + size]) for start in starts)
        return SnapshotParts(version, len(starts), parts)

    def _those_known(self, task_ids: list[TaskId]) -> list[TaskInfo]:
        with self.lock:
            found = map(self._records.get, task_ids)
            return [self._copy(record) for record in found if record is not None]

    def changes_since(self, version: int, limit: int | None = None) -> BoardChanges | ResyncNeeded:
        """The tasks changed after *version*, oldest change first.  O(changes).

        At most *limit* tasks: then what changed up to the version that it says, and the rest is to
        be asked for since that one.  A `ResyncNeeded` too where they are more than *limit*, and
        more than half of the board: a snapshot costs less.
        """
        with self.lock:
            if not self._oldest_known_version <= version <= self._version:
                return ResyncNeeded(self._version)
            changed: list[TaskRecord] = []
            for record in reversed(self._by_change.values()):
                if record.version <= version:
                    break
                changed.append(record)
            upto = self._version
            if limit is not None and len(changed) > limit:
                if 2 * len(changed) > len(self._records):
                    return ResyncNeeded(upto)
                changed = changed[-limit:]
                upto = changed[0].version
            forgotten: list[TaskId] = []
            for task_id, at in reversed(self._forgotten.items()):
                if at <= version:
                    break
                if at <= upto:
                    forgotten.append(task_id)
            tasks = [self._copy(record) for record in reversed(changed)]
            return BoardChanges(upto, tasks, forgotten)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call *listener* after each batch of changes, in whichever thread made it; it must only
        note that there is something to look at.  Returns the call that takes it down again.
        """
        key = object()  # a bell may hang twice
        with self.lock:
            self._listeners = {**self._listeners, key: listener}

        def take_down() -> None:
            with self.lock:
                self._listeners = {k: b for k, b in self._listeners.items() if k is not key}

        return take_down

    def to_epoch(self, monotonic_seconds: float | None) -> float | None:
        """A time of `time.monotonic` as seconds since the epoch."""
        return None if monotonic_seconds is None else monotonic_seconds + self.epoch

    # -- writing: by the manager, under `lock` (or by the one thread that owns the board) --------

    def add_writer(self, writer: FutureManager) -> None:
        """A manager begins to write here.  The board does not keep it alive."""
        with self.lock:
            kept = [ref for ref in self._writers if ref() is not None]
            self._writers = [*kept, weakref.ref(writer)]

    def add(self, record: TaskRecord) -> None:
        """Write a new task down.  Under `lock`."""
        self.commit(Additions((record,)))

    def commit(self, additions: Additions, prepared: Prepared | None = None) -> None:
        """Write new tasks down and submit those that are *prepared*: all of it, or nothing.

        Under `lock`.  A KeyboardInterrupt may come at each call and at the end of each turn of a
        loop, and nowhere else (CPython 3.11 and later).  So the part that changes anything has no
        loop, and no call but the last: `tests/engines/local/test_interrupt_safety.py` interrupts at
        each point.
        """
        number, version = self._next_number, self._version
        per_stage = list(self._per_state)
        records: dict[TaskId, TaskRecord] = {}
        for record in additions.records:
            number += 1
            version += 1
            record.number = number
            record.version = version
            records[record.task_id] = record
            per_stage[record.state] += 1
        open_futures, groups = additions.open_futures, additions.groups
        outbox = None if prepared is None else prepared.outbox
        # From here to the end: no loop, no call.
        self._records |= records
        self._by_change |= records
        self._per_state = per_stage
        self._next_number = number
        self._version = version
        open_futures |= additions.futures
        groups |= additions.new_groups
        if outbox is not None and prepared is not None:
            prepared.is_committed = True
            outbox.batches += (prepared.batch,)
            if outbox.is_sender_asleep:
                outbox.is_sender_asleep = False
                try:
                    outbox.wake()
                except OSError:  # it is awake already, or has ended
                    pass

    def move(self, record: TaskRecord, state: TaskState) -> None:
        """Write down that a task changed, and is in *state* now.  Under `lock`."""
        before = record.state
        self._version += 1
        record.version = self._version
        record.state = state
        task_id = record.task_id
        if self._by_change.pop(task_id, None) is None:
            return  # withdrawn or forgotten meanwhile: its future still settles
        self._by_change[task_id] = record
        if before is not state:
            self._per_state[before] -= 1
            self._per_state[state] += 1
            if state >= TaskState.SUCCEEDED:
                self._done_order[task_id] = None
                if len(self._done_order) > self._keep:
                    self.forget([next(iter(self._done_order))])

    def forget(self, task_ids: Iterable[TaskId]) -> None:
        """Drop tasks from the board.  Under `lock`."""
        for task_id in task_ids:
            record = self._records.pop(task_id, None)
            if record is None:
                continue
            del self._by_change[task_id]
            self._done_order.pop(task_id, None)
            self._per_state[record.state] -= 1
            self._version += 1
            self._forgotten[task_id] = self._version
            if len(self._forgotten) > self._keep:
                oldest = next(iter(self._forgotten))
                self._oldest_known_version = self._forgotten.pop(oldest)

    def notify(self) -> None:
        """Tell the views that there is something to look at.  Never under `lock`."""
        for listener in self._listeners.values():
            try:
                listener()
            except Exception:  # a view's fault must not end the thread that delivers events
                log.exception("a view's bell raised")

    def _copy(self, record: TaskRecord) -> TaskInfo:
        # By position: a struct made by keywords costs four times as much, and this is what a
        # feed of many short tasks spends its time on.
        epoch = self.epoch
        started_at, ended_at = record.started_at, record.ended_at
        cancel_requested_at, settled_at = record.cancel_requested_at, record.settled_at
        return TaskInfo(
            record.task_id,
            record.number,
            record.name,
            STATUS[record.state],
            record.version,
            record.submitted_at + epoch,
            record.group_name,
            record.worker,
            None if started_at is None else started_at + epoch,
            None if ended_at is None else ended_at + epoch,
            None if cancel_requested_at is None else cancel_requested_at + epoch,
            record.cancel_requested_by,
            record.resolution,
            None
            if cancel_requested_at is None or settled_at is None
            else settled_at - cancel_requested_at,
            record.error,
            record.detail,
            record.progress,
            record.output_bytes,
            record.attempt,
            record.tags,
            record.cell,
        )


def profile_of(record: TaskRecord) -> ProfileResult:
    """What a task took, as far as it is known.  Under the lock of its board."""
    started_at, ended_at, usage = record.started_at, record.ended_at, record.usage
    has_run = started_at is not None and ended_at is not None
    return ProfileResult(
        None if started_at is None else max(0.0, started_at - record.submitted_at),
        ended_at - started_at if has_run else None,  # type: ignore[operator]
        None if usage is None or usage.cpu_ns < 0 else usage.cpu_ns * 1e-9,
        None if usage is None else usage.peak_memory or None,
        None if usage is None or usage.bytes_in < 0 else usage.bytes_in,
        None if usage is None else usage.bytes_out,
        record.worker,
        record.attempt,
    )
