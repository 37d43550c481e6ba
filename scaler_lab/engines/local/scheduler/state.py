"""The state of each task, client and worker in the scheduler.  Only data; `core` acts on it."""

from __future__ import annotations

import heapq
from collections import deque
from enum import IntEnum
from typing import Final

import msgspec

from scaler_lab.core.messages import GroupId, RetriedOn, TaskId
from scaler_lab.core.output_buffer import OutputBuffer
from scaler_lab.core.state_machine import TaskState
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.outputs import WorkerOutput

MEASURE_INTERVAL: Final = 0.05  # between two measurements of a task that has a memory limit
POLL_INTERVAL: Final = 0.002  # after which a worker is polled for the task it runs


class QueuedTaskStatus(IntEnum):
    QUEUED = 0
    SENT = 1
    SETTLED = 2


class QueuedTask(msgspec.Struct, gc=False, eq=False):
    """One submitted task.

    The struct is not tracked by the garbage collector (``gc=False``), because there may be a
    million of them.  The cycles that it is part of end when it is settled: see `Settler`.
    """

    client: ClientState
    task_id: TaskId
    name: str
    group: GroupId | None
    blob: str
    data: bytes
    context: int
    generation: int
    record: TaskRecord  # of all attempts of the task
    priority: int
    memory_limit: int  # bytes; 0: none
    retried_on: RetriedOn
    state: QueuedTaskStatus = QueuedTaskStatus.QUEUED
    cancel_requested: bool = False
    forced: bool = False
    started: bool = False  # whether the client got `Started`
    seq: int = 0
    tries: int = 0  # number of workers that died before they started it
    where: str = ""  # where it was when it was stopped, if that was read
    memory_used: int = 0  # bytes; set when it is killed because that is too much
    excess: str = ""  # likewise: what was too much
    worker: WorkerState | None = None
    # Used by `TaskReporter`:
    output: OutputBuffer | None = None  # what it wrote, if anything
    output_told: int = 0  # bytes of output that were sent to its client
    owes_progress: bool = False  # whether the newest progress was not sent to its client yet
    tell_at: float = 0.0  # no more output is reported before this time


def queued_task(client: ClientState, message: protocol.Submit, record: TaskRecord) -> QueuedTask:
    """Return a client's new task."""
    annotations = message.annotations
    return QueuedTask(
        client,
        message.task_id,
        message.name,
        annotations.group,
        message.blob,
        message.data,
        client.context,
        client.generation,
        record,
        annotations.priority,
        annotations.memory,
        annotations.retried_on,
    )


def record_of(client: ClientState, message: protocol.Submit | protocol.Waiting) -> TaskRecord:
    """Return the record of a client's task for the board that views show."""
    is_here = type(message) is protocol.Submit
    return TaskRecord(
        message.task_id,
        message.name,
        message.submitted_at,
        message.annotations,
        TaskState.QUEUED if is_here else TaskState.WAITING,
        sent=is_here,
        attempt=message.attempt if type(message) is protocol.Submit else 1,
        client_id=client.client_id,
        client=client.name,
    )


class ClientState:
    """One connected client."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.name = ""  # for views; unique among the connected clients
        self.context = 0
        self.contexts: list[int] = []  # the current one, and older ones whose files exist
        self.contexts_in_use = 1  # at the last check
        self.generation = 0  # grows with each `Refresh`, a request for up-to-date modules
        self.queue: deque[QueuedTask] = deque()  # may contain settled tasks, which are skipped
        self.lanes: dict[int, deque[QueuedTask]] = {}  # the same, for priorities other than 0
        self.ranks: list[int] = []  # a heap of the lanes' priorities, each negated
        self.n_stale = 0  # settled tasks in the queue and the lanes
        self.has_turn = False  # whether it takes turns in the `FairQueue`
        self.tasks: dict[TaskId, QueuedTask] = {}
        self.attempts: dict[TaskId, TaskId] = {}  # of retried tasks: first id -> that of `tasks`
        self.groups: dict[GroupId, dict[TaskId, QueuedTask]] = {}
        # Not submitted yet, or between two attempts; for views
        self.waiting: dict[TaskId, TaskRecord] = {}
        self.waiting_groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}  # the same, by group
        self.outbox: list[protocol.Up] = []
        self.is_gone = False
        self.is_behind = False  # its socket accepts no data now
        self.is_held = False  # it has so much unread data that its tasks have to wait

    def task_shown_as(self, task_id: TaskId) -> QueuedTask | None:
        """Return the task that views know by that id: the one of its first attempt."""
        return self.tasks.get(self.attempts.get(task_id, task_id))

    def has(self, task_id: TaskId) -> bool:
        """Return whether views show that task as one that this client may still submit or stop."""
        return self.task_shown_as(task_id) is not None or task_id in self.waiting

    def lane_of(self, task: QueuedTask) -> deque[QueuedTask]:
        """Return the queue for tasks of *task*'s priority."""
        if not task.priority:
            return self.queue
        lane = self.lanes.get(task.priority)
        if lane is None:
            lane = self.lanes[task.priority] = deque()
            heapq.heappush(self.ranks, -task.priority)
        return lane

    def first_lane(self) -> deque[QueuedTask]:
        """Return the queue of the highest priority that has tasks; an empty one if none has."""
        lanes, ranks = self.lanes, self.ranks
        while ranks:
            highest = -ranks[0]
            if not lanes[highest]:
                del lanes[highest]
                heapq.heappop(ranks)
            elif highest > 0 or not self.queue:
                return lanes[highest]
            else:
                break
        return self.queue


class WorkerStatus(IntEnum):
    STARTING = 0
    READY = 1
    BEING_KILLED = 2


class WorkerState:
    """One worker process."""

    __slots__ = (
        "deadline", "detail", "generation", "is_long", "measure_at", "name", "next_interrupt",
        "note_at", "number", "over_limit", "pid", "poll_after", "poll_at", "sent", "start_error",
        "state", "stream", "target", "tasks_done",
    )  # fmt: skip

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = f"worker {number}"
        self.tasks_done = 0
        self.pid = 0
        self.state = WorkerStatus.STARTING
        self.sent: dict[int, QueuedTask] = {}  # by seq, in the order sent
        self.generation = 0  # of the last task sent to it with CHECK_MODULES
        self.poll_at: float | None = None
        self.poll_after = POLL_INTERVAL
        self.note_at: float | None = None  # when to read its task's progress next
        self.measure_at: float | None = None  # when to measure its task's memory next
        self.over_limit = 0  # the seq of the task that was over its limit at the last measurement
        self.stream = WorkerOutput()
        self.is_long = False  # its current task is long: no other may wait behind it
        self.target = 0  # the seq of the task being interrupted
        self.deadline: float | None = None
        self.next_interrupt: float | None = None
        self.detail = ""
        self.start_error = ""
