"""Make `__main__` in a task contain the program's functions and classes, not the worker's.

The objects of a program's `__main__` are pickled by value.  Code in a task also looks them up by
name: pickle writes ``__main__.Result`` and expects that name to refer to the same class, and so do
`multiprocessing.Pool`, joblib and numpy.  So while a task runs in a worker, a stand-in module in
`sys.modules` replaces `__main__`.  It contains the objects that came with the task's call:

    unpickling the call ──register("Result", class)──> the task's names
    pickle.dump(Result(1)) in the task ──__main__.Result──> the task's names, else the real module

Each task has its own names.  Tasks of another client, or of an older version of a notebook's cell,
can neither see nor change them.  The names are dropped when the task ends, and the stand-in is
removed when the last task ends, so no large object is kept alive by a name.

Some engines run tasks in threads.  There each thread sees the names of its own task.  A thread that
a task started (such as the threads that feed a pool) sees the names of all running tasks.

Outside of a task, above all in the program itself, `register` does nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import threading
from collections.abc import Callable, Generator
from operator import attrgetter
from pickle import loads
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any, TypeVar

from scaler_lab.serialization.streams import MAINS, dump_by_value

T = TypeVar("T")
Names = dict[str, Any]


class _Here(threading.local):
    names: Names | None = None  # the names of the task that this thread runs


_here = _Here()
_lock = threading.Lock()
_running: list[Names] = []  # the names of all running tasks; guarded by _lock
# The real modules while the stand-in replaces them; guarded by _lock.
_replaced: dict[str, ModuleType | None] = {}


@contextlib.contextmanager
def of_a_task() -> Generator[Names]:
    """Mark this thread as running a task, and yield the task's names.

    A caller that runs several tasks in a row may clear the names between them.
    """
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
    """Return whether this thread runs a task."""
    return _here.names is not None


def register(path: str, value: Any) -> None:
    """Make *value* available as ``__main__.path`` from now on.  Does nothing outside of a task."""
    names = _here.names
    if names is None:
        return
    if not _replaced:
        _put_up()
    first, _, rest = path.partition(".")
    if not rest:
        names[first] = value
        return
    holder: Any = names.setdefault(first, SimpleNamespace())  # for a class that wasn't sent
    *between, last = rest.split(".")
    for name in between:
        if not hasattr(holder, name):
            setattr(holder, name, SimpleNamespace())
        holder = getattr(holder, name)
    if isinstance(holder, SimpleNamespace):
        setattr(holder, last, value)


def path_of(value: Any) -> str:
    """Return the name of *value* in the program's `__main__`; "" if it has none."""
    path = getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
    if type(path) is not str or "<" in path or getattr(value, "__module__", None) not in MAINS:
        return ""
    return path if lookup(value.__module__, path) is value else ""


def lookup(module: str, path: str) -> Any:
    """Return what a loaded module has under the name *path*; None if nothing."""
    try:
        return attrgetter(path)(sys.modules[module])
    except (KeyError, AttributeError):
        return None


def collect(load: Callable[[], T]) -> tuple[T, Names]:
    """Return the result of *load* and the names that it registered (for `register_all`)."""
    outer = _here.names
    _here.names = names = Names()
    try:
        return load(), names
    finally:
        _here.names = outer
        register_all(names)


def register_all(names: Names) -> None:
    """Register all *names*, as `collect` returned them.  Does nothing outside of a task."""
    if names and _here.names is not None:
        if not _replaced:
            _put_up()
        _here.names.update(names)


class _TasksMain(ModuleType):
    """The stand-in for `__main__` that tasks see."""

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

    def __repr__(self) -> str:  # appears at the end of pickle's "Can't get attribute ... on"
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
    """Return the pickler of multiprocessing and its pools.  (Takes 1 ms, once per worker.)"""
    return importlib.import_module("multiprocessing.reduction").ForkingPickler


def reduce_for_child(_pickler: object, value: Any) -> Any:
    """Pickle the task's functions and classes by value when a task sends them to a child process.

    A child process that was not forked has another `__main__` that doesn't contain them.
    """
    if isinstance(value, (FunctionType, type)) and value.__module__ in MAINS:
        (stream, *_) = dump_by_value(value)
        return load_in_child, (stream,)
    return NotImplemented


def load_in_child(stream: bytes) -> Any:
    """Load such an object in the child process.

    From then on the child finds the names in `__main__`, and sends objects of `__main__` in the
    same way.
    """
    if _here.names is None:
        _children_task.enter_context(of_a_task())
    return loads(stream)


_children_task = contextlib.ExitStack()
