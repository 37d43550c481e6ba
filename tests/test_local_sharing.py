"""A local engine for several clients: by name, apart from each other, and closed to all others."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path
from typing import Any, Literal

import chores
import pytest
import zmq
from probes import (
    PATIENCE_SECONDS,
    all_pids,
    engine_of,
    folders_of,
    is_running,
    started,
    values,
    wait_until,
    wait_until_nothing_is_left,
)
from zmq.utils.monitor import recv_monitor_message

from scaler_lab import (
    Client,
    EngineLost,
    EngineNotFound,
    EngineStartFailed,
    LocalEngine,
    ProtocolMismatch,
    Status,
)
from scaler_lab.engines.local import lifelines, wire
from scaler_lab.engines.local.client import engine as local_engine
from scaler_lab.engines.local.client import registry
from scaler_lab.engines.local.frame_stream import FrameStream
from scaler_lab.facts.messages import TaskCancel, TaskId
from scaler_lab.machine import runtime_folder
from scaler_lab.machine.runtime_folder import Connection
from scaler_lab.ports import pickling

Transport = Literal["ipc", "tcp"]
BOTH: list[Transport] = ["ipc", "tcp"]


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Iterator[LocalEngine]:
    """One to share, over either transport."""
    with LocalEngine(n_workers=2, transport=request.param) as engine:
        yield engine


def connection_of(engine: LocalEngine) -> Connection:
    assert engine.connection is not None
    return engine.connection


# -- sharing ---------------------------------------------------------------------------------------


def test_clients_come_and_go_and_the_engine_stays(engine: LocalEngine) -> None:
    for n in range(3):
        with Client(engine) as client:
            assert client.submit(chores.mark_nothing, n).result(PATIENCE_SECONDS) == n
    address = f"local://{connection_of(engine).engine_id}"
    with Client(engine.address) as by_name, Client(address) as by_id:
        assert by_name.submit(chores.mark_nothing, 7).result(PATIENCE_SECONDS) == 7
        assert by_id.submit(chores.mark_nothing, 8).result(PATIENCE_SECONDS) == 8


def test_an_engine_that_was_stopped_leaves_nothing_and_can_t_be_found(engine: LocalEngine) -> None:
    with Client(engine) as client:
        client.submit(chores.pid).result(PATIENCE_SECONDS)
        pids, folders = all_pids(engine), folders_of(engine)
        engine.stop()
        wait_until_nothing_is_left(pids, folders)
        with pytest.raises(EngineLost):
            wait_until(lambda: client.submit(chores.pid) and False, "the news to arrive")
    engine.stop()
    with pytest.raises(EngineNotFound, match="no local engine named"):
        Client(engine.address)
    with pytest.raises(RuntimeError, match="make a new one"):
        engine.start()


def test_a_stop_settles_the_futures_of_every_client(engine: LocalEngine, tmp_path: Path) -> None:
    with Client(engine) as client:
        running = started(client.submit(chores.sleep, str(tmp_path)), tmp_path)
        engine.stop()
        assert wait([running], PATIENCE_SECONDS).done
        with pytest.raises((EngineLost, CancelledError), match=r"told to stop|gone|^$"):
            running.result()


def test_clients_share_workers_and_nothing_else(engine: LocalEngine, tmp_path: Path) -> None:
    with Client(engine) as one, Client(engine) as other:
        running = started(one.submit(chores.return_when_released, str(tmp_path)), tmp_path)
        other.engine.request_cancel(TaskCancel((running.task_id,), force=True))
        assert other.cancel(timeout=0) == 0
        assert other.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
        assert len(other.board.snapshot().tasks) == 1
        other.shutdown()
        assert one.submit(chores.mark_nothing, 2).result(PATIENCE_SECONDS) == 2
        assert running.status is not Status.CANCELLING
        chores.note(str(tmp_path), "released")
        assert running.result(PATIENCE_SECONDS) == "released"


def test_clients_take_turns(tmp_path: Path) -> None:
    """One who submits a little does not wait behind one who submitted much."""
    with LocalEngine(n_workers=1) as engine, Client(engine) as much, Client(engine) as little:
        gate = started(much.submit(chores.return_when_released, str(tmp_path)), tmp_path)
        crowd = much.submit_each(chores.tick, [str(tmp_path)] * 200, range(200), [0.01] * 200)
        mine = little.submit_each(chores.mark_nothing, range(5))
        chores.note(str(tmp_path), "released")
        gate.result(PATIENCE_SECONDS)
        assert values(mine) == list(range(5))
        assert sum(future.done() for future in crowd) < 100
        much.cancel(crowd, PATIENCE_SECONDS)


def test_a_guest_s_farewell_does_not_end_its_host_s_engine() -> None:
    with Client(n_workers=1) as host:
        with Client(engine_of(host).address) as guest:
            assert guest.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
        assert host.submit(chores.mark_nothing, 2).result(PATIENCE_SECONDS) == 2


def test_modules_of_each_client_are_found(engine: LocalEngine, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"only_{name}.py").write_text(f"def answer(n): return {name!r}, n\n")
    program = """
