"""``lab``: opens JupyterLab on a copy of the examples that the user may change."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from scaler_lab.cli.output import DONE, FAILED, print_error, print_line

FOLDER = "scaler_lab_examples"


def add_command(commands: Any) -> None:
    """Add this command to the command line's parsers."""
    lab = commands.add_parser(
        "lab",
        help="open JupyterLab with the examples, in a folder of yours",
        description="Copies the examples to FOLDER, except files that you changed there, and "
        "opens JupyterLab in it. JupyterLab's own options follow after --, as in: "
        "scaler-lab lab -- --no-browser",
    )
    lab.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=Path(FOLDER),
        help=f"created if it does not exist (default: {FOLDER})",
    )
    lab.add_argument(
        "--copy-only", action="store_true", help="copy the examples without opening JupyterLab"
    )
    lab.add_argument("jupyter", metavar="OPTION", nargs="*", help="after --: options of JupyterLab")
    lab.set_defaults(command=_lab)


def _lab(options: argparse.Namespace) -> int:
    from scaler_lab.cli.examples import copy_examples, examples, missing_packages

    if not options.copy_only and importlib.util.find_spec("jupyterlab") is None:
        print_error(
            f"JupyterLab is not installed for {sys.executable}: "
            "pip install 'scaler-lab[examples]' (or only copy the examples: --copy-only)"
        )
        return FAILED
    if str(options.folder).startswith("-"):  # `lab -- --no-browser`: no folder was given
        options.jupyter.insert(0, str(options.folder))
        options.folder = Path(FOLDER)
    folder: Path = options.folder.expanduser().resolve()
    copied = copy_examples(examples(), folder)
    print_line(f"examples in {folder}: {len(copied.new)} new, {len(copied.renewed)} updated")
    if copied.kept:
        print_line(f"not updated, because you changed them: {', '.join(copied.kept)}")
    missing = missing_packages()
    for name, packages in missing.items():
        print_line(f"{name} needs packages that are not installed: {', '.join(packages)}")
    if missing:
        print_line("pip install 'scaler-lab[examples]' installs them")
    if not options.copy_only:
        _become_jupyterlab(folder, options.jupyter)
    return DONE


def _become_jupyterlab(folder: Path, options: list[str]) -> NoReturn:
    """Replace this process by JupyterLab, which gets Ctrl-C, signals and the exit status.

    It runs with -P, and without empty or relative entries in PYTHONPATH.  Otherwise Python would
    import modules of the folder, such as a user's `secrets.py` or `queue.py`, in place of those
    that JupyterLab needs.
    """
    environment = dict(os.environ)
    if paths := environment.pop("PYTHONPATH", ""):
        absolute = [os.path.abspath(path) for path in paths.split(os.pathsep) if path]
        environment["PYTHONPATH"] = os.pathsep.join(absolute)
    os.chdir(folder)
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-P", "-m", "jupyterlab", *options], environment)
