"""What comes in at a local engine's doors does no harm: silence, noise, nonsense, others' names."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import time
from pathlib import Path

import local_tasks
import pytest
from foreign_clients import ForeignClient, assert_still_works, evil_frame
from helpers import TIMEOUT, connection_of, started, wait_until

from scaler_lab import Client, EngineLost, EngineNotFound, LocalEngine
from scaler_lab.core.messages import TaskId
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client import scheduler_process
from scaler_lab.engines.local.client.transport import connect
from scaler_lab.engines.local.peer_credentials import MAX_UNAUTHENTICATED
from scaler_lab.runtime import runtime_dir
from scaler_lab.serialization import pickling


def test_a_crowd_of_silent_callers_leaves_room_for_clients(engine: LocalEngine) -> None:
    connection = connection_of(engine)
    addresses = {connection.lifeline, connection.address.removeprefix("unix://")}
    crowd: list[socket.socket] = []
    try:
        for address in addresses:
            with contextlib.suppress(OSError):  # no more room in the listener's queue
                crowd.extend(connect(address) for _ in range(200))
        assert len(crowd) > 64
        begun = time.monotonic()
        with LocalEngine(n_workers=1) as other:
            assert_still_works(other)
        for caller in crowd:
            caller.close()
        wait_until(lambda: is_served(engine), "the engine to serve again", 10.0)
        assert time.monotonic() - begun < 10.0
    finally:
        for caller in crowd:
            caller.close()


def test_silent_callers_do_not_prevent_the_engine_from_stopping() -> None:
    with LocalEngine(n_workers=1) as engine, contextlib.ExitStack() as crowd:
        connection = connection_of(engine)
        for _ in range(3 * MAX_UNAUTHENTICATED):
            with contextlib.suppress(OSError):  # no more room in the listener's queue
                crowd.enter_context(connect(connection.lifeline))
        scheduler_process.stop(connection)
        assert not runtime_dir.is_alive(Path(connection.folder))


def is_served(engine: LocalEngine) -> bool:
    try:
        assert_still_works(engine)
    except (EngineLost, EngineNotFound):
        return False
    return True


def test_noise_on_the_sockets_does_no_harm(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Random bytes at every door, as they come."""
    with LocalEngine(n_workers=2) as engine:
        make_noise(engine, tmp_path)
    assert "Traceback" not in capfd.readouterr().err


def make_noise(engine: LocalEngine, tmp_path: Path) -> None:
    chance = random.Random(7)
    connection = connection_of(engine)
    listeners = [connection.address, connection.feed, connection.lifeline]
    with Client(engine) as client:
        running = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
        for n in range(150):
            listener = listeners[n % 3].removeprefix("unix://").removeprefix("ipc://")
            with connect(listener) as end:
                noise = chance.randbytes(chance.choice([1, 10, 64, 1000, 40_000]))
                if n % 2:  # announced as a frame, whole or not, or a huge one
                    size = chance.choice([len(noise), len(noise) + 9, 2**31, 2**32 - 1, 0])
                    noise = struct.pack("<I", size) + noise
                elif n % 5 == 0:  # zmq's greeting
                    noise = b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + bytes(16) + noise
                with contextlib.suppress(OSError):  # shown out before the end
                    end.sendall(noise)
        assert client.submit(local_tasks.mark_nothing, 3).result(TIMEOUT) == 3
        local_tasks.note(str(tmp_path), "released")
        assert running.result(TIMEOUT) == "released"


@pytest.mark.parametrize("seed", range(2))
def test_frames_of_nonsense_are_counted_and_dropped(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, seed: int
) -> None:
    """From one who is let in: random ones, and sound ones that were cut, changed, swapped."""
    with LocalEngine(n_workers=2) as engine:
        send_nonsense(engine, tmp_path, random.Random(seed))
        errors = capfd.readouterr().err
    assert "dropped a message (1 so far)" in errors
    assert "dropped a message (512 so far)" in errors
    assert len(errors.splitlines()) < 60, "not one line for each"
    assert "Traceback" not in errors
    assert "Logging error" not in errors


