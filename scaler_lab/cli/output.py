"""How commands print results and errors, and the exit statuses that they return."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

DONE = 0
FAILED = 1
USAGE_ERROR = 2
NO_RESPONSE = 3
INTERRUPTED = 130
BROKEN_PIPE = 141


class UsageError(ValueError):
    """The command line is invalid, which became apparent only after it was parsed."""


def console(*, stderr: bool = False) -> Console:
    """Return a console that does not interpret text as markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def print_line(line: str) -> None:
    """Print a result: one line on stdout."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()  # raises here, inside `main`, not at exit, if the reader has left


def print_json(value: Any) -> None:
    """Print a result as indented JSON.

    `json` indents in Python, which takes four times as long for a list of very many tasks.
    """
    import msgspec

    try:
        text = msgspec.json.format(json.dumps(value), indent=2)
    except msgspec.DecodeError:  # a lone surrogate, in a path that isn't UTF-8
        text = json.dumps(value, indent=2)
    print_line(text)


def print_text(text: str) -> None:
    """Print a part of a result, as it is, on stdout."""
    sys.stdout.write(text)
    sys.stdout.flush()


def print_error(line: str) -> None:
    """Print anything else: one line on stderr."""
    from scaler_lab.ui.sanitize import clean

    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(f"scaler-lab: {clean(line, encoding)}\n")
