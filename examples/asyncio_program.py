"""A client in an asyncio program: await, timeout, cancel, and an event loop that is never blocked.

Run me: python examples/asyncio_program.py
"""

from __future__ import annotations

import asyncio
import time

from scaler_lab import Client, as_completed


def count_primes(below: int) -> int:
    """Return how many primes there are below a number, in a slow way."""
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, below))


async def answer(client: Client, below: int, patience: float) -> str:
    """Answer a request as a server would: the work takes *patience* seconds at most."""
    future = client.submit(count_primes, below)
    try:
        async with asyncio.timeout(patience):
            return f"{await future:,} primes below {below:,}"
    except TimeoutError:  # the timeout has requested a cancel of the task
        async for _ in as_completed([future]):
            pass
        return f"gave up on the primes below {below:,}: its task was {future.cancel_resolution}"


async def watch_the_loop(longest: list[float]) -> None:
    """Note how late a coroutine runs that is due every 10 ms."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.01)
        longest[0] = max(longest[0], time.monotonic() - began - 0.01)


async def main() -> None:
    longest = [0.0]
    watcher = asyncio.create_task(watch_the_loop(longest))
    async with Client(n_workers=2) as client:
        requests = [(20_000, 30.0), (10**12, 1.0), (50_000, 30.0)]
        for answered in asyncio.as_completed([answer(client, *request) for request in requests]):
            print(await answered)

        group = client.submit_each(count_primes, [1_000 * n for n in range(1, 9)])
        print("in the order they ended:", end=" ")
        async for future in as_completed(group):
            print(future.name, end=" ")
        print("\nin the order they were submitted:", await group)
    watcher.cancel()
    print(f"the event loop was blocked for {longest[0] * 1000:.0f} ms at most")


if __name__ == "__main__":
    asyncio.run(main())
