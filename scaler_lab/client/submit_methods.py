"""`SubmitMethods`: `submit`, `submit_each`, `map` and `submit_graph`, of clients and their views.

`Client` and `ClientWithOptions` inherit them, and differ only in the options of the tasks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, overload

from scaler_lab.client.graph import GraphGroup
from scaler_lab.client.map import mapped
from scaler_lab.client.submission import Submitter
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.options import TaskOptions
from scaler_lab.core.task_group import TaskGroup

T = TypeVar("T")


class SubmitMethods:
    """What submits tasks, with the same options for each of them."""

    _submitter: Submitter
    _options: TaskOptions

    @overload
    def submit(
        self, fn: Callable[..., Coroutine[Any, Any, T]], /, *args: Any, **kwargs: Any
    ) -> ScalerFuture[T]: ...
    @overload
    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> ScalerFuture[T]: ...
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> ScalerFuture[Any]:
        """Submit ``fn(*args, **kwargs)`` and return its future at once.

        *fn* may be any callable that the engine can send: a function, lambda, closure, method or
        builtin.  If it is a coroutine function, the worker runs the coroutine in an event loop, and
        a cancel raises `asyncio.CancelledError` in it.

        The call is pickled before this method returns, even if the task waits for others or is
        retried later.  Later changes to the arguments therefore don't affect the task.  (An
        executor with threads shares the objects themselves, as the standard library's does.)

        Futures among the arguments, also inside lists, tuples and dict values, are replaced by
        their results.  The task is *waiting* until they are available.  If one of them fails, the
        task fails with `DependencyFailed`; if one is cancelled, the task is cancelled.  The futures
        may come from another client, and may be any `concurrent.futures.Future`.

        To set a name, a timeout, retries and more, use `options`.

        Args:
            fn: The callable to run.
            *args: Its positional arguments.
            **kwargs: Its keyword arguments.

        Returns:
            The future of the task.

        Raises:
            TaskUnserializable: *fn* or an argument can't be sent.  Raised here, in the caller's
                frame.
            TypeError: *fn* is not a function: a coroutine, for example; or it is an async generator
                function.
            FeatureMissing: The engine does not support one of the options.
            EngineLost: The engine is gone.
            RuntimeError: The client was shut down.

        Example::

            >>> future = client.submit(sorted, "hello", reverse=True)
            >>> future.result()
            ['o', 'l', 'l', 'h', 'e']
        """
        return self._submitter.submit(self._options, fn, args, kwargs)

    def submit_graph(
        self,
        graph: Mapping[Any, Any],
        keys: Iterable[Hashable] | None = None,
        *,
        name: str | None = None,
        literal_strings: bool = False,
    ) -> GraphGroup:
        """Submit a graph of tasks, as Scaler and Dask write them, as one atomic group.

        A tuple that starts with a callable is a task.  Keys among its arguments, also inside lists,
        stand for the values that they compute.  Everything else stands for itself.  If you cancel
        one task of the graph, all of them are cancelled.

        Args:
            graph: A dict of keys and computations.
            keys: The keys to compute; None means all.  Only the tasks that these keys need are run.
            name: The name of the group; it takes precedence over the option *name*.
            literal_strings: Whether a string in a task's arguments may be something other than a
                key.  By default it must be a key, as in Scaler.  If true, a string that is not a
                key is passed on as it is, as in Dask.

        Returns:
            The futures, as a `GraphGroup`.

        Raises:
            GraphInvalid: The graph has a cycle; the message names it.  Nothing was sent.
            GraphKeyMissing: A key does not exist; the message names it.  Nothing was sent.

        Example::

            group = client.submit_graph({"a": 1, "b": (inc, "a"), "c": (sum, ["a", "b"])}, ["c"])
            group["c"].result()
        """
        return self._submitter.submit_graph(
            self._options, graph, keys, name, literal_strings=literal_strings
        )

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
        """Submit ``fn(*items)`` for the items of *iterables* taken together, as `map` pairs them.

        The iterables are read to their end.  Meanwhile the calls are submitted in portions of a
        thousand.  If an iterable raises, if a call can't be sent, or on Ctrl-C, this method raises
        that exception and returns no group: the current portion is not submitted, and the calls of
        earlier portions are cancelled.

        Args:
            fn: The callable to run.
            *iterables: Iterables of the arguments of *fn*.
            name: The name of the group.  Its members are called ``name[0]``, ``name[1]``, and so
                on.  It takes precedence over the option *name*.
            atomic: Whether cancelling any member cancels all of them.  An atomic group is submitted
                as a whole or not at all, and can have 100,000 members.

        Returns:
            A `TaskGroup`: a sequence of the futures, which you can count and cancel as one.

        Raises:
            ValueError: There are more than a million calls.  Those already submitted were
                cancelled; if all iterables have a length, none was submitted.
                Use `map` for more.
            TaskUnserializable: A call can't be sent.

        Example::

            >>> group = client.submit_each(pow, [2, 3, 4], [5, 2, 1], name="power")
            >>> [future.name for future in group]
            ['power[0]', 'power[1]', 'power[2]']
            >>> group.results()
            [32, 9, 4]
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
        """Return an iterator of the results of many calls, in order, as `Executor.map` does.

        When the iterator is closed, or when a call raises, the tasks that it still waits for are
        cancelled in one message.  The iterator keeps no reference to results that it has returned.

        Args:
            fn: The callable to run.
            *iterables: Iterables of the arguments of *fn*.
            timeout: Seconds after which the iterator raises `TimeoutError`, counted from this call.
                It is not the option *timeout*, which limits the tasks.
            chunksize: How many calls make one task.  Options then apply to each chunk.
            buffersize: The number of submitted tasks whose results were not read yet, at most, as
                in Python 3.14.  The iterables are then read on as you read results, so they may be
                endless.  If None, the iterables are read to their end first, as `submit_each` does.

        Returns:
            An iterator of the results.

        Raises:
            ValueError: *chunksize* or *buffersize* is below 1, or there are more than a million
                calls.
            TypeError: *buffersize* is not a whole number.

        Example::

            >>> list(client.map(len, ["a", "bc", "def"]))
            [1, 2, 3]
        """
        calls = functools.partial(self._submitter.calls, self._options)
        name = self._options.name
        results = mapped(calls, fn, iterables, timeout, chunksize, buffersize, name)
        return results if buffersize is None else _keeping(self, results)


def _keeping(client: SubmitMethods, results: Iterator[T]) -> Iterator[T]:
    """Yield *results*, and keep *client* alive meanwhile, because reading them submits tasks."""
    yield from results
    del client
