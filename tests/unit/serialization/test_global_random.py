"""Module-level random functions draw from the worker's generator, and from no copy of another."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pickling_roundtrip import Notebook, returned, sent

from scaler_lab import Client
from scaler_lab.serialization.pickling import flatten, pack_call, unflatten, unpack_call


def _arrived(function: Callable[..., Any], *args: Any) -> tuple[Callable[..., Any], Any]:
    packed = pack_call(function, args, {}, "task")
    function, args, _ = unpack_call(*unflatten(flatten(packed)))
    return function, args


@pytest.mark.parametrize(
    "function", [random.gauss, random.random, random.randint, random.sample, random.shuffle]
)
def test_a_function_of_random_arrives_as_the_module_s_own(function: Callable[..., Any]) -> None:
    arrived, _ = _arrived(function, 1, 2)
    assert arrived.__self__ is random.random.__self__  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["rand", "normal", "randint", "choice", "permutation"])
def test_a_function_of_numpy_random_arrives_as_the_module_s_own(name: str) -> None:
    arrived, _ = _arrived(getattr(np.random, name), 1)
    assert arrived.__self__ is np.random.rand.__self__  # type: ignore[attr-defined]


def test_it_does_so_as_an_argument_in_a_partial_and_in_a_container() -> None:
    own = random.random.__self__  # type: ignore[attr-defined]
    partial, args = _arrived(functools.partial(random.gauss, 0), random.random, [random.gauss])
    assert isinstance(partial, functools.partial)
    function: Any = partial.func
    assert function.__self__ is own
    assert args[0].__self__ is own
    assert args[1][0].__self__ is own
    assert returned(random.random).__self__ is own


def test_it_does_so_in_a_function_that_travels_by_value(notebook: Notebook) -> None:
    notebook.run("from random import random as draw, gauss\nimport numpy as np\nr = np.random.rand")
    notebook.run("def owners(): return draw.__self__, gauss.__self__, r.__self__")
    a, b, c = notebook.submit("owners")
    assert a is b is random.random.__self__  # type: ignore[attr-defined]
    assert c is np.random.rand.__self__  # type: ignore[attr-defined]


def test_a_generator_of_the_user_s_own_is_sent_with_its_state(notebook: Notebook) -> None:
    mine, twin = random.Random(7), random.Random(7)
    assert sent(mine.random) == twin.random()
    state = np.random.RandomState(7)
    assert sent(state.randint, 1000) == np.random.RandomState(7).randint(1000)
    notebook.names["mine"] = random.Random(7)
    notebook.run("def draw(): return mine.random()")
    assert notebook.submit("draw") == random.Random(7).random()


def test_large_arrays_beside_a_random_function_arrive_whole() -> None:
    data = np.arange(100_000)
    _, (arrived, draw) = _arrived(len, data, random.random)
    assert np.array_equal(arrived, data)
    assert draw.__self__ is random.random.__self__  # type: ignore[attr-defined]


def test_tasks_of_one_random_function_draw_different_numbers(local_client: Client) -> None:
    gauss = local_client.submit_each(random.gauss, [0.0] * 8, [1.0] * 8).results()
    normal = local_client.submit_each(np.random.normal, [0.0] * 8).results()
    assert len(set(gauss)) == len(set(normal)) == 8
