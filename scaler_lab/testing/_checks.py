"""The checks of the conformance kit, each a function whose docstring is the rule it holds to.

A check gets a `Bench` and raises `Broken` where the rule doesn't hold.  It returns an empty string,
or says why there was nothing to check.  What the engine states (`reach`, `reports_starts`) decides
which half of a check applies; there is no engine for which a check asks nothing in silence.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, as_completed, wait
from typing import Any, NamedTuple

from scaler_lab.facts.errors import (
    EngineLost,
    FeatureMissing,
    ResultUnserializable,
    TaskExited,
    TaskUnserializable,
    WorkerDied,
)
from scaler_lab.facts.lifecycle import Resolution, Status
from scaler_lab.facts.messages import (
    Event,
    Progress,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskId,
    TaskResult,
    TaskStarted,
)
from scaler_lab.memory.future import ScalerFuture
from scaler_lab.ports.engine import Feature
from scaler_lab.testing import _work
from scaler_lab.testing._bench import Bench, Broken, expect

STRANGER = TaskId("f" * 32)
"""The id of a task that nobody submitted."""


class CheckFunction(NamedTuple):
    """One check.  Those that end the engine get one of their own."""

    run: Callable[[Bench], str]
    ends_engine: bool = False


# -- results --------------------------------------------------------------------------------------


def results_come_back(bench: Bench) -> str:
    """Functions, builtins, methods, partials and keyword-only arguments give their values."""
    submit = bench.client.submit
    futures: list[tuple[ScalerFuture[Any], Any]] = [
        (submit(_work.echo, {"nested": [1, (2, 3)]}), {"nested": [1, (2, 3)]}),
        (submit(_work.subtract, left=7, right=2), 5),
        (submit(math.sqrt, 16.0), 4.0),
        (submit("upper case".upper), "UPPER CASE"),
        (submit(functools.partial(divmod, 17), 5), (3, 2)),
        (submit(_work.echo, None), None),
    ]
    returned = submit(_work.echo, ValueError("returned, not raised"))
    bench.expect_done([returned, *(future for future, _ in futures)])
    for future, value in futures:
        expect(future.exception() is None, f"{future!r} raised {future.exception()!r}")
        given = future.result()
        expect(given == value, f"{future!r} gave {given!r} instead of {value!r}")
        expect(future.status is Status.SUCCEEDED, f"{future!r} has its value, and that status")
    expect(returned.exception() is None, "an exception that was returned counts as raised")
    expect(str(returned.result()) == "returned, not raised", "a returned exception is gone")
    return ""


def exceptions_come_back(bench: Bench) -> str:
    """What a task raises keeps its type and its arguments, and fails that task only."""
    two_part = bench.client.submit(_work.raise_two_part, 42, "no such column")
    key_error = bench.client.submit(_work.raise_key_error, ("a", 1))
    wrong_call = bench.client.submit(_work.subtract, left=1)
    after = bench.client.submit(_work.echo, "still here")
    bench.expect_done((two_part, key_error, wrong_call, after))
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


def exits_are_caught(bench: Bench) -> str:
    """`sys.exit` in a task fails it with `TaskExited`, and the engine goes on."""
    future = bench.client.submit(_work.exit_with, 3)
    bench.expect_done((future,))
    error = future.exception()
    expect(isinstance(error, TaskExited) and error.code == 3, f"SystemExit(3) became {error!r}")
    expect(bench.client.submit(_work.echo, 1).result(bench.patience) == 1, "the engine stopped")
    return ""


def unserializable_values_are_settled(bench: Bench) -> str:
    """What can't be sent raises `TaskUnserializable` from submit; what can't come back fails."""
    try:
        sent = bench.client.submit(_work.echo, threading.Lock())
    except TaskUnserializable:
        pass
    else:
        bench.expect_done((sent,))  # nothing needs sending: the task runs in this process
        expect(sent.exception() is None, f"submit took it, then it failed: {sent.exception()!r}")
    try:
        group = bench.client.submit_each(_work.echo, [1, threading.Lock(), 3])
    except TaskUnserializable:
        expect(not bench.engine.undone, "submit raised, and left tasks behind")
    else:
        bench.expect_done(group)
    returned = bench.client.submit(_work.return_lock)
    bench.expect_done((returned,))
    error = returned.exception()
    expect(
        error is None or isinstance(error, ResultUnserializable),
        f"a result that can't be sent back gave {error!r}",
    )
    return ""


def a_thousand_tasks_come_back_in_order(bench: Bench) -> str:
    """Many tasks submitted as one give their values in order, each exactly one verdict."""
    group = bench.client.submit_each(_work.echo, range(1000))
    bench.expect_done(group)
    expect(group.results(0) == list(range(1000)), "some values are wrong, or in another's place")
    return ""


def any_thread_may_submit(bench: Bench) -> str:
    """Eight threads submit at the same time, and each gets its own results."""
    wrong: list[str] = []

    def submit_some(start: int) -> None:
        futures = [bench.client.submit(_work.echo, n) for n in range(start, start + 25)]
        try:
            given = [future.result(bench.patience) for future in futures]
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


def starts_are_told_as_stated(bench: Bench) -> str:
    """A task that runs is shown running, if and only if the engine states `reports_starts`."""
    folder = bench.new_folder()
    future = bench.running(folder)
    if bench.engine.reports_starts:
        bench.wait_until(lambda: future.status is Status.RUNNING, f"{future!r} to be shown running")
        expect(future.running(), "its status is running; running() says otherwise")
        expect(future.started_at is not None, "TaskStarted had no time")
    _work.release(folder)
    bench.expect_done((future,))
    expect(future.result() == "running", "it ran, and gave another value than its own")
    started = any(type(event) is TaskStarted for event in bench.engine.events_of(future.task_id))
    expect(started is bench.engine.reports_starts, f"it was told that it started: {started}")
    return ""


# -- cancelling -----------------------------------------------------------------------------------


def a_queued_task_never_starts(bench: Bench) -> str:
    """A task cancelled in the queue is confirmed as NEVER_STARTED, and never runs (R6)."""
    folder = bench.new_folder()
    crowd = bench.crowded(folder)
    chosen = crowd[-max(1, bench.crowd // 4) :]
    for future in chosen:
        expect(future.request_cancel(), f"request_cancel() of {future!r} returned False")
    bench.expect_done(chosen)
    never = [f for f in chosen if f.cancel_resolution is Resolution.NEVER_STARTED]
    expect(
        never,
        f"of {bench.crowd} tasks waiting for release, none of the last {len(chosen)} was taken out "
        "of the queue; does the engine run more than that at once?  Then raise crowd",
    )
    _work.release(folder)
    bench.expect_done(crowd)
    for future in never:
        key = f"crowd-{crowd.index(future)}"
        expect(
            not _work.has_started(folder, key), f"{future!r} was confirmed as such, and then ran"
        )
    for future in crowd[: -len(chosen)]:
        expect(not future.cancelled(), f"{future!r} ended cancelled; nobody asked")
    return ""


def a_running_task_is_stopped_or_shown_cancelling(bench: Bench) -> str:
    """A confirmation is only told once the code has stopped; else it goes on, and is shown so."""
    return _stop_running(bench, _work.beat, force=False)


def a_stubborn_task_is_stopped_or_shown_cancelling(bench: Bench) -> str:
    """The same holds for a task that swallows every exception."""
    return _stop_running(bench, _work.beat_stubbornly, force=False)


def a_forced_cancel_stops_or_shows_cancelling(bench: Bench) -> str:
    """The same holds for `cancel(force=True)`."""
    return _stop_running(bench, _work.beat_stubbornly, force=True)


def _stop_running(bench: Bench, work: Callable[[str, str], str], *, force: bool) -> str:
    folder = bench.new_folder()
    future = bench.running(folder, work)
    beats_at_confirmation: list[int] = []

    def note(event: Event) -> None:
        if type(event) is TaskCancelConfirm and event.task_id == future.task_id:
            beats_at_confirmation.append(_work.count_beats(folder, "running"))

    bench.engine.on_event = note
    try:
        if not bench.stops(stubborn=work is _work.beat_stubbornly, force=force):
            _expect_cancelling(bench, future, folder, force=force)
            return ""
        expect(future.cancel(bench.patience, force=force), "cancel() returned False")
        expect(future.done(), f"no answer to the cancel came within {bench.patience:g} s")
        expect(future.cancelled(), f"{future!r} did not end cancelled")
        expect(
            future.cancel_resolution in (Resolution.INTERRUPTED, Resolution.KILLED),
            f"it ran; its cancel was settled as {future.cancel_resolution!r}",
        )
        expect(not bench.is_alive(folder, "running"), "its cancel was confirmed; it still runs")
        after = _work.count_beats(folder, "running")
        expect(
            beats_at_confirmation == [after],
            f"it beat {after} times, and {beats_at_confirmation} times before its confirmation",
        )
    finally:
        bench.engine.on_event = None
    expect(bench.client.submit(_work.echo, 1).result(bench.patience) == 1, "no task runs after it")
    return ""


def _expect_cancelling(
    bench: Bench, future: ScalerFuture[str], folder: str, *, force: bool
) -> None:
    expect(future.cancel(0, force=force), "cancel() returned False")
    bench.wait_until(
        lambda: any(
            type(event) is TaskCancelRefused for event in bench.engine.events_of(future.task_id)
        ),
        "TaskCancelRefused, as the engine states that it can't stop such code",
    )
    expect(bench.is_alive(folder, "running"), "it was stopped; the engine states that it can't")
    expect(future.status is Status.CANCELLING, f"while it runs on, its status is {future.status}")
    expect(not future.done(), "while it runs on, its future is done")
    _work.release(folder)
    bench.expect_cancelled((future,), folder)
    expect(
        future.cancel_resolution is Resolution.FINISHED_FIRST,
        f"it ran to its end; its cancel was settled as {future.cancel_resolution!r}",
    )
    _expect_cancelled_error(future)


def _expect_cancelled_error(future: ScalerFuture[Any]) -> None:
    try:
        value = future.result(0)
    except CancelledError:
        return
    raise Broken(f"{future!r} is cancelled, and gave {value!r}")


def a_done_task_cannot_be_cancelled(bench: Bench) -> str:
    """Cancelling after the end returns False, sends nothing and keeps the result (R4)."""
    future = bench.client.submit(_work.echo, "kept")
    failed = bench.client.submit(_work.raise_key_error, "kept")
    bench.expect_done((future, failed))
    sent = len(bench.engine.cancels)
    expect(not future.cancel(), "cancel() of a task that succeeded returned True")
    expect(not failed.cancel(), "cancel() of a task that failed returned True")
    expect(len(bench.engine.cancels) == sent, "a TaskCancel was sent for a done task")
    expect(future.result() == "kept", "its result is gone")
    return ""


def cancelling_again_asks_nothing(bench: Bench) -> str:
    """However many threads cancel one task, the engine hears of it once (R1)."""
    folder = bench.new_folder()
    future = bench.running(folder)
    threads = [threading.Thread(target=future.cancel, args=(bench.patience,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    bench.wait_until(
        lambda: future.cancelled() or future.status is Status.CANCELLING, "a cancel to be asked"
    )
    bench.expect_cancelled((future,), folder)
    for thread in threads:
        thread.join(bench.patience)
        expect(not thread.is_alive(), "the future is done; a thread still waits in cancel()")
    asked = [c for c in bench.engine.cancels if future.task_id in c.task_ids]
    expect(len(asked) == 1, f"{len(asked)} TaskCancels were sent")
    _expect_cancelled_error(future)
    return ""


def unknown_tasks_are_ignored(bench: Bench) -> str:
    """A cancel of a stranger, or of a done task, raises nothing and is answered by nothing."""
    future = bench.client.submit(_work.echo, 1)
    bench.expect_done((future,))
    before = len(bench.engine.events_of(future.task_id))
    bench.engine.request_cancel(TaskCancel((STRANGER, future.task_id)))
    bench.engine.request_cancel(TaskCancel((STRANGER,), force=True))
    bench.engine.request_cancel(TaskCancel(()))
    expect(bench.client.submit(_work.echo, 2).result(bench.patience) == 2, "the engine stopped")
    expect(not bench.engine.events_of(STRANGER), "events came for a task that nobody submitted")
    expect(len(bench.engine.events_of(future.task_id)) == before, "a done task was answered again")
    return ""


def a_callback_may_cancel(bench: Bench) -> str:
    """A done-callback cancels another task, without a deadlock (R10)."""
    folder, other_folder = bench.new_folder(), bench.new_folder()
    first = bench.running(folder)
    other = bench.client.submit(_work.beat, other_folder, "other")  # runs, or waits for first's end
    returned: list[bool] = []
    called = threading.Event()

    def cancel_other(_: object) -> None:
        returned.append(other.cancel(bench.patience))
        called.set()

    first.add_done_callback(cancel_other)
    first.request_cancel()
    bench.expect_cancelled((first,), folder)
    expect(called.wait(bench.patience), "the callback did not return")
    expect(returned == [True], f"cancel() in the callback returned {returned}")
    bench.expect_cancelled((other,), other_folder)
    return ""


def asyncio_may_cancel(bench: Bench) -> str:
    """Cancelling what `asyncio.wrap_future` gave asks to stop the task, and blocks no loop."""
    folder = bench.new_folder()
    future = bench.running(folder)

    async def cancel_it() -> None:
        wrapped = asyncio.wrap_future(future)
        wrapped.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await wrapped
        await asyncio.sleep(0)

    async def await_one() -> int:
        return await bench.client.submit(_work.echo, 5)

    asyncio.run(cancel_it())
    expect(future.status in (Status.CANCELLING, Status.CANCELLED), f"{future!r} was not asked")
    bench.expect_cancelled((future,), folder)
    expect(asyncio.run(await_one()) == 5, "awaiting a future gave another value")
    return ""


def bulk_cancel_is_one_message(bench: Bench) -> str:
    """`client.cancel()` of many tasks sends one TaskCancel, and each ends cancelled."""
    folder = bench.new_folder()
    crowd = bench.crowded(folder)
    sent = len(bench.engine.cancels)
    accepted = bench.client.cancel(crowd, 0)
    expect(accepted == len(crowd), f"{len(crowd)} were running or queued; {accepted} accepted")
    bench.expect_cancelled(crowd, folder)
    expect(len(bench.engine.cancels) == sent + 1, "more than one TaskCancel was sent")
    return ""


def an_atomic_group_is_cancelled_as_one(bench: Bench) -> str:
    """Cancelling one member of an atomic group cancels all, in one message with the group's id."""
    folder = bench.new_folder()
    keys = [f"member-{i}" for i in range(bench.crowd)]
    group = bench.client.submit_each(_work.hold, [folder] * bench.crowd, keys, atomic=True)
    sent = len(bench.engine.cancels)
    expect(group[-1].request_cancel(), "request_cancel() returned False")
    bench.expect_cancelled(group, folder)
    messages = bench.engine.cancels[sent:]
    expect(len(messages) == 1, f"{len(messages)} TaskCancels were sent")
    expect(messages[0].group is not None, "the TaskCancel did not name the group")
    return ""


