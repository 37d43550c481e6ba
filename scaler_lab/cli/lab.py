"""``lab``: JupyterLab on the examples, copied to where the user may change them.

A file the user changed is never touched again.  To know which those are, the folder keeps a note of
what was copied (`NOTE`): a file that still is what was copied is replaced when the package brings a
newer one.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

from scaler_lab.cli.saying import DONE, FAILED, complain, say

FOLDER = "scaler_lab_examples"
NOTE = ".scaler_lab_examples.json"
_SUFFIXES = (".ipynb", ".py")


class Copied(NamedTuple):
    """What `copy_examples` did, by the files' names."""

    new: list[str]
    renewed: list[str]  # older ones of ours that the user hadn't changed
    kept: list[str]  # the user's, which differ from ours


def add_command(commands: Any) -> None:
    """Add it to the command line's parsers."""
    lab = commands.add_parser(
        "lab",
        help="open JupyterLab on the examples, in a folder of yours",
        description="Copies the examples to FOLDER, leaves alone what you changed there, and "
        "opens JupyterLab on it. JupyterLab's own options go behind --, as in: "
        "scaler-lab lab -- --no-browser",
    )
    lab.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=Path(FOLDER),
        help=f"made where it is not there (default: {FOLDER})",
    )
    lab.add_argument("--copy-only", action="store_true", help="copy them, and open nothing")
    lab.add_argument("jupyter", metavar="OPTION", nargs="*", help="after --: JupyterLab's")
    lab.set_defaults(command=_lab)


def _lab(options: argparse.Namespace) -> int:
    if not options.copy_only and importlib.util.find_spec("jupyterlab") is None:
        complain(
            f"JupyterLab is not installed for {sys.executable}: "
            "pip install 'scaler-lab[lab]' (or only copy the examples: --copy-only)"
        )
        return FAILED
    if str(options.folder).startswith("-"):  # `lab -- --no-browser`: no folder was named
        options.jupyter.insert(0, str(options.folder))
        options.folder = Path(FOLDER)
    folder: Path = options.folder.expanduser().resolve()
    copied = copy_examples(examples(), folder)
    say(f"{len(copied.new)} new, {len(copied.renewed)} renewed, in {folder}")
    if copied.kept:
        say(f"left as you changed them: {', '.join(copied.kept)}")
    if not options.copy_only:
        _become_jupyterlab(folder, options.jupyter)
    return DONE


def _become_jupyterlab(folder: Path, options: list[str]) -> NoReturn:
    """Run it in this process's place: Ctrl-C, signals and the exit status are its own."""
    os.chdir(folder)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options])


def examples() -> Path:
    """The folder they come from: in the installed package, or beside it in a checkout.

    Raises `FileNotFoundError`.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "examples", package.parent / "examples"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the examples are missing from {package}: install scaler-lab again")


def copy_examples(source: Path, folder: Path) -> Copied:
    """Bring *folder* up to date with *source*, without touching what the user changed."""
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / NOTE
    noted = _read_note(note)
    copied = Copied([], [], [])
    for file in sorted(path for path in source.iterdir() if path.suffix in _SUFFIXES):
        ours = file.read_bytes()
        target = folder / file.name
        try:
            found = _digest(target.read_bytes())
        except FileNotFoundError:
            copied.new.append(file.name)
        else:
            if found == _digest(ours):
                noted[file.name] = found
                continue
            if found != noted.get(file.name):
                copied.kept.append(file.name)
                continue
            copied.renewed.append(file.name)
        target.write_bytes(ours)
        noted[file.name] = _digest(ours)
    note.write_text(json.dumps(noted, indent=2, sort_keys=True) + "\n")
    return copied


def _read_note(note: Path) -> dict[str, str]:
    try:
        noted = json.loads(note.read_text())
    except (OSError, ValueError):
        return {}
    return cast("dict[str, str]", noted) if isinstance(noted, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
