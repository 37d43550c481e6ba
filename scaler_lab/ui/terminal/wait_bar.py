"""What a person sees while waiting for futures: a bar, and a question after Ctrl-C.

    fits   130 of 737 done   41 tasks/s on average   12.3 s
    ██████████████████▚▒▒▸▸················································
    ▸ 2 running   · 604 queued   ✓ 127 succeeded   ✗ 1 failed   ⊘ 2 cancelled

It is the view of `live` without rows.  It shows the futures that are waited for instead of a board,
and disappears when the wait is over.
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable, Sequence

import rich
from rich.console import Console
from rich.text import Text

from scaler_lab.core.state_machine import Status
from scaler_lab.core.wait import InterruptChoice, Shown
from scaler_lab.ui.terminal.board_follower import BoardFrame
from scaler_lab.ui.terminal.live import LiveView, bar

RATE_NEEDS_SECONDS = 0.5
SIGNAL_POLL_INTERVAL = 0.1


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
    """Return a bar that shows the progress of *futures* while its block runs.

    Returns None if it can't be drawn: if there is no terminal, or it already shows a live view.
    """
    console = rich.get_console() if console is None else console
    if not futures:
        return None
    # This board notifies the view.  Changes on other boards are seen at the next tick.
    board = futures[0].manager.board
    return bar(board, FuturesFollower(futures), title=title or "waiting", console=console)


class FuturesFollower:
    """Counts futures by their status.

    The cost of a poll is proportional to the number of unfinished futures.
    """

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
        """Return the current state, without rows."""
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
    """Ask the user, after Ctrl-C, what to do with *n_open* unfinished tasks.

    A second Ctrl-C means "cancel".  The end of the input (Ctrl-D) means "leave".
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
    """Read a line that a person types, from a terminal.

    It does not use `input`: a Ctrl-C that arrives while `input` starts to read is noticed only
    after the line.
    """
    console.print(question, end="")
    while not select.select([sys.stdin], [], [], SIGNAL_POLL_INTERVAL)[0]:
        pass
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line