import sys
sys.path.insert(0, sys.argv[2])
module = __import__(sys.argv[3])
from scaler_lab import Client
with Client(sys.argv[1]) as client:
    print(*[future.result(20) for future in client.submit_each(module.answer, range(4))])
"""
    for name in ("one", "two"):
        arguments = [engine.address, str(tmp_path / name), f"only_{name}"]
        ran = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        assert ran.stdout.strip() == " ".join(f"('{name}', {n})" for n in range(4))


# -- the registry ----------------------------------------------------------------------------------


def test_engines_are_started_listed_and_stopped(own_folder: Path) -> None:
    assert registry.list_engines() == []
    entry = registry.start_engine("one", n_workers=1)
    try:
        with pytest.raises(EngineStartFailed, match="running already"):
            registry.start_engine("one")
        assert registry.list_engines() == [entry]
        assert (entry.name, entry.n_workers, entry.address) == ("one", 1, "local://one")
        assert not entry.owned
        assert is_running(entry.pid)
        with Client(entry.address) as client:
            assert client.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
            with Client(n_workers=1) as other:
                names = [listed.name for listed in registry.list_engines()]
                assert names == ["one", engine_of(other).name]
                assert registry.list_engines()[1].owned
        with pytest.raises(EngineNotFound, match="running now: 'one'"):
            registry.stop_engine("two")
    finally:
        assert registry.stop_engine("one") == entry
    assert not is_running(entry.pid)
    assert registry.list_engines() == []
    assert not list((own_folder / "scaler_lab").iterdir())


def test_a_connection_file_is_private_and_holds_no_more_than_it_must(engine: LocalEngine) -> None:
    path = Path(connection_of(engine).folder) / "engine.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = json.loads(path.read_text())
    assert "server_secret" not in content
    assert bool(content["server_key"]) == content["address"].startswith("tcp://127.0.0.1:")
    assert bool(content["token"]) == content["address"].startswith("tcp")


def make_symlink(path: Path, good: bytes) -> None:
    elsewhere = path.parent.parent.parent / "elsewhere.json"
    elsewhere.write_bytes(good)
    path.symlink_to(elsewhere)


def make_fifo(path: Path, _: bytes) -> None:
    os.mkfifo(path)


def make_huge(path: Path, good: bytes) -> None:
    with path.open("wb") as file:
        file.write(good)
        file.truncate(2**30)


def make_another_user_s(path: Path, good: bytes) -> None:
    path.write_bytes(good if os.getuid() == 0 else b"{}")
    os.chown(path, 65534 if os.getuid() == 0 else -1, -1)


def make_folder(path: Path, _: bytes) -> None:
    path.mkdir()


def make_nothing(path: Path, good: bytes) -> None:
    del path, good


def make_cut(path: Path, good: bytes) -> None:
    path.write_bytes(good[:-10])


def make_empty(path: Path, _: bytes) -> None:
    path.touch()


def make_no_text(path: Path, good: bytes) -> None:
    path.write_bytes(b"\xff\xfe" + good)


def make_no_text_inside(path: Path, good: bytes) -> None:
    path.write_bytes(good.replace(b'"name":"', b'"name":"\xff'))


def make_list(path: Path, _: bytes) -> None:
    path.write_bytes(b"[1, 2]")


def make_other_types(path: Path, good: bytes) -> None:
    path.write_bytes(good.replace(b'"pid":', b'"pid":"x",'))


@pytest.mark.parametrize(
    "spoil",
    [
        make_symlink,
        make_fifo,
        make_huge,
        make_another_user_s,
        make_folder,
        make_nothing,
        make_cut,
        make_empty,
        make_no_text,
        make_no_text_inside,
        make_list,
        make_other_types,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_a_connection_file_not_to_be_trusted_is_passed_over(
    own_folder: Path, spoil: Callable[[Path, bytes], None]
) -> None:
    with LocalEngine(n_workers=1) as engine:
        good = (Path(connection_of(engine).folder) / "engine.json").read_bytes()
        trap = own_folder / "scaler_lab" / ("a" * 32)
        trap.mkdir(mode=0o700)
        lock = runtime_folder.take_lock(trap)  # so it looks alive
        try:
            spoil(trap / "engine.json", good)
            assert [entry.engine_id for entry in registry.list_engines()] == [
                connection_of(engine).engine_id
            ]
            with pytest.raises(EngineNotFound):
                Client("local://" + "a" * 32)
        finally:
            os.close(lock)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "A" * 32, "a" * 31, "\0", "🐍"])
def test_names_are_looked_up_never_opened(engine: LocalEngine, name: str) -> None:
    del engine
    with pytest.raises(EngineNotFound):
        Client(f"local://{name}")


# -- versions --------------------------------------------------------------------------------------


def test_another_protocol_is_refused_at_the_door_naming_both(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PROTOCOL", 99)
    with pytest.raises(ProtocolMismatch, match=r"speaks protocol 1, this process .* 99"):
        Client(engine)


def test_another_python_is_refused_at_the_door_naming_both(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = wire.python_version()
    monkeypatch.setattr(wire, "python_version", lambda: "2.7")
    with pytest.raises(ProtocolMismatch, match=rf"runs Python {running}, this process 2\.7"):
        Client(engine)


@pytest.mark.parametrize(
    ("hello", "words"),
    [
        (wire.Hello("c" * 32, protocol=99), "protocol 99"),
        (wire.Hello("c" * 32, version="0.0.7", protocol=0), "0.0.7"),
        (wire.Hello("c" * 32, python="2.7"), "Python 2.7"),
    ],
)
def test_the_engine_refuses_too_and_says_why(
    engine: LocalEngine, hello: wire.Hello, words: str
) -> None:
    with Stranger(engine) as stranger:
        stranger.send([hello])
        [refusal] = stranger.receive()
        assert isinstance(refusal, wire.Refusal)
        assert words in refusal.reason
        assert str(wire.PROTOCOL) in refusal.reason or wire.python_version() in refusal.reason
    assert_still_works(engine)


class Stranger:
    """Somebody who has the connection file, and speaks the protocol by hand."""

    def __init__(self, engine: LocalEngine, name: str = "c" * 32) -> None:
        self.connection = connection_of(engine)
        self._seq = 0
        self._held: list[Any] = []
        self._context: zmq.Context[zmq.Socket[bytes]] | None = None
        if self.connection.server_key:
            self._held.append(
                lifelines.hold(self.connection.lifeline, self.connection.token, name=name)
            )
            self._context = zmq.Context()
            self._dealer = dealer(self._context, self.connection, name.encode())
            self._dealer.connect(self.connection.address)
        else:
            end = lifelines.connect(self.connection.address.removeprefix("unix://"))
            self._held.append(end)
            self._stream = FrameStream(end)

    def send(self, messages: list[wire.Down], *, engine: str | None = None) -> None:
        self._seq += 1
        engine_id = self.connection.engine_id if engine is None else engine
        self.send_raw(wire.encode(wire.DownEnvelope(engine_id, self._seq, 0, messages)))

    def send_raw(self, frame: bytes) -> None:
        if self._context is not None:
            self._dealer.send(frame)
        else:
            self._stream.write(frame)
            wait_until(self._stream.flush, "the engine to read")

    def receive(self) -> list[wire.Up]:
        """The messages of the next batch that has any; none where the engine hung up."""
        while True:
            frame = self._receive_raw()
            if frame is None:
                return []
            messages = wire.decode_up(frame).messages
            if messages:
                return messages

    def _receive_raw(self) -> bytes | memoryview | None:
        if self._context is not None:
            assert self._dealer.poll(int(1000 * PATIENCE_SECONDS))
            return self._dealer.recv()
        frames: list[memoryview] = []

        def read() -> bool:
            nonlocal frames
            found = self._stream.read()
            frames = found or []
            return bool(frames) or found is None

        wait_until(read, "the engine to answer")
        return frames[0] if frames else None

    def __enter__(self) -> Stranger:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._context is not None:
            self._dealer.close(linger=0)
            self._context.term()
        for end in self._held:
            end.close()


def dealer(
    context: zmq.Context[zmq.Socket[bytes]], connection: Connection, identity: bytes = b""
) -> zmq.Socket[bytes]:
    """With the right keys, until one is changed."""
    end = context.socket(zmq.DEALER)
    end.setsockopt(zmq.LINGER, 0)
    end.setsockopt(zmq.IDENTITY, identity)
    end.setsockopt_string(zmq.CURVE_SERVERKEY, connection.server_key)
    end.setsockopt_string(zmq.CURVE_PUBLICKEY, connection.client_public)
    end.setsockopt_string(zmq.CURVE_SECRETKEY, connection.client_secret)
    return end


def assert_still_works(engine: LocalEngine) -> None:
    with Client(engine) as client:
        assert client.submit(chores.mark_nothing, 42).result(PATIENCE_SECONDS) == 42


# -- keys ------------------------------------------------------------------------------------------


@pytest.fixture
def tcp_engine() -> Iterator[LocalEngine]:
    with LocalEngine(n_workers=1, transport="tcp") as engine:
        yield engine


def no_mechanism(end: zmq.Socket[bytes], connection: Connection) -> None:
    del end, connection


def plain(end: zmq.Socket[bytes], connection: Connection) -> None:
    end.setsockopt(zmq.PLAIN_USERNAME, b"me")
    end.setsockopt(zmq.PLAIN_PASSWORD, connection.client_secret.encode())


def wrong_server_key(end: zmq.Socket[bytes], connection: Connection) -> None:
    other, _ = zmq.curve_keypair()
    end.setsockopt(zmq.CURVE_SERVERKEY, other)
    end.setsockopt_string(zmq.CURVE_PUBLICKEY, connection.client_public)
    end.setsockopt_string(zmq.CURVE_SECRETKEY, connection.client_secret)


def unlisted_client_key(end: zmq.Socket[bytes], connection: Connection) -> None:
    public, secret = zmq.curve_keypair()
    end.setsockopt_string(zmq.CURVE_SERVERKEY, connection.server_key)
    end.setsockopt(zmq.CURVE_PUBLICKEY, public)
    end.setsockopt(zmq.CURVE_SECRETKEY, secret)


@pytest.mark.parametrize("door", ["address", "feed"])
@pytest.mark.parametrize("lock_pick", [no_mechanism, plain, wrong_server_key, unlisted_client_key])
def test_who_has_not_the_keys_is_not_heard(
    tcp_engine: LocalEngine,
    lock_pick: Callable[[zmq.Socket[bytes], Connection], None],
    door: str,
    tmp_path: Path,
) -> None:
    connection = connection_of(tcp_engine)
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    end = context.socket(zmq.DEALER)
    end.setsockopt(zmq.LINGER, 0)
    end.setsockopt(zmq.HANDSHAKE_IVL, 1000)
    lock_pick(end, connection)
    monitor = end.get_monitor_socket()
    end.connect(getattr(connection, door))
    end.send(evil_frame(connection.engine_id, tmp_path))
    heard: list[int] = []
    try:
        while not {zmq.EVENT_HANDSHAKE_FAILED_AUTH, zmq.EVENT_DISCONNECTED} & set(heard):
            assert monitor.poll(int(1000 * PATIENCE_SECONDS)), "it was neither let in nor sent away"
            heard.append(int(recv_monitor_message(monitor)["event"]))
            assert heard[-1] != zmq.EVENT_HANDSHAKE_SUCCEEDED
        assert not end.poll(0)
    finally:
        end.disable_monitor()
        monitor.close()
        end.close()
        context.term()
    assert_still_works(tcp_engine)
    assert not list(tmp_path.iterdir())


def evil_frame(engine_id: str, folder: Path, client: str = "e" * 32) -> bytes:
    """Has a file made, where anybody runs it."""
    call = pickling.flatten(pickling.pack_call(chores.note, (str(folder), "evil"), {}, "evil"))
    return wire.encode(
        wire.DownEnvelope(
            engine_id,
            1,
            0,
            [wire.Hello(client), wire.Paths(sys.path), wire.Submit(TaskId(client), "evil", call)],
        )
    )


def test_who_has_the_keys_is_heard(tcp_engine: LocalEngine) -> None:
    """So that the tests above don't pass for a wrong reason."""
    with Stranger(tcp_engine) as stranger:
        stranger.send([wire.Hello("c" * 32)])
        assert stranger.receive() == [wire.Welcome(1)]