def waiters_see_cancelled_futures(bench: Bench) -> str:
    """`wait` and `as_completed` give cancelled futures like any others (R7)."""
    folder = bench.new_folder()
    crowd = bench.crowded(folder)
    seen: list[Future[str]] = []

    def look() -> None:
        with contextlib.suppress(TimeoutError):
            seen.extend(as_completed(crowd, timeout=bench.patience))

    watcher = threading.Thread(target=look)
    watcher.start()
    bench.client.cancel(crowd, 0)
    bench.expect_cancelled(crowd, folder)
    watcher.join(bench.patience)
    expect(len(seen) == len(set(seen)) == len(crowd), f"as_completed gave {len(seen)}")
    expect(not wait(crowd, timeout=0).not_done, "wait counts some as not done")
    return ""


def a_storm_of_cancels_is_answered_truthfully(bench: Bench) -> str:
    """Short tasks cancelled in flight: what never started left no trace, the others are whole."""
    folder = bench.new_folder()
    futures: list[ScalerFuture[str]] = []
    asked: dict[int, bool] = {}
    for n in range(200):
        futures.append(bench.client.submit(_work.mark, folder, str(n)))
        if n % 2:
            asked[n] = futures[n].request_cancel()
    bench.expect_done(futures)
    for n, future in enumerate(futures):
        expect(
            future.cancelled() is asked.get(n, False),
            f"{future!r}: request_cancel() said {asked.get(n, 'nothing, for it was not called')}",
        )
        if future.cancel_resolution is Resolution.NEVER_STARTED:
            expect(not _work.has_started(folder, str(n)), f"{future!r} left a trace")
        if not future.cancelled():
            expect(future.result(0) == str(n), f"{future!r} gave {future.result(0)!r}")
    return ""


