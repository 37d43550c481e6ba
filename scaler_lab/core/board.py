"""The board: what is known about every task, with a version number.  Views read nothing else.

A board is the result of all events so far.  It keeps facts, never functions, arguments or results.
It answers two requests; each costs time in proportion to the size of the answer:

    snapshot()              everything, and the version at which it is true
    changes_since(version)  what has changed since then, or a first part of it.  If the board no
                            longer knows that version, or never had it, the answer is
                            `ResyncNeeded`: take a snapshot and go on from there

The board calls nothing except the listeners that `subscribe` registers.  They learn only that
something changed; views then read the board at their own rate.  The order of updates is: first the
board, then the future, then the views.

Ownership: `FutureManager` writes `TaskRecord`s under `Board.lock`, and they are read under it.
What leaves the board is a copy (`TaskInfo`).

The lock is reentrant.  A signal handler or a finalizer may run while its own thread holds the lock;
it can then detect that (`is_locked_here`) instead of waiting for itself.  Such a call changes
nothing: see `core.uninterrupted`.  An interrupt may stop the main thread between two calls.  So
that thread changes the board only by `commit`, whose changing part makes no calls.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from scaler_lab.core.change_log import ChangeLog
from scaler_lab.core.counts import Counts
from scaler_lab.core.messages import GroupId, ProfileResult, TaskId
from scaler_lab.core.notebook_display import NotebookDisplay
from scaler_lab.core.state_machine import STATUS, TaskState
from scaler_lab.core.task_record import TaskInfo, TaskRecord, info_of, profile_of
from scaler_lab.core.unpicklable import Unpicklable

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.core.outbox import Prepared
    from scaler_lab.ui.terminal.board_view import BoardView

log = logging.getLogger(__name__)

DONE_RECORDS_KEPT = 100_000
MIN_REMOVED = 10_000  # records, before their table is made smaller: a dict never does that itself


NOT_FOR_USERS = frozenset(
    {
        *("add", "add_writer", "client_of", "commit", "commit_one", "epoch", "forget"),
        *("is_locked_here", "is_whole", "lock", "move", "notify", "snapshot_parts", "to_epoch"),
        "writers",
    }
)
"""What `dir` leaves out: what the package itself calls."""


class BoardSnapshot(NamedTuple):
    """Every task that the board keeps, oldest first."""

    version: int
    tasks: list[TaskInfo]


class SnapshotParts(NamedTuple):
    """A snapshot that is read in parts, oldest tasks first."""

    version: int
    n_parts: int  # at least 1
    parts: Iterator[list[TaskInfo]]


class BoardChanges(NamedTuple):
    """What changed after some version: the tasks as they are now, and the ids of removed tasks."""

    version: int
    tasks: list[TaskInfo]
    forgotten: list[TaskId]


class ResyncNeeded(NamedTuple):
    """The board doesn't know what changed since the requested version: take a snapshot."""

    version: int


class Additions(msgspec.Struct, frozen=True):
    """New tasks, their futures, and the two tables into which the futures are entered."""

    records: Sequence[TaskRecord]
    futures: dict[TaskId, Any] = {}  # of `ScalerFuture`s
    open_futures: dict[TaskId, Any] = {}
    new_groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}
    groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}


