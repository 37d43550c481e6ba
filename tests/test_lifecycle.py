"""Every order in which things can happen to a task, held to the resolution rules.

The walks here don't read the table: what must follow is said anew, in `Oracle`, from the rules.
"""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from enum import Enum
from pathlib import Path
from typing import Self

import pytest

from scaler_lab import Client, TaskTimeout
from scaler_lab.core import state_machine_drawing
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import (
    STATUS,
    TABLE,
    Deed,
    Happening,
    Resolution,
    Stage,
    Status,
    step,
)
from scaler_lab.testing import ScriptedEngine

LONGEST_REAL_WALK = 4

SETTLING = {
    Deed.SETTLE_RESULT: Stage.SUCCEEDED,
    Deed.SETTLE_EXCEPTION: Stage.FAILED,
    Deed.SETTLE_TIMEOUT: Stage.FAILED,
    Deed.SETTLE_CANCELLED: Stage.CANCELLED,
}

ENDS_UNASKED = {
    Happening.RESULT_ARRIVED: Stage.SUCCEEDED,
    Happening.EXCEPTION_ARRIVED: Stage.FAILED,
    Happening.WORKER_DIED: Stage.FAILED,
    Happening.ENGINE_LOST: Stage.FAILED,
    Happening.CANCEL_CONFIRMED: Stage.CANCELLED,
}
"""Rule R8: each of these is a verdict for a task that nobody asked to stop."""

SETTLES_ASKED = {
    Happening.RESULT_ARRIVED: Resolution.FINISHED_FIRST,
    Happening.EXCEPTION_ARRIVED: Resolution.FINISHED_FIRST,
    Happening.WORKER_DIED: Resolution.KILLED,
    Happening.ENGINE_LOST: Resolution.LOST,
    Happening.CANCEL_CONFIRMED: None,  # the confirmation says how
}
"""Rules R2, R3 and R6: each of these ends an asked task cancelled, and this is how."""

AT_ENGINE = (
    Happening.CANCEL_ASKED,
    Happening.STARTED,
    Happening.RESULT_ARRIVED,
    Happening.EXCEPTION_ARRIVED,
    Happening.CANCEL_CONFIRMED,
    Happening.CANCEL_REFUSED,
    Happening.WORKER_DIED,
    Happening.ENGINE_LOST,
    Happening.TIME_RAN_OUT,
)
"""What can happen to a task that the engine has."""


class Place(Enum):
    """Where a task is, by the rules alone."""

    WAITS = "for others"
    BETWEEN = "two attempts"
    AT_ENGINE = "the engine has it"
    ENDED = "its verdict is in"


class Oracle:
    """What must be true of a task after some happenings, said without the table."""

    def __init__(self, place: Place = Place.AT_ENGINE) -> None:
        self.place = place
        self.is_asked = False  # by a person
        self.is_overdue = False
        self.has_started = False
        self.questions = 0  # that the engine was asked about this attempt
        self.submits = 0
        self.end: Stage | None = None
        self.resolution: Resolution | None = None
        self.is_confirmed = False
        self.is_timeout = False

    def after(self, happenings: tuple[Happening, ...]) -> Self:
        for happening in happenings:
            self.take(happening)
        return self

    def take(self, happening: Happening) -> None:
        """One more."""
        match self.place:
            case Place.WAITS:
                self._while_waiting(happening)
            case Place.BETWEEN:
                self._between(happening)
            case Place.AT_ENGINE:
                self._at_engine(happening)
            case Place.ENDED:
                pass

    def _while_waiting(self, happening: Happening) -> None:
        if happening is Happening.READY:
            self._begin_attempt()
        elif happening in (Happening.CANCEL_ASKED, Happening.DEPENDENCY_CANCELLED):
            self._end(Stage.CANCELLED, Resolution.NEVER_STARTED)
        elif happening in (Happening.DEPENDENCY_FAILED, Happening.ENGINE_LOST):
            self._end(Stage.FAILED)

    def _between(self, happening: Happening) -> None:
        if happening is Happening.READY:
            self._begin_attempt()
        elif happening is Happening.CANCEL_ASKED:
            self._end(Stage.CANCELLED, Resolution.FINISHED_FIRST)
        elif happening in (Happening.GAVE_UP, Happening.ENGINE_LOST):
            self._end(Stage.FAILED)

    def _at_engine(self, happening: Happening) -> None:
        if happening is Happening.CANCEL_ASKED:
            self.is_asked = True
            self.questions = 1
        elif happening is Happening.STARTED:
            self.has_started = True
        elif happening is Happening.TIME_RAN_OUT and not self.is_asked:
            self.is_overdue = True
            self.questions = 1
        elif happening is Happening.ATTEMPT_FAILED and not self.is_asked:
            self.place = Place.BETWEEN
        elif happening is Happening.SUBMIT_FAILED and not self.has_started:
            if self.is_asked:
                self._end(Stage.CANCELLED, Resolution.NEVER_STARTED)
            else:
                self._end(Stage.FAILED)
        elif happening in ENDS_UNASKED:
            self.is_confirmed = happening is Happening.CANCEL_CONFIRMED
            if self.is_asked:  # R3, and T2: whether it is overdue or not
                self._end(Stage.CANCELLED, SETTLES_ASKED[happening])
            elif self.is_overdue:  # T1
                self.is_timeout = happening is not Happening.ENGINE_LOST
                self._end(Stage.FAILED)
            else:
                self._end(ENDS_UNASKED[happening])

    def _begin_attempt(self) -> None:
        self.place = Place.AT_ENGINE
        self.is_overdue = self.has_started = False
        self.questions = 0
        self.submits += 1

    def _end(self, stage: Stage, resolution: Resolution | None = None) -> None:
        self.place = Place.ENDED
        self.end, self.resolution = stage, resolution

    @property
    def status(self) -> Status:
        match self.place:
            case Place.WAITS | Place.BETWEEN:
                return Status.WAITING
            case Place.ENDED:
                assert self.end is not None
                return STATUS[self.end]
            case Place.AT_ENGINE:
                if self.is_asked or self.is_overdue:
                    return Status.CANCELLING
                return Status.RUNNING if self.has_started else Status.QUEUED

    @property
    def state(self) -> tuple[object, ...]:
        """All that what follows depends on."""
        return (self.place, self.is_asked, self.is_overdue, self.has_started, self.end)


