"""`ClientWithOptions`: a view of a client that submits with options, made by `Client.options`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, Unpack, overload

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
    """A client bound to task options.  It is cheap, holds no resources, and may be kept and shared.

    Made by `Client.options`.
    """

    def __init__(self, submitter: Submitter, manager: FutureManager, options: TaskOptions) -> None:
        self._submitter = submitter
        self._manager = manager
        self._options = options

    def options(self, **given: Unpack[OptionsGiven]) -> ClientWithOptions:
        """Return a view with these options added to, or replacing, the options of this one.

        Args:
            **given: The keyword arguments of `Client.options`.

        Raises:
            TypeError: An option is unknown, or its value has the wrong type.
            ValueError: The value of an option is out of range.
        """
        return ClientWithOptions(self._submitter, self._manager, checked(self._options, given))

    @overload
    def submit(
        self, fn: Callable[..., Coroutine[Any, Any, T]], /, *args: Any, **kwargs: Any
    ) -> ScalerFuture[T]: ...
    @overload
    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> ScalerFuture[T]: ...
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> ScalerFuture[Any]:
        """Submit a call with these options and return its future, as `Client.submit` does.

        Raises:
            FeatureMissing: The engine does not support one of the options.
            Exception: Whatever `Client.submit` raises.
        """
        return self._submitter.submit(self._options, fn, args, kwargs)

    @overload
    def submit_each(
        self,
        fn: Callable[..., Coroutine[Any, Any, T]],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[T]: ...
    @overload
    def submit_each(
        self,
        fn: Callable[..., T],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[T]: ...
    def submit_each(
        self,
        fn: Callable[..., Any],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[Any]:
        """Submit many calls with these options, as `Client.submit_each` does.

        Args:
            fn: The callable to run.
            *iterables: Iterables of the arguments of *fn*.
            name: The name of the group; it takes precedence over the option *name*.
            atomic: Whether cancelling any member cancels all of them.

        Raises:
            FeatureMissing: The engine does not support one of the options.
            Exception: Whatever `Client.submit_each` raises.
        """
        return self._submitter.submit_each(self._options, fn, iterables, name, atomic=atomic)

    @overload
    def map(
        self,
        fn: Callable[..., Coroutine[Any, Any, T]],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
    ) -> Iterator[T]: ...
    @overload
    def map(
        self,
        fn: Callable[..., T],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
    ) -> Iterator[T]: ...
    def map(
        self,
        fn: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
    ) -> Iterator[Any]:
        """Return an iterator of the results of many calls, as `Client.map` does.

        Args:
            fn: The callable to run.
            *iterables: Iterables of the arguments of *fn*.
            timeout: Seconds that the reader waits, as in the standard library.  It is not the
                option *timeout*, which limits the tasks.
            chunksize: How many calls make one task.  The options then apply to each chunk.
            buffersize: As in `Client.map`.

        Raises:
            FeatureMissing: The engine does not support one of the options.
            Exception: Whatever `Client.map` raises.
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
        """Submit a graph, as `Client.submit_graph` does.  The options apply to each task.

        Args:
            graph: A dict of keys and computations.
            keys: The keys to compute; None means all.
            name: The name of the group; it takes precedence over the option *name*.
            literal_strings: As in `Client.submit_graph`.

        Raises:
            FeatureMissing: The engine does not support one of the options.
            Exception: Whatever `Client.submit_graph` raises.
        """
        return self._submitter.submit_graph(
            self._options, graph, keys, name, literal_strings=literal_strings
        )

    def __repr__(self) -> str:
        plain = msgspec.structs.asdict(PLAIN)
        mine = msgspec.structs.asdict(self._options)
        shown = ", ".join(f"{k}={v!r}" for k, v in mine.items() if v != plain[k])
        return f"<Client with {shown or 'no options'}>"
