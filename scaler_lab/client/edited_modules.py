"""Edits of the user's own modules are followed while a client is used from a notebook or a REPL.

    a submit ── at most twice a second, and once in each cell ──> the engine's `refresh`
                                                             └──> is the program's own copy older?

The engine's workers compare what they loaded with the files: only they know that.  This program
knows what it has loaded itself.  If it imported a module before the last edit, tasks run the new
text and the program the old one, which nobody would guess: so that is said, once for each module.

In scripts it is off: what a script loads is what its tasks are to run.
"""

from __future__ import annotations

import operator
import os
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import Any, NamedTuple, cast

from scaler_lab.client import notebook_cell
from scaler_lab.engines.base import Engine, OnEdit
from scaler_lab.serialization.own_modules import Stamp, digest_of, own_modules, stamp_of

CHECK_INTERVAL = 0.5
CLOCK_ERROR = 1.0  # of the time at which a process started


def is_interactive() -> bool:
    """Whether a person types the program: in a notebook, in IPython or in Python's REPL."""
    if hasattr(sys, "ps1") or sys.flags.interactive:
        return True
    ipython: Any = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython, "get_ipython", _none)() is not None


class EditedModules:
    """Of one client.  Thread-safe; also called from inside itself, by the garbage collector."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        self._due_at = 0.0
        self._cell_runs = -1
        self._own = _OwnCopies()
        self._found: list[str] = []  # older ones that nothing was said of yet

    def check_if_due(self, now: float) -> None:
        """Before tasks are submitted at the time *now*."""
        if now < self._due_at and self._cell_runs == notebook_cell.n_runs():
            return
        with self._lock:
            if now < self._due_at and self._cell_runs == notebook_cell.n_runs():
                return  # another thread did
            self.check()
            self._cell_runs = notebook_cell.n_runs()
            self._due_at = now + CHECK_INTERVAL

    def note_loaded(self) -> None:
        """Note the state of the files now, to compare them with later."""
        with self._lock:
            self._found = self._own.newly_older()

    def check(self, *, by_hand: bool = False) -> None:
        """Have workers check what they loaded, if the engine can, and warn of what is older here.

        Raises `EngineLost`; *by_hand*, also `FeatureMissing` if the engine can't.
        """
        if by_hand or self._engine.on_edit is not OnEdit.NOTHING:
            self._engine.refresh()
        with self._lock:
            names = self._found + self._own.newly_older()
            self._found = []
        if names:
            warnings.warn(
                f"{', '.join(names)}: edited after this program imported it. Now "
                f"{self._engine.on_edit}. To use the new text here, reload it (importlib.reload, "
                "or %autoreload in a notebook) or restart the program",
                stacklevel=_users_level(),
            )


class _KnownModule(NamedTuple):
    """A module as it was when this program was first seen with its present text."""

    spec: ModuleSpec | None  # another one after a reload
    codes: list[types.CodeType]  # others after %autoreload replaced functions in place
    stamp: Stamp | None
    digest: bytes
    is_older: bool


class _OwnCopies:
    """The user's own modules in this process, and the files they were loaded from."""

    def __init__(self) -> None:
        self._known: dict[str, _KnownModule] = {}

    def newly_older(self) -> list[str]:
        """The names of modules that were found older than their file for the first time."""
        names: list[str] = []
        for name, module, path in own_modules():
            known = self._known.get(name)
            stamp = stamp_of(path)
            if known is None or known.spec is not getattr(module, "__spec__", None):
                is_older = _is_older_from_the_start(module, path, stamp)
                self._known[name] = _noted(module, path, stamp, is_older)
                if is_older:
                    names.append(name)
            elif stamp is not None and stamp != known.stamp:
                is_older = digest_of(path) != known.digest
                if is_older and _was_reloaded_in_place(module, path, known):
                    self._known[name] = _noted(module, path, stamp, False)
                    continue
                if is_older and not known.is_older:
                    names.append(name)
                self._known[name] = known._replace(stamp=stamp, is_older=is_older or known.is_older)
        return names


def _noted(
    module: types.ModuleType, path: str, stamp: Stamp | None, is_older: bool
) -> _KnownModule:
    spec = getattr(module, "__spec__", None)
    return _KnownModule(spec, list(_codes_of(module, path)), stamp, digest_of(path), is_older)


def _was_reloaded_in_place(module: types.ModuleType, path: str, known: _KnownModule) -> bool:
    codes = list(_codes_of(module, path))
    is_same = len(codes) == len(known.codes) and all(map(operator.is_, codes, known.codes))
    return not is_same and _runs_text_of(path, module)


def _is_older_from_the_start(module: types.ModuleType, path: str, stamp: Stamp | None) -> bool:
    """Whether a module is older than its file when it is seen for the first time.

    It may be if the file was changed while this process ran.  Then its code is compared, unless an
    import hook changes what it compiles.
    """
    import psutil

    if stamp is None or type(getattr(module, "__loader__", None)) is not SourceFileLoader:
        return False
    started_at = psutil.Process().create_time() + CLOCK_ERROR
    return stamp.latest_ns * 1e-9 > started_at and not _runs_text_of(path, module)


def _runs_text_of(path: str, module: types.ModuleType) -> bool:
    """Whether the functions and methods of a module are those that its file defines."""
    try:
        with open(path, "rb") as file:
            compiled = compile(file.read(), path, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return True  # no Python source, or half of one: nobody can tell
    defined = {_without_lines(code) for code in _nested(compiled)}
    return all(_without_lines(code) in defined for code in _codes_of(module, path))


def _without_lines(code: types.CodeType) -> tuple[object, ...]:
    """What a function does, wherever it stands in its file."""
    constants = tuple(
        _without_lines(constant) if isinstance(constant, types.CodeType) else repr(constant)
        for constant in code.co_consts
    )
    return (code.co_name, code.co_code, code.co_names, code.co_varnames, constants)


def _nested(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _nested(constant)


def _codes_of(module: types.ModuleType, path: str) -> Iterator[types.CodeType]:
    for value in list(vars(module).values()):
        members: list[Any] = [value]
        if isinstance(value, type) and value.__module__ == module.__name__:
            members = list(vars(value).values())
        for member in members:
            function: Any = member
            if isinstance(member, staticmethod | classmethod):
                function = cast("Any", member).__func__
            if isinstance(function, types.FunctionType) and function.__code__.co_filename == path:
                yield function.__code__


def _users_level() -> int:
    """The `stacklevel` of the user's line that led here, for the caller."""
    home = os.path.dirname(os.path.dirname(__file__)) + os.sep
    level, frame = 0, sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_code.co_filename.startswith(home):
        level, frame = level + 1, frame.f_back
    return level + 1


def _none() -> None:
    return None
