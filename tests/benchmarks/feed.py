"""What views cost: ``python -m tests.benchmarks.feed`` [ROUNDS], from the repository's root.

    1  `top` on a board of 100,000 tasks, in a terminal of 160 x 45, drawing ten times a second:
       the share of a core that its process uses; calm (two tasks run) and busy (40 end per
       second)
    2  no-op tasks per second, in bulk, with and without a view on the feed: in turns, and the
       median of the ratios of pairs, because a shared machine's speed drifts; and what a task
       costs the scheduler, whose thread serves the view

The view in 2 is a process that reads the feed like `top`, and draws nothing.
"""

from __future__ import annotations

import fcntl
import os
import pty
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
from typing import Self

import psutil

from scaler_lab import Client, LocalEngine

BOARD = 100_000
POLL_INTERVAL = 10.0
ROUNDS = 12
BULK = 20_000
COLUMNS, LINES = 160, 45

_WINDOW = """
import select, sys
from scaler_lab.runtime.runtime_dir import find
from scaler_lab.feed.connection import FeedConnection
host = find(sys.argv[1])
while sys.stdin.readline() == "look\\n":
    with FeedConnection(host) as feed:
        feed.wait_whole()
        print("looks", flush=True)
        while not select.select([sys.stdin], [], [], 0.1)[0]:
            feed.read()
            feed.mirror.take_news()
        sys.stdin.readline()
    print("looked", flush=True)
"""


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with LocalEngine(n_workers=2, name="benchmark") as engine:
        with Client(engine) as client:
            _say(f"no-op tasks a second, {BULK:,} in bulk, {rounds} rounds each:")
            assert engine.connection is not None
            _throughput(client, engine.name, psutil.Process(engine.connection.pid), rounds)
        with Client(engine) as client:
            _say(f"top's share of a core, {BOARD:,} tasks on the board:")
            _board_of(client, BOARD)
            calm = client.submit_each(time.sleep, [3600.0] * 2)  # they run until they are cancelled
            _say(f"  calm   {_top_share(engine.name):6.1%}")
            client.cancel(calm)
            busy = client.submit_each(time.sleep, [0.05] * int(60 * POLL_INTERVAL))
            _say(f"  busy   {_top_share(engine.name):6.1%}")
            client.cancel(busy)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _noop(_: int) -> None:
    pass


def _board_of(client: Client, n: int) -> None:
    for _ in range(0, n, BULK):
        _run_bulk(client)


def _run_bulk(client: Client) -> float:
    began = time.perf_counter()
    group = client.submit_each(_noop, range(BULK))
    for future in group:
        future.result(60)
    return BULK / (time.perf_counter() - began)


def _throughput(client: Client, name: str, scheduler: psutil.Process, rounds: int) -> None:
    def measured() -> tuple[float, float]:
        before = _seconds_of(scheduler)
        rate = _run_bulk(client)
        return rate, (_seconds_of(scheduler) - before) / BULK * 1e6

    _run_bulk(client)
    alone: list[tuple[float, float]] = []
    looked_at: list[tuple[float, float]] = []
    with _Viewer(name) as view:
        for turn in range(2 * rounds):
            # Without, with, with, without: drift affects both variants alike.
            if turn % 4 in (1, 2):
                view.tell("look", "looks")
                looked_at.append(measured())
                view.tell("stop", "looked")
            else:
                alone.append(measured())
    for who, figures in ("alone", alone), ("looked at", looked_at):
        rates, costs = zip(*figures, strict=True)
        _say(
            f"  {who:<10} {statistics.median(rates):9,.0f}   best {max(rates):9,.0f}"
            f"   {statistics.median(costs):5.1f} µs of the scheduler's time a task"
        )
    ratios = [looked[0] / not_[0] for not_, looked in zip(alone, looked_at, strict=True)]
    quarters = statistics.quantiles(ratios, n=4)
    best = max(looked_at)[0] / max(alone)[0]
    _say(f"  of bests   {best:9.3f}")
    _say(f"  ratio      {quarters[1]:9.3f}   quartiles {quarters[0]:.3f} to {quarters[2]:.3f}")


def _seconds_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


class _Viewer:
    """A process that reads the feed of the engine called *name* on command."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WINDOW, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, word: str, answer: str) -> None:
        """Send *word* and wait for the *answer*."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == answer + "\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.communicate()


def _top_share(name: str) -> float:
    """Return the share of a core that `top` uses on the engine called *name*, once it has drawn."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "scaler_lab", "top", name],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    )
    os.close(theirs)
    n_bytes = [0]

    def drain() -> None:
        try:
            while chunk := os.read(ours, 65536):
                n_bytes[0] += len(chunk)
        except OSError:
            pass  # it ended

    drainer = threading.Thread(target=drain)
    drainer.start()
    try:
        top = psutil.Process(process.pid)
        time.sleep(4.0)  # exclude its start from the measurement
        before, bytes_before = _seconds_of(top), n_bytes[0]
        began = time.monotonic()
        time.sleep(POLL_INTERVAL)  # the measured time
        share = (_seconds_of(top) - before) / (time.monotonic() - began)
        assert n_bytes[0] > bytes_before, "top drew nothing"
    finally:
        os.write(ours, b"q")
        process.wait(20)
        os.close(ours)
        drainer.join()
    return share


if __name__ == "__main__":
    main()
