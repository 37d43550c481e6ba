"""The conformance kit: a correct engine passes, and the report of a broken one shows its fault."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from thread_engine import ThreadEngine

from scaler_lab import Client, EngineLost, Resolution
from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    ResultKind,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskId,
    TaskResult,
    TaskStarted,
)
from scaler_lab.engines import base
from scaler_lab.engines.base import Engine, Reach
from scaler_lab.testing import ConformanceFailure, ScriptedEngine, Verdict, check_engine
from scaler_lab.testing._checks import CHECKS

TIMEOUT = 10.0


def test_a_sound_engine_passes() -> None:
    report = check_engine(
        ThreadEngine, lose=lambda engine: engine.lose("as its test says"), crowd=8, patience=10
    )
    assert len(report.checks) == len(CHECKS) + 1
    not_checked = [check for check in report.checks if check.verdict is Verdict.NOT_CHECKED]
    assert [check.name for check in not_checked] == [
        "what_tasks_say_is_told_as_stated",
        "shared_values_reach_tasks_or_are_refused",
        "stacks_are_those_of_the_task_or_are_refused",
        "usage_is_that_of_the_task_or_is_refused",
        "memory_limits_are_enforced_or_refused",
        "a_dead_worker_fails_one_task",
    ]
    assert "in this very process" in not_checked[5].text
    assert report.failed == ()


def test_what_cannot_be_checked_is_listed_with_its_reason() -> None:
    report = check_engine(
        ThreadEngine, crowd=8, patience=5, only={"a_lost_engine_settles_every_future"}
    )
    (check,) = report.checks
    assert check.verdict is Verdict.NOT_CHECKED
    assert "no `lose`" in check.text
    assert "not checked" in str(report)


# -- broken engines, each in one way ---------------------------------------------------------------


class ForgetsCancels(ThreadEngine):
    def request_cancel(self, cancel: TaskCancel) -> None:
        """Never answers."""


class SettlesTwice(ThreadEngine):
    def emit(self, *events: Event) -> None:
        super().emit(*(event for event in events for _ in range(2)))


class ClaimsToStop(ThreadEngine):
    """Confirms at once what runs on."""

    reach = Reach.STOPS_RUNNING

    def emit(self, *events: Event) -> None:
        super().emit(
            *(
                TaskCancelConfirm(event.task_id, Resolution.INTERRUPTED)
                if isinstance(event, TaskCancelRefused)
                else event
                for event in events
                if not (isinstance(event, TaskResult) and event.task_id in self.stopped)
            )
        )

    @property
    def stopped(self) -> set[TaskId]:
        return self._stopped

    def __init__(self) -> None:
        super().__init__()
        self._stopped: set[TaskId] = set()

    def request_cancel(self, cancel: TaskCancel) -> None:
        self._stopped |= set(self.running) & set(cancel.task_ids)
        super().request_cancel(cancel)


class RefusesInSilence(ThreadEngine):
    def emit(self, *events: Event) -> None:
        super().emit(*(e for e in events if not isinstance(e, TaskCancelRefused)))


class HidesStarts(ThreadEngine):
    def emit(self, *events: Event) -> None:
        super().emit(*(e for e in events if not isinstance(e, TaskStarted)))


class ReportsStartsItDenies(ThreadEngine):
    reports_starts = False


class RunsWhatItConfirmed(ThreadEngine):
    """Tells NEVER_STARTED, and runs it all the same."""

    def request_cancel(self, cancel: TaskCancel) -> None:
        with self.lock:
            taken = [task for task in self.queue if task.task_id in cancel.task_ids]
        self.emit(*(self.confirmation(task) for task in taken))


class ReportsKilledOfQueued(ThreadEngine):
    def confirmation(self, task: Task) -> Event:
        return TaskCancelConfirm(task.task_id, Resolution.KILLED)


class FlattensExceptions(ThreadEngine):
    def run(self, task: Task) -> TaskResult:
        result = super().run(task)
        if result.kind is ResultKind.FAILED:
            error = RuntimeError(str(result.payload.load()))
            return TaskResult(task.task_id, ResultKind.FAILED, InMemoryPayload(error))
        return result


class LosesKeywords(ThreadEngine):
    def submit(self, tasks: Sequence[Task]) -> None:
        super().submit([Task(t.task_id, t.name, t.function, t.args) for t in tasks])


class LosesEveryHundredth(ThreadEngine):
    def submit(self, tasks: Sequence[Task]) -> None:
        super().submit([task for n, task in enumerate(tasks) if n % 100 != 99])


class RunsInSubmit(ThreadEngine):
    """Waits for the task, as no engine may."""

    def submit(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self.emit(self.started(task))
            self.emit(self.run(task))


class EmitsUnderItsLock(ThreadEngine):
    """With a lock that lets its own thread in again, so that only others wait for it."""

    def __init__(self) -> None:
        super().__init__(reentrant=True)

    def emit(self, *events: Event) -> None:
        with self.lock:
            super().emit(*events)


class RaisesForUnknownTasks(ThreadEngine):
    def request_cancel(self, cancel: TaskCancel) -> None:
        with self.lock:
            for task_id in cancel.task_ids:
                if task_id not in self.running and all(t.task_id != task_id for t in self.queue):
                    raise KeyError(task_id)
        super().request_cancel(cancel)


class ConfirmsUnasked(ThreadEngine):
    def run(self, task: Task) -> TaskResult:
        if task.args == (2,):
            self.emit(self.confirmation(task))
        return super().run(task)


class ClosesInSilence(ThreadEngine):
    def lose(self, reason: str) -> None:
        with self.lock:
            self.gone = reason
            self.queue.clear()
            self.wake.notify_all()


class ClosesOnce(ThreadEngine):
    def close(self, *, wait: bool = True) -> None:
        if self.gone:
            raise RuntimeError("closed already")
        super().close(wait=wait)


class SpeaksAfterItsEnd(ThreadEngine):
    def emit(self, *events: Event) -> None:
        assert self._emit is not None
        if events:
            self._emit(events)


class TakesTasksAfterItsEnd(ThreadEngine):
    def submit(self, tasks: Sequence[Task]) -> None:
        try:
            super().submit(tasks)
        except EngineLost:
            pass


BROKEN: list[tuple[type[ThreadEngine], str, str]] = [
    (ForgetsCancels, "a_queued_task_never_starts", "no outcome came"),
    (SettlesTwice, "results_come_back", "second outcome"),
    (ClaimsToStop, "a_running_task_is_stopped_or_shown_cancelling", "it still runs"),
    (RefusesInSilence, "a_running_task_is_stopped_or_shown_cancelling", "TaskCancelRefused"),
    (HidesStarts, "starts_are_told_as_stated", "to be shown running"),
    (ReportsStartsItDenies, "results_come_back", "reports_starts = False"),
    (RunsWhatItConfirmed, "a_queued_task_never_starts", "and then ran"),
    (ReportsKilledOfQueued, "a_storm_of_cancels_is_answered_truthfully", "stops no running code"),
    (ReportsKilledOfQueued, "a_queued_task_never_starts", "none of the last"),
    (FlattensExceptions, "exceptions_come_back", "TwoPartError came back as RuntimeError"),
    (FlattensExceptions, "exits_are_caught", "SystemExit(3) became RuntimeError"),
    (LosesKeywords, "results_come_back", "TypeError"),
    (LosesEveryHundredth, "a_thousand_tasks_come_back_in_order", "no outcome came"),
    (RunsInSubmit, "a_running_task_is_stopped_or_shown_cancelling", "stuck for"),
    (EmitsUnderItsLock, "calls_from_inside_emit_return", "is a lock held?"),
    (RaisesForUnknownTasks, "unknown_tasks_are_ignored", "KeyError"),
    (ConfirmsUnasked, "any_thread_may_submit", "although no cancel was requested"),
    (ClosesInSilence, "close_settles_every_future", "no outcome came"),
    (ClosesInSilence, "a_lost_engine_settles_every_future", "no outcome came"),
    (ClosesOnce, "close_is_idempotent", "closed already"),
    (SpeaksAfterItsEnd, "a_lost_engine_settles_every_future", "came after EngineGone"),
    (TakesTasksAfterItsEnd, "a_lost_engine_settles_every_future", "raised nothing"),
]


@pytest.mark.parametrize(
    ("broken", "check", "text"), BROKEN, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_broken_engine_fails_with_a_report_of_what_it_did(
    broken: Callable[[], ThreadEngine], check: str, text: str
) -> None:
    with pytest.raises(ConformanceFailure) as raised:
        check_engine(
            broken, lose=lambda engine: engine.lose("script"), crowd=8, patience=0.5, only={check}
        )
    assert [failed.name for failed in raised.value.report.failed] == [check]
    assert text in str(raised.value)
    assert check in str(raised.value)


def test_an_engine_that_cannot_be_made_fails_every_check() -> None:
    def make() -> Engine:
        raise EngineLost("no such socket")

    report = check_engine(make, raises=False, patience=1)
    assert report.failed == report.checks
    assert "no such socket" in str(report)


def test_every_failure_is_listed_and_the_next_check_gets_a_new_engine() -> None:
    made: list[ThreadEngine] = []

    def make() -> ThreadEngine:
        made.append(FlattensExceptions())
        return made[-1]

    names = {"exceptions_come_back", "exits_are_caught", "results_come_back"}
    report = check_engine(make, crowd=8, patience=2, only=names, raises=False)
    assert {check.name for check in report.failed} == names - {"results_come_back"}
    assert len(made) == 2, "one for the first two checks, one after the failure"


def test_a_check_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such checks: results_com_back"):
        check_engine(ThreadEngine, only={"results_com_back"})


# -- the scripted engine itself --------------------------------------------------------------------


def test_the_script_sees_the_requests_and_decides_the_answers(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    future = client.submit(divmod, 7, 2)
    assert engine.wait_for_tasks(1)[0].args == (7, 2)
    engine.start(engine.tasks[0])
    engine.run(future.task_id)
    assert future.result(0) == (3, 1)
    assert engine.cancels_of(future) == []


def test_waits_for_what_does_not_come_time_out(scripted: tuple[Client, ScriptedEngine]) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    with pytest.raises(TimeoutError, match="2 tasks; there are 1"):
        engine.wait_for_tasks(2, timeout=0)
    with pytest.raises(TimeoutError, match="1 cancels; there are 0"):
        engine.wait_for_cancels(timeout=0)
    with pytest.raises(TimeoutError, match="no cancel of task"):
        engine.wait_for_cancel_of(future, timeout=0)
    with pytest.raises(TimeoutError, match="was not closed"):
        engine.wait_for_close(timeout=0)


def test_waiting_ends_when_it_comes_from_another_thread(
    threaded: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = threaded
    future = client.submit(len, "x")
    asking = threading.Thread(target=future.request_cancel)
    asking.start()
    assert engine.wait_for_cancel_of(future) == TaskCancel((future.task_id,))
    asking.join()
    engine.confirm(future)
    engine.flush()
    assert future.cancelled()


def test_closing_ends_what_is_undone_as_the_script_left_it() -> None:
    engine = ScriptedEngine()
    client = Client(engine)
    queued, started, done = (client.submit(len, "x") for _ in range(3))
    engine.start(started)
    engine.finish(done, 1)
    engine.close()
    assert queued.cancel_resolution is Resolution.NEVER_STARTED
    assert started.cancel_resolution is Resolution.KILLED
    assert done.result(0) == 1
    client.shutdown()


def test_misuse_of_the_script_is_an_error_that_explains_it() -> None:
    engine = ScriptedEngine()
    with pytest.raises(RuntimeError, match="this engine was not opened"):
        engine.finish(TaskId("f" * 32))
    with Client(engine), pytest.raises(RuntimeError, match="open was called twice"):
        Client(engine)
    with pytest.raises(RuntimeError, match="after close"):
        engine.submit(())


@pytest.mark.parametrize(
    "path",
    [
        "docs/writing-an-engine.md",
        "tests/support/thread_engine.py",
        "scaler_lab/testing/_contract_monitor.py",
    ],
)
def test_an_engine_needs_no_module_but_the_stable_ones(path: str) -> None:
    text = (Path(__file__).parents[2] / path).read_text()
    used = set(re.findall(r"^(?:>>> |\.\.\. )?from (scaler_lab\S*) import", text, re.MULTILINE))
    stable = {"scaler_lab", "scaler_lab.engines.base", "scaler_lab.errors", "scaler_lab.testing"}
    assert used
    assert used <= stable
    assert set(base.__all__) <= vars(base).keys()
