"""Where commands say things, and the status they end with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

DONE = 0
FAILED = 1
USAGE_ERROR = 2
NO_RESPONSE = 3
INTERRUPTED = 130
BROKEN_PIPE = 141


class UsageError(ValueError):
    """The command line asks for what can't be meant, as it turned out after it was parsed."""


def console(*, stderr: bool = False) -> Console:
    """One that takes no text for markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def print_line(line: str) -> None:
    """A result: one line on stdout."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()  # a reader that left is found here, inside `main`, not at exit


def print_error(line: str) -> None:
    """Anything else: one line on stderr."""
    from scaler_lab.ui.sanitize import clean

    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(f"scaler-lab: {clean(line, encoding)}\n")