@pytest.mark.parametrize(
    "words",
    [b"stop - -", b"stop - " + b"0" * 64, b"stop - \xff\xfe\x80", b"client x y z", b"\0" * 300],
)
def test_who_has_not_the_token_can_t_stop_a_tcp_engine(
    tcp_engine: LocalEngine, words: bytes
) -> None:
    host, _, port = connection_of(tcp_engine).lifeline.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as line:
        line.sendall(words)
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b"", "it is shown out"
    assert_still_works(tcp_engine)


def test_a_crowd_of_silent_callers_leaves_room_for_clients(engine: LocalEngine) -> None:
    connection = connection_of(engine)
    addresses = {connection.lifeline, connection.address.removeprefix("unix://")}
    crowd: list[socket.socket] = []
    try:
        for address in addresses:
            if not address.startswith("tcp:"):
                with contextlib.suppress(OSError):  # no more room in the listener's queue
                    crowd.extend(lifelines.connect(address) for _ in range(200))
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


def is_served(engine: LocalEngine) -> bool:
    try:
        assert_still_works(engine)
    except (EngineLost, EngineNotFound):
        return False
    return True


def test_keys_are_in_no_command_line_and_no_environment(tcp_engine: LocalEngine) -> None:
    connection = connection_of(tcp_engine)
    with Client(tcp_engine) as client:
        client.submit(chores.pid).result(PATIENCE_SECONDS)
        secrets = [connection.client_secret, connection.client_public, connection.token]
        secrets.append(connection.server_key)
        assert all(secrets)
        pids = all_pids(tcp_engine)
        assert len(pids) >= 3
        for pid in pids:
            seen = (
                Path(f"/proc/{pid}/cmdline").read_bytes()
                + Path(f"/proc/{pid}/environ").read_bytes()
            )
            assert not any(secret.encode() in seen for secret in secrets)


