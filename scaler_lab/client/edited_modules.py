"""Follows edits of the user's own modules while a client is used from a notebook or a REPL.

    a submit ── at most twice a second, and once in each cell ──> the engine's `refresh`
                                                             └──> is the program's own copy older?

The engine's workers compare what they loaded with the files, because only they know what they
loaded.  This program knows what it has loaded itself.  If it imported a module before the last
edit, the tasks run the new version and the program runs the old one.  That is
unexpected, so a warning reports it once for each module.

In scripts this is off: the tasks of a script are to run the text that the script loaded.
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
_WHAT_TASKS_RUN = {
    OnEdit.NEW_PROCESS: "tasks run the new version, and this program runs the old one",
    OnEdit.SHARED: "tasks run the old version, because they run in this program",
    OnEdit.NOTHING: "tasks may run in processes that loaded the old version; restart the engine's "
    "workers",
}
CLOCK_ERROR = 1.0  # seconds, of the time at which a process started


class EditedModules:
    """The edited modules of one client.

    Thread-safe.  The lock is reentrant, because the garbage collector may call in from inside a
    call.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        self._due_at = 0.0
        self._cell_runs = -1
        self._own = _OwnCopies()
        self._found: list[str] = []  # older ones that were not reported yet

    def check_if_due(self, now: float) -> None:
        """Check if it is time to.  Called before tasks are submitted, at the time *now*."""
        if now < self._due_at and self._cell_runs == notebook_cell.n_runs():
            return
        with self._lock:
            if now < self._due_at and self._cell_runs == notebook_cell.n_runs():
                return  # another thread has just checked
            self.check()
            self._cell_runs = notebook_cell.n_runs()
            self._due_at = now + CHECK_INTERVAL

    def note_loaded(self) -> None:
        """Record the present state of the files, to compare it with later states."""
        with self._lock:
            self._found = self._own.newly_older()

    def check(self, *, by_hand: bool = False) -> None:
        """Make workers check what they loaded, if the engine can, and warn of older modules here.

        Raises `EngineLost`; with *by_hand*, also `FeatureMissing` if the engine can't.
        """
        if by_hand or self._engine.on_edit is not OnEdit.NOTHING:
            self._engine.refresh()
        with self._lock:
            names = self._found + self._own.newly_older()
            self._found = []
        if names:
            warnings.warn(
                f"{', '.join(names)}: edited after this program imported it. Now "
                f"{_WHAT_TASKS_RUN[self._engine.on_edit]}. To use the new version here, reload the "
                "module (importlib.reload, or %autoreload in a notebook) or restart the program",
                stacklevel=_users_level(),
            )


class _KnownModule(NamedTuple):
    """A module's state when this program first had it with its present text."""

    spec: ModuleSpec | None  # a reload makes another one
    codes: list[types.CodeType]  # %autoreload replaces functions in place
    stamp: Stamp | None
    digest: bytes
    is_older: bool


class _OwnCopies:
    """The user's own modules in this process, and the files they were loaded from."""

    def __init__(self) -> None:
        self._known: dict[str, _KnownModule] = {}

    def newly_older(self) -> list[str]:
        """Return the names of modules that are newly found to be older than their file."""
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
    """Return whether a module is already older than its file when it is first checked.

    That is possible if the file was changed while this process ran.  Then the module's code is
    compared with the file, unless an import hook changes what it compiles.
    """
    import psutil

    if stamp is None or type(getattr(module, "__loader__", None)) is not SourceFileLoader:
        return False
    started_at = psutil.Process().create_time() + CLOCK_ERROR
    return stamp.latest_ns * 1e-9 > started_at and not _runs_text_of(path, module)


def _runs_text_of(path: str, module: types.ModuleType) -> bool:
    """Return whether the functions and methods of a module are those that its file defines."""
    try:
        with open(path, "rb") as file:
            compiled = compile(file.read(), path, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return True  # no Python source, or an unfinished one: unknown
    defined = {_without_lines(code) for code in _nested(compiled)}
    return all(_without_lines(code) in defined for code in _codes_of(module, path))


def _without_lines(code: types.CodeType) -> tuple[object, ...]:
    """Return what a function does, independent of its line numbers."""
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
    """Return the `stacklevel` of the user's line that led here, as seen by the caller."""
    home = os.path.dirname(os.path.dirname(__file__)) + os.sep
    level, frame = 0, sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_code.co_filename.startswith(home):
        level, frame = level + 1, frame.f_back
    return level + 1
