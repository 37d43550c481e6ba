"""Those who come to a local engine's doors and are no client of ours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import chores
import zmq
from probes import PATIENCE_SECONDS, connection_of, wait_until

from scaler_lab import Client, LocalEngine
from scaler_lab.engines.local import lifelines, wire
from scaler_lab.engines.local.frame_stream import FrameStream
from scaler_lab.facts.messages import TaskId
from scaler_lab.machine.runtime_folder import Connection
from scaler_lab.ports import pickling


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