# -- other users -----------------------------------------------------------------------------------


def as_nobody(do: Callable[[], int]) -> int:
    """What *do* gives, run in a process of another user; needs to be root for that."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            os.setgid(65534)
            os.setuid(65534)
            code = do()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_another_user_can_t_come_in_even_where_the_folder_was_opened(own_folder: Path) -> None:
    """By the folder's mode; and where that was changed, by the peer's user."""
    with LocalEngine(n_workers=1) as engine:
        connection = connection_of(engine)
        places = [connection.address.removeprefix("unix://"), connection.lifeline]

        def knock() -> int:
            """1: refused by a mode; 2: shown out; 3: let in."""
            worst = 0
            for place in places:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as end:
                    end.settimeout(2.0)
                    try:
                        end.connect(place)
                        end.sendall(b"stop - -")
                        outcome = 2 if end.recv(1) == b"" else 3
                    except PermissionError:
                        outcome = 1
                    except (ConnectionResetError, BrokenPipeError):
                        outcome = 2
                    except TimeoutError:
                        outcome = 3
                    worst = max(worst, outcome)
            return worst

        own_folder.chmod(0o755)
        if os.getuid() == 0:
            assert as_nobody(knock) == 1
            for place in (own_folder / "scaler_lab", Path(connection.folder)):
                place.chmod(0o755)
            for path in places:
                Path(path).chmod(0o666)
            assert as_nobody(knock) == 2
            for place in (own_folder / "scaler_lab", Path(connection.folder)):
                place.chmod(0o700)
        else:
            modes = [Path(place).parent.stat().st_mode & 0o077 for place in places]
            assert modes == [0, 0]
        assert_still_works(engine)


# -- noise -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", BOTH)
def test_noise_on_the_sockets_harms_nobody(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, transport: Transport
) -> None:
    """Random bytes at every door, as they come."""
    with LocalEngine(n_workers=2, transport=transport) as engine:
        make_noise(engine, tmp_path)
    assert "Traceback" not in capfd.readouterr().err


def make_noise(engine: LocalEngine, tmp_path: Path) -> None:
    chance = random.Random(7)
    connection = connection_of(engine)
    doors = [connection.address, connection.feed, connection.lifeline]
    with Client(engine) as client:
        running = started(client.submit(chores.return_when_released, str(tmp_path)), tmp_path)
        for n in range(150):
            door = doors[n % 3].removeprefix("tcp://").removeprefix("unix://")
            with lifelines.connect(door.removeprefix("ipc://")) as end:
                noise = chance.randbytes(chance.choice([1, 10, 64, 1000, 40_000]))
                if n % 2:  # announced as a frame, whole or not, or a huge one
                    size = chance.choice([len(noise), len(noise) + 9, 2**31, 2**32 - 1, 0])
                    noise = struct.pack("<I", size) + noise
                elif n % 5 == 0:  # zmq's greeting
                    noise = b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + bytes(16) + noise
                with contextlib.suppress(OSError):  # shown out before the end
                    end.sendall(noise)
        assert client.submit(chores.mark_nothing, 3).result(PATIENCE_SECONDS) == 3
        chores.note(str(tmp_path), "released")
        assert running.result(PATIENCE_SECONDS) == "released"


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("transport", BOTH)
def test_frames_of_nonsense_are_counted_and_dropped(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, transport: Transport, seed: int
) -> None:
    """From one who has the keys: random ones, and sound ones that were cut, changed, swapped."""
    with LocalEngine(n_workers=2, transport=transport) as engine:
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
        wire.encode(
            wire.DownEnvelope(
                connection.engine_id,
                2,
                0,
                [
                    wire.Cancel([TaskId("c" * 32)], force=True),
                    wire.Submit(TaskId("b" * 32), "../../x", b"", "../../../etc/passwd"),
                    wire.Submit(TaskId("d" * 32), "blob", b"", f"{'c' * 32}-{'d' * 32}.a"),
                    wire.Submit(TaskId("e" * 32), "large", bytes(200_000)),
                    wire.Paths(["/nowhere", "\U0001f40d"]),
                ],
            )
        ),
    ]
    with Client(engine) as client:
        running = started(client.submit(chores.return_when_released, str(tmp_path)), tmp_path)
        with Stranger(engine) as stranger:
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
                stranger.send_raw(bytes(frame))
            for whole in good:
                stranger.send_raw(whole)
        assert client.submit(chores.mark_nothing, 3).result(PATIENCE_SECONDS) == 3
        chores.note(str(tmp_path), "released")
        assert running.result(PATIENCE_SECONDS) == "released"


@pytest.mark.parametrize("transport", BOTH)
def test_a_frame_meant_for_another_engine_is_dropped(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, transport: Transport
) -> None:
    """One recorded at an engine that is gone, or runs beside: played to this one."""
    with LocalEngine(n_workers=1, transport=transport) as engine:
        with Stranger(engine) as stranger:
            stranger.send_raw(evil_frame("0" * 32, tmp_path))
            stranger.send([wire.Hello("c" * 32)])
            assert stranger.receive() == [wire.Welcome(1)]
            stranger.send([wire.Cancel([TaskId("c" * 32)])], engine="1" * 32)
        assert_still_works(engine)
    assert not (tmp_path / "evil").exists()
    assert "it is meant for engine" in capfd.readouterr().err


def test_who_never_said_hello_is_not_obeyed(engine: LocalEngine, tmp_path: Path) -> None:
    call = pickling.flatten(pickling.pack_call(chores.note, (str(tmp_path), "evil"), {}, "evil"))
    with Stranger(engine) as stranger:
        stranger.send([wire.Submit(TaskId("e" * 32), "evil", call)])
        stranger.send([wire.Hello("not an id/../"), wire.Submit(TaskId("e" * 32), "evil", call)])
    assert_still_works(engine)
    assert not (tmp_path / "evil").exists()


def test_a_client_s_name_can_t_be_taken_twice(engine: LocalEngine) -> None:
    with Stranger(engine) as first:
        first.send([wire.Hello("c" * 32)])
        assert first.receive() == [wire.Welcome(2)]
        with Stranger(engine, "d" * 32) as second:
            second.send([wire.Hello("c" * 32)])
            [refusal] = second.receive()
            assert isinstance(refusal, wire.Refusal)
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


@pytest.mark.parametrize("transport", BOTH)
def test_the_scheduler_has_nothing_that_unpickles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, transport: Transport
) -> None:
    """Asked of the process itself, at its end.  That zmq loads `pickle` for itself can't be helped;
    nothing of ours there has hold of a function that reads pickles."""
    path = tmp_path / "modules"
    monkeypatch.setenv("MODULES", str(path))
    boot = getattr(local_engine, "_BOOT")  # noqa: B009
    monkeypatch.setattr(local_engine, "_BOOT", f"{boot}\n{MODULES}")
    with LocalEngine(n_workers=1, transport=transport) as engine, Client(engine) as client:
        client.submit(chores.size_of, bytes(1_000_000)).result(PATIENCE_SECONDS)
        assert client.submit(chores.exit_hard, 1).exception(PATIENCE_SECONDS)
        assert client.submit(chores.interrupt_itself).exception(PATIENCE_SECONDS)
    modules = path.read_text().splitlines()
    assert "scaler_lab.engines.local.scheduler.loop" in modules, "it is the scheduler"
    assert not [line for line in modules if line.startswith("UNPICKLES")]
    ours = [name for name in modules if name.startswith("scaler_lab")]
    assert not [
        name for name in ours if "pickling" in name or name.endswith((".by_value", ".raised"))
    ]
    assert "scaler_lab.engines.local.workers.worker" not in modules
    assert "cloudpickle" not in modules
