"""What a person sees who waits for futures: a bar while they wait, a question after Ctrl-C.

    fits   130 of 737 done   41 tasks/s on average   12.3 s
    ██████████████████▚▒▒▸▸················································
    ▸ 2 running   · 604 queued   ✓ 127 succeeded   ✗ 1 failed   ⊘ 2 cancelled

It is `live`'s view without rows, of the futures waited for instead of a board; it goes away when
the wait is over.
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable, Sequence
from typing import Literal

import rich
from rich.console import Console
from rich.text import Text

from scaler_lab.core.state_machine import Status
from scaler_lab.core.wait import Shown
from scaler_lab.ui.terminal.board_follower import BoardFrame
from scaler_lab.ui.terminal.live import LiveView, bar

RATE_NEEDS_SECONDS = 0.5
SIGNAL_POLL_INTERVAL = 0.1

InterruptChoice = Literal["leave", "cancel", "wait"]

_CHOICE_OF: dict[str, InterruptChoice] = {
    "l": "leave",
    "leave": "leave",
    "c": "cancel",
    "cancel": "cancel",
    "w": "wait",
    "wait": "wait",
}


def waiting(
    futures: Sequence[Shown], *, title: str = "", console: Console | None = None
) -> LiveView | None:
    """A bar of how far *futures* are, while its block runs.

    None where it can't be drawn: on no terminal, or where a live view is shown already.
    """
    console = rich.get_console() if console is None else console
    if not futures:
        return None
    board = futures[0].manager.board  # its bell says when to look; of others' the tick does
    return bar(board, FuturesFollower(futures), title=title or "waiting", console=console)


class FuturesFollower:
    """Counts some futures by their status; a look costs as much as those that are not done."""

    def __init__(
        self,
        futures: Sequence[Shown],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._began = clock()
        self._epoch = futures[0].manager.board.epoch if futures else 0.0
        self._open = list(futures)
        self._settled = dict.fromkeys(Status, 0)
        self._settled_before = sum(future.done() for future in futures)

    def frame(self) -> BoardFrame:
        """The scene as it is now, without rows."""
        counts = dict.fromkeys(Status, 0)
        still_open: list[Shown] = []
        for future in self._open:
            status = future.status
            if status.is_done:
                self._settled[status] += 1
            else:
                counts[status] += 1
                still_open.append(future)
        self._open = still_open
        now = self._clock()
        elapsed = now - self._began
        settled = sum(self._settled.values()) - self._settled_before
        return BoardFrame(
            counts={status: counts[status] + self._settled[status] for status in Status},
            rows=(),
            now=now + self._epoch,
            elapsed=elapsed,
            rate=settled / elapsed if settled and elapsed >= RATE_NEEDS_SECONDS else None,
        )


def interrupted(n_open: int, *, console: Console | None = None) -> InterruptChoice:
    """Ask, after Ctrl-C, what is to become of *n_open* tasks.  A second Ctrl-C is "cancel".

    The end of the input (Ctrl-D) is "leave".
    """
    console = rich.get_console() if console is None else console
    tasks, them = ("task is", "it") if n_open == 1 else ("tasks are", "them")
    question = Text(
        f"\n{n_open:,} {tasks} not done.\n"
        f"l: leave {them} running, c or Ctrl-C: cancel {them}, w: wait on? "
    )
    answer: InterruptChoice | None = None
    while answer is None:
        try:
            typed = _prompt(console, question)
        except KeyboardInterrupt:
            answer = "cancel"
            console.print()
        except EOFError:
            answer = "leave"
            console.print()
        else:
            answer = _CHOICE_OF.get(typed.strip().lower())
    return answer


def _prompt(console: Console, question: Text) -> str:
    """The line that a person types, from a terminal.

    A Ctrl-C that comes as `input` begins to read is noticed after the line: hence not `input`.
    """
    console.print(question, end="")
    while not select.select([sys.stdin], [], [], SIGNAL_POLL_INTERVAL)[0]:
        pass
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line
