"""Every order in which things can happen to a task, held to the resolution rules.

The walks here don't read the table: what must follow is said anew, in `Oracle`, from the rules.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest

from scaler_lab import Client
from scaler_lab.facts import lifecycle_drawing
from scaler_lab.facts.lifecycle import (
    STATUS,
    TABLE,
    Deed,
    Happening,
    Resolution,
    Stage,
    Status,
    step,
)
from scaler_lab.memory.future import ScalerFuture
from scaler_lab.testing import ScriptedEngine

LONGEST_WALK = 7
LONGEST_REAL_WALK = 4

SETTLING = {
    Deed.SETTLE_RESULT: Stage.SUCCEEDED,
    Deed.SETTLE_EXCEPTION: Stage.FAILED,
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


class Oracle:
    """What must be true of a task after some happenings, said without the table."""

    def __init__(self, happenings: tuple[Happening, ...]) -> None:
        self.is_asked = False
        self.has_started = False
        self.end: Stage | None = None
        self.resolution: Resolution | None = None
        self.is_confirmed = False
        for happening in happenings:
            if self.end is not None:
                break
            if happening is Happening.CANCEL_ASKED:
                self.is_asked = True
            elif happening is Happening.STARTED:
                self.has_started = True
            elif happening in ENDS_UNASKED:
                self.is_confirmed = happening is Happening.CANCEL_CONFIRMED
                if self.is_asked:
                    self.end = Stage.CANCELLED
                    self.resolution = SETTLES_ASKED[happening]
                else:
                    self.end = ENDS_UNASKED[happening]

    @property
    def status(self) -> Status:
        if self.end is not None:
            return STATUS[self.end]
        if self.is_asked:
            return Status.CANCELLING
        return Status.RUNNING if self.has_started else Status.QUEUED


def test_every_order_of_happenings_keeps_the_rules() -> None:
    walked = 0
    # Depth first, by hand and flat: two million orders, so each step has to be cheap.
    # (stage, depth, whether asked, how many SEND_CANCELs, how many verdicts)
    to_walk: list[tuple[Stage, int, bool, int, int]] = [(Stage.QUEUED, 0, False, 0, 0)]
    while to_walk:
        stage, depth, asked, sent, verdicts = to_walk.pop()
        for happening in Happening:
            walked += 1
            after, deed, resolution = step(stage, happening)
            now_asked = asked or (happening is Happening.CANCEL_ASKED and stage < Stage.SUCCEEDED)
            now_sent = sent + (deed is Deed.SEND_CANCEL)
            now_verdicts = verdicts + (deed >= Deed.SETTLE_RESULT)
            if stage >= Stage.SUCCEEDED:
                assert after is stage, "R7: a done stage never changes"
                assert deed is Deed.NOTHING, "R7: and nothing follows"
            elif after >= Stage.SUCCEEDED:
                assert SETTLING[deed] is after, "each verdict is told, and none else"
                if now_asked:
                    assert after is Stage.CANCELLED, "R3: asked ends cancelled"
                    assert resolution is SETTLES_ASKED[happening], "R6: and says how"
                else:
                    assert after is ENDS_UNASKED[happening], "unasked ends as it ended"
            else:
                assert happening not in ENDS_UNASKED, "R8: these end every undone task"
                assert after.is_asked is now_asked, "R5: cancelling, as long as unanswered"
                assert resolution is None
            assert now_sent == now_asked, "R1: one question, and one only"
            assert now_verdicts == (after >= Stage.SUCCEEDED), "R7: one verdict"
            if depth + 1 < LONGEST_WALK:
                to_walk.append((after, depth + 1, now_asked, now_sent, now_verdicts))
    assert walked == sum(len(Happening) ** length for length in range(1, LONGEST_WALK + 1))


def test_the_oracle_and_the_table_agree_on_where_every_order_ends() -> None:
    for happenings in _orders(5):
        stage = Stage.QUEUED
        for happening in happenings:
            stage = step(stage, happening).stage
        assert STATUS[stage] is Oracle(happenings).status, happenings


def test_every_order_of_events_gives_real_futures_what_the_rules_say() -> None:
    """The same walk through the client, the manager and real futures."""
    stage = _Stage()
    try:
        for happenings in _orders(LONGEST_REAL_WALK):
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
        self.callbacks: Counter[tuple[Happening, ...]] = Counter()
        self.played = 0

    def play(self, happenings: tuple[Happening, ...]) -> None:
        if self.engine.is_lost:
            self.close()
            self.engine = ScriptedEngine()
            self.client = Client(self.engine)
        future = self.client.submit(len, "never run")
        self.played += 1
        future.add_done_callback(lambda _: self.callbacks.update((happenings,)))
        for position, happening in enumerate(happenings):
            before = Oracle(happenings[:position])
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

    def _check(self, future: ScalerFuture[int], happenings: tuple[Happening, ...]) -> None:
        must = Oracle(happenings)
        assert future.status is must.status, happenings
        assert future.done() is (must.end is not None), happenings
        assert future.cancelled() is (must.end is Stage.CANCELLED), happenings
        assert len(self.engine.cancels_of(future)) == must.is_asked, happenings
        resolution = must.resolution
        if must.is_confirmed:
            resolution = Resolution.INTERRUPTED
        assert future.cancel_resolution is resolution, happenings
        assert (future in wait([future], timeout=0).done) is (must.end is not None), happenings

    def close(self) -> None:
        self.engine.close()
        self.client.shutdown()


def _orders(longest: int) -> Iterator[tuple[Happening, ...]]:
    for length in range(1, longest + 1):
        yield from itertools.product(Happening, repeat=length)


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
    assert f"| {resolution.value} |" in lifecycle_drawing.resolutions()


def test_the_diagram_has_an_arrow_for_each_step_of_the_table() -> None:
    diagram = lifecycle_drawing.diagram()
    for (stage, happening), taken in TABLE.items():
        arrow = next(
            line
            for line in diagram.splitlines()
            if line.strip().startswith(f"{stage.name} --> {taken.stage.name}:")
        )
        assert happening.name.lower().replace("_", " ") in arrow


def test_the_page_in_the_documentation_is_the_one_that_the_table_makes() -> None:
    file = Path(__file__).parent.parent / "docs" / "lifecycle.md"
    assert file.read_text() == lifecycle_drawing.page(), (
        "remake it: python -m scaler_lab.facts.lifecycle_drawing > docs/lifecycle.md"
    )
