"""Task graphs, as OpenGRIS Scaler and Dask write them: a dict of keys and computations.

    {"a": 1, "b": (inc, "a"), "c": (sum, ["a", "b", (inc, "b")])}

=====================  ==========================================================================
a value that is        stands for
=====================  ==========================================================================
a tuple that starts    a task: the callable is called with the rest, each of which is a key, a
with a callable        list of such, a nested task (run inside this one), or a plain value
a key of the graph     the same as that key
a list                 a list of the values that its members stand for
anything else          itself
=====================  ==========================================================================

A key is a str, bytes, int, float, or tuple.  If a string in a task's arguments is not a key, Dask
passes it on as it is, and Scaler rejects it as a mistake.  In a graph written by hand it nearly
always is a mistake, so it is rejected here too, unless *literal_strings* is true.  (The rules:
docs.dask.org, "Specification", legacy form; `scaler.Client.get`.)

    GraphPlan ──nodes, each after the nodes that it needs──> Submitter ──> GraphGroup

Only what the requested keys need becomes tasks, but the whole graph is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from types import MappingProxyType
from typing import Any, TypeGuard

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.errors import GraphInvalid, GraphKeyMissing
from scaler_lab.serialization.coroutines import completed

KEY_TYPES = (str, bytes, int, float, tuple)


class GraphGroup(TaskGroup[Any]):
    """The futures of one `Client.submit_graph`.

    As a sequence it has the futures of the requested keys, in their order.  ``group["b"]`` is the
    future of one key.  (If a key is a whole number, only `by_key` accepts it as a key.)  Cancelling
    any of the futures cancels the graph.

    Attributes:
        by_key: The futures of all keys that were run, including intermediate ones.
        keys: The requested keys.
    """

    def __init__(
        self,
        by_key: Mapping[Any, ScalerFuture[Any]],
        keys: Sequence[Any],
        members: Sequence[ScalerFuture[Any]],
        manager: FutureManager,
        name: str,
        *,
        atomic: bool = True,
    ) -> None:
        self.by_key: Mapping[Any, ScalerFuture[Any]] = MappingProxyType(dict(by_key))
        self.keys: tuple[Any, ...] = tuple(keys)
        requested = [by_key[key] for key in self.keys]
        super().__init__(requested, manager, name, atomic=atomic, members=members)

    def __getitem__(self, index: Any) -> Any:
        """Return a future by its key, or by its position among the requested keys.

        Raises:
            GraphKeyMissing: The group has no such key.
        """
        if _is_place(index):
            return super().__getitem__(index)
        try:
            return self.by_key[index]
        except KeyError:
            raise GraphKeyMissing(f"{index!r} is not a key of {self!r}") from None

    def retry(self) -> GraphGroup:
        """Submit the calls of all members that failed or were cancelled again, as new tasks.

        A task that needs one of them gets the new task's result.  The new tasks are not atomic:
        each can be cancelled alone.

        Returns:
            A group with the new futures in place of those, and otherwise the same futures.

        Raises:
            EngineLost: The engine is gone.
        """
        new = self._retried()
        return GraphGroup(
            {key: new[future] for key, future in self.by_key.items()},
            self.keys,
            [new[future] for future in self.members],
            self.manager,
            self.name,
            atomic=False,
        )


class Node:
    """A future task: the call, with a `_Ref` in place of each result of another node."""

    __slots__ = ("args", "function", "key", "name", "needs")

    def __init__(
        self, key: Any, function: Callable[..., Any], args: tuple[Any, ...], needs: Iterable[Any]
    ) -> None:
        self.key = key
        self.name = key if isinstance(key, str) else repr(key)
        self.function = function
        self.args = args
        self.needs = tuple(needs)

    def args_with(self, values: Mapping[Any, Any]) -> tuple[Any, ...]:
        """Return the arguments, with *values* of the needed keys filled in."""
        return tuple([_filled(arg, values) for arg in self.args])


class GraphPlan:
    """A checked graph, as nodes in an order in which each comes after those that it needs.

    Raises:
        GraphKeyMissing: A key is missing.
        GraphInvalid: The graph has a cycle.
        TypeError: The graph is not a dict, or a key has the wrong type.
    """

    def __init__(
        self,
        graph: Mapping[Any, Any],
        keys: Iterable[Hashable] | None,
        *,
        literal_strings: bool = False,
    ) -> None:
        if not isinstance(graph, Mapping):
            raise TypeError(f"a graph must be a dict of keys and computations, not {graph!r}")
        for key in graph:
            if not isinstance(key, KEY_TYPES) or isinstance(key, bool):
                raise TypeError(
                    f"a key of a graph must be a str, bytes, number or tuple, not {key!r}"
                )
        if isinstance(keys, (str, bytes)):
            raise TypeError(f"keys must be a list of keys; for one key, write keys=[{keys!r}]")
        self._graph = graph
        self.keys: tuple[Any, ...] = tuple(graph) if keys is None else tuple(keys)
        self._literal_strings = literal_strings
        for key in self.keys:
            if not self._is_key(key):
                raise GraphKeyMissing(f"{key!r} was requested, but is not a key of the graph")
        self._needs = {key: self._needs_of(key, value) for key, value in graph.items()}
        self._values: dict[Any, Any] = {}  # of the keys that are not tasks
        self.aliases: dict[Any, Any] = {}
        self.nodes: list[Node] = []
        order = self._ordered()
        wanted = self._wanted()
        requested = set(self.keys)
        for key in order:
            if key in wanted:
                self._plan(key, is_requested=key in requested)

    # -- reading the graph -----------------------------------------------------------------------

    def _is_key(self, value: Any) -> bool:
        if not isinstance(value, KEY_TYPES) or isinstance(value, bool):
            return False
        try:
            return value in self._graph
        except TypeError:  # a tuple with an unhashable member
            return False

    def _needs_of(self, key: Any, value: Any) -> list[Any]:
        """Return the keys that *value* names, each once."""
        found: dict[Any, None] = {}
        stack: list[tuple[Any, bool]] = [(value, False)]
        while stack:
            one, is_argument = stack.pop()
            if _is_task(one):
                stack.extend((arg, True) for arg in one[1:])
            elif _is_list(one):
                stack.extend((member, is_argument) for member in one)
            elif self._is_key(one):
                found[one] = None
            elif is_argument and isinstance(one, str) and not self._literal_strings:
                raise GraphKeyMissing(
                    f"{key!r} needs {one!r}, which is not a key of the graph. If it is meant as "
                    "a plain string, give it a key of its own, or pass literal_strings=True"
                )
        return list(found)

    # -- order -----------------------------------------------------------------------------------

    def _ordered(self) -> list[Any]:
        """Return all keys, each after those it needs.

        Not recursive, because a chain may be long.
        """
        order: list[Any] = []
        done: set[Any] = set()
        for first in self._graph:
            if first in done:
                continue
            path: dict[Any, list[Any]] = {first: list(self._needs[first])}
            while path:
                key, left = next(reversed(path.items()))
                if not left:
                    del path[key]
                    done.add(key)
                    order.append(key)
                    continue
                need = left.pop()
                if need in path:
                    keys = list(path)
                    cycle = [*keys[keys.index(need) :], need]
                    raise GraphInvalid(f"the graph has a cycle: {_arrows(cycle)}")
                if need not in done:
                    path[need] = list(self._needs[need])
        return order

    def _wanted(self) -> set[Any]:
        wanted: set[Any] = set()
        stack: list[Any] = list(self.keys)
        while stack:
            key = stack.pop()
            if key not in wanted:
                wanted.add(key)
                stack.extend(self._needs[key])
        return wanted

    # -- nodes -----------------------------------------------------------------------------------

    def _plan(self, key: Any, *, is_requested: bool) -> None:
        """Add the node or value of *key*.  The keys that it needs were planned before."""
        value = self._graph[key]
        if self._is_key(value):
            target = self.aliases.get(value, value)
            if target not in self._values:
                self.aliases[key] = target
                return
            resolved = self._values[target]
        else:
            resolved = self._resolved(value)
        if _is_task(value):
            if any(_has_call(arg) for arg in resolved.args):
                self._add(key, resolved)
            else:
                self.nodes.append(
                    Node(key, value[0], tuple(resolved.args), _refs_in(list(resolved.args)))
                )
        elif _is_list(value) and (_has_call(resolved) or _refs_in([resolved])):
            self._add(key, resolved)
        else:
            self._values[key] = resolved
            if is_requested:
                self.nodes.append(Node(key, give, (resolved,), ()))

    def _add(self, key: Any, program: Any) -> None:
        """Add a node of more than one call: its program, and the results that the program takes."""
        needs = _refs_in([program])
        steps = _numbered(program, {need: place for place, need in enumerate(needs)})
        results = [_Ref(need) for need in needs]
        self.nodes.append(Node(key, _evaluate_node, (_Program(steps), results), needs))

    def _resolved(self, value: Any) -> Any:
        """Return *value* with `_Ref` and `_Call` in place of what is to be computed."""
        if _is_task(value):
            return _Call(value[0], [self._resolved(arg) for arg in value[1:]])
        if _is_list(value):
            return [self._resolved(member) for member in value]
        if self._is_key(value):
            target = self.aliases.get(value, value)
            return self._values[target] if target in self._values else _Ref(target)
        return _Ref(value) if _is_future(value) else value


class _Ref:
    """Stands for the result of a node, or of a future that the caller put into the graph."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key