def a_cancel_hits_no_other_task(bench: Bench) -> str:
    """Tasks that wait behind a cancelled one, or come after it, run to their end."""
    for _ in range(5):
        folder = bench.new_folder()
        future = bench.running(folder)
        behind = bench.client.submit_each(_work.echo, range(8))
        future.request_cancel()
        after = bench.client.submit_each(_work.echo, range(8))
        bench.expect_cancelled((future,), folder)
        bench.expect_done([*behind, *after])
        for other in (*behind, *after):
            expect(
                not other.cancelled() and other.exception() is None,
                f"{other!r} ended so after another task was cancelled",
            )
    return ""


# -- the contract's small print -------------------------------------------------------------------


def calls_from_inside_emit_return(bench: Bench) -> str:
    """`submit` and `request_cancel` return from inside emit, and from elsewhere meanwhile."""
    inside: list[ScalerFuture[int]] = []
    stuck: list[str] = []
    once = threading.Lock()

    def call_back(event: Event) -> None:
        if type(event) is not TaskResult or not once.acquire(blocking=False):
            return
        bench.engine.request_cancel(TaskCancel((STRANGER,)))
        inside.append(bench.client.submit(_work.echo, 1))
        inside[0].request_cancel()

        def from_elsewhere() -> None:
            # EngineLost: it was stuck for so long that the bench was closed meanwhile.
            with contextlib.suppress(EngineLost):
                bench.engine.request_cancel(TaskCancel((STRANGER,)))
                inside.append(bench.client.submit(_work.echo, 2))

        thread = threading.Thread(target=from_elsewhere, daemon=True)
        thread.start()
        thread.join(bench.patience / 2)
        if thread.is_alive():
            stuck.append("a call from another thread waits while emit runs: is a lock held?")

    bench.engine.on_event = call_back
    try:
        first = bench.client.submit(_work.echo, 0)
        bench.expect_done((first,))
    finally:
        bench.engine.on_event = None
    expect(not stuck, "; ".join(stuck))
    bench.expect_done(inside)
    return ""


