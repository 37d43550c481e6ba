"""Which clients a local engine accepts: those of the same version and the same user."""

from __future__ import annotations

import os
import socket
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from foreign_clients import ForeignClient, assert_still_works
from helpers import connection_of

from scaler_lab import Client, LocalEngine, ProtocolMismatch
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client.transport import connect
from scaler_lab.engines.local.framing import FrameStream
from scaler_lab.engines.local.liveness import STOP, LivenessListener
from scaler_lab.engines.local.scheduler.listeners import UnixListener
from scaler_lab.engines.local.scheduler.poller import Poller
from scaler_lab.engines.local.scheduler.sessions import ClientSessions

# -- versions --------------------------------------------------------------------------------------


def test_another_protocol_is_refused_at_the_door_naming_both(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = protocol.PROTOCOL
    monkeypatch.setattr(protocol, "PROTOCOL", 99)
    with pytest.raises(ProtocolMismatch, match=rf"speaks protocol {current}, this process .* 99"):
        Client(engine)


def test_another_python_is_refused_at_the_door_naming_both(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = protocol.python_version()
    monkeypatch.setattr(protocol, "python_version", lambda: "2.7")
    with pytest.raises(ProtocolMismatch, match=rf"runs Python {running}, this process 2\.7"):
        Client(engine)


@pytest.mark.parametrize(
    ("hello", "words"),
    [
        (protocol.ClientHello("c" * 32, protocol=99), "protocol 99"),
        (protocol.ClientHello("c" * 32, version="0.0.7", protocol=0), "0.0.7"),
        (protocol.ClientHello("c" * 32, python="2.7"), "Python 2.7"),
    ],
)
def test_the_engine_refuses_too_and_explains_why(
    engine: LocalEngine, hello: protocol.ClientHello, words: str
) -> None:
    with ForeignClient(engine) as foreign_client:
        foreign_client.send([hello])
        [refusal] = foreign_client.receive()
        assert isinstance(refusal, protocol.Refusal)
        assert words in refusal.reason
        assert (
            str(protocol.PROTOCOL) in refusal.reason or protocol.python_version() in refusal.reason
        )
    assert_still_works(engine)


# -- other users -----------------------------------------------------------------------------------


def as_nobody(do: Callable[[], int]) -> int:
    """What *do* gives, run in a process of another user; needs to be root for that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: threads and fork
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


# -- deleted sockets -------------------------------------------------------------------------------


def test_a_client_that_connected_before_the_sockets_were_deleted_is_served(
    own_folder: Path,
) -> None:
    """A connection that waits in the queue of a socket is lost if that socket is closed."""
    frames: list[bytes] = []
    reasons: list[str] = []
    poller = Poller()
    listener = UnixListener(
        own_folder,
        poller,
        lambda _, frame: frames.append(bytes(frame)),
        lambda _: None,
        lambda _: None,
        time.monotonic,
    )
    lifelines = LivenessListener(own_folder)
    only_folder: Any = SimpleNamespace(folder=str(own_folder))
    unused: Any = None
    sessions = ClientSessions(only_folder, unused, unused, poller, reasons.append)
    sessions.open(listener, lifelines)
    clients = [FrameStream(connect(str(own_folder / "scheduler.sock"))) for _ in range(3)]
    stopper = connect(lifelines.address)
    for name in ("scheduler.sock", "lifeline.sock"):
        (own_folder / name).unlink()
    sessions.listen_again(own_folder)
    clients.append(FrameStream(connect(str(own_folder / "scheduler.sock"))))
    try:
        for number, client in enumerate(clients):
            client.write(b"%d" % number)
        stopper.sendall(STOP)
        for _ in range(3):  # accepts the new client, then reads
            poller.wait(0)
        assert sorted(frames) == [b"0", b"1", b"2", b"3"]
        assert len(reasons) == 1
    finally:
        for client in clients:
            client.close()
        stopper.close()
        listener.close()
        lifelines.close()
