"""Finds the tasks that a command line names.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scaler_lab.cli.output import UsageError
from scaler_lab.core.task_record import TaskInfo

MIN_PREFIX_LENGTH = 4


def find_task(given: str, rows: Iterable[TaskInfo]) -> list[TaskInfo]:
    """Return the tasks that *given* may mean: a number (``12``, ``#12``), an id, or its beginning.

    Raises `UsageError` if it can be neither.
    """
    text = given.strip()
    digits = text.removeprefix("#")
    if digits.isdecimal() and len(digits) < 16:
        number = int(digits)
        found = [row for row in rows if row.number == number]
        if found or text.startswith("#"):
            return found
    if not re.fullmatch(r"[0-9a-fA-F]+", text) or len(text) < MIN_PREFIX_LENGTH:
        if digits.isdecimal():
            return []
        raise UsageError(
            f"invalid task {given!r}: expected its number (12 or #12), its id, or the first "
            f"{MIN_PREFIX_LENGTH} or more digits of its id; to select by name, use --name"
        )
    beginning = text.lower()
    return [row for row in rows if row.task_id.startswith(beginning)]


def by_name(pattern: str, rows: Iterable[TaskInfo]) -> list[TaskInfo]:
    """Return the tasks whose name, or whose group's name, matches *pattern*.

    ``*`` and ``?`` stand for anything.  Brackets stand for themselves, unlike in a shell, because
    names contain them, as in ``fit[3]``.
    """
    parts = (
        {"*": ".*", "?": "."}.get(part, re.escape(part)) for part in re.split(r"([*?])", pattern)
    )
    matches = re.compile("".join(parts), re.DOTALL).fullmatch
    return [
        row for row in rows if matches(row.name) or (row.group_name and matches(row.group_name))
    ]