@pytest.mark.parametrize("begun_as", [Place.AT_ENGINE, Place.WAITS])
def test_every_order_of_happenings_of_any_length_keeps_the_rules(begun_as: Place) -> None:
    """Each state the rules know, with the stage it goes with, is met; none is walked from twice."""
    first = Stage.QUEUED if begun_as is Place.AT_ENGINE else Stage.WAITING
    to_walk: list[tuple[Stage, Oracle]] = [(first, Oracle(begun_as))]
    met: set[tuple[Stage, tuple[object, ...]]] = set()
    while to_walk:
        stage, before = to_walk.pop()
        if (stage, before.state) in met:
            continue
        met.add((stage, before.state))
        for happening in Happening:
            must = copy.copy(before)
            must.take(happening)
            after, deed, resolution = step(stage, happening)
            where = (stage, happening)
            assert STATUS[after] is must.status, where
            assert after.is_done is (must.place is Place.ENDED), where
            assert after.is_overdue is (
                must.place is Place.AT_ENGINE and must.is_overdue and not must.is_asked
            ), where
            assert (deed is Deed.SEND_CANCEL) is (must.questions > before.questions), "R1"
            assert (deed is Deed.SUBMIT) is (must.submits > before.submits), where
            if stage.is_done:
                assert after is stage, "R7: a done stage never changes"
                assert deed is Deed.NOTHING, "R7: and nothing follows"
            elif after.is_done:
                assert SETTLING[deed] is after is must.end, "each verdict is told, and none else"
                assert resolution is must.resolution, "R6: and says how"
                assert (deed is Deed.SETTLE_TIMEOUT) is must.is_timeout, "T1"
            else:
                assert deed < Deed.SETTLE_RESULT or deed is Deed.SUBMIT, where
                assert happening is not Happening.ENGINE_LOST, "R8: it ends every undone task"
                assert resolution is None, where
            to_walk.append((after, must))
    assert {stage for stage, _ in met} >= set(Stage) - {Stage.WAITING}


def test_the_oracle_and_the_table_agree_on_where_every_order_ends() -> None:
    for happenings in _orders(5, AT_ENGINE):
        stage = Stage.QUEUED
        for happening in happenings:
            stage = step(stage, happening).stage
        assert STATUS[stage] is Oracle().after(happenings).status, happenings


def test_every_order_of_events_gives_real_futures_what_the_rules_say() -> None:
    """The same walk through the client, the manager and real futures."""
    stage = _Stage()
    try:
        for happenings in _orders(LONGEST_REAL_WALK, AT_ENGINE):
            stage.play(happenings)
    finally:
        stage.close()
    assert len(stage.callbacks) == stage.played, "R7: each done-callback runs"
    assert set(stage.callbacks.values()) == {1}, "R7: exactly once"


