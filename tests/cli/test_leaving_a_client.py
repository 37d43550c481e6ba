"""How a client's block ends when an exception or an interrupt leaves it, and how a script ends."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import local_tasks
import pytest
from helpers import Program, wait_for_file

from scaler_lab import Client
from scaler_lab.client import shutdown
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import TaskCancel
from scaler_lab.testing import ScriptedEngine

AT_ONCE_SECONDS = 15.0  # tasks of the programs below take minutes


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that would be printed to stderr."""
    lines: list[str] = []
    monkeypatch.setattr(shutdown, "_say", lines.append)
    return lines


def _confirming() -> ScriptedEngine:
    engine = ScriptedEngine()

    def confirm(cancel: TaskCancel) -> None:
        for task_id in cancel.task_ids:
            engine.confirm(task_id)

    engine.on_cancel = confirm
    return engine


def _leave(engine: ScriptedEngine, error: BaseException) -> list[ScalerFuture[int]]:
    """Has *error* leave the block of a client with two open tasks; gives their futures."""
    opened: list[ScalerFuture[int]] = []

    def use() -> None:
        with Client(engine) as client:
            opened.extend(client.submit_each(len, ["a", "b"]))
            raise error

    with pytest.raises(type(error)):
        use()
    return opened


# -- an exception leaves the block -----------------------------------------------------------------


@pytest.mark.parametrize(
    "interrupt",
    [
        KeyboardInterrupt(),
        GeneratorExit(),
        asyncio.CancelledError(),
        BaseExceptionGroup("several", [ValueError(), KeyboardInterrupt()]),
    ],
)
def test_an_interrupt_that_leaves_the_block_cancels_what_is_open(interrupt: BaseException) -> None:
    engine = _confirming()
    futures = _leave(engine, interrupt)
    assert all(future.cancelled() for future in futures)
    assert engine.is_closed


def test_a_generator_that_is_closed_cancels_the_tasks_of_its_client() -> None:
    engine = _confirming()

    def lengths() -> Iterator[int]:
        with Client(engine) as client:
            for future in client.submit_each(len, ["a", "b"]):
                yield future.result()

    reader = lengths()
    engine.on_submit = lambda tasks: engine.run(tasks[0])
    assert next(reader) == 1
    reader.close()  # type: ignore[attr-defined]
    assert [len(cancel.task_ids) for cancel in engine.cancels] == [1]
    assert engine.is_closed


def test_an_interrupted_block_is_left_although_a_task_does_not_stop(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setattr(shutdown, "LEAVE_AFTER_SECONDS", 0.05)
    engine = ScriptedEngine()
    futures = _leave(engine, KeyboardInterrupt())
    assert said == [
        "2 tasks on scripted engine did not stop yet; the client closes when they have stopped"
    ]
    assert not engine.is_closed
    for future in futures:
        engine.confirm(future)
    engine.wait_for_close()


def test_an_exception_is_named_while_the_block_waits_for_its_tasks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutdown, "REPORT_AFTER_SECONDS", 0.05)
    engine = ScriptedEngine(deliver="thread")
    lines: list[str] = []

    def note_and_finish(line: str) -> None:
        lines.append(line)
        for task in engine.tasks:
            engine.finish(task, 1)

    monkeypatch.setattr(shutdown, "_say", note_and_finish)
    futures = _leave(engine, ValueError("a slip\nof two lines"))
    (line,) = lines
    assert "with ValueError: a slip; waiting for 2 tasks on scripted engine" in line
    assert "Ctrl-C" in line
    assert [future.result(0) for future in futures] == [1, 1], "an exception cancels nothing"


def test_an_exception_without_a_readable_message_is_named_too() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert shutdown.in_brief(MuteError()) == "MuteError"
    assert shutdown.in_brief(ValueError()) == "ValueError"


def test_leaving_with_an_exception_is_silent_where_nothing_is_open(said: list[str]) -> None:
    with pytest.raises(ValueError, match="a slip"), Client(ScriptedEngine()):
        raise ValueError("a slip")
    assert said == []


def test_sys_exit_in_the_block_waits_for_the_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutdown, "REPORT_AFTER_SECONDS", 0.05)
    engine = ScriptedEngine(deliver="thread")

    def finish(_: str) -> None:
        for task in engine.tasks:
            engine.finish(task, 1)

    monkeypatch.setattr(shutdown, "_say", finish)
    futures = _leave(engine, SystemExit(3))
    assert [future.result(0) for future in futures] == [1, 1]


def test_an_asyncio_task_that_is_cancelled_in_the_block_cancels_the_client_s_tasks() -> None:
    engine = _confirming()

    async def main() -> None:
        entered = asyncio.Event()

        async def use() -> None:
            async with Client(engine) as client:
                client.submit(len, "a")
                entered.set()
                await asyncio.Event().wait()

        using = asyncio.ensure_future(use())
        await entered.wait()
        using.cancel()
        with pytest.raises(asyncio.CancelledError):
            await using

    asyncio.run(main())
    assert len(engine.cancels) == 1
    assert engine.is_closed


