"""``top``, ``ls``, ``cancel`` and ``show``: work on the tasks of every running engine.

They find an engine no matter how it was started: a program's own engine (``Client()``) as well as a
shared one.  They use the engine's feed, so they work even if the program is busy or stopped in
a debugger.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from scaler_lab.cli.completion import complete_engines
from scaler_lab.cli.output import (
    DONE,
    FAILED,
    NO_RESPONSE,
    UsageError,
    console,
    print_error,
    print_line,
)
from scaler_lab.cli.selection import by_name, find_task
from scaler_lab.core.messages import TaskId
from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo

if TYPE_CHECKING:
    from scaler_lab.core.stack import TaskStack
    from scaler_lab.feed.connection import FeedConnection
    from scaler_lab.feed.messages import Details

CANCEL_TIMEOUT = 30.0
MAX_LINES = 50  # of cancelled tasks; more are only counted

_Chosen = list[tuple["FeedConnection", TaskInfo]]


def add_commands(commands: Any) -> None:
    """Add these commands to the command line's parsers."""
    top = commands.add_parser(
        "top",
        help="watch and stop tasks on an interactive screen",
        description="Shows the tasks of a running engine live, from another terminal: sort, "
        "filter, search, inspect one, cancel one or many. Press ? there for the keys.",
    )
    complete_engines(
        top.add_argument(
            "engine", metavar="ENGINE", nargs="?", help="its name, its program, or its id"
        )
    )
    top.add_argument(
        "--theme", choices=["dark", "light"], help="the screen's colours (default: dark)"
    )
    top.set_defaults(command=_top)

    listed = commands.add_parser(
        "ls",
        help="list the tasks of all running engines",
        description="Lists the tasks of all your running engines, including those of programs.",
    )
    _add_engine(listed)
    listed.add_argument(
        "--state",
        metavar="STATE",
        action="append",
        type=_states,
        help="only tasks in this state: "
        + ", ".join(Status)
        + "; or open, or done (several with commas)",
    )
    listed.add_argument(
        "--name", metavar="PATTERN", help="only tasks of this name; * and ? are wildcards"
    )
    _add_json(listed)
    listed.set_defaults(command=_ls)

    cancel = commands.add_parser(
        "cancel",
        help="stop tasks, and print how each cancel was settled",
        description="Requests to stop tasks, waits for the engine's answers, and prints how each "
        "cancel was settled. Exit status 0: all are cancelled; 1: one had already finished or was "
        "not found; 3: one has not been answered yet (its cancel is still pending).",
    )
    which = cancel.add_mutually_exclusive_group(required=True)
    which.add_argument("tasks", metavar="TASK", nargs="*", default=[], help="a number, or an id")
    which.add_argument("--all", action="store_true", help="all unfinished tasks")
    which.add_argument(
        "--name", metavar="PATTERN", help="unfinished tasks of this name; * and ? are wildcards"
    )
    _add_engine(cancel)
    cancel.add_argument("--force", action="store_true", help="kill their workers at once")
    cancel.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=CANCEL_TIMEOUT,
        help=f"how long to wait for the answers (default: {CANCEL_TIMEOUT:g})",
    )
    _add_json(cancel)
    cancel.set_defaults(command=_cancel)

    show = commands.add_parser(
        "show",
        help="show everything known about one task",
        description="Shows a task's state and times, how its cancel was settled, what it used, its "
        "traceback, and its output.",
    )
    show.add_argument("task", metavar="TASK", help="its number, or its id")
    _add_engine(show)
    _add_json(show)
    show.set_defaults(command=_show)

    stack = commands.add_parser(
        "stack",
        help="print where a running task is",
        description="Prints what a running task is doing, and its stack. The stack is read from "
        "outside, so the task doesn't notice, and it works while the task hangs or the program is "
        "busy. Status 1: the task doesn't run, or its stack can't be read.",
    )
    stack.add_argument("task", metavar="TASK", help="its number, or its id")
    _add_engine(stack)
    _add_json(stack)
    stack.set_defaults(command=_stack)


def _add_engine(parser: argparse.ArgumentParser) -> None:
    complete_engines(
        parser.add_argument(
            "--engine", metavar="NAME", help="only of this engine: its name, its program, or its id"
        )
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON on stdout, for programs")


def _states(text: str) -> set[Status]:
    chosen: set[Status] = set()
    for word in text.split(","):
        if word == "open":
            chosen |= {status for status in Status if not status.is_done}
        elif word == "done":
            chosen |= {status for status in Status if status.is_done}
        elif word in list(Status):
            chosen.add(Status(word))
        else:
            raise argparse.ArgumentTypeError(
                f"invalid state {word!r}: expected {', '.join(Status)}, open or done"
            )
    return chosen


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 1e9:
        raise argparse.ArgumentTypeError(f"invalid time {text!r}: expected seconds, 0 or more")
    return seconds


# -- top -----------------------------------------------------------------------------------------


def _top(options: argparse.Namespace) -> int:
    from scaler_lab.ui.terminal.top import top

    if not all(end.isatty() for end in (sys.stdin, sys.stdout, sys.stderr)):
        print_error("top needs a terminal; in scripts and pipes, use ls, cancel and show")
        return FAILED
    if os.environ.get("TERM", "dumb") in ("", "dumb", "unknown"):
        print_error(
            "top needs a terminal that can move the cursor, and TERM names none (TERM="
            f"{os.environ.get('TERM', '')}); use ls, cancel and show"
        )
        return FAILED
    if importlib.util.find_spec("textual") is None:
        print_error(
            f"top needs textual, which is not installed for {sys.executable}: "
            "pip install 'scaler-lab[terminal]' (ls, cancel and show work without it)"
        )
        return FAILED
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]  # set by some terminals
    top(options.engine, is_light=(options.theme or _theme_of(background)) == "light")
    return DONE


