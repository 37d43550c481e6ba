"""`Flame` and its sampler: how many stacks become one result, without an engine."""

# pyright: reportPrivateUsage=false
# What notebooks call is private by name.

from __future__ import annotations

import json
import pickle
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from scaler_lab import EngineLost
from scaler_lab.core import flame as flame_module
from scaler_lab.core.flame import Flame, sample
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import PREPARING, StackFrame, TaskStack

T = TaskId("t")
MAIN = StackFrame("/home/me/fit.py", 10, "fit")
FIT_12 = StackFrame("/home/me/fit.py", 12, "fit")
LIBRARY = StackFrame("/usr/lib/python3.11/json/encoder.py", 200, "encode")
SVG = "{http://www.w3.org/2000/svg}"


def stack(*frames: StackFrame, state: str = "running") -> TaskStack:
    return TaskStack(T, state, "", [list(frames)])


def flame_of(*samples: tuple[TaskStack, float]) -> Flame:
    flame = Flame("fit")
    for answer, seconds in samples:
        flame.add(answer, seconds)
    return flame


def boxes(picture: str) -> dict[str, tuple[str, str]]:
    """Return left edge and width of each box by its tooltip's first line."""
    found = [box for box in ET.fromstring(picture).iter(f"{SVG}svg") if "x" in box.attrib]
    titles = [(box.findtext(f"{SVG}title") or "").partition("\n")[0] for box in found]
    edges = [(box.attrib["x"], box.attrib["width"]) for box in found]
    return dict(zip(titles, edges, strict=True))


# -- a table ---------------------------------------------------------------------------------------


def test_a_function_has_its_own_time_and_the_time_of_what_it_called() -> None:
    flame = flame_of((stack(MAIN), 1.0), (stack(FIT_12, LIBRARY), 3.0))
    rows = {row.name: row for row in flame.rows()}
    assert (rows["fit"].own, rows["fit"].total, rows["fit"].place) == (1.0, 4.0, "fit.py:12")
    assert (rows["encode"].own, rows["encode"].total) == (3.0, 3.0)
    assert str(flame).splitlines() == [
        "fit: 4.0 s, 2 samples",
        "   own   total",
        " 75.0%   75.0%  encode  encoder.py:200",
        " 25.0%  100.0%  fit  fit.py:12",
    ]
    assert repr(flame) == str(flame)


def test_waiting_is_a_row_of_its_own() -> None:
    flame = flame_of((stack(MAIN, state="waiting: read"), 1.0))
    assert [(row.name, row.own, row.place) for row in flame.rows()] == [
        ("waiting: read in fit", 1.0, "fit.py:10"),
        ("fit", 0.0, "fit.py:10"),
    ]


def test_child_processes_of_one_program_are_one_row() -> None:
    samples = [(stack(MAIN, state=f"child process {n}: ffmpeg"), 1.0) for n in (41, 42)]
    assert flame_of(*samples).rows()[0].name == "child process: ffmpeg in fit"


def test_a_recursion_counts_once() -> None:
    flame = flame_of((stack(MAIN, FIT_12, FIT_12), 2.0))
    assert [(row.total, row.place) for row in flame.rows()] == [(2.0, "fit.py:12")]


def test_a_task_without_python_frames_shows_what_is_known() -> None:
    preparing = TaskStack(T, "running", "", [[]], PREPARING)
    assert flame_of((preparing, 1.0)).rows()[0].name == PREPARING
    function_in_c = TaskStack(T, "waiting: sleep", "", [[]], PREPARING)
    assert flame_of((function_in_c, 1.0)).rows()[0].name == "waiting: sleep"


def test_without_samples_the_reason_is_shown_and_nothing_is_saved(tmp_path: Path) -> None:
    flame = flame_of((TaskStack(T, "queued"), 1.0))
    assert str(flame) == "fit: no samples; the task is queued"
    assert flame._repr_html_() is None
    with pytest.raises(ValueError, match="there is nothing to save"):
        flame.save(tmp_path / "x.svg")


# -- a picture -------------------------------------------------------------------------------------


def test_a_box_is_as_wide_as_the_time_in_its_function() -> None:
    flame = flame_of((stack(MAIN), 1.0), (stack(MAIN, LIBRARY), 3.0))
    found = boxes(flame.svg())
    assert found["fit: 4.00 s, 100.0%"] == ("0.0000%", "100.0000%")
    assert found["encode: 3.00 s, 75.0%"] == ("0.0000%", "75.0000%")
    assert "main thread" not in found  # there are no others


def test_other_threads_have_boxes_of_their_own() -> None:
    both = TaskStack(T, "running", "", [[MAIN], [LIBRARY], [LIBRARY]])
    found = boxes(flame_of((both, 1.0)).svg())
    assert {"main thread", "other threads"} < set(found)
    assert found["encode: 2.00 s, 100.0%"] == ("0.0000%", "100.0000%")


