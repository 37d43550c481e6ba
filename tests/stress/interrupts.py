"""Ctrl-C at random moments, in all kinds of cells: no future without an outcome, and no hang.

    python -m tests.stress.interrupts --count 10000

Each round runs a cell as people write them, and interrupts it once at a random moment, as Stop does
in a notebook: a real signal, with a handler that raises KeyboardInterrupt.  Afterwards every future
of the client gets its outcome, and a new task its answer.  ``--seed`` repeats a run's choices.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import faulthandler
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from scaler_lab import Client, as_completed

TIMEOUT = 20.0
CLIENT_ROUNDS = 50  # after which a client is shut down and a new one made


def same(value: Any) -> Any:
    """A task."""
    return value


def refuse(value: object) -> None:
    """A task that fails."""
    raise ValueError(value)


def _submits(client: Client) -> None:
    held = [client.submit(same, n) for n in range(300)]
    for future in held:
        future.result()


def _results(client: Client) -> None:
    for n in range(100):
        client.submit(same, n).result()


def _each(client: Client) -> None:
    client.submit_each(same, range(1000)).results(progress=False)


def _map(client: Client) -> None:
    for _ in client.map(same, range(200)):
        pass


def _chunks(client: Client) -> None:
    list(client.map(same, range(2000), chunksize=100))


def _completed(client: Client) -> None:
    for future in as_completed([client.submit(same, n) for n in range(200)]):
        future.result()


def _completed_as_stdlib(client: Client) -> None:
    for future in concurrent.futures.as_completed([client.submit(same, n) for n in range(200)]):
        future.result()


def _wait(client: Client) -> None:
    client.wait([client.submit(same, n) for n in range(200)])


def _wait_as_stdlib(client: Client) -> None:
    concurrent.futures.wait([client.submit(same, n) for n in range(200)])


def _cancels(client: Client) -> None:
    for _ in range(20):
        client.submit(time.sleep, 60).cancel()


def _cancels_in_bulk(client: Client) -> None:
    client.cancel(client.submit_each(time.sleep, [60] * 200))


def _atomic_groups(client: Client) -> None:
    for _ in range(10):
        client.submit_each(time.sleep, [60] * 10, atomic=True)[3].cancel()


def _options(client: Client) -> None:
    view = client.options(timeout=60, retries=1, tags=["a"])
    for future in [view.submit(same, n) for n in range(100)]:
        future.result()


def _failures(client: Client) -> None:
    for future in [client.submit(refuse, n) for n in range(100)]:
        future.exception()


def _dependencies(client: Client) -> None:
    future = client.submit(same, 0)
    for _ in range(50):
        future = client.submit(same, future)
    future.result()


def _graphs(client: Client) -> None:
    for _ in range(10):
        client.submit_graph({"a": (same, 1), "b": (same, "a"), "c": (sum, ["a", "b"])}).results()


def _scatter(client: Client) -> None:
    for _ in range(5):
        with client.scatter(bytes(300_000)) as ref:
            client.submit_each(len, [ref] * 5).results(progress=False)


def _big(client: Client) -> None:
    for future in [client.submit(same, bytes(200_000)) for _ in range(20)]:
        future.result()


CELLS: tuple[Callable[[Client], None], ...] = (
    _submits,
    _results,
    _each,
    _map,
    _chunks,
    _completed,
    _completed_as_stdlib,
    _wait,
    _wait_as_stdlib,
    _cancels,
    _cancels_in_bulk,
    _atomic_groups,
    _options,
    _failures,
    _dependencies,
    _graphs,
    _scatter,
    _big,
)


def _interrupt(_signum: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _run_interrupted(cell: Callable[[Client], None], client: Client, seconds: float) -> None:
    """Run *cell*, and interrupt it once after *seconds*, unless it ends before that."""
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            cell(client)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        pass


def _seconds_of(cell: Callable[[Client], None], client: Client) -> float:
    began = time.monotonic()
    cell(client)
    return time.monotonic() - began


def _check(client: Client) -> str:
    """What is wrong with a client, after an interrupt; empty if nothing is."""
    minutes = [f for f in client.futures if f.name.startswith("sleep") and not f.done()]
    client.cancel(minutes, TIMEOUT)  # those whose cancel was interrupted
    try:
        if client.submit(same, 7).result(TIMEOUT) != 7:
            return "a new task got a wrong answer"
    except concurrent.futures.TimeoutError:
        return "a new task got no answer"
    left = client.wait(client.futures, TIMEOUT).not_done
    return f"{len(left)} futures got no outcome, as {next(iter(left))}" if left else ""


def storm(count: int, seed: int, *, n_workers: int = 2) -> list[str]:
    """Interrupt *count* cells; what went wrong.  In the main thread."""
    rng = random.Random(seed)
    found: list[str] = []
    durations: dict[Callable[[Client], None], float] = {}
    before = signal.signal(signal.SIGALRM, _interrupt)
    try:
        done = 0
        while done < count:
            with Client(n_workers=n_workers, echo=False) as client:
                for _ in range(min(CLIENT_ROUNDS, count - done)):
                    done += 1
                    cell = rng.choice(CELLS)
                    if cell not in durations:
                        durations[cell] = _seconds_of(cell, client)
                    seconds = max(0.0001, durations[cell] * rng.random())
                    _run_interrupted(cell, client, seconds)
                    if wrong := _check(client):
                        found.append(f"round {done}, {cell.__name__}: {wrong}")
                        client.cancel_all(timeout=0, force=True)
                        break
    finally:
        signal.signal(signal.SIGALRM, before)
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="how many interrupts")
    parser.add_argument("--seed", type=int, default=None, help="repeats a run's choices")
    arguments = parser.parse_args()
    seed = random.randrange(1_000_000) if arguments.seed is None else arguments.seed
    print(f"{arguments.count:,} interrupts, seed {seed}", flush=True)  # noqa: T201
    found: Counter[str] = Counter()
    for begin in range(0, arguments.count, CLIENT_ROUNDS):
        faulthandler.dump_traceback_later(300, exit=True)  # a hang is a fault too: shows where
        for wrong in storm(min(CLIENT_ROUNDS, arguments.count - begin), seed + begin):
            found[wrong] += 1
            print(wrong, flush=True)  # noqa: T201
        faulthandler.cancel_dump_traceback_later()
        if begin % (20 * CLIENT_ROUNDS) == 0:
            print(f"{begin:,} done, {found.total()} went wrong", flush=True)  # noqa: T201
    print(f"{arguments.count:,} done, {found.total()} went wrong")  # noqa: T201
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