def _theme_of(background: str) -> str:
    return "light" if background in ("7", "15") else "dark"


# -- ls ------------------------------------------------------------------------------------------


def _ls(options: argparse.Namespace) -> int:
    states = set[Status]().union(*(options.state or [list(Status)]))
    with _feeds(options.engine) as feeds:
        found = [(feed, _listed(feed, states, options.name)) for feed in feeds]
        if options.json:
            rows = [_as_dict(feed, row) for feed, rows in found for row in rows]
            print_line(json.dumps(rows, indent=2))
        elif not found:
            print_error("nothing is running")
        else:
            _print_lists(found)
    return DONE


def _listed(feed: FeedConnection, states: set[Status], pattern: str | None) -> list[TaskInfo]:
    rows = [row for row in feed.mirror.rows.values() if row.status in states]
    return rows if pattern is None else by_name(pattern, rows)


def _print_lists(found: Sequence[tuple[FeedConnection, list[TaskInfo]]]) -> None:
    from scaler_lab.feed.discovery import title_of
    from scaler_lab.ui.sanitize import clean_line
    from scaler_lab.ui.terminal.task_list import TaskList

    out = console()
    for n, (feed, rows) in enumerate(found):
        if len(found) > 1:
            print_line("\n" * bool(n) + clean_line(title_of(feed.engine), out.encoding))
        if rows:
            out.print(TaskList(rows), soft_wrap=True)
        elif len(found) > 1:
            print_line("no such tasks" if feed.mirror.rows else "no tasks yet")
        else:
            print_error("no such tasks" if feed.mirror.rows else "no tasks yet")


# -- cancel --------------------------------------------------------------------------------------


def _cancel(options: argparse.Namespace) -> int:
    if not (options.tasks or options.all or options.name):
        raise UsageError("name the tasks: TASK..., --all or --name PATTERN")
    with _feeds(options.engine) as feeds:
        if not options.tasks and len(feeds) > 1:
            raise UsageError(
                f"several engines are running; choose one with --engine: {_names(feeds)}"
            )
        chosen: _Chosen = []
        missing: list[str] = []
        for given in options.tasks:
            task = _the_task(given, feeds)
            if task is None:
                missing.append(given)
            elif task[1].task_id not in {row.task_id for _, row in chosen}:
                chosen.append(task)
        for feed in feeds if not options.tasks else []:
            rows = [row for row in feed.mirror.rows.values() if not row.status.is_done]
            if options.name:
                rows = by_name(options.name, rows)
            chosen += [(feed, row) for row in rows]
        if options.name and not chosen:
            missing.append(options.name)
        settled = _stop(chosen, force=options.force, timeout=options.timeout)
        outcomes = [(feed, row, _outcome(row)) for feed, row in settled]
        if options.json:
            rows_sent = [_as_dict(feed, row) | {"outcome": what} for feed, row, what in outcomes]
            rows_sent += [{"given": given, "outcome": "not found"} for given in missing]
            print_line(json.dumps(rows_sent, indent=2))
        else:
            _print_outcomes([(row, what) for _, row, what in outcomes], missing)
        return _status([what for _, _, what in outcomes], missing)


def _stop(chosen: _Chosen, *, force: bool, timeout: float) -> _Chosen:
    """Request the cancels and wait for the answers; return the rows as they are then."""
    by_feed: dict[FeedConnection, list[TaskId]] = {}
    for feed, row in chosen:
        if not row.status.is_done:
            by_feed.setdefault(feed, []).append(row.task_id)
    for feed, asked in by_feed.items():
        feed.request_cancel(asked, force=force)
    end = time.monotonic() + timeout
    for feed, asked in by_feed.items():
        left = list(asked)
        while left and feed.mirror.ended is None:
            rows = feed.mirror.rows
            left = [i for i in left if (r := rows.get(i)) is not None and not r.status.is_done]
            if left and not feed.wait(max(0.0, end - time.monotonic())):
                break
        if feed.mirror.ended is not None:
            print_error(f"the engine {feed.engine.name!r} ended: {feed.mirror.ended}")
    return [(feed, feed.mirror.rows.get(row.task_id, row)) for feed, row in chosen]


def _outcome(row: TaskInfo) -> str:
    if row.status is Status.CANCELLED:
        return "cancelled"
    return "done before" if row.status.is_done else "no answer"


