"""The task's state machine as a documentation page: a picture, and the whole table in Markdown.

    python tests/support/state_machine_drawing.py

writes docs/lifecycle.md and docs/lifecycle.svg. A test fails while they are not what this makes.

The picture shows statuses, which is what views show. `ARROWS` places each arrow by hand, and a test
compares the arrows with the table: an arrow that the table doesn't have, or the reverse, fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from scaler_lab.core.state_machine import (
    STATUS,
    TRANSITIONS,
    Action,
    Resolution,
    Status,
    TaskState,
    Transition,
    Trigger,
)

DOCS: Final = Path(__file__).parents[2] / "docs"

_HEAD = """\
# Task lifecycle

<!-- Made from the code: python tests/support/state_machine_drawing.py -->

![The statuses of a task, and the events that change them](lifecycle.svg)

A task that waits for other tasks is *waiting*; the client sends it to the engine once they are
done. A task whose last attempt failed and that will be tried again is *retrying*. A cancel that you
request while the engine has the task makes it *cancelling*, and so does a time limit that runs out.
Engines that don't report starts take a task from *queued* directly to its outcome.

After you request a cancel, the task can't become succeeded or failed: if a result arrives first, it
is discarded, and the task ends as cancelled.

A task that ran for longer than its timeout is *overdue*. The client requests the engine to stop it,
as for a cancel, and when the engine answers, the task fails with `TaskTimeout`. A result that
arrives after the time ran out is discarded. If you cancel an overdue task before the engine
answers, it ends as cancelled.

## All transitions

The code runs on this table (`scaler_lab/core/state_machine.py`). A state is the task's phase
together with the request to stop it, if there is one.
"""

_BELOW_TABLE = """\
An empty cell means that nothing changes: messages may arrive twice, late, or out of order. The
final states have no rows, because nothing changes them.

## How a cancel was settled
"""

_HOW_SETTLED: dict[Resolution, str] = {
    Resolution.NEVER_STARTED: "removed from the queue; none of its code ran",
    Resolution.INTERRUPTED: "stopped inside the task; its worker stays warm",
    Resolution.KILLED: "its worker was stopped",
    Resolution.FINISHED_FIRST: "its result arrived first, and was discarded",
    Resolution.LOST: "the engine ended before it answered",
}


class Arrow(NamedTuple):
    """An arrow of the picture: an SVG path, its label, and the place of the label."""

    path: str
    label: str
    x: int
    y: int
    anchor: str = "middle"


_BOXES: dict[Status, tuple[int, int]] = {
    Status.WAITING: (90, 110),
    Status.RETRYING: (160, 30),
    Status.QUEUED: (300, 110),
    Status.RUNNING: (510, 110),
    Status.CANCELLING: (405, 290),
    Status.SUCCEEDED: (830, 110),
    Status.FAILED: (830, 200),
    Status.CANCELLED: (830, 290),
}
_WIDTH, _HEIGHT = 120, 44

# Keys with None start at the frame around queued and running: the engine has the task.
ARROWS: dict[tuple[Status | None, Status], Arrow] = {
    (Status.WAITING, Status.QUEUED): Arrow("M150 110 H236", "ready", 193, 102),
    (Status.QUEUED, Status.RUNNING): Arrow("M360 110 H446", "started", 403, 102),
    (None, Status.RETRYING): Arrow("M480 60 V22 H224", "failed; will be retried", 352, 14),
    (Status.RETRYING, Status.QUEUED): Arrow("M224 40 H300 V84", "next attempt", 305, 55, "start"),
    (Status.RETRYING, Status.CANCELLED): Arrow("", "", 0, 0),
    (Status.RETRYING, Status.FAILED): Arrow("", "", 0, 0),
    (None, Status.SUCCEEDED): Arrow("M590 110 H766", "result", 678, 102),
    (None, Status.FAILED): Arrow(
        "M590 140 H690 V190 H766", "exception, dead worker", 700, 160, "start"
    ),
    (None, Status.CANCELLING): Arrow("M405 160 V264", "cancel, or time limit", 415, 232, "start"),
    (None, Status.CANCELLED): Arrow("", "", 0, 0),
    (Status.CANCELLING, Status.CANCELLED): Arrow(
        "M465 290 H766", "confirmed, or a result arrived first", 616, 310
    ),
    (Status.CANCELLING, Status.FAILED): Arrow(
        "M465 278 H640 V210 H766", "after a time limit: TaskTimeout", 650, 242, "start"
    ),
    (Status.CANCELLING, Status.RETRYING): Arrow("", "", 0, 0),
    (Status.WAITING, Status.CANCELLED): Arrow(
        "M90 132 V360 H830 V316", "cancel, or a dependency was cancelled", 460, 352
    ),
    (Status.WAITING, Status.FAILED): Arrow("", "", 0, 0),
}
"""Those without a path are in the table, but not in the picture: they are rare."""


def arrows_of_the_table() -> set[tuple[Status | None, Status]]:
    """Which status follows which, as the table has it; None is queued or running."""
    found: set[tuple[Status | None, Status]] = set()
    for (state, _), taken in TRANSITIONS.items():
        before, after = STATUS[state], STATUS[taken.state]
        if before is after:
            continue
        in_engine = before in (Status.QUEUED, Status.RUNNING) and after is not Status.RUNNING
        found.add((None if in_engine else before, after))
    return found


_SVG_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 910 380" role="img"
     font-family="system-ui, sans-serif" font-size="15">
<title>The statuses of a task</title>
<style>
  text { fill: #24292f; text-anchor: middle }
  .label { font-size: 13px; fill: #57606a }
  .start { text-anchor: start }
  rect { fill: #ffffff; stroke: #57606a; stroke-width: 1.5 }
  path { fill: none; stroke: #57606a; stroke-width: 1.5 }
  .running { fill: #ddf4ff }
  .cancelling { fill: #fff8c5 }
  .succeeded { fill: #dafbe1 }
  .failed { fill: #ffebe9 }
  .cancelled { fill: #eaeef2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .label { fill: #9198a1 }
    rect { fill: #0d1117; stroke: #9198a1 }
    path { stroke: #9198a1 }
    .running { fill: #0c2d4d }
    .cancelling { fill: #3b2e04 }
    .succeeded { fill: #12361f }
    .failed { fill: #4b1113 }
    .cancelled { fill: #2a313c }
  }
  .frame { fill: none; stroke-dasharray: 5 4 }
</style>
<defs>
  <marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"
          orient="auto"><path d="M0 0 L10 5 L0 10"/></marker>
</defs>
<rect class="frame" x="220" y="60" width="370" height="100" rx="10"/>
<text class="label" x="405" y="78">the engine has the task</text>
"""


