"""What goes to tasks and comes back, on the real local engine: small, large, unfit to travel."""

from __future__ import annotations

import errno
import functools
import importlib
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import local_tasks
import numpy as np
import pytest
from helpers import (
    TIMEOUT,
    Program,
    blobs_of,
    engine_of,
    started,
    values,
    wait_until,
)

from scaler_lab import (
    Client,
    ResultUnserializable,
    TaskUnserializable,
)
from scaler_lab.engines.local.blobs import INLINE_LIMIT
from scaler_lab.errors import ScalerLabError

MIB = 1024 * 1024


@pytest.fixture
def client(local_client: Client) -> Iterator[Client]:
    """Fails a test that leaves a payload's file behind."""
    yield local_client
    engine = engine_of(local_client)
    wait_until(lambda: not blobs_of(engine), "every payload's file to be gone", 5.0)


# -- sizes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("around", [-200, -50, -3, -2, -1, 0, 1, 2, 3, 50])
def test_payloads_around_the_border_of_what_is_inline(client: Client, around: int) -> None:
    size = INLINE_LIMIT + around
    data = os.urandom(size)
    assert client.submit(local_tasks.echo, data).result(TIMEOUT) == data
    assert client.submit(local_tasks.size_of, bytearray(data)).result(TIMEOUT) == size
    array = np.frombuffer(data, np.uint8)
    assert (client.submit(local_tasks.echo, array).result(TIMEOUT) == array).all()


def test_payloads_of_every_size_in_a_crowd(client: Client) -> None:
    sizes = [0, 1, 100, 4095, 4096, 4097, 60_000, 70_000, 300_000] * 8
    datas = [bytes([n % 251]) * size for n, size in enumerate(sizes)]
    assert values(client.submit_each(local_tasks.echo, datas)) == datas


