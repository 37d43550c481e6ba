"""Tests the cores of the local engine in simulated worlds, and that these detect broken cores.

A run that breaks a promise is printed with the command that replays it.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter

import pytest

from scaler_lab.core.state_machine import Resolution

from . import SimulationOutcome, run
from .__main__ import main
from .mutants import MUTANTS, Mutant, result_lost

SEEDS = 400
PER_TEST = 50
MUTANTS_SEEDS = 200  # within which every mutant must be caught
BUSY = {  # parameters with many cancels
    "big": 0.5, "cancels": 2, "deadly": 0.05, "forced": 0.3, "groups": 0.3, "seconds": 0.003,
    "start": 0.001, "stubborn": 0.4, "tasks": 20, "views": 0.3,
}  # fmt: skip
LATE = {  # parameters with which tasks end while signals for them are on their way
    "cancels": 0.3, "delay": 0.00003, "grace": 0.5, "hiccups": 0.5, "length": 0.1,
    "seconds": 0.01, "start": 0.001, "tasks": 25, "workers": 2,
}  # fmt: skip
HUNGRY = {  # parameters with many tasks over their memory limits
    "cancels": 0.5, "cursed": 0, "endless": 0.3, "grace": 0.5, "hungry": 0.5, "length": 0.3,
    "limited": 0.5, "seconds": 0.1, "start": 0.005, "start_failures": 0, "stubborn": 0.5,
}  # fmt: skip
MIXES: tuple[dict[str, float], ...] = ({}, BUSY, LATE, HUNGRY)


@pytest.mark.parametrize("first", range(0, SEEDS, PER_TEST))
def test_stories_keep_every_promise(first: int) -> None:
    for seed in range(first, first + PER_TEST):
        _told(run(seed))


@pytest.mark.parametrize("workers", [1, 3])
def test_stories_full_of_cancels_keep_every_promise(workers: int) -> None:
    for seed in range(PER_TEST):
        _told(run(seed, workers=workers, **BUSY))


def test_stories_of_tasks_over_their_memory_limits_keep_every_promise() -> None:
    for seed in range(PER_TEST):
        _told(run(seed, **HUNGRY))


def test_stories_on_a_slow_link_keep_every_promise() -> None:
    for seed in range(PER_TEST):
        _told(run(seed, delay=0.3, cancels=1))


def test_stories_of_clients_that_hardly_read_keep_every_promise() -> None:
    for seed in range(PER_TEST):
        _told(run(seed, stalls=5, unread=300, delay=0.002, cancels=1))


def test_stories_have_all_that_can_happen_in_them() -> None:
    counts: Counter[str] = Counter()
    for seed in range(200):
        counts.update(run(seed).counts)
    for resolution in Resolution:
        assert counts[resolution] > 20, f"hardly any cancel was settled as {resolution}"
    for what in (
        "clients held", "deaths of clients", "deaths of schedulers", "deaths of workers",
        "exceptions", "interrupts raised", "lost with the engine", "lost with their workers",
        "over their memory limits", "stalls", "values", "without a worker",
    ):  # fmt: skip
        assert counts[what] > 20, f"there were hardly any {what}"


def test_a_seed_gives_the_same_run_each_time() -> None:
    for seed in (1, 2, 3):
        assert str(run(seed)) == str(run(seed))


def test_a_story_takes_no_time_and_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a simulation must not use this")

    for name in ("monotonic", "monotonic_ns", "perf_counter", "sleep"):
        monkeypatch.setattr(time, name, never)
    monkeypatch.setattr(threading.Thread, "start", never)
    monkeypatch.setattr(socket, "socketpair", never)
    for seed in range(20):
        _told(run(seed))


def test_weights_given_by_hand_are_in_the_report_and_in_how_to_replay_it() -> None:
    outcome = run(3, workers=2, delay=0.25)
    assert (outcome.parameters.workers, outcome.parameters.delay) == (2, 0.25)
    assert outcome.replay.endswith("--seed 3 --weights workers=2 delay=0.25")


def test_a_weight_that_there_is_not_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="no such weight: losses; there are clients, "):
        run(0, losses=0.5)


def test_the_command_line_counts_what_happened(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "5", "--weights", "cancels=1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("5 runs, nothing wrong")
    assert "never_started" in said


def test_the_command_line_prints_the_runs_of_one_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "7"]) == 0
    assert capsys.readouterr().out.startswith("seed 7: clients=")


def test_a_broken_promise_is_reported_with_how_to_replay_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    result_lost(monkeypatch)
    assert main(["--seeds", "150", "--weights", "cancels=0"]) == 1
    *_, fault, again = capsys.readouterr().out.splitlines()
    assert fault.startswith("FAULT: ")
    command, _, arguments = again.partition(" --seed ")
    assert command == "again: python -m tests.simulation"
    assert main(["--seed", *arguments.split()]) == 1
    assert fault in capsys.readouterr().out


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.__name__ for mutant in MUTANTS])
def test_a_broken_core_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    assert any(run(seed, **mix).fault for seed in range(MUTANTS_SEEDS) for mix in MIXES)


def _told(outcome: SimulationOutcome) -> None:
    if outcome.fault:
        pytest.fail(str(outcome), pytrace=False)
