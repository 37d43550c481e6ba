"""The standard library's `Future` and `Executor`, as the Python that runs the tests has them.

asyncio and `concurrent.futures` use private methods and attributes of a future. A new version of
Python may add one, and its inherited implementation is wrong for a future that unpickles its result
late: on Python 3.15, `await` used `Future._get_snapshot` and returned None. So a name that nobody
has examined fails here.
"""

from __future__ import annotations

import asyncio
import inspect
import random
import sys
import tomllib
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from scaler_lab import Client, as_completed
from scaler_lab.core.future import ScalerFuture
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

TIMEOUT = 10.0

# Names that the interpreter gives to any class, and that do nothing.
OF_EVERY_CLASS = {
    "__dict__", "__doc__", "__firstlineno__", "__module__", "__slotnames__",
    "__static_attributes__", "__weakref__",
}  # fmt: skip  # (copyreg adds __slotnames__ when an instance is pickled)

# The standard name, and what makes it right for a ScalerFuture.
REPLACED = {
    "__init__", "__repr__", "_condition", "_exception", "_get_snapshot", "_result", "_state",
    "_waiters", "add_done_callback", "cancel", "cancelled", "done", "exception", "result",
    "running", "set_exception", "set_result", "set_running_or_notify_cancel",
}  # fmt: skip
INHERITED = {
    "_Future__get_result",  # only the inherited `result` calls it
    "__class_getitem__",
    "_done_callbacks",  # only the inherited `add_done_callback` and `_invoke_callbacks` read it
    "_invoke_callbacks",  # only the inherited methods call it that settle a future
}
OF_AN_EXECUTOR = {"__enter__", "__exit__", "map", "shutdown", "submit"}


def names_of(instance: object) -> set[str]:
    """The names of an instance and of its own class, without those that every class has."""
    return (set(vars(instance)) | set(vars(type(instance)))) - OF_EVERY_CLASS


def is_replaced(name: str, standard: type, ours: type) -> bool:
    """Whether *ours* or a base of it defines *name* anew.  The slots of a class are names too."""
    return getattr(ours, name, None) is not getattr(standard, name, None)


def test_every_name_of_a_standard_future_is_known() -> None:
    future: Future[int] = Future()
    assert names_of(future) - REPLACED - INHERITED == set()


def test_the_names_said_to_be_replaced_are_replaced() -> None:
    assert {name for name in REPLACED if not is_replaced(name, Future, ScalerFuture)} == set()


def test_every_name_of_a_standard_executor_is_the_clients_own() -> None:
    names = names_of(Executor())
    assert names == OF_AN_EXECUTOR
    assert {name for name in names if not is_replaced(name, Executor, Client)} == set()


@pytest.mark.parametrize("name", ["cancel", "result", "exception", "add_done_callback"])
def test_a_future_takes_the_arguments_of_the_standard_one(name: str) -> None:
    standard = list(inspect.signature(getattr(Future, name)).parameters)
    ours = list(inspect.signature(getattr(ScalerFuture, name)).parameters)
    assert ours[: len(standard)] == standard


# -- what asyncio makes of an outcome ------------------------------------------------------------


class OutOfRows(StopIteration):
    """A StopIteration of the user's own."""


WAYS = ["await", "wrap_future", "run_in_executor", "gather", "as_completed", "group"]


async def awaited(way: str, client: Client, engine: ScriptedEngine, outcome: object) -> object:
    """What one who awaits a task by *way* gets, if the task ends with *outcome*."""
    loop = asyncio.get_running_loop()
    if way == "run_in_executor":
        waiting: Any = loop.run_in_executor(client, abs, -7)
        future: ScalerFuture[Any] = client.futures[0]
    elif way == "group":
        group = client.submit_each(abs, [-7])
        future, waiting = group[0], group
    else:
        future = client.submit(abs, -7)
        waiting = future
    if way == "wrap_future":
        waiting = asyncio.wrap_future(future)
    if way == "gather":
        waiting = asyncio.gather(future)
    if way == "as_completed":
        waiting = await_in_order([future])
    engine.start(future)
    running = asyncio.ensure_future(waiting)
    await asyncio.sleep(0)  # it begins to wait
    if isinstance(outcome, BaseException):
        engine.fail(future, outcome)
    else:
        engine.finish(future, outcome)
    got = await asyncio.wait_for(running, TIMEOUT)
    return got[0] if way in ("group", "gather") else got


async def await_in_order(futures: list[ScalerFuture[Any]]) -> object:
    async for future in as_completed(futures):
        return await future
    raise AssertionError("no future came")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", [7, None, [1, {"k": 2.5}]], ids=repr)
def test_awaiting_gives_the_value(scripted: Scripted, way: str, value: object) -> None:
    client, engine = scripted
    assert asyncio.run(awaited(way, client, engine, value)) == value


@pytest.mark.parametrize("way", WAYS)
def test_awaiting_raises_what_the_task_raised(scripted: Scripted, way: str) -> None:
    client, engine = scripted
    with pytest.raises(KeyError, match="no such column"):
        asyncio.run(awaited(way, client, engine, KeyError("no such column")))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [StopIteration, OutOfRows], ids=lambda kind: kind.__name__)
def test_awaiting_a_task_that_raised_stop_iteration_raises_runtime_error(
    scripted: Scripted, way: str, kind: type[StopIteration]
) -> None:
    client, engine = scripted
    with pytest.raises(RuntimeError, match="StopIteration") as raised:
        asyncio.run(awaited(way, client, engine, kind("no row")))
    assert type(raised.value.__cause__) is kind


def test_stop_iteration_reaches_a_caller_that_does_not_await(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(abs, -7)
    engine.fail(future, StopIteration(random.random()))
    assert isinstance(future.exception(), StopIteration)
    with pytest.raises(StopIteration):
        future.result()


@pytest.mark.parametrize("way", ["before", "after"])
def test_a_value_that_was_read_can_be_awaited(local_client: Client, way: str) -> None:
    async def twice() -> list[object]:
        future = local_client.submit(divmod, 7, 2)
        if way == "before":
            return [future.result(TIMEOUT), await future]
        return [await future, future.result(TIMEOUT)]

    assert asyncio.run(twice()) == [(3, 1), (3, 1)]


def test_the_metadata_lists_this_python() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"Programming Language :: Python :: {version}" in project["project"]["classifiers"]