def a_dead_worker_fails_one_task(bench: Bench) -> str:
    """A worker that dies fails its task with `WorkerDied`, and no other (R8).

    Where the engine states that it doesn't survive that, all open tasks get a clear error.
    """
    if bench.client.submit(_work.where).result(bench.patience) == os.getpid():
        return "its tasks run in this very process: it has no worker that could die alone"
    if not bench.engine.survives_worker_death:
        return _a_dead_worker_ends_the_engine(bench)
    crowd = bench.client.submit_each(_work.echo, range(20))
    dead = bench.client.submit(_work.die)
    after = bench.client.submit_each(_work.echo, range(20))
    bench.expect_done([*crowd, dead, *after])
    expect(isinstance(dead.exception(), WorkerDied), f"its future has {dead.exception()!r}")
    expect(crowd.results(0) == after.results(0) == list(range(20)), "other tasks suffered")
    return ""


def _a_dead_worker_ends_the_engine(bench: Bench) -> str:
    folder, other_folder = bench.new_folder(), bench.new_folder()
    dead = bench.client.submit(_work.die_when_released, folder, "dead")
    behind = bench.client.submit_each(
        _work.hold, [other_folder] * bench.crowd, [f"crowd-{i}" for i in range(bench.crowd)]
    )
    behind[-1].request_cancel()
    _work.release(folder)
    bench.expect_done([dead, *behind])
    open_futures: list[ScalerFuture[Any]] = [dead, *behind[:-1]]
    for future in open_futures:
        expect(
            not future.cancelled() and isinstance(future.exception(), EngineLost | WorkerDied),
            f"its worker, or with it its engine, died: {future!r}",
        )
    expect(behind[-1].cancelled(), f"{behind[-1]!r} was asked before the worker died")
    try:
        bench.client.submit(_work.echo, 1)
    except EngineLost:
        return ""
    raise Broken("the engine is lost, and submit raised nothing")