# -- Ctrl-C in a program ---------------------------------------------------------------------------

IN_BLOCK = """
    with Client(n_workers=1) as client:
        client.submit(local_tasks.sleep, sys.argv[1])
        future = client.submit(local_tasks.pid)
        print("ready", flush=True)
        future.result()
"""
AT_THE_END_OF_BLOCK = """
    with Client(n_workers=1) as client:
        client.submit(local_tasks.sleep, sys.argv[1])
        print("ready", flush=True)
"""
AFTER_AN_EXCEPTION = """
    with Client(n_workers=1) as client:
        client.submit(local_tasks.sleep, sys.argv[1])
        print("ready", flush=True)
        raise ValueError("a slip")
"""
NESTED = """
    with Client(n_workers=1) as outer, Client(n_workers=1) as inner:
        outer.submit(local_tasks.sleep, sys.argv[1])
        future = inner.submit(local_tasks.sleep, sys.argv[1])
        print("ready", flush=True)
        future.result()
"""
STUBBORN = """
    with Client(n_workers=1, grace=60) as client:
        future = client.submit(local_tasks.swallow_everything, sys.argv[1])
        print("ready", flush=True)
        future.result()
"""
WITHOUT_A_BLOCK = """
    clients = [Client(n_workers=1), Client(n_workers=1)]
    futures = [client.submit(local_tasks.sleep, sys.argv[1]) for client in clients]
    print("ready", flush=True)
    futures[0].result()
"""
IN_SHUTDOWN = """
    client = Client(n_workers=1)
    client.submit(local_tasks.sleep, sys.argv[1])
    print("ready", flush=True)
    client.shutdown()
"""
AT_EXIT = """
    clients = [Client(n_workers=1), Client(n_workers=1)]
    futures = [client.submit(local_tasks.sleep, sys.argv[1]) for client in clients]
    print("ready", flush=True)
"""
IN_ASYNC_BLOCK = """
    async def main():
        async with Client(n_workers=1) as client:
            future = client.submit(local_tasks.sleep, sys.argv[1])
            print("ready", flush=True)
            await future
    asyncio.run(main())
"""
AT_THE_END_OF_ASYNC_BLOCK = """
    async def main():
        async with Client(n_workers=1) as client:
            client.submit(local_tasks.sleep, sys.argv[1])
            print("ready", flush=True)
    asyncio.run(main())
"""


@pytest.mark.parametrize(
    "code",
    [
        IN_BLOCK,
        AT_THE_END_OF_BLOCK,
        AFTER_AN_EXCEPTION,
        NESTED,
        STUBBORN,
        WITHOUT_A_BLOCK,
        IN_SHUTDOWN,
        AT_EXIT,
        IN_ASYNC_BLOCK,
        AT_THE_END_OF_ASYNC_BLOCK,
    ],
)
def test_one_ctrl_c_ends_a_program_that_waits_for_its_clients(code: str, tmp_path: Path) -> None:
    head = "    import asyncio, sys, local_tasks\n    from scaler_lab import Client"
    begun = time.monotonic()
    with Program(head + code, tmp_path) as program:
        assert program.read() == "ready"
        wait_for_file(tmp_path, "running")
        program.signal(signal.SIGINT)
        _, _, errors = program.end()
    assert time.monotonic() - begun < AT_ONCE_SECONDS
    assert "Exception ignored" not in errors


def test_a_program_that_catches_its_ctrl_c_ends_with_the_second(tmp_path: Path) -> None:
    code = """
        import sys, local_tasks
        from scaler_lab import Client
        from scaler_lab.client import shutdown
        shutdown.REPORT_AFTER_SECONDS = 0.1
        client = Client(n_workers=1)
        future = client.submit(local_tasks.sleep, sys.argv[1])
        print("ready", flush=True)
        try:
            future.result()
        except KeyboardInterrupt:
            print("caught", flush=True)
    """
    with Program(code, tmp_path) as program:
        assert program.read() == "ready"
        wait_for_file(tmp_path, "running")
        program.signal(signal.SIGINT)
        assert program.read() == "caught"
        assert program.process.stderr is not None
        assert "Ctrl-C cancels" in program.process.stderr.readline()
        program.signal(signal.SIGINT)
        program.end(AT_ONCE_SECONDS)


def test_an_exception_in_a_program_s_block_is_named_before_its_tasks_end(tmp_path: Path) -> None:
    code = """
        import sys, local_tasks
        from scaler_lab import Client
        with Client(n_workers=1) as client:
            client.submit(local_tasks.return_when_released, sys.argv[1])
            raise LookupError("no such column")
    """
    with Program(code, tmp_path) as program:
        assert program.process.stderr is not None
        line = program.process.stderr.readline()
        assert "LookupError: no such column; waiting for 1 task" in line
        local_tasks.note(str(tmp_path), "released")
        assert program.end()[0] == 1