def picture() -> str:
    """The whole SVG file."""
    parts: list[str] = []
    for arrow in ARROWS.values():
        if arrow.path:
            parts.append(f'<path d="{arrow.path}" marker-end="url(#head)"/>')
            parts.append(
                f'<text class="label {arrow.anchor}" x="{arrow.x}" y="{arrow.y}">'
                f"{arrow.label}</text>"
            )
    for status, (x, y) in _BOXES.items():
        left, top = x - _WIDTH // 2, y - _HEIGHT // 2
        parts.append(
            f'<rect class="{status.value}" x="{left}" y="{top}" width="{_WIDTH}" '
            f'height="{_HEIGHT}" rx="8"/><text x="{x}" y="{y + 5}">{status.value}</text>'
        )
    parts.append("</svg>")
    return _SVG_HEAD + "".join(f"{part}\n" for part in parts)


def page() -> str:
    """The whole page, as docs/lifecycle.md has it."""
    parts = [_HEAD, table(), _BELOW_TABLE, resolutions()]
    return "\n".join(parts)


def table() -> str:
    """A Markdown table: a row for each trigger, a column for each state that isn't final."""
    states = [state for state in TaskState if not state.is_done]
    rows = [[_words(trigger), *(_cell(state, trigger) for state in states)] for trigger in Trigger]
    shown = ["*shown as*", *(f"*{STATUS[state].value}*" for state in states)]
    return _markdown([["event", *map(_words, states)], shown, *rows])


def resolutions() -> str:
    """A Markdown table of the ways in which a cancel is settled."""
    rows = [[resolution.words, text] for resolution, text in _HOW_SETTLED.items()]
    return _markdown([["cancel settled as", "meaning"], *rows])


def _cell(state: TaskState, trigger: Trigger) -> str:
    taken = TRANSITIONS.get((state, trigger))
    if taken is None:
        return ""
    if taken.action is Action.SEND_CANCEL:
        return f"{_words(taken.state)}; a cancel is sent"
    if taken.action is Action.SUBMIT:
        return f"{_words(taken.state)}; it is submitted"
    if taken.action is Action.SETTLE_TIMEOUT:
        return f"{_words(taken.state)}: timeout"
    if taken.action is Action.SETTLE_CANCELLED:
        return f"{_words(taken.state)}: {_how(taken)}"
    return _words(taken.state)


def _how(taken: Transition) -> str:
    return "as confirmed" if taken.resolution is None else taken.resolution.words


def _words(name: TaskState | Trigger) -> str:
    return name.name.lower().replace("_", " ")


def _markdown(rows: list[list[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body]) + "\n"


if __name__ == "__main__":
    (DOCS / "lifecycle.md").write_text(page(), encoding="utf-8")
    (DOCS / "lifecycle.svg").write_text(picture(), encoding="utf-8")
