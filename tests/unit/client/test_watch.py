"""`watch`: a board over futures that something else made."""

from __future__ import annotations

import asyncio
import sys
import threading
import types
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import rich
from helpers import TIMEOUT, wait_until
from rich.console import Console

from scaler_lab import Client, EngineLost, Resolution, Status, watch
from scaler_lab.client.watch import Watched
from scaler_lab.testing import ScriptedEngine, _work


def detail_of(watched: Watched, at: int) -> str:
    return watched.board.snapshot().tasks[at].detail


# -- concurrent.futures ----------------------------------------------------------------------------


def test_futures_of_a_pool_are_seen_from_queue_to_end(tmp_path: Path) -> None:
    folder = str(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        made = [pool.submit(_work.hold, folder, "held"), pool.submit(_work.raise_key_error, "x")]
        with watch(made, name="fit") as watched:
            held, failing = watched.futures
            assert [held.name, failing.name] == ["fit[0]", "fit[1]"]
            wait_until(held.running)
            assert failing.status is Status.QUEUED
            _work.release(folder)
            assert held.result(TIMEOUT) == "held"
            assert isinstance(failing.exception(TIMEOUT), KeyError)
            assert repr(watched) == "<Watched 'fit': 1 succeeded, 1 failed>"
            del held, failing
            assert [future.name for future in watched.futures] == ["fit[0]", "fit[1]"]


def test_a_cancel_removes_queued_tasks_and_explains_why_it_can_t_stop_running_ones(
    tmp_path: Path,
) -> None:
    folder = str(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        made: dict[str, Future[Any]] = {"held": pool.submit(_work.hold, folder, "held")}
        made["queued"] = pool.submit(len, "x")
        _work.wait_for_start(folder, "held", TIMEOUT)
        with watch(made) as watched:
            held, queued = watched.futures
            assert watched.cancel_all(timeout=0) == 2
            assert made["queued"].cancelled()
            assert queued.cancel_resolution is Resolution.NEVER_STARTED
            assert held.status is Status.CANCELLING
            assert "its future can't stop running code" in detail_of(watched, 0)
            _work.release(folder)
            wait_until(held.cancelled)
            assert held.cancel_resolution is Resolution.FINISHED_FIRST
            assert made["held"].result() == "held", "the future's own result is its owner's"


def test_what_others_cancel_ends_cancelled_here() -> None:
    made: Future[int] = Future()
    with watch([made]) as watched:
        (standing,) = watched.futures
        assert made.cancel()
        assert standing.cancelled()


def test_a_library_s_own_cancel_is_not_believed_further_than_it_goes() -> None:
    class Eager(Future[int]):
        def cancel(self) -> bool:
            assert threading.current_thread().name == "scaler_lab-watch-cancel", "it may block"
            self.set_running_or_notify_cancel()
            return self._cancel_anyway()

        def _cancel_anyway(self) -> bool:
            self._state = "PENDING"
            return super().cancel()

    with watch([Eager()]) as watched:
        (standing,) = watched.futures
        assert standing.cancel(TIMEOUT)
        assert standing.cancelled()
        assert standing.cancel_resolution is Resolution.LOST
        assert "it is unknown whether its code still runs" in detail_of(watched, 0)


def test_ten_thousand_futures_take_one_thread() -> None:
    made: list[Future[int]] = [Future() for _ in range(10_000)]
    before = threading.active_count()
    with watch(made) as watched:
        assert threading.active_count() <= before + 1
        for value, future in enumerate(made):
            future.set_result(value)
        assert watched.board.counts[Status.SUCCEEDED] == 10_000


def test_a_done_future_needs_no_thread() -> None:
    made: Future[int] = Future()
    made.set_result(3)
    with watch([made]) as watched:
        (standing,) = watched.add([made], names=["again"])
        assert standing.result(0) == 3
        wait_until(lambda: not any(t.name == "scaler_lab-watch" for t in threading.enumerate()))


# -- the others ------------------------------------------------------------------------------------


def test_asyncio_s_tasks_are_watched_and_cancelled_from_another_thread() -> None:
    async def main() -> None:
        begun = asyncio.Event()

        async def endless() -> None:
            begun.set()
            await asyncio.sleep(3600)  # until it is cancelled, which is what is tested

        async def five() -> int:
            await asyncio.sleep(0)  # not done at once
            return 5

        async def failing() -> None:
            raise KeyError("price")

        coroutines: dict[str, Coroutine[Any, Any, Any]] = {
            "endless": endless(),
            "five": five(),
            "failing": failing(),
        }
        tasks = [asyncio.create_task(c, name=name) for name, c in coroutines.items()]
        bare: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        with watch([*tasks, bare]) as watched:
            standing = watched.futures
            assert [f.name for f in standing] == ["endless", "five", "failing", "watched[3]"]
            await begun.wait()
            await asyncio.to_thread(wait_until, standing[0].running)
            assert await asyncio.to_thread(standing[0].cancel, TIMEOUT)
            assert standing[0].cancel_resolution is Resolution.INTERRUPTED
            assert await standing[1] == 5
            assert isinstance(standing[2].exception(0), KeyError)
            never = asyncio.create_task(five())
            (unborn,) = watched.add([never])
            unborn.request_cancel()
            standing[3].request_cancel()
            await asyncio.sleep(0)  # asyncio cancels in one turn of the loop,
            await asyncio.sleep(0)  # and tells in the next
            assert unborn.cancel_resolution is Resolution.NEVER_STARTED
            assert bare.cancelled()
            assert standing[3].cancel_resolution is Resolution.LOST

    asyncio.run(main())


class DaskFuture:
    """As `distributed.Future` is from outside."""

    __module__ = "distributed.client"
    __qualname__ = "Future"

    def __init__(self, key: str) -> None:
        self.key = key
        self.status = "pending"
        self._callbacks: list[Callable[[Any], None]] = []

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        self._callbacks.append(callback)

    def cancel(self, force: bool = False) -> None:
        self.end("cancelled-by-force" if force else "cancelled")

    def result(self) -> str:
        return f"result of {self.key}"

    def exception(self) -> Exception:
        return ValueError(f"in {self.key}")

    def end(self, status: str) -> None:
        self.status = status
        for callback in self._callbacks:
            callback(self)


def test_dask_s_futures_are_not_said_to_have_stopped() -> None:
    made = [DaskFuture(key) for key in ("sum-1", "sum-2", "sum-3", "sum-4")]
    with watch(made) as watched:
        finished, failed, lost, cancelled = watched.futures
        assert finished.name == "sum-1"
        for future, status in zip(made, ("finished", "error", "lost"), strict=False):
            future.end(status)
        assert finished.result(0) == "result of sum-1"
        assert isinstance(failed.exception(0), ValueError)
        assert isinstance(lost.exception(0), EngineLost)
        assert cancelled.cancel(TIMEOUT)
        assert cancelled.cancel_resolution is Resolution.LOST
        assert detail_of(watched, 3).startswith(
            "Dask reports it as cancelled; it is unknown whether"
        )


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Any:
    """As the module `ray` is from outside."""
    module: Any = types.ModuleType("ray")
    module.ended = {}

    class TaskCancelledError(Exception):
        pass

    class ObjectRef:
        __module__ = "ray._raylet"
        __qualname__ = "ObjectRef"

        def hex(self) -> str:
            return f"{id(self):040x}"

    def wait(refs: list[Any], *, timeout: float, fetch_local: bool) -> tuple[list[Any], list[Any]]:
        assert timeout == 0
        assert not fetch_local
        ready = [ref for ref in refs if ref in module.ended]
        return ready, [ref for ref in refs if ref not in ready]

    def get(ref: Any) -> Any:
        if isinstance(module.ended[ref], Exception):
            raise module.ended[ref]
        return module.ended[ref]

    def cancel(ref: Any, *, force: bool) -> None:
        if module.ended.get("no task") is ref:
            raise TypeError("ray.cancel() can't be used on objects of ray.put")
        module.ended[ref] = TaskCancelledError(str(force))

    module.wait, module.get, module.cancel, module.ObjectRef = wait, get, cancel, ObjectRef
    monkeypatch.setitem(sys.modules, "ray", module)
    return module


def test_ray_s_references_are_polled_and_cancelled(ray: Any) -> None:
    refs = [ray.ObjectRef() for _ in range(5)]
    ray.ended["no task"] = refs[4]
    with watch(refs) as watched:
        valued, failed, stopped, killed, put = watched.futures
        ray.ended[refs[0]] = 7
        ray.ended[refs[1]] = ValueError("no")
        assert valued.result(TIMEOUT) == 7
        assert isinstance(failed.exception(TIMEOUT), ValueError)
        assert stopped.cancel(TIMEOUT)
        assert stopped.cancel_resolution is Resolution.INTERRUPTED
        assert killed.cancel(TIMEOUT, force=True)
        assert killed.cancel_resolution is Resolution.KILLED
        assert put.cancel(0)
        wait_until(lambda: "Ray can't cancel it" in detail_of(watched, 4))
        ray.ended[refs[4]] = 1
        wait_until(put.cancelled)


def test_our_own_futures_are_watched_as_what_they_are() -> None:
    engine = ScriptedEngine()
    with Client(engine) as client, watch(client.submit_each(len, ["x"] * 3, name="len")) as watched:
        done, failed, cancelled = watched.futures
        originals = client.futures
        assert done.name == "len[0]"
        engine.finish(originals[0], 1)
        engine.fail(originals[1], ValueError("no"))
        cancelled.request_cancel()
        assert originals[2].status is Status.CANCELLING
        engine.confirm(originals[2], Resolution.INTERRUPTED)
        assert done.result(TIMEOUT) == 1
        assert isinstance(failed.exception(TIMEOUT), ValueError)
        wait_until(cancelled.cancelled)
        assert cancelled.cancel_resolution is Resolution.INTERRUPTED


# -- looking ---------------------------------------------------------------------------------------


def test_what_is_not_a_future_is_refused_and_nothing_is_added() -> None:
    with watch([]) as watched:
        with pytest.raises(TypeError, match="int can't be watched; expected a future"):
            watched.add([Future(), 42])
        with pytest.raises(ValueError, match="1 names for 2 futures"):
            watched.add([Future(), Future()], names=["one"])
        assert repr(watched) == "<Watched 'watched': no futures yet>"
    with pytest.raises(RuntimeError, match="was closed"):
        watched.add([Future()])


def test_it_is_shown_as_a_client_is(capsys: pytest.CaptureFixture[str]) -> None:
    made: Future[int] = Future()
    with watch([made], name="fit") as watched:
        console = Console(width=80, force_terminal=False)
        with console.capture() as captured:
            console.print(watched)
        assert "fit[0]" in captured.get()
        with watched.live(console=rich.get_console()):
            made.set_result(1)
    assert "1 succeeded" in capsys.readouterr().out
