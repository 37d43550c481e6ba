"""The examples: where they are, what each notebook needs, and their copies in the user's folder.

A file that the user changed is never touched again.  To recognise such files, the folder has a note
of what was copied (`NOTE`): a file that still equals its copy is replaced when the package has a
newer one.

The folder may come from another person (a course's archive, a clone, /tmp).  So nothing in it is
run, nothing is written through a link in it, and another user's folder is refused.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from importlib import metadata
from pathlib import Path
from typing import NamedTuple, cast

from scaler_lab.errors import UnsafeFolder

NOTE = ".scaler_lab_examples.json"
MAX_NOTE_BYTES = 1024 * 1024
_SUFFIXES = (".ipynb", ".py")
_PART = ".scaler_lab_examples.part"

# What each example needs beside scaler_lab, as names of distributions.  The extra `examples` has
# all of them.
PACKAGES: dict[str, tuple[str, ...]] = {
    "asyncio_program.py": (),
    "first_steps.ipynb": (),
    "first_steps.py": (),
    "hyperparameter_search.ipynb": ("scikit-learn",),
    "joblib_grid_search.ipynb": ("joblib", "scikit-learn"),
    "many_files.ipynb": (),
    "option_pricer.ipynb": ("numpy",),
    "parameter_explorer.ipynb": ("scikit-learn",),
    "two_clusters.ipynb": ("distributed", "numpy", "opengris-scaler", "scikit-learn"),
}


class Copied(NamedTuple):
    """What `copy_examples` did, as names of files."""

    new: list[str]
    renewed: list[str]  # our older versions, which the user hadn't changed
    kept: list[str]  # the user's, which differ from ours


def missing_packages() -> dict[str, list[str]]:
    """Return the examples that can't run in this environment, with the packages they lack."""
    needed = {package for packages in PACKAGES.values() for package in packages}
    missing = {package for package in needed if not _is_installed(package)}
    lacking = {name: sorted(missing & set(packages)) for name, packages in PACKAGES.items()}
    return {name: packages for name, packages in lacking.items() if packages}


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def examples() -> Path:
    """Return the folder of the examples: in the installed package, or beside it in a checkout.

    Raises:
        FileNotFoundError: There is none.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "examples", package.parent / "examples"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the examples are missing from {package}: install scaler-lab again")


def copy_examples(source: Path, folder: Path) -> Copied:
    """Update *folder* from *source*, without touching what the user changed.

    Args:
        source: The folder of the examples.
        folder: The user's folder; it is created if it does not exist.

    Returns:
        The names of the files that are new, renewed and kept.

    Raises:
        UnsafeFolder: *folder* belongs to another user.
    """
    folder.mkdir(parents=True, exist_ok=True)
    inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if (owner := os.fstat(inside).st_uid) != os.getuid():
            raise UnsafeFolder(
                f"{folder} belongs to user {owner}, not to you ({os.getuid()}): name a folder of "
                "your own, or a new one"
            )
        return _copy_examples(source, inside)
    finally:
        os.close(inside)


def _copy_examples(source: Path, inside: int) -> Copied:
    noted = _read_note(inside)
    copied = Copied([], [], [])
    for file in sorted(path for path in source.iterdir() if path.suffix in _SUFFIXES):
        ours = file.read_bytes()
        try:
            found = _read_own(inside, file.name)
        except FileNotFoundError:
            copied.new.append(file.name)
        else:
            if found == ours:
                noted[file.name] = _digest(ours)
                continue
            if found is None or _digest(found) != noted.get(file.name):
                copied.kept.append(file.name)
                continue
            copied.renewed.append(file.name)
        _write(inside, file.name, ours)
        noted[file.name] = _digest(ours)
    _write(inside, NOTE, json.dumps(noted, indent=2, sort_keys=True).encode() + b"\n")
    return copied


def _read_own(inside: int, name: str, most: int = -1) -> bytes | None:
    """Return the content of this user's own file; None for a link, a folder, or an unreadable file.

    Raises `FileNotFoundError`.
    """
    if not stat.S_ISREG(os.stat(name, dir_fd=inside, follow_symlinks=False).st_mode):
        return None
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(name, flags, dir_fd=inside)
    except PermissionError:
        return None
    with open(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
            return None
        return file.read(most)


def _write(inside: int, name: str, content: bytes) -> None:
    """Replace *name* by a new file.  If it was a link, the link's target stays unchanged."""
    with contextlib.suppress(FileNotFoundError):  # of a run that was killed
        os.unlink(_PART, dir_fd=inside)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(_PART, flags, 0o666, dir_fd=inside), "wb") as file:
        file.write(content)
    os.replace(_PART, name, src_dir_fd=inside, dst_dir_fd=inside)


def _read_note(inside: int) -> dict[str, str]:
    try:
        noted = json.loads(_read_own(inside, NOTE, MAX_NOTE_BYTES) or b"{}")
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, str]", noted) if isinstance(noted, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