def shutdown_lets_tasks_end(bench: Bench) -> str:
    """`shutdown` waits for the accepted tasks, and ends the engine (stdlib's Executor)."""
    group = bench.client.submit_each(_work.echo, range(50))
    bench.client.shutdown()
    expect(group.done, "shutdown(wait=True) returned before the tasks were done")
    expect(group.results(0) == list(range(50)), "some values are wrong")
    try:
        bench.client.submit(_work.echo, 1)
    except RuntimeError:
        return ""
    raise Broken("submit after shutdown raised nothing")


def close_settles_every_future(bench: Bench) -> str:
    """`close` under running and queued tasks stops what it can, and settles every future."""
    folder = bench.new_folder()
    running = bench.running(folder)
    crowd = bench.client.submit_each(
        _work.hold, [folder] * bench.crowd, [f"crowd-{i}" for i in range(bench.crowd)]
    )
    bench.engine.close(wait=True)
    bench.expect_done([running, *crowd])
    if bench.stops_running:
        expect(not bench.is_alive(folder, "running"), "close(wait=True) returned; a task runs on")
    for future in (running, *crowd):
        expect(
            future.cancelled() or isinstance(future.exception(), EngineLost),
            f"the engine closed under {future!r}",
        )
    return ""


def close_is_idempotent(bench: Bench) -> str:
    """`close` may be called twice, and by several threads at once; all return."""
    raised: list[str] = []

    def close(wait: bool) -> None:
        try:
            bench.engine.close(wait=wait)
        except Exception as error:
            raised.append(repr(error))

    threads = [threading.Thread(target=close, args=(n % 2 == 0,), daemon=True) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(bench.patience)
        expect(not thread.is_alive(), "a close() did not return")
    close(wait=True)
    expect(not raised, f"close() raised: {'; '.join(raised)}")
    return ""


def a_lost_engine_settles_every_future(
    bench: Bench, lose: Callable[[Any], object] | None = None
) -> str:
    """After `EngineGone` no future waits, and `submit` raises `EngineLost` (R8)."""
    if lose is None:
        return "check_engine was given no `lose` to make the engine fail with"
    folder = bench.new_folder()
    running = bench.running(folder)
    crowd = bench.client.submit_each(
        _work.hold, [folder] * bench.crowd, [f"crowd-{i}" for i in range(bench.crowd)]
    )
    crowd[-1].request_cancel()
    lose(bench.engine.inner)
    bench.expect_done([running, *crowd])
    expect(crowd[-1].cancelled(), f"{crowd[-1]!r} was asked before the engine went")
    errors: tuple[type[Exception], ...] = (EngineLost,)
    if not bench.engine.survives_worker_death:
        errors = (EngineLost, WorkerDied)  # which may be how it went
    for future in (running, *crowd[:-1]):
        expect(
            not future.cancelled() and isinstance(future.exception(), errors),
            f"the engine went away under {future!r}",
        )
    # Not through the client, which knows itself that the engine is gone.
    task = Task(STRANGER, "too late", _work.echo, (1,))
    try:
        bench.engine.inner.submit((task,))
    except EngineLost:
        return ""
    raise Broken("submit after EngineGone raised nothing")


def an_empty_submit_is_nothing(bench: Bench) -> str:
    """`submit` of no tasks does nothing."""
    bench.engine.submit(())
    expect(bench.client.submit(_work.echo, 1).result(bench.patience) == 1, "the engine stopped")
    return ""


def what_tasks_say_is_told_as_stated(bench: Bench) -> str:
    """What a task writes and how far it is are told while it runs and whole at its end, or not."""
    features = bench.engine.features
    folder = bench.new_folder()
    future = bench.client.submit(_work.talk, folder, "talker")
    bench.wait_until(lambda: _work.has_started(folder, "talker"), "the task to start")
    if Feature.PROGRESS in features:
        halfway = Progress(1, 2, "talker")
        bench.wait_until(lambda: future.progress == halfway, "a running task's progress")
    if Feature.OUTPUT in features:
        bench.wait_until(lambda: future.output() == "talker begins\n", "a running task's output")
    _work.release(folder)
    bench.expect_done((future,))
    if Feature.PROGRESS in features:
        expect(future.progress == Progress(2, 2, "talker"), f"it ended at {future.progress}")
    else:
        expect(future.progress is None, f"progress is told ({future.progress}), and not stated")
    if Feature.OUTPUT in features:
        said = future.output()
        expect(said == "talker begins\ntalker ends\n", f"its output is told as {said!r}")
        return ""
    try:
        future.output()
    except FeatureMissing:
        return "" if Feature.PROGRESS in features else "it states that it tells neither"
    raise Broken("the engine does not state that it tells output, and output() does not say so")


def shared_values_reach_tasks_or_are_refused(bench: Bench) -> str:
    """A shared value reaches every task that is given it; an engine that can't share says so."""
    if Feature.SHARED_DATA not in bench.engine.features:
        try:
            bench.client.scatter([1])
        except FeatureMissing:
            return "it states that it keeps no shared data"
        raise Broken("scatter was accepted, and the engine states no SHARED_DATA")
    value = {"numbers": list(range(1000)), "bytes": b"x" * 200_000}
    with bench.client.scatter(value) as ref:
        group = bench.client.submit_each(_work.echo, [[ref]] * 5)
        bench.expect_done(group)
        expect(group.results(0) == [[value]] * 5, "a task got another value")
    return ""


CHECKS = (
    CheckFunction(results_come_back),
    CheckFunction(exceptions_come_back),
    CheckFunction(exits_are_caught),
    CheckFunction(unserializable_values_are_settled),
    CheckFunction(a_thousand_tasks_come_back_in_order),
    CheckFunction(any_thread_may_submit),
    CheckFunction(an_empty_submit_is_nothing),
    CheckFunction(starts_are_told_as_stated),
    CheckFunction(a_queued_task_never_starts),
    CheckFunction(a_running_task_is_stopped_or_shown_cancelling),
    CheckFunction(a_stubborn_task_is_stopped_or_shown_cancelling),
    CheckFunction(a_forced_cancel_stops_or_shows_cancelling),
    CheckFunction(a_done_task_cannot_be_cancelled),
    CheckFunction(cancelling_again_asks_nothing),
    CheckFunction(unknown_tasks_are_ignored),
    CheckFunction(a_callback_may_cancel),
    CheckFunction(asyncio_may_cancel),
    CheckFunction(bulk_cancel_is_one_message),
    CheckFunction(an_atomic_group_is_cancelled_as_one),
    CheckFunction(waiters_see_cancelled_futures),
    CheckFunction(a_storm_of_cancels_is_answered_truthfully),
    CheckFunction(a_cancel_hits_no_other_task),
    CheckFunction(calls_from_inside_emit_return),
    CheckFunction(what_tasks_say_is_told_as_stated),
    CheckFunction(shared_values_reach_tasks_or_are_refused),
    CheckFunction(a_dead_worker_fails_one_task, ends_engine=True),
    CheckFunction(shutdown_lets_tasks_end, ends_engine=True),
    CheckFunction(close_settles_every_future, ends_engine=True),
    CheckFunction(close_is_idempotent, ends_engine=True),
)
"""All but `a_lost_engine_settles_every_future`, which needs the caller's help."""
