"""``show``, ``stack`` and ``flame``: look at one task of any running engine."""

from __future__ import annotations

import argparse
import functools
import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from scaler_lab.cli.feeds import add_engine, add_json, as_dict, open_feeds, seconds, the_task
from scaler_lab.cli.output import (
    DONE,
    FAILED,
    NO_RESPONSE,
    UsageError,
    console,
    print_error,
    print_json,
    print_line,
    print_text,
)
from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo

if TYPE_CHECKING:
    from scaler_lab.core.live_usage import LiveUsage
    from scaler_lab.core.stack import TaskStack
    from scaler_lab.feed.connection import FeedConnection
    from scaler_lab.feed.messages import Details

DETAILS_TIMEOUT = 30.0
USAGE_SECONDS = 0.5  # how long to wait for it; an engine that doesn't measure it doesn't answer
FLAME_SECONDS = 10.0


def add_commands(commands: Any) -> None:
    """Add these commands to the command line's parsers."""
    show = commands.add_parser(
        "show",
        help="show everything known about one task",
        description="Shows a task's state and times, how its cancel was settled, what it used, its "
        "traceback, and its output.",
    )
    show.add_argument("task", metavar="TASK", help="its number, or its id")
    show.add_argument(
        "--follow",
        action="store_true",
        help="print the output as it comes, and at the end how the task ended; Ctrl-C ends this "
        "only",
    )
    add_engine(show)
    add_json(show)
    show.set_defaults(command=_show)

    stack = commands.add_parser(
        "stack",
        help="print where a running task is",
        description="Prints what a running task is doing, and its stack. The stack is read from "
        "outside, so the task doesn't notice, and it works while the task hangs or the program is "
        "busy. Status 1: the task doesn't run, or its stack can't be read.",
    )
    stack.add_argument("task", metavar="TASK", help="its number, or its id")
    add_engine(stack)
    add_json(stack)
    stack.set_defaults(command=_stack)

    flame = commands.add_parser(
        "flame",
        help="show where a running task spends its time",
        description="Looks where a task is about 100 times a second, and prints the functions in "
        "which it spends most of its time. --output writes a flame graph. It ends when the task "
        "ends; Ctrl-C ends it earlier. The task doesn't notice. Status 1: the task doesn't run, or "
        "its stack can't be read.",
    )
    flame.add_argument("task", metavar="TASK", help="its number, or its id")
    flame.add_argument(
        "--seconds",
        metavar="SECONDS",
        type=seconds,
        default=FLAME_SECONDS,
        help=f"how long to look (default: {FLAME_SECONDS:g})",
    )
    flame.add_argument(
        "--output",
        metavar="FILE",
        type=_flame_file,
        help="write a .svg file (a picture), or a .json file (for speedscope.app)",
    )
    add_engine(flame)
    flame.add_argument("--json", action="store_true", help="speedscope's JSON on stdout")
    flame.set_defaults(command=_flame)