class Board(NotebookDisplay, Unpicklable):
    """What is known about every task.  Any thread may read it, and several clients may share one.

    Args:
        keep: How many done tasks the board keeps; the oldest are removed first.
        epoch: For simulations: the number of seconds to add to a time of the clock to get a time
            since the epoch.

    Raises:
        ValueError: *keep* is less than 1.
    """

    def __init__(self, keep: int = DONE_RECORDS_KEPT, *, epoch: float | None = None) -> None:
        if keep < 1:
            raise ValueError(f"keep must be at least 1 done task, not {keep}")
        self.lock = threading.RLock()
        self.is_locked_here: Callable[[], bool] = self.lock._is_owned  # type: ignore[attr-defined]
        """Whether the calling thread holds the lock."""
        self._keep = keep
        self._records: dict[TaskId, TaskRecord] = {}  # in order of submission
        self._changes = ChangeLog(keep)
        self._done: deque[TaskRecord] = deque()  # in order of their outcomes
        self._n_removed = 0  # records, since `_records` was last made smaller
        self._per_state = [0] * len(TaskState)  # also of done tasks that were removed
        self._version = 0
        self._next_number = 0
        self._listeners: dict[object, Callable[[], None]] = {}  # replaced, never changed
        self._writers: list[weakref.ref[FutureManager]] = []
        self.epoch = time.time() - time.monotonic() if epoch is None else epoch
        """Seconds to add to a time of `time.monotonic` to get a time since the epoch."""

    # -- reading ---------------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """A number that grows by one with every change of any task."""
        return self._version

    @property
    def counts(self) -> Counts:
        """The number of tasks with each status; every status is a key.

        Done tasks that the board no longer keeps are included.
        """
        with self.lock:
            counts = Counts()
            for state in TaskState:
                counts[STATUS[state]] += self._per_state[state]
            return counts

    @property
    def is_whole(self) -> bool:
        """Whether the board still keeps every task that it counts."""
        return sum(self._per_state) == len(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        return f"<Board: {str(self.counts) or 'no tasks yet'}>"

    def __rich__(self) -> BoardView:
        from scaler_lab.ui.terminal.renderables import of_board

        return of_board(self)

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) - NOT_FOR_USERS)

    @property
    def writers(self) -> list[FutureManager]:
        """The managers that write to this board.  Views send their cancel requests to them."""
        return [writer for ref in self._writers if (writer := ref()) is not None]

    @property
    def is_closed(self) -> bool:
        """Whether the board had writers and all of them have ended."""
        return bool(self._writers) and all(writer.is_closed for writer in self.writers)

    def info(self, task_id: TaskId) -> TaskInfo | None:
        """Return what is known about one task, or None if the board doesn't have it (any more)."""
        with self.lock:
            record = self._records.get(task_id)
            return None if record is None else info_of(record, self.epoch)

    def client_of(self, task_id: TaskId) -> str:
        """Return the id of the client that submitted a task, if this is an engine's board."""
        with self.lock:
            record = self._records.get(task_id)
            return "" if record is None else record.client_id

    def open_ids(self) -> list[TaskId]:
        """Return the ids of all tasks that are not done, oldest first."""
        with self.lock:
            return [r.task_id for r in self._records.values() if not r.state.is_done]

    def profile(self, task_id: TaskId) -> ProfileResult | None:
        """Return the resources that a task used, as far as known.

        None if the board doesn't have the task.
        """
        with self.lock:
            record = self._records.get(task_id)
            return None if record is None else profile_of(record)

    def profiles(self) -> list[tuple[TaskInfo, ProfileResult]]:
        """Return every kept task and the resources it used, oldest first."""
        with self.lock:
            return [
                (info_of(record, self.epoch), profile_of(record))
                for record in self._records.values()
            ]

    def snapshot(self) -> BoardSnapshot:
        """Return every kept task, oldest first.  Costs about 1 µs per task, under the lock."""
        with self.lock:
            return BoardSnapshot(
                self._version, [info_of(r, self.epoch) for r in self._records.values()]
            )

    def snapshot_parts(self, size: int) -> SnapshotParts:
        """Return a snapshot in parts of *size* tasks, so that no part holds the lock for long.

        Each part shows the tasks as they are when the part is read, so it may be newer than the
        snapshot's version.  Apply the changes since that version to bring all parts to the same
        version.
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
            return [info_of(record, self.epoch) for record in found if record is not None]

    def changes_since(self, version: int, limit: int | None = None) -> BoardChanges | ResyncNeeded:
        """Return the tasks that changed after *version*, oldest change first.

        The cost is in proportion to the number of changes.

        Args:
            version: The version of the caller's copy.
            limit: The largest number of tasks to return.

        Returns:
            The changes up to the version that it names.  If *limit* left some out, call again with
            that version.  Or `ResyncNeeded`, if the board no longer knows *version*, or if there
            are more than *limit* changes and they concern more than half of the board: a snapshot
            then costs less.
        """
        with self.lock:
            if not self._changes.oldest_known <= version <= self._version:
                return ResyncNeeded(self._version)
            changed = self._changes.since(version, limit, len(self._records), self._version)
            if changed is None:
                return ResyncNeeded(self._version)
            tasks = [info_of(record, self.epoch) for record in changed.records]
            return BoardChanges(changed.version, tasks, changed.removed)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call *listener* after each batch of changes, in the thread that made them.

        Args:
            listener: Called without arguments.  It must return at once: it should only note that
                there is something new to read.

        Returns:
            A function that removes the listener.
        """
        key = object()  # the same listener may be registered twice
        with self.lock:
            self._listeners = {**self._listeners, key: listener}

        def take_down() -> None:
            with self.lock:
                self._listeners = {k: b for k, b in self._listeners.items() if k is not key}

        return take_down

    def to_epoch(self, monotonic_seconds: float | None) -> float | None:
        """Convert a time of `time.monotonic` to seconds since the epoch."""
        return None if monotonic_seconds is None else monotonic_seconds + self.epoch

    # -- writing: by the manager, under `lock` (or by the one thread that owns the board) --------

    def add_writer(self, writer: FutureManager) -> None:
        """Register a manager that writes to this board.  The board does not keep it alive."""
        with self.lock:
            kept = [ref for ref in self._writers if ref() is not None]
            self._writers = [*kept, weakref.ref(writer)]

    def add(self, record: TaskRecord) -> None:
        """Enter a new task.  Under `lock`."""
        self.commit(Additions((record,)))

    def commit(self, additions: Additions, prepared: Prepared | None = None) -> None:
        """Enter new tasks and submit those that are *prepared*: all of it, or nothing.

        Under `lock`.

        A KeyboardInterrupt may come at each call and at the end of each iteration of a loop, and
        nowhere else (CPython 3.11 and later).  So the part that makes the changes has no loop and
        only one call, which comes last.  `tests/engines/local/test_interrupt_safety.py` interrupts
        at each point.
        """
        number, version = self._next_number, self._version
        per_state = self._per_state.copy()
        records: dict[TaskId, TaskRecord] = {}
        for record in additions.records:
            record.number = number = number + 1
            record.version = version = version + 1
            per_state[record.state] += 1
            records[record.task_id] = record
        changes, versions = self._changes, array("q", range(self._version + 1, version + 1))
        open_futures, groups = additions.open_futures, additions.groups
        outbox = None if prepared is None else prepared.outbox
        # From here to the end: no loop, no call.
        self._records |= records
        changes.entries += additions.records
        changes.versions += versions
        self._per_state = per_state
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
                except OSError:  # the sender is awake already, or has ended
                    pass

    def commit_one(
        self,
        record: TaskRecord,
        future: Any,
        open_futures: dict[TaskId, Any],
        prepared: Prepared,
    ) -> None:
        """Do what `commit` does for one task of no group, at a third of its cost.

        Under `lock`.
        """
        task_id, outbox = record.task_id, prepared.outbox
        record.number = number = self._next_number + 1
        record.version = version = self._version + 1
        changes, versions = self._changes, array("q", (version,))
        # From here to the end: no loop, no call.
        self._records[task_id] = record
        changes.entries += (record,)
        changes.versions += versions
        self._per_state[record.state] += 1
        self._next_number = number
        self._version = version
        open_futures[task_id] = future
        prepared.is_committed = True
        if (
            outbox.accepts_frame
            and prepared.frame
            and not outbox.batches
            and prepared.batch.place is outbox.place
            and outbox.write is not None
        ):
            outbox.accepts_frame = False
            outbox.is_writing = True
            try:
                outbox.write(prepared.frame)
                return
            except OSError:  # the socket is full, or the engine has ended
                pass
            finally:
                outbox.is_writing = False
        outbox.batches += (prepared.batch,)
        if outbox.is_sender_asleep:
            outbox.is_sender_asleep = False
            try:
                outbox.wake()
            except OSError:  # the sender is awake already, or has ended
                pass

    def move(self, record: TaskRecord, state: TaskState) -> None:
        """Record that a task changed and is in *state* now.  Under `lock`."""
        before = record.state
        record.state = state
        self._version = version = self._version + 1
        if not record.version:
            return  # it was withdrawn or removed meanwhile; its future still settles
        record.version = version
        self._changes.entries.append(record)
        self._changes.versions.append(version)
        if before is not state:
            self._per_state[before] -= 1
            self._per_state[state] += 1
            if state >= TaskState.SUCCEEDED:
                self._done.append(record)
                while len(self._done) > self._keep:
                    self._remove(self._done.popleft().task_id)
        if self._changes.is_long(len(self._records)):
            self._changes.compact()

    def forget(self, task_ids: Iterable[TaskId]) -> None:
        """Remove tasks from the board as if they had never been there.  Under `lock`."""
        for task_id in task_ids:
            record = self._remove(task_id)
            if record is not None:
                self._per_state[record.state] -= 1

    def _remove(self, task_id: TaskId) -> TaskRecord | None:
        """Keep a task no longer; it still counts."""
        record = self._records.pop(task_id, None)
        if record is not None:
            record.version = 0
            self._version += 1
            self._changes.add_removal(task_id, self._version)
            self._n_removed += 1
            if self._n_removed > 4 * len(self._records) + MIN_REMOVED:
                self._records, self._n_removed = dict(self._records), 0
        return record

    def notify(self) -> None:
        """Call the listeners: something has changed.  Never under `lock`."""
        for listener in self._listeners.values():
            try:
                listener()
            except Exception:  # an error in a view must not end the thread that delivers events
                log.exception("a callback that wakes a view raised an exception")
