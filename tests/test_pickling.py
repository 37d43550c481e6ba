"""Calls, values and exceptions survive the trip, and are never older than what was submitted."""

from __future__ import annotations

import base64
import collections
import copyreg
import functools
import importlib
import importlib.util
import operator
import pickle
import subprocess
import sys
import threading
import traceback
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scaler_lab
from scaler_lab.facts.errors import (
    RemoteError,
    RemoteTraceback,
    ResultUnserializable,
    TaskExited,
    TaskInterrupted,
    TaskUnserializable,
)
from scaler_lab.ports import by_value, huge_bytes
from scaler_lab.ports.pickling import (
    Packed,
    flatten,
    pack_call,
    pack_exception,
    pack_value,
    unflatten,
    unpack_call,
    unpack_exception,
    unpack_value,
)

MEGABYTE = 1 << 20
registry: Any = cloudpickle


def called(packed: Packed) -> Any:
    """What the call returns in a worker that got it inline."""
    function, args, kwargs = unpack_call(*unflatten(flatten(packed)))
    return function(*args, **kwargs)


def sent(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return called(pack_call(function, args, kwargs, "task"))


def returned(value: Any) -> Any:
    return unpack_value(*unflatten(flatten(pack_value(value, "task"))))


def raised(error: BaseException) -> BaseException:
    return unpack_exception(*unflatten(flatten(pack_exception(error, "task")[0])))


def echo(*args: Any, **kwargs: Any) -> Any:
    return args, kwargs


class Notebook:
    """A `__main__` whose cells are run one by one."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, cell: str) -> None:
        exec(cell, self.names)

    def __getitem__(self, name: str) -> Any:
        return self.names[name]

    def submit(self, name: str, *args: Any) -> Any:
        return sent(self.names[name], *args)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


# -- calls --------------------------------------------------------------------------------------


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
        "from scaler_lab.ports.pickling import flatten, pack_call\n"
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


def test_a_call_that_can_t_be_rebuilt_says_when_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("lab_made_up")
    exec("def answer(): return 42", module.__dict__)
    monkeypatch.setitem(sys.modules, "lab_made_up", module)
    packed = pack_call(module.answer, (), {}, "answer")
    monkeypatch.delitem(sys.modules, "lab_made_up")
    with pytest.raises(ModuleNotFoundError) as caught:
        unpack_call(*packed)
    assert "importable there too" in caught.value.__notes__[0]


# -- functions of a notebook are pickled once, and never stale ----------------------------------


def is_kept(function: Any) -> bool:
    """Whether the second pickle of *function* is the first one."""
    return by_value.function_stream(function) is by_value.function_stream(function) is not None


def test_a_plain_function_is_pickled_once(notebook: Notebook) -> None:
    notebook.run("import math\nK = 3\ndef helper(x): return x + K\ndef f(x): return helper(x) * 2")
    notebook.run("from collections import OrderedDict\nfrom math import sqrt")
    notebook.run("def g(x: int, *, y: float = 2.0) -> 'OrderedDict': return sqrt(abs(x)) * math.pi")
    notebook.run("def recursive(n): return n and recursive(n - 1)")
    notebook.run("def annotated(x: list[int], y: dict[str, int] | None = None) -> int: return K")
    for name in ("f", "g", "recursive", "annotated"):
        assert is_kept(notebook[name]), name
    assert notebook.submit("f", 1) == 8


@pytest.mark.parametrize(
    ("before", "change", "first", "then"),
    [
        ("def h(): return 1\ndef f(): return h()", "def h(): return 2", 1, 2),
        ("def h(): return 1\ndef f(): return [h() for _ in 'a'][0]", "def h(): return 2", 1, 2),
        ("def i(): return 1\ndef h(): return i()\ndef f(): return h()", "def i(): return 2", 1, 2),
        ("K = 1\ndef f(): return K", "K = 2", 1, 2),
        ("K = 1\ndef f(): return K", "K = 1.0", 1, 1.0),
        ("K = (1, 2)\ndef f(): return K", "K = (1, True)", (1, 2), (1, True)),
        ("K = [1]\ndef f(): return K[0]", "K[0] = 2", 1, 2),
        ("def h(): return 1\nK = (h,)\ndef f(): return K[0]()", "K = (lambda: 2,)", 1, 2),
        ("import math as m\ndef f(): return m.__name__", "import cmath as m", "math", "cmath"),
        ("from math import pi as p\ndef f(): return p > 3", "p = 3", True, False),
        ("def f(x=1): return x", "f.__defaults__ = (2,)", 1, 2),
        ("def f(*, x=1): return x", "f.__kwdefaults__['x'] = 2", 1, 2),
        ("def f(): return 1", "f.__code__ = (lambda: 2).__code__", 1, 2),
        ("def f(): return f.n if hasattr(f, 'n') else 1", "f.n = 2", 1, 2),
        ("def h(): return getattr(h, 'n', 1)\ndef f(): return h()", "h.n = 2", 1, 2),
        ("def f(): return f.__doc__", "f.__doc__ = 'new'", None, "new"),
        ("def f(): return f.__name__", "f.__name__ = 'g'", "f", "g"),
        ("def f(): return f.__annotations__", "f.__annotations__['x'] = 1", {}, {"x": 1}),
        ("def f(): return len('ab')", "def len(x): return 7", 2, 7),
        ("class C: n = 1\ndef f(): return C.n", "C.n = 2", 1, 2),
        ("class C: n = 1\ndef f(): return C.n", "class C: n = 2", 1, 2),
        ("def f(): return K if 'K' in globals() else 1", "K = 2", 1, 2),
    ],
)
def test_a_change_in_the_notebook_is_in_the_next_call(
    notebook: Notebook, before: str, change: str, first: Any, then: Any
) -> None:
    notebook.run(before)
    assert repr(notebook.submit("f")) == repr(first)  # for 1 == 1.0 == True
    assert repr(notebook.submit("f")) == repr(first)
    notebook.run(change)
    assert repr(notebook.submit("f")) == repr(then)
    assert repr(notebook.submit("f")) == repr(then)


def test_a_helper_that_came_later_goes_along(notebook: Notebook) -> None:
    notebook.run("def f(): return later()")
    with pytest.raises(NameError):
        notebook.submit("f")
    notebook.run("def later(): return 'here'")
    assert notebook.submit("f") == "here"


def test_a_submodule_imported_later_goes_along(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "lab_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "part.py").write_text("value = 3")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    try:
        notebook.run("import lab_package\ndef f(): return lab_package.part.value")
        assert is_kept(notebook["f"])
        before = by_value.function_stream(notebook["f"])
        notebook.run("import lab_package.part")
        after = by_value.function_stream(notebook["f"])
    finally:
        for name in ("lab_package", "lab_package.part"):
            sys.modules.pop(name, None)
    assert before is not None
    assert b"lab_package.part" not in before
    assert after is not None
    assert b"lab_package.part" in after


def test_a_reloaded_module_s_old_function_stays_the_old_one(
    notebook: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    source = tmp_path / "lab_module.py"
    source.write_text("def h(): return 1")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    try:
        notebook.run("import lab_module\nfrom lab_module import h\ndef f(): return h()")
        assert notebook.submit("f") == 1
        source.write_text("def h(): return 1 + 1")
        importlib.reload(notebook["lab_module"])
        assert notebook.submit("f") == 1  # as calling f here would
        notebook.run("from lab_module import h")
        monkeypatch.setattr(by_value, "_functions", {})  # a worker that started since
        assert notebook.submit("f") == 2
    finally:
        sys.modules.pop("lab_module", None)


@pytest.mark.parametrize(
    "cell",
    [
        "n = 0\ndef f():\n    global n\n    n += 1\n    return n",
        "n = 0\ndef f():\n    globals()['n'] += 1\n    return n",
        "def f():\n    f.n = getattr(f, 'n', 0) + 1\n    return f.n",
        "def h(): pass\ndef f():\n    h.n = getattr(h, 'n', 0) + 1\n    return h.n",
        "def h(): pass\ndef f():\n    g = h\n    g.n = getattr(g, 'n', 0) + 1\n    return h.n",
        "def f():\n    setattr(f, 'n', getattr(f, 'n', 0) + 1)\n    return f.n",
    ],
)
def test_a_function_that_changes_its_own_world_starts_afresh_each_time(
    notebook: Notebook, cell: str
) -> None:
    notebook.run(cell)
    assert [notebook.submit("f") for _ in range(3)] == [1, 1, 1]


def test_lambdas_made_in_a_loop_differ_by_their_defaults(notebook: Notebook) -> None:
    notebook.run("functions = [lambda i=i: i for i in range(5)]")
    assert [sent(function) for function in notebook["functions"]] == [0, 1, 2, 3, 4]


def test_same_code_in_another_namespace_is_another_function() -> None:
    one, two = Notebook(), Notebook()
    one.run("K = 1\ndef f(): return K")
    two.names["K"] = 2
    two.names["f"] = types.FunctionType(one["f"].__code__, two.names, "f")
    assert [one.submit("f"), two.submit("f"), one.submit("f")] == [1, 2, 1]


def test_the_worker_rebuilds_a_hot_function_once(notebook: Notebook) -> None:
    notebook.run("def f(x): return x")
    first, *_ = unpack_call(*pack_call(notebook["f"], (1,), {}, "f"))
    again, args, _ = unpack_call(*pack_call(notebook["f"], (2,), {}, "f"))
    assert first is again
    assert args == (2,)


def test_the_caches_are_bounded() -> None:
    for number in range(600):
        notebook = Notebook()
        notebook.run(f"def f(): return {number}")
        assert notebook.submit("f") == number
    assert len(by_value._entries) <= 256  # pyright: ignore[reportPrivateUsage]
    assert len(by_value._functions) <= 256  # pyright: ignore[reportPrivateUsage]


# -- values and their memory --------------------------------------------------------------------


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)
keys = st.text() | st.integers() | st.binary() | st.tuples(st.integers(), st.text())
values = st.recursive(
    scalars | st.sampled_from([bytes(70_000), b"x" * 65_536]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(keys, inner, max_size=5)
        | st.tuples(inner, inner)
        | st.frozensets(scalars, max_size=3)
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(values, max_size=4), st.dictionaries(st.text(), values, max_size=3))
def test_any_call_survives(args: list[Any], kwargs: dict[str, Any]) -> None:
    assert sent(echo, *args, **kwargs) == (tuple(args), kwargs)
    local = unpack_call(*pack_call(lambda *a, **k: (a, k), tuple(args), kwargs, "task"))
    assert local[0](*local[1], **local[2]) == (tuple(args), kwargs)
    assert returned([args, kwargs]) == [args, kwargs]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 127), st.lists(st.binary(max_size=200), min_size=1, max_size=6))
def test_flatten_and_unflatten_are_inverse(flags: int, segments: list[bytes]) -> None:
    found_flags, found = unflatten(flatten(Packed(flags, [*segments])))
    assert (found_flags, [bytes(segment) for segment in found]) == (flags, segments)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100))
def test_unflatten_raises_value_error_or_stays_within(data: bytes) -> None:
    try:
        _, segments = unflatten(data)
    except ValueError:
        return
    assert sum(segment.nbytes for segment in segments) <= len(data)


@pytest.mark.parametrize("size", [3, 600, 100_000])
def test_arrays_arrive_equal_and_writable(size: int) -> None:
    array = np.arange(size, dtype=np.float64)
    copy = returned({"a": array})["a"]
    assert np.array_equal(copy, array)
    copy[0] = 7
    assert array[0] == 0


def test_a_read_only_array_stays_so() -> None:
    array = np.arange(10_000)
    array.flags.writeable = False
    assert not returned(array).flags.writeable


def test_a_large_array_is_not_copied_when_packed() -> None:
    array = np.zeros(100 * MEGABYTE, dtype=np.uint8)
    packed = pack_value([array], "task")
    assert packed.nbytes < array.nbytes + 1000
    array[5] = 9
    (loose,) = packed.segments[1:]
    assert loose[5] == 9
    call = pack_call(np.sum, (array,), {}, "sum")
    assert np.shares_memory(np.frombuffer(call.segments[1], dtype=np.uint8), array)


def test_a_large_array_is_not_copied_when_unpacked() -> None:
    packed = pack_value(np.arange(100_000), "task")
    buffer = bytearray(packed.segments[1])
    copy = unpack_value(packed.flags, [packed.segments[0], memoryview(buffer)])
    assert np.shares_memory(copy, np.frombuffer(buffer, dtype=np.uint8))


@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_large_byte_strings_travel_beside_the_stream(kind: type) -> None:
    large = kind(b"x" * MEGABYTE)
    for value in (large, [large, 1], (1, large), {"image": large, "deep": {"er": [1]}}):
        packed = pack_value(value, "task")
        assert len(packed.segments[0]) < 500
        assert np.shares_memory(
            np.frombuffer(packed.segments[1], dtype=np.uint8), np.frombuffer(large, np.uint8)
        )
        copy = returned(value)
        assert copy == value
    (first,), _ = sent(echo, large)
    assert type(first) is kind


@pytest.mark.parametrize("off", [-1, 0, 1, 4095, 3 * MEGABYTE + 17])
@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_huge_byte_strings_arrive_whole(kind: type[bytes] | type[bytearray], off: int) -> None:
    huge = kind(np.random.default_rng(off + 1).bytes(huge_bytes.HUGE_FROM + off))
    copy = returned([huge])[0]
    assert type(copy) is kind
    assert copy == huge
    assert hash(bytes(copy)) == hash(bytes(huge))
    assert pickle.loads(pickle.dumps(copy)) == huge


def test_without_huge_pages_a_byte_string_is_copied_as_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("mmap.MADV_HUGEPAGE", raising=False)
    spec = huge_bytes.__spec__
    assert spec is not None
    assert spec.loader is not None
    elsewhere = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(elsewhere)
    huge = bytes(range(256)) * (huge_bytes.HUGE_FROM // 256)
    assert elsewhere.bytes_of(memoryview(huge)) == huge


def test_a_byte_string_that_occurs_twice_is_sent_once() -> None:
    large = b"x" * MEGABYTE
    assert len(pack_call(echo, (large, [large]), {"x": large}, "task").segments) == 2


def test_large_bytearrays_keep_what_they_share() -> None:
    large = bytearray(MEGABYTE)
    box = [large]
    (first, second, third), _ = sent(echo, large, box, box)
    assert second is third
    assert second[0] is first


def test_a_loop_around_large_bytes_stays_a_loop() -> None:
    ring: list[Any] = [b"x" * MEGABYTE]
    ring.append(ring)
    copy = returned(ring)
    assert copy[1] is copy


def test_containers_of_large_bytes_that_an_object_shares_stay_shared() -> None:
    box = [b"x" * MEGABYTE]
    (first, second), _ = sent(echo, box, types.SimpleNamespace(box=box))
    assert second.box is first
    assert first == box


# -- what can't be pickled ----------------------------------------------------------------------


class Reduces:
    """Does something when pickled."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __reduce__(self) -> Any:
        raise self._error


def nested(depth: int) -> list[Any]:
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    return deep


@pytest.mark.parametrize(
    "culprit",
    [
        threading.Lock(),
        Reduces(SystemExit(3)),
        Reduces(RecursionError("deep")),
        Reduces(GeneratorExit()),
        Reduces(MemoryError()),
        nested(20_000),
        (i for i in "abc"),
    ],
    ids=lambda culprit: type(culprit).__name__,
)
def test_the_caller_is_told_what_can_t_be_pickled(culprit: Any) -> None:
    with pytest.raises(TaskUnserializable, match="argument") as call:
        pack_call(operator.add, (1, culprit), {}, "add")
    assert call.value.__cause__ is not None
    with pytest.raises(ResultUnserializable, match="the result of add") as result:
        pack_value({"x": culprit}, "add")
    assert result.value.__cause__ is not None


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, TaskInterrupted])
def test_an_interrupt_passes_through_pickling(interrupt: type[KeyboardInterrupt]) -> None:
    with pytest.raises(interrupt):
        pack_call(echo, (Reduces(interrupt()),), {}, "task")
    with pytest.raises(interrupt):
        pack_value(Reduces(interrupt()), "task")
    error = ValueError(1)
    error.x = Reduces(interrupt())  # type: ignore[attr-defined]
    with pytest.raises(interrupt):
        pack_exception(error, "task")