def _flame_file(text: str) -> Path:
    from scaler_lab.core.flame import kind_of_file

    try:
        kind_of_file(Path(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return Path(text)


def _details(
    options: argparse.Namespace, feeds: list[FeedConnection]
) -> tuple[FeedConnection, TaskInfo, Details] | int:
    """Return a task's details; if there are none, the status to exit with."""
    found = the_task(options.task, feeds)
    if found is None:
        print_error(f"there is no task {options.task!r}")
        return FAILED
    feed, row = found
    request = feed.request_details(row.task_id, OUTPUT_BUFFER_BYTES)
    if not feed.wait_for(lambda: request in feed.mirror.details, DETAILS_TIMEOUT):
        print_error(f"the engine does not respond: {feed.mirror.ended or 'it may be suspended'}")
        return NO_RESPONSE
    details = feed.mirror.details.pop(request)
    return feed, details.row or row, details


def _stack(options: argparse.Namespace) -> int:
    from scaler_lab.core.stack import Stack

    with open_feeds(options.engine) as feeds:
        found = _details(options, feeds)
        if isinstance(found, int):
            return found
        _, row, details = found
        if details.stack is None:
            print_error(f"task #{row.number} {row.name!r} does not run: it is {row.status.value}")
            return FAILED
        if options.json:
            print_json(_stack_as_dict(row, details.stack))
        else:
            print_line(f"#{row.number} {row.name}: {Stack.of(details.stack)}")
        return DONE if details.stack.threads else FAILED


def _flame(options: argparse.Namespace) -> int:
    from scaler_lab.core.flame import Flame, sample
    from scaler_lab.feed.flame_sampler import look_at

    with open_feeds(options.engine) as feeds:
        found = the_task(options.task, feeds)
        if found is None:
            print_error(f"there is no task {options.task!r}")
            return FAILED
        feed, row = found
        flame = Flame(f"#{row.number} {row.name}")
        with suppress(KeyboardInterrupt):  # what was sampled so far is shown
            sample(functools.partial(look_at, feed, row.task_id), flame, options.seconds)
    if not flame.n_samples:
        print_error(str(flame))
        return FAILED
    if options.output is not None:
        flame.save(options.output)
    if options.json:
        print_line(json.dumps(flame.speedscope()))
    else:
        print_line(str(flame))
    return DONE


def _stack_as_dict(row: TaskInfo, stack: TaskStack) -> dict[str, Any]:
    threads = [[msgspec.structs.asdict(frame) for frame in frames] for frames in stack.threads]
    return {
        "task_id": row.task_id,
        "state": stack.state,
        "taken": stack.taken,
        "problem": stack.problem,
        "threads": threads,
    }


def _usage_of(feed: FeedConnection, row: TaskInfo) -> LiveUsage | None:
    """Return what a task uses; None if it doesn't run, or if its engine doesn't measure that."""
    if row.status in (Status.RUNNING, Status.CANCELLING):
        feed.request_usage()
        feed.wait_for(lambda: feed.mirror.usage_of(row) is not None, USAGE_SECONDS)
    return feed.mirror.usage_of(row)


def _follow(options: argparse.Namespace) -> int:
    """Print a task's output as it comes, and then what became of the task."""
    from scaler_lab.cli.following import OutputFollower, follow
    from scaler_lab.ui.sanitize import clean
    from scaler_lab.ui.terminal.task_details import task_details

    if options.json:
        raise UsageError("--follow prints text, so it can't be used with --json")
    out = console()
    with suppress(KeyboardInterrupt), open_feeds(options.engine) as feeds:
        found = the_task(options.task, feeds)
        if found is None:
            print_error(f"there is no task {options.task!r}")
            return FAILED
        feed, row = found
        follower = OutputFollower(feed, row)

        def write(text: str) -> None:
            lines = text.splitlines(keepends=True)
            print_text("".join(clean(line, out.encoding) for line in lines))

        follow(follower, write)
        details = follower.details()
        if details is None:
            print_error(f"the engine ended: {feed.mirror.ended or 'it does not respond'}")
            return NO_RESPONSE
        for line in task_details(
            follower.row, details.traceback, profile=details.profile, encoding=out.encoding
        ):
            out.print(line, soft_wrap=True)
    return DONE


def _show(options: argparse.Namespace) -> int:
    if options.follow:
        return _follow(options)
    with open_feeds(options.engine) as feeds:
        found = _details(options, feeds)
        if isinstance(found, int):
            return found
        feed, row, details = found
        usage = _usage_of(feed, row)
        if options.json:
            more = {
                "traceback": details.traceback,
                "output": details.output,
                "output_before": details.output_before,
                "profile": msgspec.to_builtins(details.profile),
                "stack": None if details.stack is None else _stack_as_dict(row, details.stack),
                "usage": None if usage is None else msgspec.structs.asdict(usage),
            }
            print_json(as_dict(feed, row) | more)
        else:
            from scaler_lab.feed.discovery import title_of
            from scaler_lab.ui.terminal.task_details import task_details

            out = console()
            for line in task_details(
                row,
                details.traceback,
                output=details.output,
                output_before=details.output_before,
                profile=details.profile,
                stack=details.stack,
                usage=usage,
                client=title_of(feed.engine) if feed.engine.client else "",
                encoding=out.encoding,
            ):
                out.print(line, soft_wrap=True)
    return DONE
