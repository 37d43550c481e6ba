"""A client whose end is heard of before its first frame is: with zmq these are two connections."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from scaler_lab import Client, LocalEngine
from scaler_lab.engines.local import lifelines, wire
from scaler_lab.engines.local.client.zmq_line import ZmqLine
from scaler_lab.facts.messages import TaskId
from scaler_lab.ports import pickling

GHOST = "f" * 32


def test_a_client_that_is_gone_already_is_not_let_in(tmp_path: Path) -> None:
    trace = tmp_path / "ghost was here"
    with LocalEngine(n_workers=1, transport="tcp") as engine, Client(engine) as living:
        connection = engine.connection
        assert connection is not None
        living.submit(os.getpid).result(30)
        with lifelines.hold(connection.lifeline, connection.token, name=GHOST):
            living.submit(os.getpid).result(30)  # a turn of the scheduler: it knows the name
        living.submit(os.getpid).result(30)  # another: it knows the end
        keys = {
            name: getattr(connection, name)
            for name in ("server_key", "client_public", "client_secret")
        }
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        line = ZmqLine(connection.address, GHOST, keys, ours)
        call = pickling.flatten(pickling.pack_call(trace.touch, (), {}, "ghost"))
        line.write(
            wire.encode(
                wire.DownEnvelope(
                    connection.engine_id,
                    1,
                    0,
                    [
                        wire.Hello(GHOST),
                        wire.Paths([]),
                        wire.Submit(TaskId(GHOST), "ghost", call),
                    ],
                )
            )
        )
        _until(lambda: bool(line.read()) or trace.exists(), living)
        line.close(0)
        theirs.close()
    assert not trace.exists()


def _until(happened: Callable[[], bool], client: Client) -> None:
    """Give what must not happen some round trips to happen in."""
    for _ in range(300):
        client.submit(os.getpid).result(30)
        if happened():
            return
