"""Checks of cancels: confirmed tasks have stopped, others are shown, and no other task is hit."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, as_completed, wait
from typing import Any

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import Status
from scaler_lab.engines.base import (
    Event,
    Resolution,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
)
from scaler_lab.testing import _work
from scaler_lab.testing._workbench import UNKNOWN_TASK, Broken, Workbench, expect


def a_queued_task_never_starts(workbench: Workbench) -> str:
    """A task cancelled in the queue is confirmed as NEVER_STARTED, and never runs (R6)."""
    folder = workbench.new_folder()
    crowd = workbench.crowded(folder)
    chosen = crowd[-max(1, workbench.crowd // 4) :]
    for future in chosen:
        expect(future.request_cancel(), f"request_cancel() of {future!r} returned False")
    workbench.expect_done(chosen)
    never = [f for f in chosen if f.cancel_resolution is Resolution.NEVER_STARTED]
    expect(
        never,
        f"of {workbench.crowd} tasks waiting for release, none of the last {len(chosen)} was "
        "taken out of the queue; does the engine run more than that at once?  Then raise crowd",
    )
    _work.release(folder)
    workbench.expect_done(crowd)
    for future in never:
        key = f"crowd-{crowd.index(future)}"
        expect(
            not _work.has_started(folder, key), f"{future!r} was confirmed as such, and then ran"
        )
    for future in crowd[: -len(chosen)]:
        expect(not future.cancelled(), f"{future!r} ended cancelled, without a request")
    return ""


def a_running_task_is_stopped_or_shown_cancelling(workbench: Workbench) -> str:
    """A cancel is confirmed only once the code has stopped; until then it shows as cancelling."""
    return _stop_running(workbench, _work.beat, force=False)


def a_stubborn_task_is_stopped_or_shown_cancelling(workbench: Workbench) -> str:
    """The same holds for a task that swallows every exception."""
    return _stop_running(workbench, _work.beat_stubbornly, force=False)


def a_forced_cancel_stops_or_shows_cancelling(workbench: Workbench) -> str:
    """The same holds for `cancel(force=True)`."""
    return _stop_running(workbench, _work.beat_stubbornly, force=True)


def a_running_coroutine_is_stopped_or_shown_cancelling(workbench: Workbench) -> str:
    """The same holds for a coroutine; if it is interrupted, its `finally` blocks run."""
    return _stop_running(workbench, _work.beat_in_a_loop, force=False)


def _stop_running(workbench: Workbench, work: Callable[[str, str], Any], *, force: bool) -> str:
    folder = workbench.new_folder()
    future = workbench.running(folder, work)
    beats_at_confirmation: list[int] = []

    def note(event: Event) -> None:
        if type(event) is TaskCancelConfirm and event.task_id == future.task_id:
            beats_at_confirmation.append(_work.count_beats(folder, "running"))

    workbench.engine.on_event = note
    try:
        if not workbench.stops(stubborn=work is _work.beat_stubbornly, force=force):
            _expect_cancelling(workbench, future, folder, force=force)
            return ""
        expect(future.cancel(workbench.patience, force=force), "cancel() returned False")
        expect(future.done(), f"no answer to the cancel came within {workbench.patience:g} s")
        expect(future.cancelled(), f"{future!r} did not end cancelled")
        expect(
            future.cancel_resolution in (Resolution.INTERRUPTED, Resolution.KILLED),
            f"it ran; its cancel was settled as {future.cancel_resolution!r}",
        )
        if work is _work.beat_in_a_loop and future.cancel_resolution is Resolution.INTERRUPTED:
            expect(
                _work.has_cleaned_up(folder, "running"),
                "its cancel was confirmed as INTERRUPTED, and its finally block did not run",
            )
        expect(not workbench.is_alive(folder, "running"), "its cancel was confirmed; it still runs")
        after = _work.count_beats(folder, "running")
        expect(
            beats_at_confirmation == [after],
            f"it beat {after} times, and {beats_at_confirmation} times before its confirmation",
        )
    finally:
        workbench.engine.on_event = None
    expect(
        workbench.client.submit(_work.echo, 1).result(workbench.patience) == 1,
        "no task runs after it",
    )
    return ""


def _expect_cancelling(
    workbench: Workbench, future: ScalerFuture[str], folder: str, *, force: bool
) -> None:
    expect(future.cancel(0, force=force), "cancel() returned False")
    workbench.wait_until(
        lambda: any(
            type(event) is TaskCancelRefused for event in workbench.engine.events_of(future.task_id)
        ),
        "TaskCancelRefused, as the engine states that it can't stop such code",
    )
    expect(workbench.is_alive(folder, "running"), "it was stopped; the engine states that it can't")
    expect(future.status is Status.CANCELLING, f"while it runs on, its status is {future.status}")
    expect(not future.done(), "while it runs on, its future is done")
    _work.release(folder)
    workbench.expect_cancelled((future,), folder)
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


def a_done_task_cannot_be_cancelled(workbench: Workbench) -> str:
    """Cancelling after the end returns False, sends nothing and keeps the result (R4)."""
    future = workbench.client.submit(_work.echo, "kept")
    failed = workbench.client.submit(_work.raise_key_error, "kept")
    workbench.expect_done((future, failed))
    sent = len(workbench.engine.cancels)
    expect(not future.cancel(), "cancel() of a task that succeeded returned True")
    expect(not failed.cancel(), "cancel() of a task that failed returned True")
    expect(len(workbench.engine.cancels) == sent, "a TaskCancel was sent for a done task")
    expect(future.result() == "kept", "its result is gone")
    return ""


def cancelling_again_asks_nothing(workbench: Workbench) -> str:
    """However many threads cancel one task, the engine receives one request (R1)."""
    folder = workbench.new_folder()
    future = workbench.running(folder)
    threads = [threading.Thread(target=future.cancel, args=(workbench.patience,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    workbench.wait_until(
        lambda: future.cancelled() or future.status is Status.CANCELLING, "a cancel to be requested"
    )
    workbench.expect_cancelled((future,), folder)
    for thread in threads:
        thread.join(workbench.patience)
        expect(not thread.is_alive(), "the future is done; a thread still waits in cancel()")
    asked = [c for c in workbench.engine.cancels if future.task_id in c.task_ids]
    expect(len(asked) == 1, f"{len(asked)} TaskCancels were sent")
    _expect_cancelled_error(future)
    return ""


def unknown_tasks_are_ignored(workbench: Workbench) -> str:
    """A cancel of an unknown task, or of a finished one, raises nothing and produces no events."""
    future = workbench.client.submit(_work.echo, 1)
    workbench.expect_done((future,))
    before = len(workbench.engine.events_of(future.task_id))
    workbench.engine.request_cancel(TaskCancel((UNKNOWN_TASK, future.task_id)))
    workbench.engine.request_cancel(TaskCancel((UNKNOWN_TASK,), force=True))
    workbench.engine.request_cancel(TaskCancel(()))
    expect(
        workbench.client.submit(_work.echo, 2).result(workbench.patience) == 2, "the engine stopped"
    )
    expect(
        not workbench.engine.events_of(UNKNOWN_TASK), "events came for a task that nobody submitted"
    )
    expect(
        len(workbench.engine.events_of(future.task_id)) == before, "a done task was answered again"
    )
    return ""


def a_callback_may_cancel(workbench: Workbench) -> str:
    """A done-callback cancels another task, without a deadlock (R10)."""
    folder, other_folder = workbench.new_folder(), workbench.new_folder()
    first = workbench.running(folder)
    other = workbench.client.submit(
        _work.beat, other_folder, "other"
    )  # runs, or waits for the end of `first`
    returned: list[bool] = []
    called = threading.Event()

    def cancel_other(_: object) -> None:
        returned.append(other.cancel(workbench.patience))
        called.set()

    first.add_done_callback(cancel_other)
    first.request_cancel()
    workbench.expect_cancelled((first,), folder)
    expect(called.wait(workbench.patience), "the callback did not return")
    expect(returned == [True], f"cancel() in the callback returned {returned}")
    workbench.expect_cancelled((other,), other_folder)
    return ""


def asyncio_may_cancel(workbench: Workbench) -> str:
    """Cancelling an `asyncio.wrap_future` requests a cancel, and does not block the loop."""
    folder = workbench.new_folder()
    future = workbench.running(folder)

    async def cancel_it() -> None:
        wrapped = asyncio.wrap_future(future)
        wrapped.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await wrapped
        await asyncio.sleep(0)

    async def await_one() -> object:
        return await workbench.client.submit(_work.echo, 5)

    asyncio.run(cancel_it())
    expect(
        future.status in (Status.CANCELLING, Status.CANCELLED),
        f"{future!r} was not requested to cancel",
    )
    workbench.expect_cancelled((future,), folder)
    expect(asyncio.run(await_one()) == 5, "awaiting a future gave another value")
    return ""


def bulk_cancel_is_one_message(workbench: Workbench) -> str:
    """`client.cancel()` of many tasks sends one TaskCancel, and each ends cancelled."""
    folder = workbench.new_folder()
    crowd = workbench.crowded(folder)
    sent = len(workbench.engine.cancels)
    accepted = workbench.client.cancel(crowd, 0)
    expect(accepted == len(crowd), f"{len(crowd)} were running or queued; {accepted} accepted")
    workbench.expect_cancelled(crowd, folder)
    expect(len(workbench.engine.cancels) == sent + 1, "more than one TaskCancel was sent")
    return ""


def an_atomic_group_is_cancelled_as_one(workbench: Workbench) -> str:
    """Cancelling one member of an atomic group cancels all, in one message with the group's id."""
    folder = workbench.new_folder()
    keys = [f"member-{i}" for i in range(workbench.crowd)]
    group = workbench.client.submit_each(_work.hold, [folder] * workbench.crowd, keys, atomic=True)
    sent = len(workbench.engine.cancels)
    expect(group[-1].request_cancel(), "request_cancel() returned False")
    workbench.expect_cancelled(group, folder)
    messages = workbench.engine.cancels[sent:]
    expect(len(messages) == 1, f"{len(messages)} TaskCancels were sent")
    expect(messages[0].group is not None, "the TaskCancel did not name the group")
    return ""


