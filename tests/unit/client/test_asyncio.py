"""Futures in an event loop: nothing blocks it, and its cancels reach the engine."""

from __future__ import annotations

import asyncio
import gc
import math
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from scaler_lab import Client, Status, as_completed
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

TIMEOUT = 10.0


# -- as_completed, in a plain loop ---------------------------------------------------------------


def test_a_plain_loop_gets_each_future_once_in_the_order_of_their_ends(scripted: Scripted) -> None:
    client, engine = scripted
    a, b, c = client.submit_each(len, ["a", "b", "c"])
    engine.finish(b, 1)
    done = as_completed([a, b, c, a])
    assert next(done) is b
    engine.fail(c, ValueError("no such column"))
    engine.finish(a, 1)
    assert list(done) == [c, a]
    assert list(done) == []


def test_it_is_an_iterator_and_an_async_iterator(scripted: Scripted) -> None:
    client, _engine = scripted
    done = as_completed(client.submit_each(len, ["a"]))
    assert isinstance(done, Iterator)
    assert isinstance(done, AsyncIterator)
    assert repr(done) == "<as_completed: 1 of 1 futures not done yet>"


def test_a_plain_loop_is_woken_by_another_thread(threaded: Scripted) -> None:
    client, engine = threaded
    group = client.submit_each(len, ["a", "b"])
    seen: list[object] = []
    engine.finish(group[1], 1)
    for future in as_completed(group, timeout=TIMEOUT):
        seen.append(future)
        if future is group[1]:
            group[0].request_cancel()
            engine.confirm(group[0])
    assert seen == [group[1], group[0]]
    assert group[0].cancelled()


def test_the_timeout_is_for_all_and_then_it_is_over(scripted: Scripted) -> None:
    client, engine = scripted
    a, b = client.submit_each(len, ["a", "b"])
    engine.finish(b, 1)
    done = as_completed([a, b], timeout=0)
    assert next(done) is b
    with pytest.raises(TimeoutError, match=r"1 \(of 2\) futures unfinished"):
        next(done)
    engine.finish(a, 1)
    assert list(done) == []


def test_a_loop_left_early_leaves_nothing_with_the_futures(scripted: Scripted) -> None:
    client, engine = scripted
    a, b = client.submit_each(len, ["a", "b"])
    engine.finish(a, 1)
    for _ in as_completed([a, b]):
        break
    gc.collect()
    assert b._waiters == []  # pyright: ignore[reportPrivateUsage]
    assert b.status is Status.QUEUED


def test_a_future_that_was_given_out_is_not_kept(scripted: Scripted) -> None:
    client, engine = scripted
    futures = list(client.submit_each(len, ["a", "b"]))
    engine.finish(futures[0], 1)
    done = as_completed(futures)
    given = weakref.ref(next(done))
    futures.clear()
    gc.collect()
    assert given() is None


# -- as_completed, in an async loop --------------------------------------------------------------


def test_an_async_loop_leaves_the_event_loop_free(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])

    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        engine.finish(group[2], 1)
        names: list[str] = []
        async for future in as_completed(group, timeout=TIMEOUT):
            names.append(future.name)
            if len(names) < len(group):  # nothing but this loop can end the next one
                loop.call_soon(engine.finish, group[len(names) - 1], 1)
        return names

    assert asyncio.run(main()) == ["len[2]", "len[0]", "len[1]"]


def test_an_async_loop_is_woken_by_another_thread(threaded: Scripted) -> None:
    client, engine = threaded
    group = client.submit_each(len, ["a", "b"])

    async def main() -> set[str]:
        asyncio.get_running_loop().call_soon(engine.finish, group[0], 1)
        asyncio.get_running_loop().call_soon(engine.fail, group[1], ValueError("no"))
        return {f.status.value async for f in as_completed(group, timeout=TIMEOUT)}

    assert asyncio.run(main()) == {"succeeded", "failed"}


def test_an_async_loop_times_out(scripted: Scripted) -> None:
    client, _engine = scripted
    group = client.submit_each(len, ["a", "b"])

    async def main() -> None:
        async for _ in as_completed(group, timeout=0.01):
            pytest.fail("none of them is done")

    with pytest.raises(TimeoutError, match=r"2 \(of 2\) futures unfinished"):
        asyncio.run(main())
    assert group[0].status is Status.QUEUED


