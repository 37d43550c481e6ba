"""What the scheduler's core keeps of each task, client and worker: facts, which `core` acts on."""

from __future__ import annotations

import heapq
from collections import deque
from enum import IntEnum
from typing import Final

from scaler_lab.core.board import TaskRecord
from scaler_lab.core.messages import GroupId, TaskId
from scaler_lab.core.output_buffer import OutputRing
from scaler_lab.core.state_machine import Stage
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.outputs import Stream

LOOK_SECONDS: Final = 0.002  # after which a bench is looked at for what it has begun


class JobState(IntEnum):
    QUEUED = 0
    SENT = 1
    ANSWERED = 2


class Job:
    """One task."""

    __slots__ = (
        "asked", "bench", "blob", "context", "data", "forced", "generation", "group", "name",
        "output", "output_told", "owes_progress", "priority", "record", "seat", "seq", "started",
        "state", "task_id", "tell_at", "tries",
    )  # fmt: skip

    def __init__(self, seat: Seat, message: protocol.Submit, record: TaskRecord) -> None:
        self.seat = seat
        self.task_id = message.task_id
        self.name = message.name
        self.group = message.group
        self.blob = message.blob
        self.data = message.data
        self.context = seat.context
        self.generation = seat.generation
        self.state = JobState.QUEUED
        self.asked = False
        self.forced = False
        self.started = False  # whether the client was told
        self.seq = 0
        self.tries = 0  # that ended with the worker's death before it had begun
        self.bench: Bench | None = None
        self.priority = message.priority
        # The chronicle's:
        self.record = record
        self.output: OutputRing | None = None  # what it wrote, if anything
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
        Stage.QUEUED if is_here else Stage.WAITING,
        sent=is_here,
        cell=message.cell,
        attempt=message.attempt if type(message) is protocol.Submit else 1,
        tags=message.tags,
    )


class Seat:
    """One client."""

    def __init__(self, client: str) -> None:
        self.client = client
        self.context = 0
        self.contexts: list[int] = []  # that one, and older ones whose files are there
        self.contexts_in_use = 1  # when that was last looked at
        self.generation = 0  # of its modules' text: grows when it asks for the newest
        self.queue: deque[Job] = deque()  # may hold answered jobs; skipped when met
        self.lanes: dict[int, deque[Job]] = {}  # the same, for other priorities than 0
        self.ranks: list[int] = []  # a heap of the lanes' priorities, each negated
        self.has_turn = False  # whether it is among those that take turns
        self.jobs: dict[TaskId, Job] = {}
        self.groups: dict[GroupId, dict[TaskId, Job]] = {}
        self.waiting: dict[TaskId, TaskRecord] = {}  # not submitted yet; for windows
        self.waiting_groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}  # the same, by group
        self.outbox: list[protocol.Up] = []
        self.is_gone = False
        self.is_behind = False  # its connection takes nothing now
        self.is_held = False  # it has so much unread that its tasks wait

    def has(self, task_id: TaskId) -> bool:
        """Whether a task of it is here, or waits in the client to be submitted."""
        return task_id in self.jobs or task_id in self.waiting

    def lane_of(self, job: Job) -> deque[Job]:
        """Where a job of that priority queues."""
        if not job.priority:
            return self.queue
        lane = self.lanes.get(job.priority)
        if lane is None:
            lane = self.lanes[job.priority] = deque()
            heapq.heappush(self.ranks, -job.priority)
        return lane

    def first_lane(self) -> deque[Job]:
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


class BenchState(IntEnum):
    STARTING = 0
    READY = 1
    DOOMED = 2


class Bench:
    """One worker."""

    __slots__ = (
        "deadline", "detail", "generation", "is_long", "look_after", "look_at", "name",
        "next_nudge", "note_at", "number", "pid", "sent", "start_error", "state", "stream",
        "target", "tasks_done",
    )  # fmt: skip

    def __init__(self, number: int) -> None:
        self.number = number
        self.name = f"worker {number}"
        self.tasks_done = 0
        self.pid = 0
        self.state = BenchState.STARTING
        self.sent: dict[int, Job] = {}  # by seq, in the order sent
        self.generation = 0  # for which it was sent the order to check what it has loaded
        self.look_at: float | None = None
        self.look_after = LOOK_SECONDS
        self.note_at: float | None = None  # when to look how far its task says it is
        self.stream = Stream()
        self.is_long = False  # what it has begun has taken long: nothing is to wait behind it
        self.target = 0  # the seq being interrupted
        self.deadline: float | None = None
        self.next_nudge: float | None = None
        self.detail = ""
        self.start_error = ""