def _status(outcomes: list[str], missing: list[str]) -> int:
    if "no answer" in outcomes:
        return NO_RESPONSE
    return FAILED if missing or "done before" in outcomes else DONE


def _print_outcomes(outcomes: list[tuple[TaskInfo, str]], missing: list[str]) -> None:
    from scaler_lab.ui.terminal.task_list import TaskList

    notable = [row for row, what in outcomes if what != "cancelled"]
    rows = [row for row, _ in outcomes] if len(outcomes) <= MAX_LINES else notable[:MAX_LINES]
    if rows:
        console().print(TaskList(rows), soft_wrap=True)
    kinds = [what for _, what in outcomes]
    counts = {what: kinds.count(what) for what in ("cancelled", "done before", "no answer")}
    summary = ", ".join(f"{n:,} {what}" for what, n in counts.items() if n)
    print_error(summary or ("nothing to cancel" if not missing else "nothing cancelled"))
    for given in missing:
        print_error(f"no unfinished task {given!r} was found")


# -- show ----------------------------------------------------------------------------------------


def _details(
    options: argparse.Namespace, feeds: list[FeedConnection]
) -> tuple[FeedConnection, TaskInfo, Details] | int:
    """Return a task's details; if there are none, the status to exit with."""
    found = _the_task(options.task, feeds)
    if found is None:
        print_error(f"there is no task {options.task!r}")
        return FAILED
    feed, row = found
    request = feed.request_details(row.task_id, OUTPUT_BUFFER_BYTES)
    if not feed.wait_for(lambda: request in feed.mirror.details, CANCEL_TIMEOUT):
        print_error(f"the engine does not respond: {feed.mirror.ended or 'it may be suspended'}")
        return NO_RESPONSE
    details = feed.mirror.details.pop(request)
    return feed, details.row or row, details


def _stack(options: argparse.Namespace) -> int:
    from scaler_lab.core.stack import Stack

    with _feeds(options.engine) as feeds:
        found = _details(options, feeds)
        if isinstance(found, int):
            return found
        _, row, details = found
        if details.stack is None:
            print_error(f"task #{row.number} {row.name!r} does not run: it is {row.status.value}")
            return FAILED
        if options.json:
            print_line(json.dumps(_stack_as_dict(row, details.stack), indent=2))
        else:
            print_line(f"#{row.number} {row.name}: {Stack.of(details.stack)}")
        return DONE if details.stack.threads else FAILED


def _stack_as_dict(row: TaskInfo, stack: TaskStack) -> dict[str, Any]:
    threads = [[msgspec.structs.asdict(frame) for frame in frames] for frames in stack.threads]
    return {
        "task_id": row.task_id,
        "state": stack.state,
        "taken": stack.taken,
        "problem": stack.problem,
        "threads": threads,
    }


def _show(options: argparse.Namespace) -> int:
    with _feeds(options.engine) as feeds:
        found = _details(options, feeds)
        if isinstance(found, int):
            return found
        feed, row, details = found
        if options.json:
            more = {
                "traceback": details.traceback,
                "output": details.output,
                "output_before": details.output_before,
                "profile": msgspec.to_builtins(details.profile),
                "stack": None if details.stack is None else _stack_as_dict(row, details.stack),
            }
            print_line(json.dumps(_as_dict(feed, row) | more, indent=2))
        else:
            from scaler_lab.ui.terminal.task_details import task_details

            out = console()
            for line in task_details(
                row,
                details.traceback,
                output=details.output,
                output_before=details.output_before,
                profile=details.profile,
                stack=details.stack,
                encoding=out.encoding,
            ):
                out.print(line, soft_wrap=True)
    return DONE


# -- shared helpers ------------------------------------------------------------------------------


@contextmanager
def _feeds(name: str | None) -> Generator[list[FeedConnection]]:
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


def _the_task(
    given: str, feeds: Sequence[FeedConnection]
) -> tuple[FeedConnection, TaskInfo] | None:
    """Return the one task that *given* means; None if there is none.

    Raises `UsageError` if there are several.
    """
    found = [(feed, row) for feed in feeds for row in find_task(given, feed.mirror.rows.values())]
    if len({feed.engine.engine_id for feed, _ in found}) > 1:
        raise UsageError(
            f"several engines have a task {given!r}; choose one with --engine: {_names(feeds)}"
        )
    if len(found) > 1:
        raise UsageError(f"the ids of {len(found)} tasks start with {given!r}: give more digits")
    return found[0] if found else None


def _names(feeds: Sequence[FeedConnection]) -> str:
    from scaler_lab.feed.discovery import title_of

    return ", ".join(title_of(feed.engine) for feed in feeds)


def _as_dict(feed: FeedConnection, row: TaskInfo) -> dict[str, object]:
    return {
        "engine": feed.engine.name,
        "engine_id": feed.engine.engine_id,
        "program": feed.engine.program,
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
            "asked_at": row.cancel_requested_at,
            "asked_by": row.cancel_requested_by or None,
            "resolution": row.cancel_resolution.value if row.cancel_resolution else None,
            "seconds": row.cancel_seconds,
        },
    }