def test_one_object_is_read_in_both_ways(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b"])
    for future in group:
        engine.finish(future, 1)
    done = as_completed(group)

    async def first() -> object:
        return await anext(done)

    assert asyncio.run(first()) is group[0]
    assert next(done) is group[1]


def test_cancelling_an_async_loop_stops_no_task(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a"])

    async def main() -> None:
        done = as_completed(group)
        reading = asyncio.ensure_future(anext(done))
        await asyncio.sleep(0)  # it begins to wait
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        engine.finish(group[0], 1)
        assert await anext(done) is group[0]  # nothing was lost, either

    asyncio.run(main())
    assert engine.cancels == []


def test_a_future_settled_after_the_event_loop_is_gone_does_no_harm(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a"])
    done = as_completed(group)
    loop = asyncio.new_event_loop()
    reading = anext(done).__await__()

    async def step() -> None:
        reading.send(None)  # it waits, with its bell on this loop

    loop.run_until_complete(step())
    loop.close()
    engine.finish(group[0], 1)
    reading.close()
    assert next(done) is group[0]


# -- the client, a future and a group ------------------------------------------------------------


def test_leaving_the_client_does_not_block_the_loop() -> None:
    engine = ScriptedEngine()

    async def main() -> int:
        async with Client(engine) as client:
            future = client.submit(len, "a")
            # Only the loop can end the task that leaving waits for.
            asyncio.get_running_loop().call_soon(engine.finish, future, 1)
        return future.result(0)

    assert asyncio.run(main()) == 1
    assert engine.is_closed


async def _be_cancelled_while_leaving(engine: ScriptedEngine) -> None:
    """Its task has ended afterwards; that the client has not is for who calls to wait for."""
    entered = asyncio.Event()

    async def use() -> None:
        async with Client(engine) as client:
            client.submit(len, "a")
            entered.set()

    using = asyncio.ensure_future(use())
    await entered.wait()
    using.cancel()
    with pytest.raises(asyncio.CancelledError):
        await using
    assert not engine.is_closed
    engine.finish(engine.tasks[0], 1)  # asyncio.run waits for the shutdown's thread


def test_leaving_goes_on_where_the_leaver_is_cancelled() -> None:
    engine = ScriptedEngine()
    asyncio.run(_be_cancelled_while_leaving(engine))
    assert engine.is_closed


def test_leaving_goes_on_where_no_thread_was_free_when_the_leaver_was_cancelled() -> None:
    engine = ScriptedEngine()

    async def main() -> None:
        loop, gate = asyncio.get_running_loop(), threading.Event()
        loop.set_default_executor(ThreadPoolExecutor(1))
        busy = loop.run_in_executor(None, gate.wait)
        await _be_cancelled_while_leaving(engine)
        gate.set()
        await busy

    asyncio.run(main())
    assert engine.is_closed


def test_a_cancelled_await_requests_once_and_does_not_wait_for_the_answer(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    future = client.submit(len, "a")

    async def main() -> None:
        async def waiting() -> int:
            return await future

        task = asyncio.ensure_future(waiting())
        await asyncio.sleep(0)  # it begins to wait
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert future.status is Status.CANCELLING

    asyncio.run(main())
    assert len(engine.cancels_of(future)) == 1


def test_a_group_is_awaited_as_its_results(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(math.sqrt, [4.0, 9.0])

    async def main() -> list[float]:
        for future in reversed(group):
            asyncio.get_running_loop().call_soon(engine.run, future)
        return await group

    assert asyncio.run(main()) == [2.0, 3.0]


def test_an_awaited_group_raises_what_its_results_raise(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])

    async def main() -> None:
        engine.finish(group[0], 1)
        engine.fail(group[1], ValueError("no such column"))
        group[2].request_cancel()
        engine.confirm(group[2])
        await group

    with pytest.raises(ValueError, match="no such column"):
        asyncio.run(main())
    with pytest.raises(CancelledError):
        group[2].result()


def test_cancelling_the_awaiter_of_a_group_requests_all_in_one_message(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])

    async def main() -> None:
        async def waiting() -> list[int]:
            return await group

        task = asyncio.ensure_future(waiting())
        await asyncio.sleep(0)  # it begins to wait
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert [set(cancel.task_ids) for cancel in engine.cancels] == [{f.task_id for f in group}]


def test_all_of_it_on_the_local_engine() -> None:
    async def main() -> list[float]:
        threads = threading.active_count()
        async with Client(n_workers=2) as client:
            group = client.submit_each(math.sqrt, [4.0, 9.0, 16.0])
            names = {f.name async for f in as_completed(group, timeout=TIMEOUT)}
            assert names == {"sqrt[0]", "sqrt[1]", "sqrt[2]"}
            assert threading.active_count() > threads
            return await group

    assert asyncio.run(main()) == [2.0, 3.0, 4.0]
