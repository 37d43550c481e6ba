"""What `Decisions` returns: the things to do once the board's lock is released.

`FutureManager` carries them out in order.  They are values: making one changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from scaler_lab.core.messages import GroupId, Payload, TaskCancel, TaskDropped, TaskId, TaskOutput
from scaler_lab.core.state_machine import Action

if TYPE_CHECKING:
    from scaler_lab.core.future import ScalerFuture
    from scaler_lab.core.task_record import TaskRecord


class Settle(msgspec.Struct, frozen=True, gc=False):
    """Give a future its outcome.  *payload* is None if it ends cancelled."""

    future: ScalerFuture[Any]
    action: Action
    payload: Payload | None = None


class SendCancel(msgspec.Struct, frozen=True, gc=False):
    """Send the engine a cancel."""

    cancel: TaskCancel


class SendDropped(msgspec.Struct, frozen=True, gc=False):
    """Inform the engine that an announced task won't be submitted."""

    dropped: TaskDropped


class PassOutput(msgspec.Struct, frozen=True, gc=False):
    """Pass on what a task wrote to the output listener; None if it writes no more."""

    task_id: TaskId
    output: TaskOutput | None = None


class TryAgain(msgspec.Struct, frozen=True, gc=False):
    """Send the next attempt of a task when it is due."""

    future: ScalerFuture[Any]


class ConsiderRetry(msgspec.Struct, frozen=True, gc=False):
    """Load a task's exception, and send the next attempt if it is one of those to retry on."""

    future: ScalerFuture[Any]
    payload: Payload
    line: str


class Resubmit(msgspec.Struct, frozen=True, gc=False):
    """Submit a done task's call again, because a view requested it."""

    task_id: TaskId


Instruction = Settle | SendCancel | SendDropped | PassOutput | TryAgain | ConsiderRetry | Resubmit
Instructions = tuple[Instruction, ...]


class CancelDecision(NamedTuple):
    """What a cancel request comes to."""

    accepted: int
    """How many of the futures are cancelled or will be."""
    is_news: bool
    """Whether the board changed."""
    instructions: list[Instruction]


def cancels_of(records: Iterable[TaskRecord], *, overdue: bool = False) -> list[SendCancel]:
    """Return the cancels of these tasks, in as few messages as possible."""
    merged: dict[tuple[GroupId | None, bool], list[TaskId]] = {}
    for record in records:
        # Without its group if it is overdue: a time limit concerns only one task.
        key = (None if overdue else record.annotations.group, record.force_requested)
        if key in merged:
            merged[key].append(record.sent_as or record.task_id)
        else:
            merged[key] = [record.sent_as or record.task_id]
    return [
        SendCancel(TaskCancel(tuple(task_ids), group, force, overdue))
        for (group, force), task_ids in merged.items()
    ]
