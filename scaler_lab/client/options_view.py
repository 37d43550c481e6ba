"""`ClientWithOptions`: a view of a client that submits with options.  See `Client.options`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, Unpack

import msgspec

from scaler_lab.client.graph import GraphGroup
from scaler_lab.client.map import mapped
from scaler_lab.client.submission import Submitter
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.options import PLAIN, OptionsGiven, TaskOptions, checked
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.core.unpicklable import Unpicklable

T = TypeVar("T")


class ClientWithOptions(Unpicklable):
    """Made by `Client.options`: costs nothing, holds nothing open, and may be kept and shared."""

    def __init__(self, submitter: Submitter, manager: FutureManager, options: TaskOptions) -> None:
        self._submitter = submitter
        self._manager = manager
        self._options = options

    def options(self, **given: Unpack[OptionsGiven]) -> ClientWithOptions:
        """A view with these options, and those of this one that they don't replace."""
        return ClientWithOptions(self._submitter, self._manager, checked(self._options, given))

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> ScalerFuture[T]:
        """`Client.submit`.  Raises `FeatureMissing` for an option the engine lacks."""
        return self._submitter.submit(self._options, fn, args, kwargs)

    def submit_each(
        self,
        fn: Callable[..., T],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[T]:
        """`Client.submit_each`.  A *name* given here is taken rather than the option."""
        return self._submitter.submit_each(self._options, fn, iterables, name, atomic=atomic)

    def map(
        self,
        fn: Callable[..., T],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
    ) -> Iterator[T]:
        """`Client.map`.

        *timeout* is the standard library's: how long the reader waits.  With *chunksize* over 1
        the options are each chunk's, which is one task.
        """
        calls = functools.partial(self._submitter.calls, self._options)
        name = self._options.name
        return mapped(calls, fn, iterables, timeout, chunksize, buffersize, name)

    def submit_graph(
        self,
        graph: Mapping[Any, Any],
        keys: Iterable[Hashable] | None = None,
        *,
        name: str | None = None,
        literal_strings: bool = False,
    ) -> GraphGroup:
        """`Client.submit_graph`: the options are each task's, the name the group's."""
        return self._submitter.submit_graph(
            self._options, graph, keys, name, literal_strings=literal_strings
        )

    def __repr__(self) -> str:
        plain = msgspec.structs.asdict(PLAIN)
        mine = msgspec.structs.asdict(self._options)
        shown = ", ".join(f"{k}={v!r}" for k, v in mine.items() if v != plain[k])
        return f"<Client with {shown or 'no options'}>"