def test_a_hundred_megabytes_there_and_back(client: Client) -> None:
    array = np.arange(100 * MIB // 8, dtype=np.float64)
    back: Any = client.submit(local_tasks.echo, array).result(TIMEOUT)
    assert (back == array).all()
    del back, array
    data = b"\xab" * (100 * MIB)
    assert client.submit(local_tasks.echo, data).result(TIMEOUT) == data
    assert len(client.submit(local_tasks.make_bytes, 100 * MIB).result(TIMEOUT)) == 100 * MIB


def test_arrays_are_writable_there_and_here_and_not_shared(client: Client) -> None:
    for size in (10, 10_000, 1_000_000):
        array = np.zeros(size)
        back: Any = client.submit(local_tasks.add_one_in_place, array).result(TIMEOUT)
        assert (array == 0).all()
        assert (back == 1).all()
        back += 1
        assert back.flags.writeable
        assert back.flags.aligned
        data = client.submit(local_tasks.echo, bytearray(size)).result(TIMEOUT)
        data[0] = 7
        assert data[0] == 7


def test_a_payload_larger_than_the_system_writes_at_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux writes 2 GiB less a page; here it is less, for time's sake."""
    writev = os.writev
    calls: list[int] = []

    def writev_some(descriptor: int, buffers: list[memoryview]) -> int:
        calls.append(writev(descriptor, [buffers[0][:100_003]]))
        return calls[-1]

    array = np.arange(3 * MIB, dtype=np.uint8)
    data = os.urandom(MIB)
    with monkeypatch.context() as limited:
        limited.setattr(os, "writev", writev_some)
        future = client.submit(local_tasks.echo, [array, data, array[:5], bytearray(data)])
    back = future.result(TIMEOUT)
    assert len(calls) > 50
    assert (back[0] == array).all()
    assert back[1] == data == back[3]


def test_a_result_is_read_whenever_it_is_requested(client: Client) -> None:
    """Its file goes as soon as it arrives; its memory stays until it was read."""
    future = client.submit(local_tasks.make_bytes, 5 * MIB)
    wait_until(future.done, "the result")
    wait_until(lambda: not blobs_of(engine_of(client)), "its file to go")
    assert len(future.result()) == 5 * MIB
    assert future.result() is future.result(), "opened once"


def test_many_tasks_in_one_call_from_rest(client: Client) -> None:
    """Frames that the socket takes only in part, while the agent's thread is asleep."""
    for n in (500, 2000):
        client.submit(local_tasks.mark_nothing, 0).result(TIMEOUT)
        begun = time.monotonic()
        sizes = values(client.submit_each(local_tasks.size_of, [bytes(2000)] * n))
        assert sizes == [2000] * n
        assert time.monotonic() - begun < 5.0


def test_long_names_in_a_crowd(client: Client) -> None:
    group = client.submit_each(local_tasks.mark_nothing, range(3000), name="\U0001f40d" * 100_000)
    assert values(group) == list(range(3000))


def is_past(moment: float) -> bool:
    return time.monotonic() > moment


# -- cancelled, or dead ----------------------------------------------------------------------------


@pytest.mark.parametrize("force", [False, True], ids=["", "force"])
def test_cancelled_large_results_leave_no_file(client: Client, tmp_path: Path, force: bool) -> None:
    for n in range(12):
        folder = tmp_path / str(n)
        folder.mkdir()
        future = started(
            client.submit(local_tasks.make_bytes_slowly, str(folder), 30 * MIB), folder
        )
        until = time.monotonic() + n * 0.003
        wait_until(functools.partial(is_past, until), "one moment or another")
        if future.cancel(TIMEOUT, force=force):
            with pytest.raises(CancelledError):
                future.result()
        else:
            assert len(future.result()) == 30 * MIB


def test_cancelled_tasks_with_large_arguments_leave_no_file(client: Client, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    running = [started(client.submit(local_tasks.sleep, str(folder)), folder) for folder in folders]
    queued = client.submit_each(local_tasks.size_of, [bytes(MIB)] * 20)
    assert len(blobs_of(engine_of(client))) == 20
    assert client.cancel(queued, TIMEOUT) == 20
    assert not blobs_of(engine_of(client))
    assert client.cancel(running, TIMEOUT) == 2


def test_a_worker_that_dies_with_a_large_argument_leaves_no_file(client: Client) -> None:
    future = client.submit(local_tasks.exit_with_data, bytes(MIB))
    assert "exited with status 4" in str(future.exception(TIMEOUT))


def test_a_call_that_can_t_be_sent_leaves_no_file_and_no_task(client: Client) -> None:
    with pytest.raises(TaskUnserializable):
        client.submit_each(local_tasks.echo, [bytes(MIB), bytes(MIB), local_tasks.return_frame()])
    assert not blobs_of(engine_of(client))
    assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1


def test_the_first_call_of_a_client_can_t_be_sent_and_the_second_can() -> None:
    """The first message also has the paths of modules, which must not be lost with it."""
    with Client(n_workers=1) as client:
        with pytest.raises(TaskUnserializable):
            client.submit(local_tasks.echo, local_tasks.return_frame())
        assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1


def test_no_room_for_a_result_is_that_task_s_error() -> None:
    with Client(n_workers=1) as client:
        error = client.submit(local_tasks.fill_up_and_return, 5 * MIB).exception(TIMEOUT)
        assert isinstance(error, OSError)
        assert error.errno == errno.ENOSPC
        assert "no room for a payload" in str(error)
        assert not blobs_of(engine_of(client))
        client.submit(local_tasks.restore_room).result(TIMEOUT)
        assert len(client.submit(local_tasks.make_bytes, MIB).result(TIMEOUT)) == MIB


def test_no_room_for_an_argument_is_said_at_submit(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writev(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "writev", writev)
        with pytest.raises(OSError, match="no room for a payload"):
            client.submit(local_tasks.size_of, bytes(MIB))
    assert client.submit(local_tasks.size_of, bytes(MIB)).result(TIMEOUT) == MIB


# -- unfit to travel -------------------------------------------------------------------------------


def test_a_result_that_can_t_be_packed_is_that_task_s_error(client: Client) -> None:
    futures = [
        client.submit(local_tasks.return_frame),
        client.submit(local_tasks.return_exit_in_reduce),
    ]
    for future in futures:
        with pytest.raises(ResultUnserializable):
            future.result(TIMEOUT)
    assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1


@pytest.mark.parametrize("how", ["raise", "exit"])
def test_a_result_that_can_t_be_read_here_is_that_future_s_error(client: Client, how: str) -> None:
    future = client.submit(local_tasks.return_unreadable, how)
    with pytest.raises(ResultUnserializable, match="can't be rebuilt here"):
        future.result(TIMEOUT)
    with pytest.raises(ResultUnserializable):
        future.result()
    assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1


def test_an_argument_that_can_t_be_read_there_is_that_task_s_error(client: Client) -> None:
    error = client.submit(local_tasks.echo, local_tasks.Unreadable()).exception(TIMEOUT)
    assert isinstance(error, RuntimeError)
    assert "Raised in the worker while it rebuilt the task's function and arguments" in str(
        error.__notes__
    )


def test_exceptions_arrive_whatever_they_are_made_of(client: Client) -> None:
    needy = client.submit(local_tasks.raise_needy).exception(TIMEOUT)
    assert isinstance(needy, local_tasks.NeedyError)
    assert (needy.code, needy.text) == (7, "seven")
    local = client.submit(local_tasks.raise_with_frame).exception(TIMEOUT)
    assert local is not None
    assert "it holds a frame" in str(local)
    hostile = client.submit(local_tasks.raise_hostile).exception(TIMEOUT)
    assert type(hostile).__name__ in ("HostileError", "RemoteException")
    large = client.submit(local_tasks.raise_large, 5 * MIB).exception(TIMEOUT)
    assert isinstance(large, ValueError)
    assert len(large.args[0]) == 5 * MIB
    assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1


def test_deep_recursion_is_an_ordinary_error(client: Client) -> None:
    assert isinstance(client.submit(local_tasks.recurse).exception(TIMEOUT), RecursionError)
    with pytest.raises((TaskUnserializable, RecursionError)):
        client.submit(local_tasks.echo, local_tasks.nested(100_000))
    error = client.submit(local_tasks.nested, 100_000).exception(TIMEOUT)
    assert isinstance(error, ScalerLabError | RecursionError)
    assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1


# -- code ------------------------------------------------------------------------------------------


def test_lambdas_closures_and_classes_of_main_travel_both_ways() -> None:
    code = """
        from dataclasses import dataclass
        from scaler_lab import Client

        @dataclass
        class Point:
            x: int
            def scaled(self):
                return Point(self.x * 3)

        class Trouble(Exception):
            pass

        def scaled_all(points):
            return [p.scaled() for p in points]

        factor = 3

        def multiply(x):
            return x * factor

        def fail():
            raise Trouble("in main")

        if __name__ == "__main__":
            offset = 10
            with Client(n_workers=2) as client:
                print(client.submit(lambda x: x + offset, 1).result(20))
                print(client.submit(scaled_all, [Point(1), Point(2)]).result(20))
                print(isinstance(client.submit(Point(5).scaled).result(20), Point))
                print(repr(client.submit(fail).exception(20)))
                print(client.submit(multiply, 1).result(20))
                factor = 4
                print(client.submit(multiply, 1).result(20))
    """
    with Program(code) as program:
        said = [program.read() for _ in range(6)]
        status, _, errors = program.end()
    assert (status, errors) == (0, "")
    assert said == [
        "11",
        "[Point(x=3), Point(x=6)]",
        "True",
        "Trouble('in main')",
        "3",
        "4",
    ]


def test_workers_see_what_is_added_to_sys_path_later(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made_just_now.py").write_text("def answer(): return 42\n")
    client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    made_just_now = importlib.import_module("made_just_now")
    answers = client.submit_each(local_tasks.call_n, [made_just_now.answer] * 20, range(20))
    assert values(answers) == [42] * 20
    del sys.modules["made_just_now"]


@pytest.mark.parametrize("mode", [0o1777, 0o755])
def test_a_folder_that_all_may_write_to_is_not_imported_from(tmp_path: Path, mode: int) -> None:
    """``python -c`` has '' in sys.path, the current folder: whatever lies there."""
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(mode)
    (place / "evil_twin.py").write_text("import sys\nprint('evil', file=sys.stderr)\n")
    code = """
        import os, sys
        os.chdir(sys.argv[1])
        assert sys.path[0] == ""
        from scaler_lab import Client
        def look():
            import importlib.util
            return importlib.util.find_spec("evil_twin") is not None, "" in sys.path
        with Client(n_workers=1) as client:
            print(*client.submit(look).result(20))
    """
    with Program(code, place) as program:
        assert program.read() == ("False False" if mode == 0o1777 else "True False")
        status, _, errors = program.end()
    assert (status, errors) == (0, "")


@pytest.mark.parametrize("module", ["json", "socket", "psutil", "msgspec", "zmq"])
def test_no_process_of_the_engine_imports_what_lies_about(tmp_path: Path, module: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    place.chmod(0o1777)
    (place / f"{module}.py").write_text("open('evidence', 'w').close()\nraise SystemExit(66)\n")
    code = """
        import json, os, socket, sys
        import msgspec, psutil, zmq
        os.chdir(sys.argv[1])
        from scaler_lab import Client
        with Client(n_workers=1) as client:
            print(client.submit(pow, 2, 5).result(20))
    """
    with Program(code, place) as program:
        assert program.read() == "32"
        assert program.end()[0] == 0
    assert not (place / "evidence").exists()
