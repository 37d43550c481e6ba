"""First steps: submit, watch, cancel.  Run me: python examples/first_steps.py"""

from __future__ import annotations

from scaler_lab import Client


def count_primes(below: int) -> int:
    """Return how many primes there are below a number, in a slow way."""
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in range(2, below))


def main() -> None:
    with Client() as client, client.live():
        group = client.submit_each(count_primes, [10_000, 20_000, 50_000, 100_000])
        endless = client.submit(count_primes, 10**12)  # this would take years: a typing error

        for future in group:  # or concurrent.futures.as_completed(group), wait(group), ...
            print(f"{future.name}: {future.result():,} primes")

        stopped = endless.cancel()  # sends a request to the engine, and waits for its answer
        print(f"{endless.name}: cancel() returned {stopped}, {endless.cancel_resolution}")


if __name__ == "__main__":
    main()