# -- exceptions ---------------------------------------------------------------------------------


class NeedsTwoError(Exception):
    """Forgets that pickle calls ``__init__`` with `args`."""

    def __init__(self, code: int, *, where: str) -> None:
        super().__init__(f"failed with {code} in {where}")
        self.code = code
        self.where = where


class DoublesError(Exception):
    """Comes through pickle, but with another message."""

    def __init__(self, text: str) -> None:
        super().__init__(f"error: {text}")


class NoSuchTableError(FileNotFoundError):
    """Forgets it too, and has a file's name that isn't among its `args`."""

    def __init__(self, table: str) -> None:
        super().__init__(2, "no such table", table)


class SlottedError(Exception):
    __slots__ = ("detail",)

    def __init__(self, detail: str) -> None:
        super().__init__()
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


class WorksOnceError(Exception):
    """Unpickles where it was made, and nowhere else."""

    at_home = True

    def __reduce__(self) -> Any:
        return WorksOnceError.made, self.args

    @staticmethod
    def made(text: str) -> WorksOnceError:
        if not WorksOnceError.at_home:
            raise SystemExit("not here")
        return WorksOnceError(text)


class HostileError(Exception):
    def __str__(self) -> str:
        raise SystemExit("str")

    def __repr__(self) -> str:
        raise SystemExit("repr")

    def __reduce__(self) -> Any:
        raise SystemExit("reduce")

    @property
    def __notes__(self) -> Any:  # type: ignore[override]
        raise SystemExit("notes")

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise SystemExit("dict")


