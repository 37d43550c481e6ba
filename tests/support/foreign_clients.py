"""Clients that connect to a local engine but aren't made by this package."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import local_tasks
from helpers import TIMEOUT, connection_of, wait_until

from scaler_lab import Client, LocalEngine
from scaler_lab.core.messages import TaskId
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client.transport import connect
from scaler_lab.engines.local.framing import FrameStream
from scaler_lab.serialization import pickling

MODULES = protocol.Paths([*map(os.fsencode, sys.path)])


class ForeignClient:
    """A client that has the connection file and sends protocol messages by itself."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self.connection = connection_of(engine)
        self._stream = FrameStream(connect(self.connection.address.removeprefix("unix://")))

    def send(self, messages: list[protocol.Down], *, engine: str | None = None) -> None:
        engine_id = self.connection.engine_id if engine is None else engine
        self.send_raw(protocol.encode(protocol.DownEnvelope(engine_id, messages)))

    def send_raw(self, frame: bytes) -> None:
        self._stream.write(frame)
        wait_until(self._stream.flush, "the engine to read")

    def is_read_from(self, messages: list[protocol.Down]) -> bool:
        """Send messages; return whether the engine has read them all after some time."""
        engine_id = self.connection.engine_id
        for message in messages:
            self._stream.write(protocol.encode(protocol.DownEnvelope(engine_id, [message])))
        for _ in range(50):
            if self._stream.flush():
                return True
            assert_still_works(self._engine)
        return False

    def frames(self) -> list[memoryview]:
        """Return the next frames; they are valid until the next call."""
        found: list[memoryview] | None = []

        def read() -> bool:
            nonlocal found
            self._stream.flush()
            found = self._stream.read()
            return found != []

        wait_until(read, "the engine to answer")
        return found or []

    def receive(self) -> list[protocol.Up]:
        """Return the messages of the next non-empty batch; none if the engine disconnected."""
        while True:
            frame = self._receive_raw()
            if frame is None:
                return []
            messages = protocol.decode_up(frame).messages
            if messages:
                return messages

    def _receive_raw(self) -> memoryview | None:
        frames = self.frames()
        return frames[0] if frames else None

    def __enter__(self) -> ForeignClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stream.close()


def assert_still_works(engine: LocalEngine) -> None:
    with Client(engine) as client:
        assert client.submit(local_tasks.mark_nothing, 42).result(TIMEOUT) == 42


def evil_frame(engine_id: str, folder: Path, client: str = "e" * 32) -> bytes:
    """Return a frame that submits a task, which would create a file if it ran."""
    call = pickling.flatten(pickling.pack_call(local_tasks.note, (str(folder), "evil"), {}, "evil"))
    return protocol.encode(
        protocol.DownEnvelope(
            engine_id,
            [
                protocol.ClientHello(client),
                MODULES,
                protocol.Submit(TaskId(client), "evil", call),
            ],
        )
    )
