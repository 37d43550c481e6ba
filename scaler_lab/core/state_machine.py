"""The life of one task: one pure table, from which the code, the drawing and the test are made.

A task has a *phase* and, apart from it, whether its cancel was *asked*; together they are its
`TaskState`.  What can happen to it is a `Trigger`.  `TRANSITIONS` maps (state, trigger) to a
`Transition`: the next state, what to do (`Action`), and how a cancel was settled (`Resolution`).

======================  =============================================================
rule                    where it stands in the table
======================  =============================================================
R1  one question        only QUEUED and RUNNING answer CANCEL_ASKED or TIME_RAN_OUT with
                        SEND_CANCEL; a task the engine has not is cancelled at once
R3  asked ends          no step leads from an asked stage to SUCCEEDED or FAILED
    cancelled
R5  unknown is not      asked stages are left by answers only, never by time
    known
R6  how it settled      each step into CANCELLED has a resolution, or says that the
                        confirmation carries it
R7  one verdict         the three done stages are missing from the table: they absorb
R8  every task ends     every undone stage has a step for ENGINE_LOST, and every one in
                        which the engine has the task one for WORKER_DIED
======================  =============================================================

Two more, of a task's time limit.  It is stopped by the same question as a cancel; the stages in
which that is under way are the *overdue* ones.

T1  Overdue ends failed, by the time limit, whatever the engine answers: a confirmation, or a
    result, which comes too late and is discarded.  Only the engine's own end is told as that.
T2  A person's cancel comes first: asked before the limit's verdict, it makes of an overdue stage
    an asked one, and R3 holds.  Nothing more is sent, for the engine was asked already.

A happening that a stage has no step for changes nothing (`transition` returns `STAY`): messages may
come twice, late, or out of order.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """What a person is shown."""

    WAITING = "waiting"  # for the results it takes as arguments, or for its next attempt
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_done(self) -> bool:
        """Whether a task with this status has its verdict."""
        return self in _DONE_STATUSES


_DONE_STATUSES = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED})


class Resolution(StrEnum):
    """How a cancel was settled (rule R6)."""

    NEVER_STARTED = "never started"  # taken out of the queue: not a line of it ran
    INTERRUPTED = "interrupted"  # stopped inside the task; its worker lives on
    KILLED = "killed"  # its worker was stopped
    FINISHED_FIRST = "finished first"  # its result beat the cancel and was discarded
    LOST = "lost"  # the engine went away before answering


class TaskState(IntEnum):
    """Phase and ask in one.  An IntEnum because it is hashed for every event of every task."""

    WAITING = 0  # for other tasks: the engine has not heard of it
    RETRYING = 1  # between two attempts: the engine is done with the one before
    QUEUED = 2
    QUEUED_CANCELLING = 3
    QUEUED_OVERDUE = 4  # its time ran out, where the engine reports no starts
    RUNNING = 5
    RUNNING_CANCELLING = 6
    RUNNING_OVERDUE = 7
    SUCCEEDED = 8
    FAILED = 9
    CANCELLED = 10

    @property
    def is_done(self) -> bool:
        """Whether the verdict is in; a done stage never changes."""
        return self >= TaskState.SUCCEEDED

    @property
    def is_cancelling(self) -> bool:
        """Whether a cancel was asked and is not answered yet."""
        return self is TaskState.QUEUED_CANCELLING or self is TaskState.RUNNING_CANCELLING

    @property
    def is_overdue(self) -> bool:
        """Whether its time limit has asked to stop it, and nobody else has."""
        return self is TaskState.QUEUED_OVERDUE or self is TaskState.RUNNING_OVERDUE


class Trigger(IntEnum):
    """All that can happen to a task after it was handed in."""

    CANCEL_REQUESTED = 0
    STARTED = 1
    RESULT_ARRIVED = 2
    EXCEPTION_ARRIVED = 3
    CANCEL_CONFIRMED = 4
    CANCEL_REFUSED = 5
    WORKER_DIED = 6
    ENGINE_LOST = 7
    TIME_RAN_OUT = 8  # it ran for longer than its time limit
    ATTEMPT_FAILED = 9  # it raised, or its worker died, or its time ran out: perhaps once more
    READY = 10  # what it waited for is here, or its next attempt is due: the engine is told
    GAVE_UP = 11  # it is not tried again after all; its last attempt's end stands
    DEPENDENCY_FAILED = 12
    DEPENDENCY_CANCELLED = 13
    SUBMIT_FAILED = 14  # the engine would not have it once it was ready


class Action(IntEnum):
    """What the caller of `transition` does about it, outside every lock."""

    NOTHING = 0
    SEND_CANCEL = 1
    SETTLE_RESULT = 2
    SETTLE_EXCEPTION = 3
    SETTLE_TIMEOUT = 4
    SETTLE_CANCELLED = 5
    SUBMIT = 6


class Transition(NamedTuple):
    """One entry of the table."""

    state: TaskState
    action: Action = Action.NOTHING
    resolution: Resolution | None = None  # None into CANCELLED: the confirmation carries it


STATUS: dict[TaskState, Status] = {
    TaskState.WAITING: Status.WAITING,
    TaskState.RETRYING: Status.WAITING,
    TaskState.QUEUED: Status.QUEUED,
    TaskState.QUEUED_CANCELLING: Status.CANCELLING,
    TaskState.QUEUED_OVERDUE: Status.CANCELLING,
    TaskState.RUNNING: Status.RUNNING,
    TaskState.RUNNING_CANCELLING: Status.CANCELLING,
    TaskState.RUNNING_OVERDUE: Status.CANCELLING,
    TaskState.SUCCEEDED: Status.SUCCEEDED,
    TaskState.FAILED: Status.FAILED,
    TaskState.CANCELLED: Status.CANCELLED,
}

_S, _H, _D, _R = TaskState, Trigger, Action, Resolution

TRANSITIONS: dict[tuple[TaskState, Trigger], Transition] = {
    (_S.WAITING, _H.CANCEL_REQUESTED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.NEVER_STARTED
    ),
    (_S.WAITING, _H.READY): Transition(_S.QUEUED, _D.SUBMIT),
    (_S.WAITING, _H.DEPENDENCY_FAILED): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.WAITING, _H.DEPENDENCY_CANCELLED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.NEVER_STARTED
    ),
    (_S.WAITING, _H.ENGINE_LOST): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    # Its last attempt had ended by itself before the cancel was asked.
    (_S.RETRYING, _H.CANCEL_REQUESTED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.RETRYING, _H.READY): Transition(_S.QUEUED, _D.SUBMIT),
    (_S.RETRYING, _H.GAVE_UP): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RETRYING, _H.ENGINE_LOST): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    #
    (_S.QUEUED, _H.CANCEL_REQUESTED): Transition(_S.QUEUED_CANCELLING, _D.SEND_CANCEL),
    (_S.QUEUED, _H.STARTED): Transition(_S.RUNNING),
    (_S.QUEUED, _H.RESULT_ARRIVED): Transition(_S.SUCCEEDED, _D.SETTLE_RESULT),
    (_S.QUEUED, _H.EXCEPTION_ARRIVED): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    # Nobody here asked: another window of the same engine did, and its answer outran the news.
    (_S.QUEUED, _H.CANCEL_CONFIRMED): Transition(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.QUEUED, _H.WORKER_DIED): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.QUEUED, _H.ENGINE_LOST): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.QUEUED, _H.TIME_RAN_OUT): Transition(_S.QUEUED_OVERDUE, _D.SEND_CANCEL),
    (_S.QUEUED, _H.ATTEMPT_FAILED): Transition(_S.RETRYING),
    (_S.QUEUED, _H.SUBMIT_FAILED): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    #
    (_S.QUEUED_CANCELLING, _H.STARTED): Transition(_S.RUNNING_CANCELLING),
    (_S.QUEUED_CANCELLING, _H.RESULT_ARRIVED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.QUEUED_CANCELLING, _H.EXCEPTION_ARRIVED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.QUEUED_CANCELLING, _H.CANCEL_CONFIRMED): Transition(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.QUEUED_CANCELLING, _H.CANCEL_REFUSED): Transition(_S.QUEUED_CANCELLING),
    (_S.QUEUED_CANCELLING, _H.WORKER_DIED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.KILLED
    ),
    (_S.QUEUED_CANCELLING, _H.ENGINE_LOST): Transition(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.LOST),
    (_S.QUEUED_CANCELLING, _H.SUBMIT_FAILED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.NEVER_STARTED
    ),
    #
    (_S.QUEUED_OVERDUE, _H.CANCEL_REQUESTED): Transition(_S.QUEUED_CANCELLING),
    (_S.QUEUED_OVERDUE, _H.STARTED): Transition(_S.RUNNING_OVERDUE),
    (_S.QUEUED_OVERDUE, _H.RESULT_ARRIVED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.EXCEPTION_ARRIVED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.CANCEL_CONFIRMED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.CANCEL_REFUSED): Transition(_S.QUEUED_OVERDUE),
    (_S.QUEUED_OVERDUE, _H.WORKER_DIED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.ENGINE_LOST): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.QUEUED_OVERDUE, _H.ATTEMPT_FAILED): Transition(_S.RETRYING),
    (_S.QUEUED_OVERDUE, _H.SUBMIT_FAILED): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    #
    (_S.RUNNING, _H.CANCEL_REQUESTED): Transition(_S.RUNNING_CANCELLING, _D.SEND_CANCEL),
    (_S.RUNNING, _H.RESULT_ARRIVED): Transition(_S.SUCCEEDED, _D.SETTLE_RESULT),
    (_S.RUNNING, _H.EXCEPTION_ARRIVED): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.CANCEL_CONFIRMED): Transition(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.RUNNING, _H.WORKER_DIED): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.ENGINE_LOST): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.TIME_RAN_OUT): Transition(_S.RUNNING_OVERDUE, _D.SEND_CANCEL),
    (_S.RUNNING, _H.ATTEMPT_FAILED): Transition(_S.RETRYING),
    #
    (_S.RUNNING_CANCELLING, _H.RESULT_ARRIVED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.RUNNING_CANCELLING, _H.EXCEPTION_ARRIVED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.RUNNING_CANCELLING, _H.CANCEL_CONFIRMED): Transition(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.RUNNING_CANCELLING, _H.CANCEL_REFUSED): Transition(_S.RUNNING_CANCELLING),
    (_S.RUNNING_CANCELLING, _H.WORKER_DIED): Transition(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.KILLED
    ),
    (_S.RUNNING_CANCELLING, _H.ENGINE_LOST): Transition(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.LOST),
    #
    (_S.RUNNING_OVERDUE, _H.CANCEL_REQUESTED): Transition(_S.RUNNING_CANCELLING),
    (_S.RUNNING_OVERDUE, _H.RESULT_ARRIVED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.EXCEPTION_ARRIVED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.CANCEL_CONFIRMED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.CANCEL_REFUSED): Transition(_S.RUNNING_OVERDUE),
    (_S.RUNNING_OVERDUE, _H.WORKER_DIED): Transition(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.ENGINE_LOST): Transition(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING_OVERDUE, _H.ATTEMPT_FAILED): Transition(_S.RETRYING),
}

_STAY = {state: Transition(state) for state in TaskState}


def transition(state: TaskState, trigger: Trigger) -> Transition:
    """The step from *state* when *trigger* happens; a step to itself where the table has none."""
    return TRANSITIONS.get((state, trigger)) or _STAY[state]
