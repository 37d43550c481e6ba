"""The life of one task: one pure table, from which the code, the drawing and the test are made.

A task has a *phase* and, apart from it, whether its cancel was *asked*; together they are its
`Stage`.  What can happen to it is a `Happening`.  `TABLE` maps (stage, happening) to a `Step`:
the next stage, what to do (`Deed`), and how a cancel was settled (`Resolution`).

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

A happening that a stage has no step for changes nothing (`step` returns `STAY`): messages may
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


class Stage(IntEnum):
    """Phase and ask in one.  An IntEnum because it is hashed for every event of every task."""

    WAITING = 0  # for other tasks: the engine has not heard of it
    RETRYING = 1  # between two attempts: the engine is done with the one before
    QUEUED = 2
    QUEUED_ASKED = 3
    QUEUED_OVERDUE = 4  # its time ran out, where the engine reports no starts
    RUNNING = 5
    RUNNING_ASKED = 6
    RUNNING_OVERDUE = 7
    SUCCEEDED = 8
    FAILED = 9
    CANCELLED = 10

    @property
    def is_done(self) -> bool:
        """Whether the verdict is in; a done stage never changes."""
        return self >= Stage.SUCCEEDED

    @property
    def is_asked(self) -> bool:
        """Whether a cancel was asked and is not answered yet."""
        return self is Stage.QUEUED_ASKED or self is Stage.RUNNING_ASKED

    @property
    def is_overdue(self) -> bool:
        """Whether its time limit has asked to stop it, and nobody else has."""
        return self is Stage.QUEUED_OVERDUE or self is Stage.RUNNING_OVERDUE


class Happening(IntEnum):
    """All that can happen to a task after it was handed in."""

    CANCEL_ASKED = 0
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


class Deed(IntEnum):
    """What the caller of `step` does about it, outside every lock."""

    NOTHING = 0
    SEND_CANCEL = 1
    SETTLE_RESULT = 2
    SETTLE_EXCEPTION = 3
    SETTLE_TIMEOUT = 4
    SETTLE_CANCELLED = 5
    SUBMIT = 6


class Step(NamedTuple):
    """One entry of the table."""

    stage: Stage
    deed: Deed = Deed.NOTHING
    resolution: Resolution | None = None  # None into CANCELLED: the confirmation carries it


STATUS: dict[Stage, Status] = {
    Stage.WAITING: Status.WAITING,
    Stage.RETRYING: Status.WAITING,
    Stage.QUEUED: Status.QUEUED,
    Stage.QUEUED_ASKED: Status.CANCELLING,
    Stage.QUEUED_OVERDUE: Status.CANCELLING,
    Stage.RUNNING: Status.RUNNING,
    Stage.RUNNING_ASKED: Status.CANCELLING,
    Stage.RUNNING_OVERDUE: Status.CANCELLING,
    Stage.SUCCEEDED: Status.SUCCEEDED,
    Stage.FAILED: Status.FAILED,
    Stage.CANCELLED: Status.CANCELLED,
}

_S, _H, _D, _R = Stage, Happening, Deed, Resolution

TABLE: dict[tuple[Stage, Happening], Step] = {
    (_S.WAITING, _H.CANCEL_ASKED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.NEVER_STARTED),
    (_S.WAITING, _H.READY): Step(_S.QUEUED, _D.SUBMIT),
    (_S.WAITING, _H.DEPENDENCY_FAILED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.WAITING, _H.DEPENDENCY_CANCELLED): Step(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.NEVER_STARTED
    ),
    (_S.WAITING, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    # Its last attempt had ended by itself before the cancel was asked.
    (_S.RETRYING, _H.CANCEL_ASKED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST),
    (_S.RETRYING, _H.READY): Step(_S.QUEUED, _D.SUBMIT),
    (_S.RETRYING, _H.GAVE_UP): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RETRYING, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    #
    (_S.QUEUED, _H.CANCEL_ASKED): Step(_S.QUEUED_ASKED, _D.SEND_CANCEL),
    (_S.QUEUED, _H.STARTED): Step(_S.RUNNING),
    (_S.QUEUED, _H.RESULT_ARRIVED): Step(_S.SUCCEEDED, _D.SETTLE_RESULT),
    (_S.QUEUED, _H.EXCEPTION_ARRIVED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    # Nobody here asked: another window of the same engine did, and its answer outran the news.
    (_S.QUEUED, _H.CANCEL_CONFIRMED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.QUEUED, _H.WORKER_DIED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.QUEUED, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.QUEUED, _H.TIME_RAN_OUT): Step(_S.QUEUED_OVERDUE, _D.SEND_CANCEL),
    (_S.QUEUED, _H.ATTEMPT_FAILED): Step(_S.RETRYING),
    (_S.QUEUED, _H.SUBMIT_FAILED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    #
    (_S.QUEUED_ASKED, _H.STARTED): Step(_S.RUNNING_ASKED),
    (_S.QUEUED_ASKED, _H.RESULT_ARRIVED): Step(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.QUEUED_ASKED, _H.EXCEPTION_ARRIVED): Step(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.QUEUED_ASKED, _H.CANCEL_CONFIRMED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.QUEUED_ASKED, _H.CANCEL_REFUSED): Step(_S.QUEUED_ASKED),
    (_S.QUEUED_ASKED, _H.WORKER_DIED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.KILLED),
    (_S.QUEUED_ASKED, _H.ENGINE_LOST): Step(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.LOST),
    (_S.QUEUED_ASKED, _H.SUBMIT_FAILED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.NEVER_STARTED),
    #
    (_S.QUEUED_OVERDUE, _H.CANCEL_ASKED): Step(_S.QUEUED_ASKED),
    (_S.QUEUED_OVERDUE, _H.STARTED): Step(_S.RUNNING_OVERDUE),
    (_S.QUEUED_OVERDUE, _H.RESULT_ARRIVED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.EXCEPTION_ARRIVED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.CANCEL_CONFIRMED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.CANCEL_REFUSED): Step(_S.QUEUED_OVERDUE),
    (_S.QUEUED_OVERDUE, _H.WORKER_DIED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.QUEUED_OVERDUE, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.QUEUED_OVERDUE, _H.ATTEMPT_FAILED): Step(_S.RETRYING),
    (_S.QUEUED_OVERDUE, _H.SUBMIT_FAILED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    #
    (_S.RUNNING, _H.CANCEL_ASKED): Step(_S.RUNNING_ASKED, _D.SEND_CANCEL),
    (_S.RUNNING, _H.RESULT_ARRIVED): Step(_S.SUCCEEDED, _D.SETTLE_RESULT),
    (_S.RUNNING, _H.EXCEPTION_ARRIVED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.CANCEL_CONFIRMED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.RUNNING, _H.WORKER_DIED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.TIME_RAN_OUT): Step(_S.RUNNING_OVERDUE, _D.SEND_CANCEL),
    (_S.RUNNING, _H.ATTEMPT_FAILED): Step(_S.RETRYING),
    #
    (_S.RUNNING_ASKED, _H.RESULT_ARRIVED): Step(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.RUNNING_ASKED, _H.EXCEPTION_ARRIVED): Step(
        _S.CANCELLED, _D.SETTLE_CANCELLED, _R.FINISHED_FIRST
    ),
    (_S.RUNNING_ASKED, _H.CANCEL_CONFIRMED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.RUNNING_ASKED, _H.CANCEL_REFUSED): Step(_S.RUNNING_ASKED),
    (_S.RUNNING_ASKED, _H.WORKER_DIED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.KILLED),
    (_S.RUNNING_ASKED, _H.ENGINE_LOST): Step(_S.CANCELLED, _D.SETTLE_CANCELLED, _R.LOST),
    #
    (_S.RUNNING_OVERDUE, _H.CANCEL_ASKED): Step(_S.RUNNING_ASKED),
    (_S.RUNNING_OVERDUE, _H.RESULT_ARRIVED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.EXCEPTION_ARRIVED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.CANCEL_CONFIRMED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.CANCEL_REFUSED): Step(_S.RUNNING_OVERDUE),
    (_S.RUNNING_OVERDUE, _H.WORKER_DIED): Step(_S.FAILED, _D.SETTLE_TIMEOUT),
    (_S.RUNNING_OVERDUE, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING_OVERDUE, _H.ATTEMPT_FAILED): Step(_S.RETRYING),
}

_STAY = {stage: Step(stage) for stage in Stage}


def step(stage: Stage, happening: Happening) -> Step:
    """The step from *stage* when *happening* happens; a step to itself where the table has none."""
    return TABLE.get((stage, happening)) or _STAY[stage]
