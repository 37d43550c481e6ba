"""``completion``: prints the script with which a shell completes ``scaler-lab`` with Tab.

argcomplete does the work: at each Tab the shell runs ``scaler-lab`` with ``_ARGCOMPLETE`` set, and
the parser itself lists what may follow.  So no separate list must be kept up to date, and the names
of running engines are completed too.
"""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path
from typing import Any

from scaler_lab.cli.output import DONE, UsageError, print_line

SHELLS = ("bash", "zsh", "fish")


def add_command(commands: Any) -> None:
    """Add this command to the command line's parsers."""
    completion = commands.add_parser(
        "completion",
        help="print the script that lets your shell complete this command",
        description="Prints a script for your shell to evaluate at the start of each session: "
        'eval "$(scaler-lab completion bash)" in ~/.bashrc; '
        'eval "$(scaler-lab completion zsh)" in ~/.zshrc, after compinit; '
        "scaler-lab completion fish | source in ~/.config/fish/config.fish.",
    )
    completion.add_argument(
        "shell",
        metavar="SHELL",
        nargs="?",
        choices=SHELLS,
        help="bash, zsh or fish (default: yours)",
    )
    completion.set_defaults(command=_completion)


def complete_engines(action: argparse.Action) -> None:
    """Let Tab complete the names of running engines for this argument."""
    action.completer = _engine_names  # type: ignore[attr-defined]  # argcomplete reads it


def complete(parser: argparse.ArgumentParser) -> None:
    """If a shell requests completions, print them and exit; else do nothing, at no cost."""
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser, always_complete_options=False)


def _completion(options: argparse.Namespace) -> int:
    shell = options.shell or Path(os.environ.get("SHELL", "")).name
    if shell not in SHELLS:
        raise UsageError(f"name the shell: {', '.join(SHELLS)}")
    from argcomplete.shell_integration import shellcode

    print_line(shellcode(["scaler-lab"], shell=shell))
    return DONE


def _engine_names(**_: object) -> list[str]:
    from scaler_lab.runtime import runtime_dir

    with contextlib.suppress(Exception):  # at a Tab, errors can't be shown
        return [connection.name for connection in runtime_dir.running()]
    return []