def waiters_see_cancelled_futures(workbench: Workbench) -> str:
    """`wait` and `as_completed` return cancelled futures like any others (R7)."""
    folder = workbench.new_folder()
    crowd = workbench.crowded(folder)
    seen: list[Future[str]] = []

    def look() -> None:
        with contextlib.suppress(TimeoutError):
            seen.extend(as_completed(crowd, timeout=workbench.patience))

    watcher = threading.Thread(target=look)
    watcher.start()
    workbench.client.cancel(crowd, 0)
    workbench.expect_cancelled(crowd, folder)
    watcher.join(workbench.patience)
    expect(len(seen) == len(set(seen)) == len(crowd), f"as_completed gave {len(seen)}")
    expect(not wait(crowd, timeout=0).not_done, "wait counts some as not done")
    return ""


def a_storm_of_cancels_is_answered_truthfully(workbench: Workbench) -> str:
    """Short tasks cancelled in flight: those never started left no trace, others are complete."""
    folder = workbench.new_folder()
    futures: list[ScalerFuture[str]] = []
    asked: dict[int, bool] = {}
    for n in range(200):
        futures.append(workbench.client.submit(_work.mark, folder, str(n)))
        if n % 2:
            asked[n] = futures[n].request_cancel()
    workbench.expect_done(futures)
    for n, future in enumerate(futures):
        expect(
            future.cancelled() is asked.get(n, False),
            f"{future!r}: request_cancel() returned {asked.get(n, 'nothing')}",
        )
        if future.cancel_resolution is Resolution.NEVER_STARTED:
            expect(not _work.has_started(folder, str(n)), f"{future!r} left a trace")
        if not future.cancelled():
            expect(future.result(0) == str(n), f"{future!r} gave {future.result(0)!r}")
    return ""


def a_cancel_hits_no_other_task(workbench: Workbench) -> str:
    """Tasks that wait behind a cancelled one, or are submitted after it, run to their end."""
    for _ in range(5):
        folder = workbench.new_folder()
        future = workbench.running(folder)
        behind = workbench.client.submit_each(_work.echo, range(8))
        future.request_cancel()
        after = workbench.client.submit_each(_work.echo, range(8))
        workbench.expect_cancelled((future,), folder)
        workbench.expect_done([*behind, *after])
        for other in (*behind, *after):
            expect(
                not other.cancelled() and other.exception() is None,
                f"{other!r} ended so after another task was cancelled",
            )
    return ""