class _Call:
    """A task inside a task."""

    __slots__ = ("args", "function")

    def __init__(self, function: Callable[..., Any], args: list[Any]) -> None:
        self.function = function
        self.args = args


class _Slot:
    """A placeholder in a program: the result at index *place*."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place


class _Program:
    """The computation of a node of several calls, which takes the results of other nodes."""

    __slots__ = ("steps",)

    def __init__(self, steps: Any) -> None:
        self.steps = steps


def give(value: Any) -> Any:
    """Run in a worker: return a value that the graph only names."""
    return value


def _evaluate_node(program: _Program, results: list[Any]) -> Any:
    """Run in a worker: evaluate a node of several calls."""
    return _evaluated(program.steps, results)


def _evaluated(step: Any, results: list[Any]) -> Any:
    if type(step) is _Slot:
        return results[step.place]
    if type(step) is _Call:
        return completed(step.function(*[_evaluated(arg, results) for arg in step.args]))
    if _is_list(step):
        return [_evaluated(member, results) for member in step]
    return step


def _numbered(step: Any, places: Mapping[Any, int]) -> Any:
    if type(step) is _Ref:
        return _Slot(places[step.key])
    if type(step) is _Call:
        return _Call(step.function, [_numbered(arg, places) for arg in step.args])
    if _is_list(step):
        return [_numbered(member, places) for member in step]
    return step


def _filled(value: Any, values: Mapping[Any, Any]) -> Any:
    if type(value) is _Ref:
        return value.key if _is_future(value.key) else values[value.key]
    if _is_list(value):
        return [_filled(member, values) for member in value]
    return value


def _is_task(value: Any) -> bool:
    return _is_tuple(value) and bool(value) and callable(value[0])


def _is_tuple(value: Any) -> TypeGuard[tuple[Any, ...]]:
    return type(value) is tuple


def _is_future(value: Any) -> bool:
    return isinstance(value, Future)


def _is_place(index: Any) -> TypeGuard[int | slice[Any, Any, Any]]:
    return isinstance(index, (int, slice))


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return type(value) is list


def _has_call(value: Any) -> bool:
    stack = [value]
    while stack:
        one = stack.pop()
        if type(one) is _Call:
            return True
        if _is_list(one):
            stack.extend(one)
    return False


def _refs_in(values: list[Any]) -> list[Any]:
    found: dict[Any, None] = {}
    stack = list(reversed(values))
    while stack:
        one = stack.pop()
        if type(one) is _Ref:
            found[one.key] = None
        elif type(one) is _Call:
            stack.extend(reversed(one.args))
        elif _is_list(one):
            stack.extend(reversed(one))
    return list(found)


def _arrows(keys: Sequence[Any]) -> str:
    return " -> ".join(key if isinstance(key, str) else repr(key) for key in keys)
