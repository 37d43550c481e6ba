"""Checks of edge cases: calls at unusual times, and features that an engine need not have."""

from __future__ import annotations

import contextlib
import functools
import threading
from typing import Any

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.stack import gather_stacks
from scaler_lab.engines.base import (
    Event,
    Feature,
    Progress,
    TaskCancel,
    TaskResult,
)
from scaler_lab.errors import EngineLost, FeatureMissing, TaskOverMemory
from scaler_lab.testing import _work
from scaler_lab.testing._workbench import UNKNOWN_TASK, Broken, Workbench, expect

MEMORY_LIMIT = "64 MiB"
TOO_MUCH = 1 << 40  # bytes


def calls_from_inside_emit_return(workbench: Workbench) -> str:
    """`submit` and `request_cancel` return if called inside emit, or elsewhere meanwhile."""
    inside: list[ScalerFuture[Any]] = []
    stuck: list[str] = []
    once = threading.Lock()

    def call_back(event: Event) -> None:
        if type(event) is not TaskResult or not once.acquire(blocking=False):
            return
        workbench.engine.request_cancel(TaskCancel((UNKNOWN_TASK,)))
        inside.append(workbench.client.submit(_work.echo, 1))
        inside[0].request_cancel()

        def from_elsewhere() -> None:
            # EngineLost: it was stuck for so long that the workbench was closed meanwhile.
            with contextlib.suppress(EngineLost):
                workbench.engine.request_cancel(TaskCancel((UNKNOWN_TASK,)))
                inside.append(workbench.client.submit(_work.echo, 2))

        thread = threading.Thread(target=from_elsewhere, daemon=True)
        thread.start()
        thread.join(workbench.patience / 2)
        if thread.is_alive():
            stuck.append("a call from another thread waits while emit runs: is a lock held?")

    workbench.engine.on_event = call_back
    try:
        first = workbench.client.submit(_work.echo, 0)
        workbench.expect_done((first,))
    finally:
        workbench.engine.on_event = None
    expect(not stuck, "; ".join(stuck))
    workbench.expect_done(inside)
    return ""


def an_empty_submit_is_nothing(workbench: Workbench) -> str:
    """`submit` of no tasks does nothing."""
    workbench.engine.submit(())
    expect(
        workbench.client.submit(_work.echo, 1).result(workbench.patience) == 1, "the engine stopped"
    )
    return ""


def what_tasks_say_is_told_as_stated(workbench: Workbench) -> str:
    """If stated, output and progress are reported while a task runs and in full at its end."""
    features = workbench.engine.features
    folder = workbench.new_folder()
    future = workbench.client.submit(_work.talk, folder, "talker")
    workbench.wait_until(lambda: _work.has_started(folder, "talker"), "the task to start")
    if Feature.PROGRESS in features:
        halfway = Progress(1, 2, "talker")
        workbench.wait_until(lambda: future.progress == halfway, "a running task's progress")
    if Feature.OUTPUT in features:
        workbench.wait_until(
            lambda: future.output() == "talker begins\n", "a running task's output"
        )
    _work.release(folder)
    workbench.expect_done((future,))
    if Feature.PROGRESS in features:
        expect(future.progress == Progress(2, 2, "talker"), f"it ended at {future.progress}")
    else:
        expect(future.progress is None, f"progress is reported ({future.progress}), and not stated")
    if Feature.OUTPUT in features:
        output = future.output()
        expect(output == "talker begins\ntalker ends\n", f"its output is reported as {output!r}")
        return ""
    try:
        future.output()
    except FeatureMissing:
        return "" if Feature.PROGRESS in features else "it states that it reports neither"
    raise Broken("the engine does not state that it reports output, and output() raises nothing")


def shared_values_reach_tasks_or_are_refused(workbench: Workbench) -> str:
    """A shared value reaches every task that uses it; an engine without sharing refuses it."""
    if Feature.SHARED_DATA not in workbench.engine.features:
        try:
            workbench.client.scatter([1])
        except FeatureMissing:
            return "it states that it keeps no shared data"
        raise Broken("scatter was accepted, and the engine states no SHARED_DATA")
    value = {"numbers": list(range(1000)), "bytes": b"x" * 200_000}
    with workbench.client.scatter(value) as ref:
        group = workbench.client.submit_each(_work.echo, [[ref]] * 5)
        workbench.expect_done(group)
        expect(group.results(0) == [[value]] * 5, "a task got another value")
    return ""


def stacks_are_those_of_the_task_or_are_refused(workbench: Workbench) -> str:
    """An engine that states stacks shows where its tasks are; another one refuses."""
    folder = workbench.new_folder()
    future = workbench.client.submit(_work.hold, folder, "held")
    workbench.wait_until(lambda: _work.has_started(folder, "held"), "the task to start")
    if Feature.STACKS not in workbench.engine.features:
        try:
            future.stack()
        except FeatureMissing:
            return "it states that it shows no stacks"
        finally:
            _work.release(folder)
        raise Broken("stack() was accepted, and the engine states no STACKS")
    if workbench.engine.reports_starts:  # until its start is reported, the task counts as queued
        workbench.wait_until(future.running, "the start of the task to be reported")
    names = [frame.name for frame in future.stack(workbench.patience).frames]
    expect(names[:1] == [_work.hold.__name__], f"a task's stack begins with {names}")
    request = functools.partial(future.manager.request_stack, future, at_once=True)
    [stack] = gather_stacks([(future.task_id, request)], workbench.patience)
    names = [frame.name for frame in stack.threads[0]] if stack.threads else []
    expect(names[:1] == [_work.hold.__name__], f"a stack that is read at once begins with {names}")
    _work.release(folder)
    workbench.expect_done((future,))
    expect(future.stack().state == "ended", "a task that has ended has a stack")
    return ""


def usage_is_that_of_the_task_or_is_refused(workbench: Workbench) -> str:
    """An engine that states usage measures what its tasks use; another one refuses."""
    folder = workbench.new_folder()
    future = workbench.client.submit(_work.hold, folder, "held")
    workbench.wait_until(lambda: _work.has_started(folder, "held"), "the task to start")
    if Feature.USAGE not in workbench.engine.features:
        try:
            _ = future.usage
        except FeatureMissing:
            return "it states that it measures no usage"
        finally:
            _work.release(folder)
        raise Broken("usage was accepted, and the engine states no USAGE")
    expect(future.usage is not None, "a running task has no usage")
    _work.release(folder)
    workbench.expect_done((future,))
    expect(future.usage is None, "a task that has ended has a usage")
    return ""


def memory_limits_are_enforced_or_refused(workbench: Workbench) -> str:
    """An engine that states memory limits stops a task that exceeds one; another one refuses."""
    limited = workbench.client.options(memory=MEMORY_LIMIT)
    if Feature.MEMORY_LIMITS not in workbench.engine.features:
        try:
            limited.submit(_work.echo, 1)
        except FeatureMissing:
            return "it states that it limits no memory"
        raise Broken("memory= was accepted, and the engine states no MEMORY_LIMITS")
    future = limited.submit(_work.allocate, TOO_MUCH)
    workbench.expect_done((future,))
    error = future.exception(0)
    expect(isinstance(error, TaskOverMemory), f"a task over its memory limit ended with {error!r}")
    again = limited.submit(_work.allocate, 1)
    expect(again.result(workbench.patience) == 1, "a task within its limit failed")
    return ""
