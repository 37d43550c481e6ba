"""What the commands about tasks share: connections to engines, which task is meant, the options."""

from __future__ import annotations

import argparse
import math
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import msgspec

from scaler_lab.cli.completion import complete_engines
from scaler_lab.cli.output import UsageError
from scaler_lab.cli.selection import find_task
from scaler_lab.core.task_record import TaskInfo

if TYPE_CHECKING:
    from scaler_lab.feed.connection import FeedConnection


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Add the option that chooses an engine."""
    complete_engines(
        parser.add_argument(
            "--engine",
            metavar="NAME",
            help="only of this engine: its name, its client or program, or its id",
        )
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the option for programs that read the output."""
    parser.add_argument("--json", action="store_true", help="JSON on stdout, for programs")


def seconds(text: str) -> float:
    """Return an option's number of seconds."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1e9:
        raise argparse.ArgumentTypeError(f"invalid time {text!r}: expected seconds, 0 or more")
    return number


@contextmanager
def open_feeds(name: str | None) -> Generator[list[FeedConnection]]:
    """Yield connections to the named engine, or to all running ones, each with its snapshot."""
    from scaler_lab.errors import EngineLost
    from scaler_lab.feed.connection import FeedConnection
    from scaler_lab.feed.discovery import find_engine, find_engines

    engines = find_engines() if name is None else [find_engine(name)]
    with ExitStack() as stack:
        feeds: list[FeedConnection] = []
        for engine in engines:
            feed = stack.enter_context(FeedConnection(engine, "scaler-lab cancel"))
            try:
                feed.wait_whole()
            except EngineLost:
                if name is not None or feed.mirror.ended is None:
                    raise
                continue  # it has just ended
            feeds.append(feed)
        yield feeds


def the_task(given: str, feeds: Sequence[FeedConnection]) -> tuple[FeedConnection, TaskInfo] | None:
    """Return the one task that *given* means; None if there is none.

    Raises `UsageError` if there are several.
    """
    found = [(feed, row) for feed in feeds for row in find_task(given, feed.mirror.rows.values())]
    if len({feed.engine.engine_id for feed, _ in found}) > 1:
        raise UsageError(
            f"several engines have a task {given!r}; choose one with --engine: {names_of(feeds)}"
        )
    if len(found) > 1:
        raise UsageError(f"the ids of {len(found)} tasks start with {given!r}: give more digits")
    return found[0] if found else None


def names_of(feeds: Sequence[FeedConnection]) -> str:
    """Return what to give to ``--engine``, for an error."""
    from scaler_lab.feed.discovery import title_of

    return ", ".join(title_of(feed.engine) for feed in feeds)


def as_dict(feed: FeedConnection, row: TaskInfo) -> dict[str, object]:
    """Return a row for ``--json``."""
    return {
        "engine": feed.engine.name,
        "engine_id": feed.engine.engine_id,
        "program": feed.engine.program,
        "client": row.client or feed.engine.client,
        "id": row.task_id,
        "number": row.number,
        "name": row.name,
        "group": row.group_name or None,
        "state": row.status.value,
        "worker": row.worker or None,
        "submitted_at": row.submitted_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "attempt": row.attempt,
        "tags": list(row.tags),
        "progress": msgspec.to_builtins(row.progress),
        "output_bytes": row.output_bytes,
        "error": row.error or None,
        "detail": row.detail or None,
        "cancel": None
        if row.cancel_requested_at is None
        else {
            "requested_at": row.cancel_requested_at,
            "requested_by": row.cancel_requested_by or None,
            "resolution": row.cancel_resolution.value if row.cancel_resolution else None,
            "seconds": row.cancel_seconds,
        },
    }