def test_names_can_not_break_out_of_the_picture() -> None:
    name = "</text><script>alert(1)</script>&\x00\ud800"
    evil = StackFrame('/tmp/"<b>.py', 1, name)
    flame = flame_of((stack(evil), 1.0))
    flame.name = name
    picture = ET.fromstring(flame.svg())
    assert not list(picture.iter(f"{SVG}script"))
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    assert r"</text><script>alert(1)</script>&\x00\ud800" in texts


def test_a_picture_of_a_page_has_its_width_and_a_file_its_own() -> None:
    flame = flame_of((stack(MAIN), 1.0))
    assert 'width="100%"' in (flame._repr_html_() or "").partition(">")[0]
    assert 'width="960"' in (flame._repr_svg_() or "").partition(">")[0]


# -- files -----------------------------------------------------------------------------------------


def test_speedscope_gets_the_samples_in_the_order_of_time(tmp_path: Path) -> None:
    flame = flame_of((stack(MAIN), 0.5), (stack(MAIN, LIBRARY), 1.0), (stack(MAIN), 0.25))
    saved = json.loads(flame.save(tmp_path / "x.json").read_text(encoding="utf-8"))
    assert saved["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    [profile] = saved["profiles"]
    assert profile["samples"] == [[0], [0, 1], [0]]
    assert profile["weights"] == [0.5, 1.0, 0.25]
    assert (profile["startValue"], profile["endValue"]) == (0, 1.75)
    assert saved["shared"]["frames"] == [
        {"name": "fit", "file": "/home/me/fit.py", "line": 10},
        {"name": "encode", "file": "/usr/lib/python3.11/json/encoder.py", "line": 200},
    ]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"as \.png: name a \.svg file"):
        flame_of((stack(MAIN), 1.0)).save(tmp_path / "x.png")


def test_a_saved_picture_is_the_shown_one(tmp_path: Path) -> None:
    flame = flame_of((stack(MAIN), 1.0))
    assert flame.save(tmp_path / "x.svg").read_text(encoding="utf-8") == flame.svg()
    assert str(pickle.loads(pickle.dumps(flame))) == str(flame)


# -- the sampler -----------------------------------------------------------------------------------


class _Time:
    """A clock that moves when something sleeps or looks."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Time:
    clock = _Time()
    monkeypatch.setattr(flame_module, "time", clock)
    return clock


def sampled(
    clock: _Time, answers: Iterable[TaskStack | EngineLost], *, seconds: float, took: float = 0.001
) -> Flame:
    flame = Flame("fit")
    left: Iterator[TaskStack | EngineLost] = iter(answers)

    def look(timeout: float) -> TaskStack:
        clock.now += min(took, timeout)
        answer = next(left)
        if isinstance(answer, EngineLost):
            raise answer
        return answer

    sample(look, flame, seconds)
    return flame


def test_a_task_is_looked_at_a_hundred_times_a_second(clock: _Time) -> None:
    flame = sampled(clock, [stack(MAIN)] * 10_000, seconds=10.0)
    assert 900 < flame.n_samples < 1_100
    assert flame.seconds == pytest.approx(10.0, abs=0.02)
    assert min(clock.slept[:-1]) >= 0.004
    assert len(set(clock.slept)) > 900  # no rhythm that a task could have too


def test_slow_looks_come_further_apart(clock: _Time) -> None:
    flame = sampled(clock, [stack(MAIN)] * 10_000, seconds=10.0, took=0.1)
    assert flame.n_samples in (40, 41)
    assert flame.seconds == pytest.approx(10.0, abs=0.2)


def test_a_task_that_ends_gives_what_was_sampled(clock: _Time) -> None:
    ended = TaskStack(T, "ended")
    flame = sampled(clock, [stack(MAIN), stack(MAIN), ended], seconds=10.0)
    assert flame.n_samples == 2
    assert clock.now < 101


def test_a_task_that_waits_in_the_queue_is_sampled_once_it_runs(clock: _Time) -> None:
    answers = [TaskStack(T, "queued")] * 200 + [stack(MAIN)] * 10_000
    flame = sampled(clock, answers, seconds=10.0)
    assert 700 < flame.n_samples < 900
    assert flame.seconds < 9


def test_a_pause_in_the_answers_is_not_counted_as_time(clock: _Time) -> None:
    flame = sampled(clock, [stack(MAIN)] * 10, seconds=10.0, took=4.0)
    assert flame.seconds <= 0.25 * flame.n_samples


def test_an_engine_that_is_lost_gives_what_was_sampled(clock: _Time) -> None:
    lost = EngineLost("gone")
    assert sampled(clock, [stack(MAIN), lost], seconds=10.0).n_samples == 1
    with pytest.raises(EngineLost):
        sampled(clock, [lost], seconds=10.0)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(clock: _Time, seconds: float) -> None:
    with pytest.raises(ValueError, match="expected more than 0"):
        sampled(clock, [stack(MAIN)], seconds=seconds)
