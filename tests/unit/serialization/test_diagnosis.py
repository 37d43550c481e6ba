"""The error names the argument that can't be pickled, the place in it, and what to do."""

from __future__ import annotations

import collections
import functools
import itertools
import os
import socket
import threading
import types
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

import pytest

from scaler_lab.errors import ResultUnserializable, TaskInterrupted, TaskUnserializable
from scaler_lab.serialization import diagnosis
from scaler_lab.serialization.pickling import pack_call, pack_value

LOCK = "cannot pickle '_thread.lock' object"


class Model:
    def __init__(self) -> None:
        self.name = "m"
        self.layers = [1, {"w": 2}, {"w": threading.Lock()}]


class Slotted:
    __slots__ = ("fine", "lock")

    def __init__(self) -> None:
        self.fine = 1
        self.lock = threading.Lock()


class LeavesOut:
    """Its lock is not the cause; the generator is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.items = (i for i in "abc")

    def __getstate__(self) -> dict[str, Any]:
        return {"items": self.items}


class StateOfItsOwn:
    def __getstate__(self) -> tuple[Any, ...]:
        return (1, threading.Lock(), 3)


class Stack(list[Any]):
    pass


class Table(dict[str, Any]):
    pass


class Node:
    """Refers to itself, by itself or through its children, before it comes to a lock."""

    def __init__(self, *children: Node) -> None:
        self.me = self
        self.children = children
        self.parent: Node | None = None
        for child in children:
            child.parent = self
        self.lock = threading.Lock() if children else None


class Pair(NamedTuple):
    left: Any
    right: Any


class Reduces:
    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __reduce__(self) -> Any:
        raise self._error


def fit(data: Any, model: Any = None, /, *more: Any, rate: Any = 0, **options: Any) -> None:
    """What the tests submit."""


def complaint(function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(TaskUnserializable) as caught:
        pack_call(function, args, kwargs, "fit")
    return str(caught.value)


def test_the_whole_message() -> None:
    assert complaint(fit, 1, Model()) == (
        "argument 'model' of fit(): cannot pickle '_thread.lock' object "
        "(at args[1].layers[2]['w']). Pass something picklable, or make it inside the task."
    )


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: [threading.Lock()], "args[0][0]"),
        (lambda: (0, threading.Lock()), "args[0][1]"),
        (lambda: {"a": {3: threading.Lock()}}, "args[0]['a'][3]"),
        (lambda: {(1, 2): threading.Lock()}, "args[0][<tuple>]"),
        (lambda: {threading.Lock(): 1}, "args[0]{a key: lock}"),
        (lambda: {threading.Lock()}, "args[0]{...}"),
        (Slotted, "args[0].lock"),
        (lambda: Node(Node(), Node()), "args[0].lock"),
        (lambda: [Node(Node(Node()))], "args[0][0].children[0].lock"),
        (lambda: Pair(1, threading.Lock()), "args[0].right"),
        (lambda: Stack([1, threading.Lock()]), "args[0][1]"),
        (lambda: Table(a=threading.Lock()), "args[0]['a']"),
        (lambda: collections.deque([threading.Lock()]), "args[0][0]"),
        (StateOfItsOwn, "args[0].__getstate__()[1]"),
        (lambda: functools.partial(fit, 1, threading.Lock()), "args[0].args[1]"),
        (lambda: functools.partial(fit, rate=threading.Lock()), "args[0].keywords['rate']"),
        (lambda: functools.partial(threading.Lock().acquire), "args[0].func.<"),
        (lambda: Model().layers.append, "args[0].<__reduce__ argument 0>[2]['w']"),
    ],
)
def test_the_path_leads_to_the_culprit(make: Callable[[], Any], path: str) -> None:
    message = complaint(fit, make())
    assert "argument 'data' of fit()" in message
    assert f"(at {path}" in message
    assert LOCK in message


def test_what_an_object_leaves_out_is_not_named_as_the_cause() -> None:
    message = complaint(fit, LeavesOut())
    assert "'generator' object (at args[0].items). Pass a list of its items" in message


@pytest.mark.parametrize(
    ("args", "kwargs", "part"),
    [
        ((0, 1, threading.Lock()), {}, "argument args[2] of fit()"),
        ((0,), {"rate": threading.Lock()}, "argument 'rate' of fit()"),
        ((0,), {"odd key": threading.Lock()}, "argument 'odd key' of fit()"),
    ],
)
def test_the_argument_is_named(args: tuple[Any, ...], kwargs: dict[str, Any], part: str) -> None:
    message = complaint(fit, *args, **kwargs)
    assert message.startswith(f"{part}: {LOCK}. ")


def test_a_function_without_a_signature_has_places() -> None:
    assert complaint(dict, threading.Lock()).startswith("argument args[0] of fit()")


def test_a_closure_and_a_global_are_found() -> None:
    lock = threading.Lock()
    names: dict[str, Any] = {"__name__": "__main__", "lock": lock}
    exec("def fit(): return [lock for _ in 'a']", names)
    assert "the function of fit(): " in complaint(names["fit"])
    assert "(at fit.<global lock>)" in complaint(names["fit"])
    assert "(at <lambda>.<closure lock>)" in complaint(lambda: lock)
    exec("def fit(x=lock): pass\ndef fix(*, x=lock): pass", names)
    assert "(at fit.__defaults__[0])" in complaint(names["fit"])
    assert "(at fix.__kwdefaults__['x'])" in complaint(names["fix"])


def test_a_class_of_the_notebook_is_looked_into() -> None:
    names: dict[str, Any] = {"__name__": "__main__", "lock": threading.Lock()}
    exec("class Box:\n    shared = lock", names)
    assert "(at args[0].shared)" in complaint(fit, names["Box"])


def test_a_future_is_named_and_not_the_lock_in_it() -> None:
    future: Future[int] = Future()
    assert complaint(fit, [future]) == (
        "argument 'data' of fit(): cannot pickle 'Future' object (at args[0][0])."
        " Wait for it, and pass its result()."
    )


def test_advice_fits_the_thing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert complaint(fit, ours).endswith("Connect inside the task.")
    with open(os.devnull, "rb") as file:
        assert "open it inside the task" in complaint(fit, file)
    deep: list[Any] = []
    for _ in range(200_000):
        deep = [deep]
    assert "nested too deeply" in complaint(fit, 1, deep)
    assert "argument 'model'" in complaint(fit, 1, deep)


@pytest.mark.parametrize("error", [SystemExit(4), RuntimeError("no"), GeneratorExit()])
def test_whatever_a_reduce_raises_is_reported(error: BaseException) -> None:
    message = complaint(fit, [Reduces(error)])
    assert f"cannot pickle 'Reduces' object: {type(error).__name__}" in message
    assert "(at args[0][0])" in message


def test_an_interrupt_ends_the_search() -> None:
    class Twice:
        tries = 0

        def __reduce__(self) -> Any:
            Twice.tries += 1
            raise TaskInterrupted if Twice.tries > 2 else ValueError

    with pytest.raises(TaskInterrupted):
        pack_call(fit, (Twice(),), {}, "fit")


def test_an_error_that_can_t_be_read_is_reported() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise SystemExit

    assert "cannot pickle 'Reduces' object: MuteError." in complaint(fit, Reduces(MuteError()))


def test_a_result_is_reported_as_a_result() -> None:
    with pytest.raises(ResultUnserializable) as caught:
        pack_value({"x": Model()}, "fit")
    assert str(caught.value).startswith(
        f"the result of fit(): {LOCK} (at result['x'].layers[2]['w']). Return something picklable"
    )
    with pytest.raises(ResultUnserializable, match=r"^the result: cannot pickle 'generator'"):
        pack_value((i for i in "a"), "result")


def test_a_name_that_a_user_thought_of_is_quoted() -> None:
    with pytest.raises(TaskUnserializable, match="argument 'data' of task 'fit the model'"):
        pack_call(fit, (threading.Lock(),), {}, "fit the model")


def test_the_search_ends_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "SEARCH_TIMEOUT", 0.0)
    message = complaint(fit, [threading.Lock()])
    assert message == f"fit(): {LOCK}. Pass something picklable, or make it inside the task."


def test_a_large_argument_before_the_culprit_does_not_hold_up_the_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a clock that advances at each reading, so that this machine's speed does not matter."""
    asked = itertools.count()
    clock = types.SimpleNamespace(monotonic=lambda: float(next(asked)))
    monkeypatch.setattr(diagnosis, "time", clock)
    monkeypatch.setattr(diagnosis, "SEARCH_TIMEOUT", 3.0)
    large = {number: str(number) for number in range(300_000)}
    assert diagnosis._search([("data", "args[0]", [large, threading.Lock()])]) is None  # pyright: ignore[reportPrivateUsage]
    assert next(asked) == 5  # at its begin, three in time, and one too late: then no more


def test_a_ring_is_searched_once_around() -> None:
    ring: list[Any] = []
    ring.append([ring, threading.Lock()])
    assert LOCK in complaint(fit, ring)
