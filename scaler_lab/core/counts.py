"""`Counts`: how many tasks have each status."""

from __future__ import annotations

from collections.abc import Iterable

from scaler_lab.core.state_machine import Status


class Counts(dict[Status, int]):
    """The number of tasks with each status; every status is a key.

    ``str(counts)`` names those that aren't zero: ``"2 running, 1 failed"``.
    """

    def __init__(self, statuses: Iterable[Status] = ()) -> None:
        super().__init__(dict.fromkeys(Status, 0))
        for status in statuses:
            self[status] += 1

    def __str__(self) -> str:
        return ", ".join(f"{n} {status.value}" for status, n in self.items() if n)
