"""The lifecycle's table as a page for people: a state diagram and the table itself, in Markdown.

    python tests/support/state_machine_drawing.py > docs/lifecycle.md

A test fails while that file is not what this makes.
"""

from __future__ import annotations

import sys
from collections import defaultdict

from scaler_lab.core.state_machine import (
    STATUS,
    TRANSITIONS,
    Action,
    Resolution,
    TaskState,
    Transition,
    Trigger,
)

_HEAD = """\
# The life of a task

<!-- Made from the code: python tests/support/state_machine_drawing.py > docs/lifecycle.md -->

A task has a phase and, apart from it, whether its cancel was asked: together its stage. What
happens to it moves it from stage to stage. This page is drawn from the table that the code runs on
(`scaler_lab/core/state_machine.py`).
"""

_BELOW_DIAGRAM = """\
Once a cancel was asked, no way leads to succeeded or failed: a result that arrives first is
discarded, and the task ends cancelled.

A task that ran for longer than its timeout is *overdue*: the engine is asked to stop it, as for a
cancel, and by its answer the task fails with `TaskTimeout`. A result that arrives after the time
ran out is late, and discarded. Whoever cancels an overdue task before that answer gets it
cancelled.
"""

_BELOW_TABLE = """\
An empty cell means that nothing changes: messages may come twice, late, or out of order. The done
stages have no rows, for nothing changes them any more.
"""

_HOW_SETTLED: dict[Resolution, str] = {
    Resolution.NEVER_STARTED: "taken out of the queue: not a line of it ran",
    Resolution.INTERRUPTED: "stopped inside the task; its worker lives on",
    Resolution.KILLED: "its worker was stopped",
    Resolution.FINISHED_FIRST: "its result beat the cancel and was discarded",
    Resolution.LOST: "the engine went away before answering",
}


def page() -> str:
    """The whole page, as docs/lifecycle.md has it."""
    parts = [_HEAD, diagram(), _BELOW_DIAGRAM, table(), _BELOW_TABLE, resolutions()]
    return "\n".join(parts)


def diagram() -> str:
    """A Mermaid state diagram: an arrow for each pair of stages, labelled with what leads there."""
    labels: defaultdict[tuple[TaskState, TaskState], list[str]] = defaultdict(list)
    for (state, trigger), taken in TRANSITIONS.items():
        labels[state, taken.state].append(_words(trigger))
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{_words(state)}" as {state.name}' for state in TaskState]
    lines.append(f"    [*] --> {TaskState.QUEUED.name}: submit")
    lines.append(f"    [*] --> {TaskState.WAITING.name}: submit, with futures as arguments")
    lines += [
        f"    {before.name} --> {after.name}: {', '.join(triggers)}"
        for (before, after), triggers in labels.items()
    ]
    lines += [f"    {state.name} --> [*]" for state in TaskState if state.is_done]
    lines.append("```")
    return "\n".join(lines) + "\n"


def table() -> str:
    """A Markdown table: a row for each stage that isn't done, a column for each happening."""
    head = ["stage", "shown as", *(_words(trigger) for trigger in Trigger)]
    rows = [
        [_words(state), STATUS[state].value, *(_cell(state, trigger) for trigger in Trigger)]
        for state in TaskState
        if not state.is_done
    ]
    return _markdown([head, *rows])


def resolutions() -> str:
    """A Markdown table of the ways in which a cancel is settled."""
    rows = [[resolution.value, said] for resolution, said in _HOW_SETTLED.items()]
    return _markdown([["cancel settled as", "means"], *rows])


def _cell(state: TaskState, trigger: Trigger) -> str:
    taken = TRANSITIONS.get((state, trigger))
    if taken is None:
        return ""
    if taken.action is Action.SEND_CANCEL:
        return f"{_words(taken.state)}; the engine is asked"
    if taken.action is Action.SUBMIT:
        return f"{_words(taken.state)}; the engine is told"
    if taken.action is Action.SETTLE_TIMEOUT:
        return f"{_words(taken.state)}: timeout"
    if taken.action is Action.SETTLE_CANCELLED:
        return f"{_words(taken.state)}: {_how(taken)}"
    return _words(taken.state)


def _how(taken: Transition) -> str:
    return "as confirmed" if taken.resolution is None else taken.resolution.value


def _words(name: TaskState | Trigger) -> str:
    return name.name.lower().replace("_", " ")


def _markdown(rows: list[list[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
