"""Every order in which events can reach a task, compared with the resolution rules.

The tests don't read the table: `Oracle` states what must follow, from the rules alone.
"""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from enum import Enum
from typing import Self

import pytest
import state_machine_drawing

from scaler_lab import Client, TaskTimeout
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import (
    STATUS,
    TRANSITIONS,
    Action,
    Resolution,
    Status,
    TaskState,
    Trigger,
    transition,
)
from scaler_lab.testing import ScriptedEngine

MAX_REAL_WALK = 4

SETTLING = {
    Action.SETTLE_RESULT: TaskState.SUCCEEDED,
    Action.SETTLE_EXCEPTION: TaskState.FAILED,
    Action.SETTLE_TIMEOUT: TaskState.FAILED,
    Action.SETTLE_CANCELLED: TaskState.CANCELLED,
}

ENDS_WITHOUT_REQUEST = {
    Trigger.RESULT_ARRIVED: TaskState.SUCCEEDED,
    Trigger.EXCEPTION_ARRIVED: TaskState.FAILED,
    Trigger.WORKER_DIED: TaskState.FAILED,
    Trigger.ENGINE_LOST: TaskState.FAILED,
    Trigger.CANCEL_CONFIRMED: TaskState.CANCELLED,
}
"""Rule R8: each of these is a verdict for a task that nobody asked to stop."""

SETTLES_WITH_REQUEST = {
    Trigger.RESULT_ARRIVED: Resolution.FINISHED_FIRST,
    Trigger.EXCEPTION_ARRIVED: Resolution.FINISHED_FIRST,
    Trigger.WORKER_DIED: Resolution.KILLED,
    Trigger.ENGINE_LOST: Resolution.LOST,
    Trigger.CANCEL_CONFIRMED: None,  # the confirmation says how
}
"""Rules R2, R3 and R6: each of these ends an asked task cancelled, and this is how."""

AT_ENGINE = (
    Trigger.CANCEL_REQUESTED,
    Trigger.STARTED,
    Trigger.RESULT_ARRIVED,
    Trigger.EXCEPTION_ARRIVED,
    Trigger.CANCEL_CONFIRMED,
    Trigger.CANCEL_REFUSED,
    Trigger.WORKER_DIED,
    Trigger.ENGINE_LOST,
    Trigger.TIME_RAN_OUT,
)
"""What can happen to a task that the engine has."""


class Place(Enum):
    """Where a task is, by the rules alone."""

    WAITS = "for others"
    BETWEEN = "two attempts"
    AT_ENGINE = "the engine has it"
    ENDED = "its verdict is in"