class QuietError(BaseException):
    pass


def caught(function: Callable[[], Any]) -> BaseException:
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("it did not raise")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no such column"),
        KeyError("price"),
        FileNotFoundError(2, "No such file", "/x"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        StopIteration(3),
        NeedsTwoError(3, where="here"),
        DoublesError("x"),
        NoSuchTableError("prices"),
        SlottedError("why"),
        ExceptionGroup("several", [ValueError(1), NeedsTwoError(1, where="there")]),
        np.exceptions.AxisError(3, 2),
        subprocess.CalledProcessError(1, ["x"], b"out", b"err"),
        ValueError("\udcff lone \x00 zero"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_keeps_type_arguments_and_message(error: Exception) -> None:
    copy = raised(error)
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    if type(error) is not ExceptionGroup:  # its members are equal to themselves only
        assert copy.args == error.args
    assert isinstance(copy.__cause__, RemoteTraceback)
    assert type(error).__name__ in str(copy.__cause__)


def test_an_exception_outlives_a_reducer_that_forgets_its_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As the reducer does that importing dask.distributed registers for every exception.
    def reduce(error: BaseException) -> tuple[Any, ...]:
        return type(error).__new__, (type(error), *error.args)

    monkeypatch.setitem(copyreg.dispatch_table, UnicodeDecodeError, reduce)
    copy = raised(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))
    assert isinstance(copy, UnicodeDecodeError)
    assert (copy.object, copy.start, copy.reason) == (b"\xff", 0, "bad")


def test_an_exception_keeps_attributes_and_notes() -> None:
    error = NeedsTwoError(3, where="here")
    error.add_note("a note")
    error.extra = np.arange(10_000)  # type: ignore[attr-defined]
    copy: Any = raised(error)
    assert (copy.code, copy.where, copy.__notes__) == (3, "here", ["a note"])
    assert np.array_equal(copy.extra, np.arange(10_000))
    assert "a note" in str(copy.__cause__)


def test_what_an_exception_can_t_take_along_is_named() -> None:
    error = ValueError("x")
    error.lock = threading.Lock()  # type: ignore[attr-defined]
    error.code = 3  # type: ignore[attr-defined]
    copy: Any = raised(error)
    assert (type(copy), copy.code) == (ValueError, 3)
    assert "lock" in copy.__notes__[0]


def test_an_exception_with_arguments_that_can_t_be_pickled_is_stood_in_for() -> None:
    copy = raised(ValueError("x", threading.Lock()))
    assert isinstance(copy, RemoteError)
    assert copy.type_name == "ValueError"
    assert str(copy).startswith("ValueError: ('x', <unlocked _thread.lock")


def test_one_bad_member_does_not_spoil_its_group() -> None:
    group = ExceptionGroup("g", [ValueError(threading.Lock()), KeyError("k")])
    copy: Any = raised(group)
    assert type(copy) is ExceptionGroup
    assert [type(member) for member in copy.exceptions] == [RemoteError, KeyError]


def test_an_exception_that_can_t_be_rebuilt_here_is_stood_in_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed, _ = pack_exception(WorksOnceError("x"), "task")
    monkeypatch.setattr(WorksOnceError, "at_home", False)
    copy = unpack_exception(*packed)
    assert isinstance(copy, RemoteError)
    assert copy.type_name == "test_pickling.WorksOnceError"
    assert "could not be rebuilt here (SystemExit: not here)" in copy.__notes__[0]


def test_a_hostile_exception_is_told_of() -> None:
    packed, line = pack_exception(caught(lambda: _raise(HostileError())), "task")
    copy = unpack_exception(*packed)
    assert isinstance(copy, RemoteError)
    assert copy.type_name.endswith("HostileError")
    assert "__str__ raised SystemExit" in line
    assert "_raise" in str(copy.__cause__)


@pytest.mark.parametrize("code", [None, 0, 3, "bye", {"a": 1}])
def test_sys_exit_is_told_with_its_code(code: Any) -> None:
    copy = raised(caught(lambda: sys.exit(code)))
    assert isinstance(copy, TaskExited)
    assert copy.code == code


def test_sys_exit_with_something_that_can_t_be_pickled() -> None:
    copy = raised(SystemExit(threading.Lock()))
    assert isinstance(copy, TaskExited)
    assert "lock" in copy.code


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt("stop"),
        GeneratorExit(),
        QuietError("hush"),
        BaseExceptionGroup("g", [KeyboardInterrupt()]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_no_exception_is_stood_in_for(error: BaseException) -> None:
    copy = raised(error)
    assert isinstance(copy, RemoteError)
    assert type(error).__name__ in copy.type_name


def test_a_class_of_the_notebook_is_the_same_class_when_it_comes_back(notebook: Notebook) -> None:
    notebook.run("class OursError(Exception): pass\ndef f(): raise OursError('x')")
    function, _, _ = unpack_call(*pack_call(notebook["f"], (), {}, "f"))
    assert type(raised(caught(function))) is notebook["OursError"]


def test_the_traceback_shows_the_chain_and_none_of_our_frames(notebook: Notebook) -> None:
    notebook.run(
        "def inner(): raise KeyError('k')\n"
        "def f():\n"
        "    try:\n"
        "        inner()\n"
        "    except KeyError as error:\n"
        "        raise ValueError('v') from error\n"
    )
    folder = Path(scaler_lab.__file__).parent / "engines"
    worker = "def run(f):\n    try: f()\n    except BaseException as error: return error"
    ours: dict[str, Any] = {}
    exec(compile(worker, str(folder / "worker.py"), "exec"), ours)
    text = str(raised(ours["run"](notebook["f"])).__cause__)
    assert text.index("KeyError: 'k'") < text.index("direct cause") < text.index("ValueError: v")
    assert "in inner" in text
    assert "worker.py" not in text


def test_the_traceback_is_printed_with_the_exception() -> None:
    copy = raised(caught(lambda: _raise(ValueError("v"))))
    printed = "".join(traceback.format_exception(copy))
    assert "in _raise" in printed


def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no such column"), "ValueError: no such column"),
        (ValueError("first\nsecond"), "ValueError: first"),
        (ValueError(), "ValueError"),
        (QuietError("hush"), "test_pickling.QuietError: hush"),
    ],
)
def test_the_summary_is_one_line(error: BaseException, line: str) -> None:
    assert pack_exception(error, "task")[1] == line


def test_a_huge_message_is_cut_in_the_texts_only() -> None:
    error = ValueError("x" * 3 * MEGABYTE)
    packed, line = pack_exception(error, "task")
    assert len(line) == 200
    copy = unpack_exception(*packed)
    assert str(copy) == str(error)
    assert len(str(copy.__cause__)) < 1.1 * MEGABYTE


def test_flags_of_something_else_are_refused() -> None:
    for unpack in (unpack_call, unpack_value, unpack_exception):
        with pytest.raises(ValueError, match="flags 99"):
            unpack(99, [pickle.dumps(None)])


@pytest.fixture(autouse=True)
def no_module_left_registered() -> Iterator[None]:
    yield
    assert not registry.list_registry_pickle_by_value()