class _Stage:
    """A client and a scripted engine, made anew whenever the last play lost the engine."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine()
        self.client = Client(self.engine)
        self.limited = self.client.options(timeout=1e6)  # its time runs out when the play says so
        self.callbacks: Counter[tuple[Happening, ...]] = Counter()
        self.played = 0

    def play(self, happenings: tuple[Happening, ...]) -> None:
        if self.engine.is_lost:
            self.close()
            self.engine = ScriptedEngine()
            self.client = Client(self.engine)
            self.limited = self.client.options(timeout=1e6)
        future = self.limited.submit(len, "never run")
        self.played += 1
        future.add_done_callback(lambda _: self.callbacks.update((happenings,)))
        for position, happening in enumerate(happenings):
            before = Oracle().after(happenings[:position])
            self._happen(future, happening, before)
            self._check(future, happenings[: position + 1])
        if not future.done():
            self.engine.confirm(future)

    def _happen(self, future: ScalerFuture[int], happening: Happening, before: Oracle) -> None:
        engine = self.engine
        match happening:
            case Happening.CANCEL_ASKED:
                accepted = before.end in (None, Stage.CANCELLED)
                assert future.request_cancel() is accepted, "R4: False only where done before"
            case Happening.STARTED:
                engine.start(future)
            case Happening.RESULT_ARRIVED:
                engine.finish(future, 42)
            case Happening.EXCEPTION_ARRIVED:
                engine.fail(future, ValueError("no such column"))
            case Happening.CANCEL_CONFIRMED:
                engine.confirm(future, Resolution.INTERRUPTED)
            case Happening.CANCEL_REFUSED:
                engine.refuse(future)
            case Happening.WORKER_DIED:
                engine.worker_dies(future)
            case Happening.ENGINE_LOST:
                engine.lose()
            case Happening.TIME_RAN_OUT:
                future.manager.time_ran_out(future, future.task_id)
            case _:
                raise AssertionError("no task of the engine's")

    def _check(self, future: ScalerFuture[int], happenings: tuple[Happening, ...]) -> None:
        must = Oracle().after(happenings)
        assert future.status is must.status, happenings
        assert future.done() is (must.end is not None), happenings
        assert future.cancelled() is (must.end is Stage.CANCELLED), happenings
        assert len(self.engine.cancels_of(future)) == must.questions, happenings
        resolution = must.resolution
        if must.is_confirmed and must.end is Stage.CANCELLED:
            resolution = Resolution.INTERRUPTED
        if must.is_timeout:
            assert isinstance(future.exception(0), TaskTimeout), "T1"
        assert future.cancel_resolution is resolution, happenings
        assert (future in wait([future], timeout=0).done) is (must.end is not None), happenings

    def close(self) -> None:
        self.engine.close()
        self.client.shutdown()


def _orders(longest: int, among: Sequence[Happening]) -> Iterator[tuple[Happening, ...]]:
    for length in range(1, longest + 1):
        yield from itertools.product(among, repeat=length)


def test_every_stage_has_a_status() -> None:
    assert set(STATUS) == set(Stage)
    for stage, status in STATUS.items():
        assert stage.is_done is status.is_done


def test_the_table_has_no_done_stage_and_no_step_that_goes_nowhere() -> None:
    for (stage, happening), taken in TABLE.items():
        assert not stage.is_done
        if taken.stage is stage:
            assert happening is Happening.CANCEL_REFUSED, "all others change something"


@pytest.mark.parametrize("resolution", Resolution)
def test_each_resolution_is_explained_on_the_page(resolution: Resolution) -> None:
    assert f"| {resolution.value} |" in state_machine_drawing.resolutions()


def test_the_diagram_has_an_arrow_for_each_step_of_the_table() -> None:
    diagram = state_machine_drawing.diagram()
    for (stage, happening), taken in TABLE.items():
        arrow = next(
            line
            for line in diagram.splitlines()
            if line.strip().startswith(f"{stage.name} --> {taken.stage.name}:")
        )
        assert happening.name.lower().replace("_", " ") in arrow


def test_the_page_in_the_documentation_is_the_one_that_the_table_makes() -> None:
    file = Path(__file__).parent.parent / "docs" / "lifecycle.md"
    assert file.read_text() == state_machine_drawing.page(), (
        "remake it: python -m scaler_lab.core.state_machine_drawing > docs/lifecycle.md"
    )
