"""What a task finds under `__main__`: the program's functions and classes, not the worker's.

The objects of a program's `__main__` travel by value.  Code in a task also looks for them by name:
pickle writes ``__main__.Result`` and expects that name to lead to the very class, and so do
`multiprocessing.Pool`, joblib and numpy.  So while a task runs in a worker, `sys.modules` has a
stand-in as `__main__`, which answers with what the task's call brought along:

    unpickling the call ──register("Result", class)──> the task's names
    pickle.dump(Result(1)) in the task ──__main__.Result──> the task's names, else the real module

Each task has names of its own: tasks of another client, or of an older version of a notebook's
cell, neither see them nor change them.  They end with the task, and with the last one the stand-in
goes, so that nothing large is kept alive by a name.

Some engines run tasks in threads.  There each thread answers for its own task; a thread that a
task started (such as those that feed a pool) finds the names of all tasks that run.

Outside of a task, above all in the program itself, `register` does nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from collections.abc import Callable, Generator
from pickle import loads
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any, TypeVar

from scaler_lab.serialization.streams import MAINS, dump_by_value

T = TypeVar("T")
Names = dict[str, Any]


class _Here(threading.local):
    names: Names | None = None  # of the task that this thread runs


_here = _Here()
_lock = threading.Lock()
_running: list[Names] = []  # of all tasks; guarded by _lock, as is
_replaced: dict[str, ModuleType | None] = {}  # the real modules, while the stand-in is there


@contextlib.contextmanager
def of_a_task() -> Generator[Names]:
    """This thread runs a task.  Its names may be cleared, for another task."""
    outer, names = _here.names, Names()
    with _lock:
        _running.append(names)
    _here.names = names
    try:
        yield names
    finally:
        _here.names = outer
        with _lock:
            _running[:] = [others for others in _running if others is not names]
            if not _running:
                _take_down()


def is_in_task() -> bool:
    """Whether this thread runs a task."""
    return _here.names is not None


def register(path: str, value: Any) -> None:
    """In a task, *value* is found as ``__main__.path`` from now on."""
    names = _here.names
    if names is None:
        return
    if not _replaced:
        _put_up()
    first, _, rest = path.partition(".")
    if not rest:
        names[first] = value
        return
    holder: Any = names.setdefault(first, SimpleNamespace())  # a class that did not come along
    *between, last = rest.split(".")
    for name in between:
        if not hasattr(holder, name):
            setattr(holder, name, SimpleNamespace())
        holder = getattr(holder, name)
    if isinstance(holder, SimpleNamespace):
        setattr(holder, last, value)


def collect(load: Callable[[], T]) -> tuple[T, Names]:
    """What *load* returns, and what it registers, for `register_all`."""
    outer = _here.names
    _here.names = names = Names()
    try:
        return load(), names
    finally:
        _here.names = outer
        register_all(names)


def register_all(names: Names) -> None:
    """As `register`, for names that were collected."""
    if names and _here.names is not None:
        if not _replaced:
            _put_up()
        _here.names.update(names)


class _TasksMain(ModuleType):
    """`__main__` as tasks see it."""

    def __init__(self, real: ModuleType) -> None:
        super().__init__("__main__")
        vars(self).update((k, v) for k, v in vars(real).items() if k[:2] == "__" == k[-2:])
        vars(self)["_real"] = real

    def __getattr__(self, name: str) -> Any:
        own = _here.names
        for names in reversed(_running) if own is None else (own,):
            with contextlib.suppress(KeyError):
                return names[name]
        return getattr(vars(self)["_real"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        if _here.names is None:
            super().__setattr__(name, value)
        else:
            _here.names[name] = value

    def __repr__(self) -> str:  # what pickle's "Can't get attribute ... on" ends with
        return "<module '__main__' of a task: only what its call refers to is in it>"


def _put_up() -> None:
    with _lock:
        if not _replaced:
            _replaced.update((name, sys.modules.get(name)) for name in MAINS)
            sys.modules.update(dict.fromkeys(MAINS, _TasksMain(sys.modules["__main__"])))
            _pickler_of_children().reducer_override = reduce_for_child


def _take_down() -> None:
    if _replaced:
        with contextlib.suppress(AttributeError):
            del _pickler_of_children().reducer_override
    for name, module in _replaced.items():
        if isinstance(sys.modules.get(name), _TasksMain):
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    _replaced.clear()


def _pickler_of_children() -> Any:
    """What multiprocessing pickles with, for its pools, too.  (1 ms, once a worker.)"""
    return importlib.import_module("multiprocessing.reduction").ForkingPickler


def reduce_for_child(_pickler: object, value: Any) -> Any:
    """In a task, what is sent to a child process: the task's functions and classes go by value.

    A child that was not forked has another `__main__`, without them.
    """
    if isinstance(value, (FunctionType, type)) and value.__module__ in MAINS:
        (stream, *_) = dump_by_value(value)
        return load_in_child, (stream,)
    return NotImplemented


def load_in_child(stream: bytes) -> Any:
    """In that child, which finds the names from now on, and sends its own in the same way."""
    if _here.names is None:
        _children_task.enter_context(of_a_task())
    return loads(stream)


_children_task = contextlib.ExitStack()