def send_nonsense(engine: LocalEngine, tmp_path: Path, chance: random.Random) -> None:
    connection = connection_of(engine)
    good = [
        evil_frame(connection.engine_id, tmp_path, "c" * 32),
        protocol.encode(
            protocol.DownEnvelope(
                connection.engine_id,
                [
                    protocol.Cancel([TaskId("c" * 32)], force=True),
                    protocol.Submit(TaskId("b" * 32), "../../x", b"", "../../../etc/passwd"),
                    protocol.Submit(TaskId("d" * 32), "blob", b"", f"{'c' * 32}-{'d' * 32}.a"),
                    protocol.Submit(TaskId("e" * 32), "large", bytes(200_000)),
                    protocol.Paths([b"/nowhere", "\U0001f40d".encode(), b"\xff"]),
                ],
            )
        ),
    ]
    with Client(engine) as client:
        running = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
        with ForeignClient(engine) as foreign_client:
            for n in range(1500):
                frame = bytearray(chance.choice(good))
                match n % 5:
                    case 0:
                        frame[:] = chance.randbytes(chance.randrange(200))
                    case 1:
                        del frame[chance.randrange(len(frame)) :]
                    case 2:
                        frame[chance.randrange(len(frame))] = chance.randrange(256)
                    case 3:
                        at = chance.randrange(len(frame))
                        frame[at:at] = chance.randbytes(3)
                    case _:
                        frame[2:34] = b"%032x" % chance.getrandbits(128)  # another engine's
                foreign_client.send_raw(bytes(frame))
            for whole in good:
                foreign_client.send_raw(whole)
        assert client.submit(local_tasks.mark_nothing, 3).result(TIMEOUT) == 3
        local_tasks.note(str(tmp_path), "released")
        assert running.result(TIMEOUT) == "released"


def test_a_frame_meant_for_another_engine_is_dropped(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One recorded at an engine that is gone, or runs beside: played to this one."""
    with LocalEngine(n_workers=1) as engine:
        with ForeignClient(engine) as foreign_client:
            foreign_client.send_raw(evil_frame("0" * 32, tmp_path))
            foreign_client.send([protocol.ClientHello("c" * 32)])
            assert foreign_client.receive() == [protocol.ClientWelcome(1)]
            foreign_client.send([protocol.Cancel([TaskId("c" * 32)])], engine="1" * 32)
        assert_still_works(engine)
    assert not (tmp_path / "evil").exists()
    assert "it is addressed to engine" in capfd.readouterr().err


def test_a_peer_that_never_sent_hello_is_not_obeyed(engine: LocalEngine, tmp_path: Path) -> None:
    call = pickling.flatten(
        pickling.pack_call(local_tasks.note, (str(tmp_path), "evil"), {}, "evil")
    )
    with ForeignClient(engine) as foreign_client:
        foreign_client.send([protocol.Submit(TaskId("e" * 32), "evil", call)])
        foreign_client.send(
            [protocol.ClientHello("not an id/../"), protocol.Submit(TaskId("e" * 32), "evil", call)]
        )
    assert_still_works(engine)
    assert not (tmp_path / "evil").exists()


def test_a_client_s_name_can_t_be_taken_twice(engine: LocalEngine) -> None:
    with ForeignClient(engine) as first:
        first.send([protocol.ClientHello("c" * 32)])
        assert first.receive() == [protocol.ClientWelcome(2)]
        with ForeignClient(engine) as second:
            second.send([protocol.ClientHello("c" * 32)])
            [refusal] = second.receive()
            assert isinstance(refusal, protocol.Refusal)
            assert "already" in refusal.reason


# -- what the scheduler can do ---------------------------------------------------------------------

MODULES = """
import sys as _sys, os as _os
with open(_os.environ["MODULES"], "w") as _file:
    for _name, _module in sorted(_sys.modules.items()):
        print(_name, file=_file)
    _pickle = _sys.modules.get("pickle"), _sys.modules.get("_pickle")
    _readers = [getattr(m, n) for m in _pickle if m for n in ("load", "loads", "Unpickler")]
    for _name, _module in _sys.modules.items():
        if _name.startswith("scaler_lab"):
            for _key, _value in vars(_module).items():
                if any(_value is reader for reader in _readers):
                    print("UNPICKLES", _name, _key, file=_file)
"""


def test_the_scheduler_has_nothing_that_unpickles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Asked of the process itself, at its end.  That zmq loads `pickle` for itself can't be helped;
    nothing of ours there has hold of a function that reads pickles."""
    path = tmp_path / "modules"
    monkeypatch.setenv("MODULES", str(path))
    boot = getattr(scheduler_process, "_BOOT")  # noqa: B009
    monkeypatch.setattr(scheduler_process, "_BOOT", f"{boot}\n{MODULES}")
    with LocalEngine(n_workers=1) as engine, Client(engine) as client:
        client.submit(local_tasks.size_of, bytes(1_000_000)).result(TIMEOUT)
        assert client.submit(local_tasks.exit_hard, 1).exception(TIMEOUT)
        assert client.submit(local_tasks.interrupt_itself).exception(TIMEOUT)
    modules = path.read_text().splitlines()
    assert "scaler_lab.engines.local.scheduler.loop" in modules, "it is the scheduler"
    assert not [line for line in modules if line.startswith("UNPICKLES")]
    ours = [name for name in modules if name.startswith("scaler_lab")]
    assert not [
        name for name in ours if "pickling" in name or name.endswith((".by_value", ".raised"))
    ]
    assert "scaler_lab.engines.local.worker.worker" not in modules
    assert "cloudpickle" not in modules
