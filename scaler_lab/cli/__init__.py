"""The command line: ``scaler-lab``, or ``python -m scaler_lab``.

======================  ============================================================
``demo``                analyse real input; the status reports whether all worked
``engine start NAME``   start a local engine that any number of clients can use
``engine list``         list the running engines
``engine stop NAME``    stop one, and the tasks it runs
``top``                 an interactive screen: watch, search and stop tasks
``ls``                  list the tasks of all running engines, also programs' own
``cancel TASK...``      stop tasks, and print how each cancel ended
``show TASK``           print all that is known of one task, also its traceback
``stack TASK``          print where a running task is
``flame TASK``          print where a running task spends its time, or draw a flame graph
``lab FOLDER``          open JupyterLab on a copy of the examples in your folder
``doctor``              print what works here, what doesn't, and what to do about it
``completion SHELL``    print a script that lets a shell complete commands with Tab
======================  ============================================================

Exit status: 0 success; 1 it failed, or a check failed; 2 the command line was wrong; 3 no answer
within the given time; 130 Ctrl-C.
Results go to stdout, everything else to stderr.  With ``--json`` stdout is JSON only.

Only what a command needs is imported, so that ``--help`` and ``--version`` are fast.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from scaler_lab._version import __version__
from scaler_lab.cli import completion, doctor, lab, look, tasks
from scaler_lab.cli.output import (
    BROKEN_PIPE,
    DONE,
    FAILED,
    INTERRUPTED,
    NO_RESPONSE,
    USAGE_ERROR,
    UsageError,
    console,
    print_error,
    print_json,
    print_line,
)
from scaler_lab.errors import EngineNotStopped, ScalerLabError

if TYPE_CHECKING:
    from scaler_lab.engines.local.client.running import EngineEntry

__all__ = ["BROKEN_PIPE", "DONE", "FAILED", "INTERRUPTED", "USAGE_ERROR", "main"]

MAX_WORKERS = 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")

_Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    Args:
        arguments: The arguments; None means those of the process.
    """
    parser = _parser()
    completion.complete(parser)
    options = parser.parse_args(arguments)
    command: _Command = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        ends_tasks = command is _demo
        print_error("stopped by Ctrl-C" + "; its tasks were stopped too" * ends_tasks)
        return INTERRUPTED
    except UsageError as error:
        print_error(str(error))
        return USAGE_ERROR
    except BrokenPipeError:
        # The reader has left (`| head`).  Python would report that again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except EngineNotStopped as error:
        print_error(str(error))
        return NO_RESPONSE
    except (ScalerLabError, OSError, ValueError) as error:
        print_error(str(error))
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scaler-lab",
        description="Submit Python functions, watch them run, stop any of them.",
    )
    parser.add_argument("--version", action="version", version=f"scaler-lab {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser(
        "demo",
        help="analyse Python's standard library, and cancel four tasks that never end",
        description="Analyses every module of the installed Python standard library on a local "
        "engine, under a live view, and cancels four tasks that would never end. Exit status 0 "
        "only if each was settled as it should be.",
    )
    _add_workers(demo)
    _add_json(demo)
    demo.set_defaults(command=_demo)

    engine = commands.add_parser("engine", help="start, list and stop local engines")
    verbs = engine.add_subparsers(required=True, metavar="VERB")
    start = verbs.add_parser(
        "start",
        help="start an engine that keeps running",
        description="Starts a local engine that runs on its own until it is stopped. "
        "Clients use it with Client('local://NAME').",
    )
    start.add_argument("name", metavar="NAME", type=_engine_name)
    _add_workers(start)
    _add_json(start)
    start.set_defaults(command=_engine_start)
    listed = verbs.add_parser("list", help="list the running engines")
    _add_json(listed)
    listed.set_defaults(command=_engine_list)
    stop = verbs.add_parser("stop", help="stop an engine and its tasks")
    completion.complete_engines(
        stop.add_argument("name", metavar="NAME", help="its name, or its id")
    )
    stop.add_argument(
        "--force",
        action="store_true",
        help="kill the engine and its tasks at once, even if it does not respond",
    )
    stop.set_defaults(command=_engine_stop)

    tasks.add_commands(commands)
    look.add_commands(commands)
    lab.add_command(commands)
    doctor.add_command(commands)
    completion.add_command(commands)
    return parser


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers",
        metavar="N",
        type=_worker_count,
        help="worker processes (default: one for each core)",
    )


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON on stdout, for programs")


def _worker_count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 1 <= count <= MAX_WORKERS:
        raise argparse.ArgumentTypeError(
            f"invalid number of workers {text!r}: expected a whole number from 1 to {MAX_WORKERS}"
        )
    return count


def _engine_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"invalid engine name {text!r}: expected 1 to 32 letters, digits, '-' or '_', "
            "starting with a letter or digit"
        )
    return text


# -- the commands --------------------------------------------------------------------------------


def _demo(options: argparse.Namespace) -> int:
    from scaler_lab.demo.command import demo

    return demo(console(), console(stderr=True), n_workers=options.workers, json=options.json)


def _engine_start(options: argparse.Namespace) -> int:
    from scaler_lab.client import config
    from scaler_lab.engines.local.client.running import start_engine

    settings = config.of_engine()
    if options.workers is not None:
        settings["n_workers"] = options.workers
    entry = start_engine(options.name, **settings)
    if options.json:
        print_line(json.dumps(_as_dict(entry)))
    else:
        workers = "1 worker" if entry.n_workers == 1 else f"{entry.n_workers} workers"
        print_line(f"engine {entry.name!r} is running: {workers}, pid {entry.pid}")
        print_line(f"use it:  Client({entry.address!r})")
        print_line(f"end it:  scaler-lab engine stop {entry.name}")
    return DONE


def _engine_list(options: argparse.Namespace) -> int:
    from scaler_lab.engines.local.client.running import list_engines

    entries = list_engines()
    if options.json:
        print_json([_as_dict(entry) for entry in entries])
    elif not entries:
        print_error("no local engine is running; start one with: scaler-lab engine start NAME")
    else:
        console().print(_engine_table(entries))
    return DONE


def _engine_stop(options: argparse.Namespace) -> int:
    from scaler_lab.engines.local.client.running import stop_engine

    entry = stop_engine(options.name, force=options.force)
    print_line(f"engine {entry.name!r} (pid {entry.pid}) is stopped")
    return DONE


def _engine_table(entries: Sequence[EngineEntry]) -> object:
    from rich.table import Table
    from rich.text import Text

    from scaler_lab.ui.formatting import span
    from scaler_lab.ui.sanitize import clean_line

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("name")
    table.add_column("workers", justify="right")
    table.add_column("pid", justify="right")
    table.add_column("runs for", justify="right")
    table.add_column("ends")
    table.add_column("address", overflow="fold")
    for entry in entries:
        table.add_row(
            Text(clean_line(entry.name), "bold"),
            str(entry.n_workers),
            str(entry.pid),
            span(time.time() - entry.started_at),
            "with its program" if entry.owned else "when stopped",
            Text(clean_line(entry.address)),
        )
    return table


def _as_dict(entry: EngineEntry) -> dict[str, str | float | bool]:
    return {
        "name": entry.name,
        "engine_id": entry.engine_id,
        "pid": entry.pid,
        "n_workers": entry.n_workers,
        "started_at": entry.started_at,
        "address": entry.address,
        "owned": entry.owned,
    }
