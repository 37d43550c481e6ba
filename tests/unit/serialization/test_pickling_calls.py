"""Calls survive the trip: the function, by name or by value, its arguments, and what they share."""

from __future__ import annotations

import base64
import collections
import functools
import operator
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pickling_roundtrip import Notebook, called, echo, registry, returned, sent

from scaler_lab.serialization.pickling import Packed, pack_call, unflatten, unpack_call

pytestmark = pytest.mark.usefixtures("no_module_left_registered")


def times(x: int, y: int = 2) -> int:
    return x * y


CALLS: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    (operator.add, (1, 2), {}),
    (functools.reduce, (operator.add, [1, 2, 3]), {}),
    (dict, (), {"a": 1}),
    (sorted, ([3, 1, 2],), {"reverse": True}),
    ("a-b".split, ("-",), {}),
    (functools.partial(int, base=2), ("101",), {}),
    (times, (21,), {}),
    (collections.OrderedDict, (), {}),
]


@pytest.mark.parametrize(("function", "args", "kwargs"), CALLS)
def test_a_call_arrives_whole(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    assert sent(function, *args, **kwargs) == function(*args, **kwargs)


def test_a_closure_arrives_with_its_values() -> None:
    offset = 5

    def add(x: int) -> int:
        return x + offset

    assert sent(add, 1) == 6
    offset = 7
    assert sent(add, 1) == 8


def test_what_is_shared_in_a_call_arrives_shared() -> None:
    shared = [1]
    holder = types.SimpleNamespace(items=shared)
    (first, second, third), kwargs = sent(echo, shared, {"again": shared}, holder, word=shared)
    assert first is second["again"] is third.items is kwargs["word"]


def test_a_helper_passed_as_an_argument_is_the_one_the_function_calls(notebook: Notebook) -> None:
    notebook.run("def helper(): pass\ndef check(h): return h is helper")
    assert notebook.submit("check", notebook["helper"])
    assert notebook.submit("check", notebook["helper"])


def test_a_method_arrives_with_its_object() -> None:
    assert sent(collections.Counter("aab").most_common, 1) == [("a", 2)]


def test_an_importable_function_goes_by_name() -> None:
    packed = pack_call(operator.add, (1, 2), {}, "add")
    assert packed.nbytes < 60
    assert unpack_call(*packed)[0] is operator.add


def test_text_that_mentions_main_is_only_text() -> None:
    assert sent(echo, "__main__") == (("__main__",), {})
    assert returned(["__mp_main__"]) == ["__mp_main__"]


def test_modules_registered_by_value_go_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("lab_made_up")
    exec("def answer(): return 42", module.__dict__)
    monkeypatch.setitem(sys.modules, "lab_made_up", module)
    registry.register_pickle_by_value(module)
    try:
        packed = pack_call(module.answer, (), {}, "answer")
    finally:
        registry.unregister_pickle_by_value(module)
    monkeypatch.delitem(sys.modules, "lab_made_up")
    assert called(packed) == 42


def test_what_a_spawned_child_calls_mp_main_goes_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("__mp_main__")
    exec("def answer(x): return x\nclass Thing: pass", module.__dict__)
    monkeypatch.setitem(sys.modules, "__mp_main__", module)
    packed = pack_call(module.answer, (7,), {}, "answer")
    thing = pack_call(module.Thing, (), {}, "thing")
    monkeypatch.delitem(sys.modules, "__mp_main__")
    assert called(packed) == 7
    assert type(called(thing)).__name__ == "Thing"
    assert not registry.list_registry_pickle_by_value()


def test_a_script_s_own_functions_and_classes_arrive_in_another_process(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import base64\n"
        "from scaler_lab.serialization.pickling import flatten, pack_call\n"
        "class Model:\n"
        "    def __init__(self, weight): self.weight = weight\n"
        "SCALE = 10\n"
        "def fit(model): return (type(model) is Model, model.weight * SCALE)\n"
        "def plain(x): return x * SCALE\n"
        "for call in ((fit, (Model(3),)), (plain, (2,)), (plain, (3,))):\n"
        "    flat = flatten(pack_call(*call, {}, 'fit'))\n"
        "    print(base64.b64encode(flat).decode())\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=30, check=True
    )
    answers = [
        called(Packed(*_as_packed(base64.b64decode(line)))) for line in done.stdout.splitlines()
    ]
    assert answers == [(True, 30), 20, 30]


def _as_packed(flat: bytes) -> tuple[int, list[bytes | memoryview]]:
    flags, segments = unflatten(flat)
    return flags, list(segments)


def test_a_call_that_can_t_be_rebuilt_reports_when_it_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = types.ModuleType("lab_made_up")
    exec("def answer(): return 42", module.__dict__)
    monkeypatch.setitem(sys.modules, "lab_made_up", module)
    packed = pack_call(module.answer, (), {}, "answer")
    monkeypatch.delitem(sys.modules, "lab_made_up")
    with pytest.raises(ModuleNotFoundError) as caught:
        unpack_call(*packed)
    assert "importable there too" in caught.value.__notes__[0]