class Oracle:
    """What must be true of a task after some events, stated without the table."""

    def __init__(self, place: Place = Place.AT_ENGINE) -> None:
        self.place = place
        self.is_cancelling = False  # by a person
        self.is_overdue = False
        self.has_started = False
        self.questions = 0  # that the engine was asked about this attempt
        self.submits = 0
        self.end: TaskState | None = None
        self.resolution: Resolution | None = None
        self.is_confirmed = False
        self.is_timeout = False

    def after(self, triggers: tuple[Trigger, ...]) -> Self:
        for trigger in triggers:
            self.take(trigger)
        return self

    def take(self, trigger: Trigger) -> None:
        """One more."""
        match self.place:
            case Place.WAITS:
                self._while_waiting(trigger)
            case Place.BETWEEN:
                self._between(trigger)
            case Place.AT_ENGINE:
                self._at_engine(trigger)
            case Place.ENDED:
                pass

    def _while_waiting(self, trigger: Trigger) -> None:
        if trigger is Trigger.READY:
            self._begin_attempt()
        elif trigger in (Trigger.CANCEL_REQUESTED, Trigger.DEPENDENCY_CANCELLED):
            self._end(TaskState.CANCELLED, Resolution.NEVER_STARTED)
        elif trigger in (Trigger.DEPENDENCY_FAILED, Trigger.ENGINE_LOST):
            self._end(TaskState.FAILED)

    def _between(self, trigger: Trigger) -> None:
        if trigger is Trigger.READY:
            self._begin_attempt()
        elif trigger is Trigger.CANCEL_REQUESTED:
            self._end(TaskState.CANCELLED, Resolution.FINISHED_FIRST)
        elif trigger in (Trigger.GAVE_UP, Trigger.ENGINE_LOST):
            self._end(TaskState.FAILED)

    def _at_engine(self, trigger: Trigger) -> None:
        if trigger is Trigger.CANCEL_REQUESTED:
            self.is_cancelling = True
            self.questions = 1
        elif trigger is Trigger.STARTED:
            self.has_started = True
        elif trigger is Trigger.TIME_RAN_OUT and not self.is_cancelling:
            self.is_overdue = True
            self.questions = 1
        elif trigger is Trigger.ATTEMPT_FAILED and not self.is_cancelling:
            self.place = Place.BETWEEN
        elif trigger is Trigger.SUBMIT_FAILED and not self.has_started:
            if self.is_cancelling:
                self._end(TaskState.CANCELLED, Resolution.NEVER_STARTED)
            else:
                self._end(TaskState.FAILED)
        elif trigger in ENDS_WITHOUT_REQUEST:
            self.is_confirmed = trigger is Trigger.CANCEL_CONFIRMED
            if self.is_cancelling:  # R3, and T2: whether it is overdue or not
                self._end(TaskState.CANCELLED, SETTLES_WITH_REQUEST[trigger])
            elif self.is_overdue:  # T1
                self.is_timeout = trigger is not Trigger.ENGINE_LOST
                self._end(TaskState.FAILED)
            else:
                self._end(ENDS_WITHOUT_REQUEST[trigger])

    def _begin_attempt(self) -> None:
        self.place = Place.AT_ENGINE
        self.is_overdue = self.has_started = False
        self.questions = 0
        self.submits += 1

    def _end(self, state: TaskState, resolution: Resolution | None = None) -> None:
        self.place = Place.ENDED
        self.end, self.resolution = state, resolution

    @property
    def status(self) -> Status:
        match self.place:
            case Place.WAITS:
                return Status.WAITING
            case Place.BETWEEN:
                return Status.RETRYING
            case Place.ENDED:
                assert self.end is not None
                return STATUS[self.end]
            case Place.AT_ENGINE:
                if self.is_cancelling or self.is_overdue:
                    return Status.CANCELLING
                return Status.RUNNING if self.has_started else Status.QUEUED

    @property
    def state(self) -> tuple[object, ...]:
        """All that what follows depends on."""
        return (self.place, self.is_cancelling, self.is_overdue, self.has_started, self.end)


@pytest.mark.parametrize("begun_as", [Place.AT_ENGINE, Place.WAITS])
def test_every_order_of_happenings_of_any_length_keeps_the_rules(begun_as: Place) -> None:
    """Each state the rules know, with the stage it goes with, is met; none is walked from twice."""
    first = TaskState.QUEUED if begun_as is Place.AT_ENGINE else TaskState.WAITING
    to_walk: list[tuple[TaskState, Oracle]] = [(first, Oracle(begun_as))]
    met: set[tuple[TaskState, tuple[object, ...]]] = set()
    while to_walk:
        state, before = to_walk.pop()
        if (state, before.state) in met:
            continue
        met.add((state, before.state))
        for trigger in Trigger:
            must = copy.copy(before)
            must.take(trigger)
            after, action, resolution = transition(state, trigger)
            where = (state, trigger)
            assert STATUS[after] is must.status, where
            assert after.is_done is (must.place is Place.ENDED), where
            assert after.is_overdue is (
                must.place is Place.AT_ENGINE and must.is_overdue and not must.is_cancelling
            ), where
            assert (action is Action.SEND_CANCEL) is (must.questions > before.questions), "R1"
            assert (action is Action.SUBMIT) is (must.submits > before.submits), where
            if state.is_done:
                assert after is state, "R7: a done stage never changes"
                assert action is Action.NOTHING, "R7: and nothing follows"
            elif after.is_done:
                assert SETTLING[action] is after is must.end, "each verdict is told, and none else"
                assert resolution is must.resolution, "R6: and says how"
                assert (action is Action.SETTLE_TIMEOUT) is must.is_timeout, "T1"
            else:
                assert action < Action.SETTLE_RESULT or action is Action.SUBMIT, where
                assert trigger is not Trigger.ENGINE_LOST, "R8: it ends every undone task"
                assert resolution is None, where
            to_walk.append((after, must))
    assert {state for state, _ in met} >= set(TaskState) - {TaskState.WAITING}


def test_the_oracle_and_the_table_agree_on_where_every_order_ends() -> None:
    for triggers in _orders(5, AT_ENGINE):
        state = TaskState.QUEUED
        for trigger in triggers:
            state = transition(state, trigger).state
        assert STATUS[state] is Oracle().after(triggers).status, triggers


