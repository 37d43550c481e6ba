"""Engines as the Jupyter server sees them, on its event loop: those it can't understand, too."""

from __future__ import annotations

import asyncio
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import zmq
from helpers import wait_until
from scenarios import TIMEOUT

from scaler_lab import Client
from scaler_lab.feed import discovery, messages
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.engine_dir import EngineDir
from scaler_lab.runtime.program_name import program_name
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.jupyterlab.engine_registry import EngineRegistry


class LaterEngine:
    """An engine of a later version, whose feed speaks another protocol."""

    def __init__(self) -> None:
        self._engine_dir = EngineDir()
        self.id = self._engine_dir.id
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._router = self._context.socket(zmq.ROUTER)
        folder = str(self._engine_dir.folder)
        address = f"ipc://{folder}/feed.sock"
        self._router.bind(address)
        self.greeted = 0
        runtime_dir.write_connection(
            ConnectionInfo(
                engine_id=self.id,
                name="later",
                pid=os.getpid(),
                n_workers=1,
                started_at=time.time(),
                address=address,
                feed=address,
                lifeline="",
                folder=folder,
                blobs="",
                owned=True,
                protocol=1,
                version="99",
                python="3.99",
                program="later.py",
            )
        )

    def answer(self) -> None:
        """Welcome each view that sends hello."""
        while self._router.poll(0):
            key, frame = self._router.recv_multipart()
            if b"hello" in frame:
                self.greeted += 1
                welcome = messages.Welcome(messages.PROTOCOL + 1, self.id, "later", 1)
                self._router.send_multipart([key, messages.encode(welcome)])

    def close(self) -> None:
        """End it."""
        self._router.close(0)
        self._context.term()
        self._engine_dir.close()


def test_an_engine_of_another_version_is_listed_and_not_connected_again_and_again() -> None:
    async def look() -> None:
        engines = EngineRegistry()
        told: list[dict[str, Any]] = []

        async def say(text: bytes) -> None:
            message = json.loads(text)
            if message[0] == "engines":
                told[:] = message[2]

        engines.join(say)
        engine = LaterEngine()
        try:
            await _until(lambda: bool(told and told[0]["trouble"]), engine)
            assert told[0]["title"] == "later.py"
            assert "must be of one version" in told[0]["trouble"]
            for _ in range(3):
                engines._poll_once()  # pyright: ignore[reportPrivateUsage]
                engine.answer()
            assert engine.greeted == 1
        finally:
            engine.close()
        await _until(lambda: not told, None)
        await engines.close()

    asyncio.run(look())


def test_clients_of_one_program_have_titles_of_their_own() -> None:
    """Each runs on a thread pool, so that this process serves their feeds."""
    with (
        ThreadPoolExecutor(1) as pool,
        Client(pool, name="prices") as named,
        Client(pool) as plain,
    ):
        for client in (named, plain):
            client.submit(abs, -1).result(TIMEOUT)
        wait_until(lambda: len(discovery.find_engines()) == 2, "both clients")
        titles = {engine["title"]: engine["program"] for engine in EngineRegistry().known()}
    program = program_name()
    assert titles == {f"prices ({program})": f"prices ({program})", program: program}


def test_nothing_is_read_without_a_view() -> None:
    async def look() -> None:
        engine = LaterEngine()
        try:
            engines = EngineRegistry()
            assert [engine["title"] for engine in engines.known()] == ["later.py"]
            assert engines.summaries() == []
            engine.answer()
            assert engine.greeted == 0
            await engines.close()
        finally:
            engine.close()

    asyncio.run(look())


async def _until(is_so: Any, engine: LaterEngine | None) -> None:
    end = time.monotonic() + TIMEOUT
    while not is_so():
        assert time.monotonic() < end
        if engine is not None:
            engine.answer()
        await asyncio.sleep(0.01)  # gives the loop to who is waited for
