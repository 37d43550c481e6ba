"""The state machine of a task: one pure table that the code, the diagram and the tests share.

A task has a *phase*, and a flag for whether its cancel was *requested*.  The two together are
its `TaskState`.  Whatever can happen to it is a `Trigger`.  `TRANSITIONS` maps (state, trigger) to
a `Transition`: the next state, what to do (`Action`), and how a cancel was settled (`Resolution`).

========================  =============================================================
rule                      how the table keeps it
========================  =============================================================
R1  one request           only QUEUED and RUNNING respond to CANCEL_REQUESTED and
                          TIME_RAN_OUT with SEND_CANCEL; a task that the engine does not
                          have is cancelled at once
R3  a requested cancel    no transition leads from a cancelling state to SUCCEEDED or
    ends cancelled        FAILED
R5  unknown is not        only an answer ends a cancelling state; time never does
    known
R6  how it was settled    each transition into CANCELLED has a resolution, or the
                          confirmation carries it
R7  one outcome           the three done states are missing from the table: they are final
R8  every task ends       every state that is not done has a transition for ENGINE_LOST,
                          and every one in which the engine has the task has one for
                          WORKER_DIED
========================  =============================================================

Two more rules are about a task's time limit.  The limit stops a task by the same request as a
cancel.  While that request is open, the task is in an *overdue* state.

T1  An overdue task ends failed, because of its time limit, whatever the engine answers.  The answer
    may be a confirmation or a result; the result came too late and is discarded.  Only if the
    engine is lost does the task fail with that error instead.
T2  A user's cancel has priority.  If it is requested before the task has ended, the overdue state
    becomes a cancelling state, and R3 applies.  Nothing more is sent, because the engine already
    has the request to stop the task.

A trigger without a transition for the state changes nothing: `transition` then returns the same
state.  So messages may arrive twice, late, or out of order.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """The state of a task as views show it."""

    WAITING = "waiting"  # for tasks it depends on
    RETRYING = "retrying"  # an attempt failed, and the next one is to follow
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_done(self) -> bool:
        """Whether a task with this status has its final outcome."""
        return self in _DONE_STATUSES

    @property
    def is_pending(self) -> bool:
        """Whether none of the task's code runs, and some is still to run."""
        return self in _PENDING_STATUSES


_DONE_STATUSES = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED})
_PENDING_STATUSES = frozenset({Status.QUEUED, Status.WAITING, Status.RETRYING})


class Resolution(StrEnum):
    """How a cancel was settled (rule R6)."""

    NEVER_STARTED = "never_started"  # removed from the queue: none of its code ran
    INTERRUPTED = "interrupted"  # stopped inside the task; its worker lives on
    KILLED = "killed"  # its worker was stopped
    FINISHED_FIRST = "finished_first"  # its result came before the cancel; it was discarded
    LOST = "lost"  # the engine went away before it answered

    @property
    def words(self) -> str:
        """The value as people read it: "never started"."""
        return self.value.replace("_", " ")


class TaskState(IntEnum):
    """Phase and requested cancel in one value.

    It is an IntEnum because it is hashed for every event of every task.
    """

    WAITING = 0  # for other tasks: the engine does not know it yet
    RETRYING = 1  # between two attempts: the engine has finished the one before
    QUEUED = 2
    QUEUED_CANCELLING = 3
    QUEUED_OVERDUE = 4  # its time ran out, and the engine doesn't report starts
    RUNNING = 5
    RUNNING_CANCELLING = 6
    RUNNING_OVERDUE = 7
    SUCCEEDED = 8
    FAILED = 9
    CANCELLED = 10

    @property
    def is_done(self) -> bool:
        """Whether the task has its outcome.  A done state never changes."""
        return self >= TaskState.SUCCEEDED

    @property
    def is_cancelling(self) -> bool:
        """Whether a cancel was requested and is not answered yet."""
        return self is TaskState.QUEUED_CANCELLING or self is TaskState.RUNNING_CANCELLING

    @property
    def is_overdue(self) -> bool:
        """Whether the time limit requested the stop, and no user requested a cancel."""
        return self is TaskState.QUEUED_OVERDUE or self is TaskState.RUNNING_OVERDUE


class Trigger(IntEnum):
    """Everything that can happen to a task after it was submitted."""

    CANCEL_REQUESTED = 0
    STARTED = 1
    RESULT_ARRIVED = 2
    EXCEPTION_ARRIVED = 3
    CANCEL_CONFIRMED = 4
    CANCEL_REFUSED = 5
    WORKER_DIED = 6
    ENGINE_LOST = 7
    TIME_RAN_OUT = 8  # it ran for longer than its time limit
    ATTEMPT_FAILED = 9  # it raised, its worker died or its time ran out: it may run again
    READY = 10  # its dependencies are done, or its next attempt is due: submit it
    GAVE_UP = 11  # it is not tried again; the outcome of its last attempt stands
    DEPENDENCY_FAILED = 12
    DEPENDENCY_CANCELLED = 13
    SUBMIT_FAILED = 14  # the engine refused it once it was ready


class Action(IntEnum):
    """What the caller of `transition` has to do, outside every lock."""

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
    resolution: Resolution | None = None  # None into CANCELLED: see the confirmation


STATUS: dict[TaskState, Status] = {
    TaskState.WAITING: Status.WAITING,
    TaskState.RETRYING: Status.RETRYING,
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
    # Its last attempt had ended by itself before the cancel was requested.
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
    # The cancel was requested in another view of the same engine.  The confirmation arrived before
    # the notice of that request.
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
    """Return the transition from *state* on *trigger*.

    If the table has none, the transition leads back to *state*.
    """
    return TRANSITIONS.get((state, trigger)) or _STAY[state]
