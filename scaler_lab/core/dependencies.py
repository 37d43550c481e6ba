"""Futures as arguments: find them, wait for them, and put their results in place.

Futures are found among the arguments and inside lists, tuples and dicts (their values), at any
depth.  They are not found inside other objects, nor inside subclasses of these three types.

    submit ──> futures_in(args, kwargs)      in the caller's thread; the call is pickled too,
                  │                         if the engine takes bytes (`serialization.waiting_call`)
                  │
    DependencyWaiter, a waiter of each       the settling threads notify it; it only counts
                  │ all results are there, or one never will be
                  v
    background work: put the results in place, send the task
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from itertools import chain
from types import NoneType
from typing import Any

from scaler_lab.core.future import ScalerFuture

PLAIN_TYPES = frozenset({int, float, complex, str, bytes, bool, NoneType})
"""The types of most arguments.  They can't contain futures, so they cost nearly nothing."""

_CONTAINERS = frozenset({list, tuple, dict})
_ROWS = frozenset({list, tuple})
_type_of: Callable[[Any], type[Any]] = type  # under a name whose type is known


def futures_in(values: Iterable[Any]) -> list[Future[Any]]:
    """Return the futures among *values* and in their containers, each once, in order."""
    found: dict[int, Future[Any]] = {}
    seen: set[int] = set()  # containers, which may contain each other
    stack: list[Iterable[Any]] = [values]
    while stack:
        level = stack.pop()
        inner: list[Iterable[Any]] = []
        for value in level:
            kind = _type_of(value)
            if kind in PLAIN_TYPES:
                continue
            if kind in _CONTAINERS:
                if id(value) not in seen:
                    seen.add(id(value))
                    members = value.values() if kind is dict else value
                    if not _are_plain(members):
                        inner.append(members)
            elif issubclass(kind, Future):
                found.setdefault(id(value), value)
        stack.extend(reversed(inner))
    return list(found.values())


def _are_plain(members: Iterable[Any]) -> bool:
    """Return whether the members of a container are plain, or are rows of plain values.

    A chunk of `map` and a table of rows have many: C looks at them here, in 20 ns for each value.
    """
    kinds = set(map(type, members))
    if kinds <= PLAIN_TYPES:
        return True
    return kinds <= _ROWS and set(map(type, chain.from_iterable(members))) <= PLAIN_TYPES


def with_results(value: Any, results: Mapping[int, Any]) -> Any:
    """Return *value* with each future in it replaced by its result.

    *results* maps the futures' ``id()`` to results.  Containers without futures are passed on as
    they are; the others are copied, never changed.
    """
    return _Putting(results).into(value)


class _Putting:
    """One replacement.  A container met twice is copied once, so what was shared stays shared."""

    def __init__(self, results: Mapping[int, Any]) -> None:
        self._results = results
        self._copies: dict[int, Any] = {}

    def into(self, value: Any) -> Any:
        kind = _type_of(value)
        if kind in PLAIN_TYPES:
            return value
        key = id(value)
        if kind in _CONTAINERS:
            if key in self._copies:
                return self._copies[key]
            if not futures_in((value,)):
                return value
            if kind is dict:
                of_dict: dict[Any, Any] = {}
                self._copies[key] = of_dict
                of_dict.update((name, self.into(inner)) for name, inner in value.items())
                return of_dict
            if kind is list:
                of_list: list[Any] = []
                self._copies[key] = of_list
                of_list.extend([self.into(inner) for inner in value])
                return of_list
            made = tuple([self.into(inner) for inner in value])
            self._copies[key] = made
            return made
        if key in self._results and issubclass(kind, Future):
            return self._results[key]
        return value


class DependencyWaiter:
    """Waits for some futures, then calls *notify* once.

    The argument is None if all of them have a result.  Otherwise it is the first future that has
    none, because it failed or was cancelled.  The thread that settled that future calls *notify*,
    which must return at once.

    It takes no lock: a finalizer may cancel one of the futures in the middle of this code.
    """

    def __init__(
        self, needs: Iterable[Future[Any]], notify: Callable[[Future[Any] | None], None]
    ) -> None:
        self._needs = list(needs)
        self._missing = [None] * len(self._needs)  # each future that is done removes one
        self._notify = [notify]  # the thread that removes it calls it

    def add_to(self) -> None:
        """Start to wait.  This may call *notify* before it returns."""
        for need in list(self._needs):
            if isinstance(need, ScalerFuture):
                if not need.add_waiter(self):
                    self._arrived(need)
            else:
                need.add_done_callback(self._arrived)

    def close(self) -> None:
        """Never call *notify* any more, and drop all references."""
        self._notify, self._needs = [], []

    # What the standard library's futures call on their waiters: see `ScalerFuture.add_waiter`.

    def add_result(self, future: Future[Any]) -> None:
        self._arrived(future)

    add_exception = add_cancelled = add_result

    def _arrived(self, need: Future[Any]) -> None:
        never = will_have_no_result(need)
        try:
            self._missing.pop()
            if self._missing and not never:
                return
            notify = self._notify.pop()
        except IndexError:  # notified already, or closed
            return
        self._needs = []
        notify(need if never else None)


def will_have_no_result(need: Future[Any]) -> bool:
    """Return whether a done future failed or was cancelled."""
    if isinstance(need, ScalerFuture):
        return need.has_failed or need.cancelled()  # without unpickling its exception
    return need.cancelled() or need.exception(0) is not None
