"""Who is let in at a local engine's doors: the same versions, the right keys, the same user."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import chores
import pytest
import zmq
from probes import PATIENCE_SECONDS, all_pids, connection_of
from strangers import Stranger, assert_still_works, evil_frame
from zmq.utils.monitor import recv_monitor_message

from scaler_lab import Client, LocalEngine, ProtocolMismatch
from scaler_lab.engines.local import wire
from scaler_lab.machine.runtime_folder import Connection

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
