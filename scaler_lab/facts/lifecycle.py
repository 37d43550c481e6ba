"""The life of one task: one pure table, from which the code, the drawing and the test are made.

A task has a *phase* and, apart from it, whether its cancel was *asked*; together they are its
`Stage`.  What can happen to it is a `Happening`.  `TABLE` maps (stage, happening) to a `Step`:
the next stage, what to do (`Deed`), and how a cancel was settled (`Resolution`).

======================  =============================================================
rule                    where it stands in the table
======================  =============================================================
R1  one question        only QUEUED and RUNNING answer CANCEL_ASKED with SEND_CANCEL
R3  asked ends          no step leads from an asked stage to SUCCEEDED or FAILED
    cancelled
R5  unknown is not      asked stages are left by answers only, never by time
    known
R6  how it settled      each step into CANCELLED has a resolution, or says that the
                        confirmation carries it
R7  one verdict         the three done stages are missing from the table: they absorb
R8  every task ends     every undone stage has a step for WORKER_DIED and ENGINE_LOST
======================  =============================================================

A happening that a stage has no step for changes nothing (`step` returns `STAY`): messages may
come twice, late, or out of order.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Status(StrEnum):
    """What a person is shown."""

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

    QUEUED = 0
    QUEUED_ASKED = 1
    RUNNING = 2
    RUNNING_ASKED = 3
    SUCCEEDED = 4
    FAILED = 5
    CANCELLED = 6

    @property
    def is_done(self) -> bool:
        """Whether the verdict is in; a done stage never changes."""
        return self >= Stage.SUCCEEDED

    @property
    def is_asked(self) -> bool:
        """Whether a cancel was asked and is not answered yet."""
        return self is Stage.QUEUED_ASKED or self is Stage.RUNNING_ASKED


class Happening(IntEnum):
    """All that can happen to a task after it was submitted."""

    CANCEL_ASKED = 0
    STARTED = 1
    RESULT_ARRIVED = 2
    EXCEPTION_ARRIVED = 3
    CANCEL_CONFIRMED = 4
    CANCEL_REFUSED = 5
    WORKER_DIED = 6
    ENGINE_LOST = 7


class Deed(IntEnum):
    """What the caller of `step` does about it, outside every lock."""

    NOTHING = 0
    SEND_CANCEL = 1
    SETTLE_RESULT = 2
    SETTLE_EXCEPTION = 3
    SETTLE_CANCELLED = 4


class Step(NamedTuple):
    """One entry of the table."""

    stage: Stage
    deed: Deed = Deed.NOTHING
    resolution: Resolution | None = None  # None into CANCELLED: the confirmation carries it


STATUS: dict[Stage, Status] = {
    Stage.QUEUED: Status.QUEUED,
    Stage.QUEUED_ASKED: Status.CANCELLING,
    Stage.RUNNING: Status.RUNNING,
    Stage.RUNNING_ASKED: Status.CANCELLING,
    Stage.SUCCEEDED: Status.SUCCEEDED,
    Stage.FAILED: Status.FAILED,
    Stage.CANCELLED: Status.CANCELLED,
}

_S, _H, _D, _R = Stage, Happening, Deed, Resolution

TABLE: dict[tuple[Stage, Happening], Step] = {
    (_S.QUEUED, _H.CANCEL_ASKED): Step(_S.QUEUED_ASKED, _D.SEND_CANCEL),
    (_S.QUEUED, _H.STARTED): Step(_S.RUNNING),
    (_S.QUEUED, _H.RESULT_ARRIVED): Step(_S.SUCCEEDED, _D.SETTLE_RESULT),
    (_S.QUEUED, _H.EXCEPTION_ARRIVED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    # Nobody here asked: another window of the same engine did, and its answer outran the news.
    (_S.QUEUED, _H.CANCEL_CONFIRMED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.QUEUED, _H.WORKER_DIED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.QUEUED, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
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
    #
    (_S.RUNNING, _H.CANCEL_ASKED): Step(_S.RUNNING_ASKED, _D.SEND_CANCEL),
    (_S.RUNNING, _H.RESULT_ARRIVED): Step(_S.SUCCEEDED, _D.SETTLE_RESULT),
    (_S.RUNNING, _H.EXCEPTION_ARRIVED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.CANCEL_CONFIRMED): Step(_S.CANCELLED, _D.SETTLE_CANCELLED),
    (_S.RUNNING, _H.WORKER_DIED): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
    (_S.RUNNING, _H.ENGINE_LOST): Step(_S.FAILED, _D.SETTLE_EXCEPTION),
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
}

_STAY = {stage: Step(stage) for stage in Stage}


def step(stage: Stage, happening: Happening) -> Step:
    """The step from *stage* when *happening* happens; a step to itself where the table has none."""
    return TABLE.get((stage, happening)) or _STAY[stage]
