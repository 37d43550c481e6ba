"""Tasks that submit tasks to the engine that runs them, and the tasks that they submit."""

from __future__ import annotations

from pathlib import Path

import local_tasks
from helpers import wait_for_file

from scaler_lab import Client


def submit_and_wait(address: str) -> int:
    """Submit a task and wait for it."""
    with Client(address) as client:
        return client.submit(len, "seven77").result()


def submit_in_turn(address: str, n: int) -> list[int]:
    """Submit tasks one after the other; each is done before the next."""
    with Client(address) as client:
        return [client.submit(abs, -i).result() for i in range(n)]


def map_and_wait(address: str) -> list[int]:
    with Client(address) as client:
        return list(client.map(abs, [-1, -2]))


def submit_and_leave(address: str) -> None:
    """Submit a task, and wait at the end of the client's `with` block."""
    with Client(address) as client:
        client.submit(abs, -7)


def recurse(address: str, depth: int) -> int:
    """Submit the next level and wait for it."""
    if depth == 0:
        return 0
    with Client(address) as client:
        return 1 + client.submit(recurse, address, depth - 1).result()


def submit_late(address: str, folder: str) -> int:
    """Submit a task once the other task has submitted one."""
    local_tasks.note(folder, "late", "running")
    wait_for_file(Path(folder), "other")
    return submit_and_wait(address)


def submit_early(address: str, folder: str) -> int:
    """Submit a task, and wait for it once the late one runs."""
    wait_for_file(Path(folder), "late")
    with Client(address) as client:
        future = client.submit(len, "seven77")
        local_tasks.note(folder, "other", "submitted")
        return future.result()


def use_own_engine() -> int:
    with Client(n_workers=1) as client:
        return client.submit(len, "seven77").result()
