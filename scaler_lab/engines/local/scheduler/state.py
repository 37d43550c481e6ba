"""What the scheduler's core keeps of each task, client and worker: facts, which `core` acts on."""

from __future__ import annotations

import heapq
from collections import deque
from enum import IntEnum
from typing import Final

from scaler_lab.core.board import TaskRecord
from scaler_lab.core.messages import GroupId, TaskId
from scaler_lab.core.output_buffer import OutputBuffer
from scaler_lab.core.state_machine import TaskState
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.outputs import WorkerOutput

POLL_INTERVAL: Final = 0.002  # after which a bench is looked at for what it has begun


class QueuedTaskStatus(IntEnum):
    QUEUED = 0
    SENT = 1
    SETTLED = 2


class QueuedTask:
    """One task."""

    __slots__ = (
        "blob", "cancel_requested", "client", "context", "data", "forced", "generation", "group",
        "name", "output", "output_told", "owes_progress", "priority", "record", "seq", "started",
        "state", "task_id", "tell_at", "tries", "worker",
    )  # fmt: skip

    def __init__(self, client: ClientState, message: protocol.Submit, record: TaskRecord) -> None:
        self.client = client
        self.task_id = message.task_id
        self.name = message.name
        self.group = message.group
        self.blob = message.blob
        self.data = message.data
        self.context = client.context
        self.generation = client.generation
        self.state = QueuedTaskStatus.QUEUED
        self.cancel_requested = False
        self.forced = False
        self.started = False  # whether the client was told
        self.seq = 0
        self.tries = 0  # that ended with the worker's death before it had begun
        self.worker: WorkerState | None = None
        self.priority = message.priority
        # The chronicle's:
        self.record = record
        self.output: OutputBuffer | None = None  # what it wrote, if anything
        self.output_told = 0  # bytes of it that its client was told
        self.owes_progress = False  # its client isn't told the newest
        self.tell_at = 0.0  # before which it is told no more


def record_of(message: protocol.Submit | protocol.Waiting) -> TaskRecord:
    """What the windows' board keeps of a task."""
    is_here = type(message) is protocol.Submit
    return TaskRecord(
        message.task_id,
        message.name,
        message.submitted_at,
        message.group,
        message.group_name,
        TaskState.QUEUED if is_here else TaskState.WAITING,
        sent=is_here,
        cell=message.cell,
        attempt=message.attempt if type(message) is protocol.Submit else 1,
        tags=message.tags,
    )


class ClientState:
    """One client."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.context = 0
        self.contexts: list[int] = []  # that one, and older ones whose files are there
        self.contexts_in_use = 1  # when that was last looked at
        self.generation = 0  # of its modules' text: grows when it asks for the newest
        self.queue: deque[QueuedTask] = deque()  # may hold answered jobs; skipped when met
        self.lanes: dict[int, deque[QueuedTask]] = {}  # the same, for other priorities than 0
        self.ranks: list[int] = []  # a heap of the lanes' priorities, each negated
        self.has_turn = False  # whether it is among those that take turns
        self.tasks: dict[TaskId, QueuedTask] = {}
        self.groups: dict[GroupId, dict[TaskId, QueuedTask]] = {}
        self.waiting: dict[TaskId, TaskRecord] = {}  # not submitted yet; for windows
        self.waiting_groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}  # the same, by group
        self.outbox: list[protocol.Up] = []
        self.is_gone = False
        self.is_behind = False  # its connection takes nothing now
        self.is_held = False  # it has so much unread that its tasks wait

    def has(self, task_id: TaskId) -> bool:
        """Whether a task of it is here, or waits in the client to be submitted."""
        return task_id in self.tasks or task_id in self.waiting

    def lane_of(self, task: QueuedTask) -> deque[QueuedTask]:
        """Where a job of that priority queues."""
        if not task.priority:
            return self.queue
        lane = self.lanes.get(task.priority)
        if lane is None:
            lane = self.lanes[task.priority] = deque()
            heapq.heappush(self.ranks, -task.priority)
        return lane

    def first_lane(self) -> deque[QueuedTask]:
        """Where the next job is taken from: the highest priority's; empty where all are."""
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
    """One worker."""

    __slots__ = (
        "deadline", "detail", "generation", "is_long", "name", "next_interrupt", "note_at",
        "number", "pid", "poll_after", "poll_at", "sent", "start_error", "state", "stream",
        "target", "tasks_done",
    )  # fmt: skip

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = f"worker {number}"
        self.tasks_done = 0
        self.pid = 0
        self.state = WorkerStatus.STARTING
        self.sent: dict[int, QueuedTask] = {}  # by seq, in the order sent
        self.generation = 0  # for which it was sent the order to check what it has loaded
        self.poll_at: float | None = None
        self.poll_after = POLL_INTERVAL
        self.note_at: float | None = None  # when to look how far its task says it is
        self.stream = WorkerOutput()
        self.is_long = False  # what it has begun has taken long: nothing is to wait behind it
        self.target = 0  # the seq being interrupted
        self.deadline: float | None = None
        self.next_interrupt: float | None = None
        self.detail = ""
        self.start_error = ""
