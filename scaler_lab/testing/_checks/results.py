"""Checks of results: values and exceptions come back complete, in order, each from its own task."""

from __future__ import annotations

import functools
import math
import threading
from typing import Any

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import Status
from scaler_lab.engines.base import (
    TaskStarted,
)
from scaler_lab.errors import ResultUnserializable, TaskExited, TaskUnserializable
from scaler_lab.testing import _work
from scaler_lab.testing._workbench import Workbench, expect


def results_come_back(workbench: Workbench) -> str:
    """Functions, builtins, methods, partials and coroutine functions return their values."""
    submit = workbench.client.submit
    futures: list[tuple[ScalerFuture[Any], Any]] = [
        (submit(_work.echo, {"nested": [1, (2, 3)]}), {"nested": [1, (2, 3)]}),
        (submit(_work.subtract, left=7, right=2), 5),
        (submit(math.sqrt, 16.0), 4.0),
        (submit("upper case".upper), "UPPER CASE"),
        (submit(functools.partial(divmod, 17), 5), (3, 2)),
        (submit(_work.echo, None), None),
        (submit(_work.echo_later, [1, 2]), [1, 2]),
        (submit(functools.partial(_work.echo_later, 3)), 3),
    ]
    returned = submit(_work.echo, ValueError("returned, not raised"))
    workbench.expect_done([returned, *(future for future, _ in futures)])
    for future, value in futures:
        expect(future.exception() is None, f"{future!r} raised {future.exception()!r}")
        given = future.result()
        expect(given == value, f"{future!r} gave {given!r} instead of {value!r}")
        expect(future.status is Status.SUCCEEDED, f"{future!r} has its value, and that status")
    expect(returned.exception() is None, "an exception that was returned counts as raised")
    expect(str(returned.result()) == "returned, not raised", "a returned exception is gone")
    return ""


def exceptions_come_back(workbench: Workbench) -> str:
    """An exception that a task raises keeps its type and arguments, and fails only that task."""
    two_part = workbench.client.submit(_work.raise_two_part, 42, "no such column")
    key_error = workbench.client.submit(_work.raise_key_error, ("a", 1))
    wrong_call = workbench.client.submit(_work.subtract, left=1)
    after = workbench.client.submit(_work.echo, "still here")
    workbench.expect_done((two_part, key_error, wrong_call, after))
    error = two_part.exception()
    expect(isinstance(error, _work.TwoPartError), f"TwoPartError came back as {error!r}")
    assert isinstance(error, _work.TwoPartError)
    expect((error.code, error.text) == (42, "no such column"), f"its parts came back as {error!r}")
    error = key_error.exception()
    expect(isinstance(error, KeyError) and error.args == (("a", 1),), f"KeyError became {error!r}")
    error = wrong_call.exception()
    expect(isinstance(error, TypeError), f"a wrong call raised {error!r} instead of TypeError")
    expect(two_part.status is Status.FAILED, f"{two_part!r} raised, and has that status")
    expect(after.result() == "still here", "the next task did not succeed")
    return ""


def exits_are_caught(workbench: Workbench) -> str:
    """`sys.exit` in a task fails it with `TaskExited`, and the engine goes on."""
    future = workbench.client.submit(_work.exit_with, 3)
    workbench.expect_done((future,))
    error = future.exception()
    expect(isinstance(error, TaskExited) and error.code == 3, f"SystemExit(3) became {error!r}")
    expect(
        workbench.client.submit(_work.echo, 1).result(workbench.patience) == 1, "the engine stopped"
    )
    return ""


def unserializable_values_are_settled(workbench: Workbench) -> str:
    """An argument that can't be sent raises in submit; a result that can't fails its task."""
    try:
        sent = workbench.client.submit(_work.echo, threading.Lock())
    except TaskUnserializable:
        pass
    else:
        workbench.expect_done((sent,))  # nothing is sent: the task runs in this process
        expect(sent.exception() is None, f"submit took it, then it failed: {sent.exception()!r}")
    try:
        group = workbench.client.submit_each(_work.echo, [1, threading.Lock(), 3])
    except TaskUnserializable:
        expect(not workbench.engine.undone, "submit raised, and left tasks behind")
    else:
        workbench.expect_done(group)
    returned = workbench.client.submit(_work.return_lock)
    workbench.expect_done((returned,))
    error = returned.exception()
    expect(
        error is None or isinstance(error, ResultUnserializable),
        f"a result that can't be sent back gave {error!r}",
    )
    return ""


def a_thousand_tasks_come_back_in_order(workbench: Workbench) -> str:
    """Many tasks submitted as one return their values in order, with exactly one verdict each."""
    group = workbench.client.submit_each(_work.echo, range(1000))
    workbench.expect_done(group)
    expect(group.results(0) == list(range(1000)), "some values are wrong, or in another's place")
    return ""


def any_thread_may_submit(workbench: Workbench) -> str:
    """Eight threads submit at the same time, and each gets its own results."""
    wrong: list[str] = []

    def submit_some(start: int) -> None:
        futures = [workbench.client.submit(_work.echo, n) for n in range(start, start + 25)]
        try:
            given = [future.result(workbench.patience) for future in futures]
        except Exception as error:
            wrong.append(repr(error))
        else:
            if given != list(range(start, start + 25)):
                wrong.append(f"the thread of {start} got {given}")

    threads = [threading.Thread(target=submit_some, args=(100 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(not wrong, "; ".join(wrong[:3]))
    return ""


def starts_are_told_as_stated(workbench: Workbench) -> str:
    """A running task is shown as running, if and only if the engine states `reports_starts`."""
    folder = workbench.new_folder()
    future = workbench.running(folder)
    if workbench.engine.reports_starts:
        workbench.wait_until(
            lambda: future.status is Status.RUNNING, f"{future!r} to be shown running"
        )
        expect(future.running(), "its status is running; running() returns False")
        expect(future.started_at is not None, "TaskStarted had no time")
    _work.release(folder)
    workbench.expect_done((future,))
    expect(future.result() == "running", "it ran, and gave another value than its own")
    started = any(
        type(event) is TaskStarted for event in workbench.engine.events_of(future.task_id)
    )
    expect(started is workbench.engine.reports_starts, f"TaskStarted was reported: {started}")
    return ""
