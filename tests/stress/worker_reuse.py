"""Interrupt ordinary tasks at random moments, and look for damage in the task that runs next.

    python -m tests.stress.worker_reuse --count 10000

Each round runs one of `worker_patterns` on the only worker, cancels it after a random time of up to
10 ms, and then runs a task of the same kind.  That must not fail, hang, or see what the interrupted
one had changed or was to be answered.  Ends with status 1 if one did, and prints how to repeat it.
"""

from __future__ import annotations

import argparse
import http.server
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from typing import Any

from scaler_lab import Client

from . import worker_patterns
from .worker_patterns import PATTERNS

HANG_SECONDS = 20.0
MAX_DELAY_SECONDS = 0.01


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A killed worker closes its connection in the middle of a request."""
        del request, client_address


class _Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the path that was requested."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        del format, args


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="interrupts in all")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    parser.add_argument("--only", default="", help="patterns, separated by commas")
    options = parser.parse_args(argv)
    names = options.only.split(",") if options.only else sorted(PATTERNS)
    seed = random.randrange(10**6) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)  # noqa: T201
    with _Server(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            victims = interrupt(
                options.count, names, f"127.0.0.1:{server.server_address[1]}", random.Random(seed)
            )
        finally:
            server.shutdown()
            thread.join()
    print(f"{options.count} interrupts: {len(victims)} tasks were damaged by the one before")  # noqa: T201
    for victim in victims:
        print(f"  {victim}")  # noqa: T201
    return 1 if victims else 0


def interrupt(count: int, names: list[str], address: str, rng: random.Random) -> list[str]:
    """Interrupt *count* tasks; what went wrong in the tasks after them."""
    settled: dict[str, Counter[str]] = {name: Counter() for name in names}
    details: Counter[str] = Counter()
    victims: list[str] = []
    with Client(n_workers=1) as client:
        for i in range(count):
            name = names[i * len(names) // count]
            if not settled[name]:
                client.submit(worker_patterns.check_pattern, name, address).result(HANG_SECONDS)
            future = client.submit(worker_patterns.run_pattern, name, address)
            while not (future.running() or future.done()):
                time.sleep(0.0005)  # a poll: a future has no event for its start
            time.sleep(rng.uniform(0, MAX_DELAY_SECONDS))  # the random moment of the interrupt
            future.cancel()
            if not future.cancelled():
                victims.append(f"{name}, round {i}: it ended by itself: {future.exception()!r}")
            settled[name][str(future.cancel_resolution)] += 1
            info = client.board.info(future.task_id)
            if info is not None and info.detail:
                details[info.detail.partition(";")[0]] += 1
            after = client.submit(worker_patterns.check_pattern, name, address)
            try:
                wrong = after.result(HANG_SECONDS)
            except Exception as error:
                wrong = "it hangs" if not after.done() else repr(error)
                after.cancel(force=True)
            if wrong:
                victims.append(f"{name}, round {i}: {wrong}")
                print(victims[-1], flush=True)  # noqa: T201
                replaced = client.submit(time.sleep, HANG_SECONDS)  # count each damage once
                while not (replaced.running() or replaced.done()):
                    time.sleep(0.0005)  # a poll, as above
                replaced.cancel(force=True)
    for name, counts in settled.items():
        print(f"{name:28} " + ", ".join(f"{what} {n}" for what, n in sorted(counts.items())))  # noqa: T201
    for detail, n in details.most_common():
        print(f"{n:6}  {detail}")  # noqa: T201
    return victims


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        sys.exit(main())
