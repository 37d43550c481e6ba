"""``top``, ``ls`` and ``cancel``: work on the tasks of every running engine.

They find an engine no matter how it was started: a program's own engine (``Client()``) as well as a
shared one.  They use the engine's feed, so they work even if the program is busy or stopped in
a debugger.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scaler_lab.cli.completion import complete_engines
from scaler_lab.cli.feeds import (
    add_engine,
    add_json,
    as_dict,
    names_of,
    open_feeds,
    seconds,
    the_task,
)
from scaler_lab.cli.output import (
    DONE,
    FAILED,
    NO_RESPONSE,
    UsageError,
    console,
    print_error,
    print_json,
    print_line,
)
from scaler_lab.cli.selection import by_name
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo

if TYPE_CHECKING:
    from scaler_lab.feed.connection import FeedConnection
    from scaler_lab.feed.mirror import FeedMirror

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
            "name", metavar="ENGINE", nargs="?", help="its name, its client or program, or its id"
        )
    )
    add_engine(top)
    top.add_argument("--all", action="store_true", help="the tasks of all programs in one list")
    top.add_argument(
        "--theme", choices=["dark", "light"], help="the screen's colours (default: dark)"
    )
    top.set_defaults(command=_top)

    listed = commands.add_parser(
        "ls",
        help="list the tasks of all running engines",
        description="Lists the tasks of all your running engines, including those of programs.",
    )
    add_engine(listed)
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
    listed.add_argument(
        "--watch",
        action="store_true",
        help="keep the list up to date until Ctrl-C; into a pipe, print each change",
    )
    add_json(listed)
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
    add_engine(cancel)
    cancel.add_argument("--force", action="store_true", help="kill their workers at once")
    cancel.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=seconds,
        default=CANCEL_TIMEOUT,
        help=f"how long to wait for the answers (default: {CANCEL_TIMEOUT:g})",
    )
    add_json(cancel)
    cancel.set_defaults(command=_cancel)


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


# -- top -----------------------------------------------------------------------------------------


def _top(options: argparse.Namespace) -> int:
    from scaler_lab.ui.terminal.top import top

    if options.all and (options.engine or options.name):
        raise UsageError("top shows one engine, or --all")
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
    top(
        options.engine or options.name,
        shows_all=options.all,
        is_light=(options.theme or _theme_of(background)) == "light",
    )
    return DONE


def _theme_of(background: str) -> str:
    return "light" if background in ("7", "15") else "dark"


# -- ls ------------------------------------------------------------------------------------------


def _ls(options: argparse.Namespace) -> int:
    states = set[Status]().union(*(options.state or [list(Status)]))
    if options.watch:
        return _watch(options, states)
    with open_feeds(options.engine) as feeds:
        found = [(feed, _listed(feed, states, options.name)) for feed in feeds]
        if options.json:
            rows = [as_dict(feed, row) for feed, rows in found for row in rows]
            print_json(rows)
        elif not found:
            print_error("nothing is running")
        else:
            _print_lists(found)
        for feed in feeds:
            if note := what_is_missing(feed.mirror):
                print_error(f"{feed.engine.name}: {note}" if len(feeds) > 1 else note)
    return DONE


def _watch(options: argparse.Namespace, states: set[Status]) -> int:
    from scaler_lab.cli.watching import WatchedEngines, watch_lines, watch_screen

    def choose(feed: FeedConnection) -> list[TaskInfo]:
        return _listed(feed, states, options.name)

    out = console()
    with suppress(KeyboardInterrupt), WatchedEngines(options.engine) as engines:
        if out.is_terminal and not options.json:
            watch_screen(engines, choose, out)
        else:
            watch_lines(engines, choose, as_json=options.json)
    return DONE


def what_is_missing(mirror: FeedMirror) -> str:
    """Return what the list doesn't show yet; empty if it shows all that programs have submitted."""
    n_open = sum(n for status, n in mirror.counts.items() if not status.is_done)
    n_more = n_open - sum(1 for row in mirror.rows.values() if not row.status.is_done)
    if n_more <= 0 and not mirror.is_behind:
        return ""
    parts = ["the list is not complete"]
    if n_more > 0:
        parts.append(f"{n_more:,} more tasks came while it was read")
    if mirror.is_behind:
        parts.append("the engine is still receiving tasks that a program has submitted")
    return ": ".join((parts[0], ", and ".join(parts[1:])))


def _listed(feed: FeedConnection, states: set[Status], pattern: str | None) -> list[TaskInfo]:
    rows = [row for row in feed.mirror.rows.values() if row.status in states]
    return rows if pattern is None else by_name(pattern, rows)


def _print_lists(found: Sequence[tuple[FeedConnection, list[TaskInfo]]]) -> None:
    from rich.text import Text

    from scaler_lab.cli.watching import totals
    from scaler_lab.feed.discovery import title_of
    from scaler_lab.ui.sanitize import clean_line
    from scaler_lab.ui.terminal.task_list import TaskList

    out = console()
    for n, (feed, rows) in enumerate(found):
        if len(found) > 1 or feed.engine.client:
            print_line("\n" * bool(n) + clean_line(title_of(feed.engine), out.encoding))
        if rows:
            out.print(TaskList(rows), soft_wrap=True)
        elif len(found) > 1:
            print_line("no such tasks" if feed.mirror.rows else "no tasks yet")
        else:
            print_error("no such tasks" if feed.mirror.rows else "no tasks yet")
    rows = [row for _, rows in found for row in rows]
    if rows and out.is_terminal:  # a line more would be in the way of a program that counts lines
        out.print(Text(totals(rows), "dim"))


# -- cancel --------------------------------------------------------------------------------------


def _cancel(options: argparse.Namespace) -> int:
    if not (options.tasks or options.all or options.name):
        raise UsageError("name the tasks: TASK..., --all or --name PATTERN")
    with open_feeds(options.engine) as feeds:
        if not options.tasks and len(feeds) > 1:
            raise UsageError(
                f"several engines are running; choose one with --engine: {names_of(feeds)}"
            )
        chosen: _Chosen = []
        missing: list[str] = []
        for given in options.tasks:
            task = the_task(given, feeds)
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
            rows_sent = [as_dict(feed, row) | {"outcome": what} for feed, row, what in outcomes]
            rows_sent += [{"given": given, "outcome": "not found"} for given in missing]
            print_json(rows_sent)
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