def test_every_order_of_events_gives_real_futures_what_the_rules_say() -> None:
    """The same walk through the client, the manager and real futures."""
    state = _State()
    try:
        for triggers in _orders(MAX_REAL_WALK, AT_ENGINE):
            state.play(triggers)
    finally:
        state.close()
    assert len(state.callbacks) == state.played, "R7: each done-callback runs"
    assert set(state.callbacks.values()) == {1}, "R7: exactly once"


class _State:
    """A client and a scripted engine, made anew whenever the last play lost the engine."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine()
        self.client = Client(self.engine)
        self.limited = self.client.options(timeout=1e6)  # its time runs out when the play says so
        self.callbacks: Counter[tuple[Trigger, ...]] = Counter()
        self.played = 0

    def play(self, triggers: tuple[Trigger, ...]) -> None:
        if self.engine.is_lost:
            self.close()
            self.engine = ScriptedEngine()
            self.client = Client(self.engine)
            self.limited = self.client.options(timeout=1e6)
        future = self.limited.submit(len, "never run")
        self.played += 1
        future.add_done_callback(lambda _: self.callbacks.update((triggers,)))
        for position, trigger in enumerate(triggers):
            before = Oracle().after(triggers[:position])
            self._happen(future, trigger, before)
            self._check(future, triggers[: position + 1])
        if not future.done():
            self.engine.confirm(future)

    def _happen(self, future: ScalerFuture[int], trigger: Trigger, before: Oracle) -> None:
        engine = self.engine
        match trigger:
            case Trigger.CANCEL_REQUESTED:
                accepted = before.end in (None, TaskState.CANCELLED)
                assert future.request_cancel() is accepted, "R4: False only where done before"
            case Trigger.STARTED:
                engine.start(future)
            case Trigger.RESULT_ARRIVED:
                engine.finish(future, 42)
            case Trigger.EXCEPTION_ARRIVED:
                engine.fail(future, ValueError("no such column"))
            case Trigger.CANCEL_CONFIRMED:
                engine.confirm(future, Resolution.INTERRUPTED)
            case Trigger.CANCEL_REFUSED:
                engine.refuse(future)
            case Trigger.WORKER_DIED:
                engine.worker_dies(future)
            case Trigger.ENGINE_LOST:
                engine.lose()
            case Trigger.TIME_RAN_OUT:
                future.manager.time_ran_out(future, future.task_id)
            case _:
                raise AssertionError("no task of the engine's")

    def _check(self, future: ScalerFuture[int], triggers: tuple[Trigger, ...]) -> None:
        must = Oracle().after(triggers)
        assert future.status is must.status, triggers
        assert future.done() is (must.end is not None), triggers
        assert future.cancelled() is (must.end is TaskState.CANCELLED), triggers
        assert len(self.engine.cancels_of(future)) == must.questions, triggers
        resolution = must.resolution
        if must.is_confirmed and must.end is TaskState.CANCELLED:
            resolution = Resolution.INTERRUPTED
        if must.is_timeout:
            assert isinstance(future.exception(0), TaskTimeout), "T1"
        assert future.cancel_resolution is resolution, triggers
        assert (future in wait([future], timeout=0).done) is (must.end is not None), triggers

    def close(self) -> None:
        self.engine.close()
        self.client.shutdown()


def _orders(longest: int, among: Sequence[Trigger]) -> Iterator[tuple[Trigger, ...]]:
    for length in range(1, longest + 1):
        yield from itertools.product(among, repeat=length)


def test_every_stage_has_a_status() -> None:
    assert set(STATUS) == set(TaskState)
    for state, status in STATUS.items():
        assert state.is_done is status.is_done


def test_the_table_has_no_done_stage_and_no_step_that_goes_nowhere() -> None:
    for (state, trigger), taken in TRANSITIONS.items():
        assert not state.is_done
        if taken.state is state:
            assert trigger is Trigger.CANCEL_REFUSED, "all others change something"


@pytest.mark.parametrize("resolution", Resolution)
def test_each_resolution_is_explained_on_the_page(resolution: Resolution) -> None:
    assert f"| {resolution.words} |" in state_machine_drawing.resolutions()


def test_the_picture_has_the_arrows_of_the_table() -> None:
    assert state_machine_drawing.ARROWS.keys() == state_machine_drawing.arrows_of_the_table()


def test_the_page_in_the_documentation_is_the_one_that_the_table_makes() -> None:
    docs = state_machine_drawing.DOCS
    remake = "remake it: python tests/support/state_machine_drawing.py"
    assert (docs / "lifecycle.md").read_text("utf-8") == state_machine_drawing.page(), remake
    assert (docs / "lifecycle.svg").read_text("utf-8") == state_machine_drawing.picture(), remake
