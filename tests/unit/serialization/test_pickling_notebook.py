"""Functions of a notebook are pickled once, and are never older than what was submitted."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from pickling_roundtrip import Notebook, sent

from scaler_lab.serialization import function_cache
from scaler_lab.serialization.pickling import pack_call, unpack_call

pytestmark = pytest.mark.usefixtures("no_module_left_registered")


def is_kept(function: Any) -> bool:
    """Whether the second pickle of *function* is the first one."""
    return (
        function_cache.function_stream(function)
        is function_cache.function_stream(function)
        is not None
    )


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
        before = function_cache.function_stream(notebook["f"])
        notebook.run("import lab_package.part")
        after = function_cache.function_stream(notebook["f"])
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
        monkeypatch.setattr(function_cache, "_functions", {})  # a worker that started since
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
    assert len(function_cache._entries) <= 256  # pyright: ignore[reportPrivateUsage]
    assert len(function_cache._functions) <= 256  # pyright: ignore[reportPrivateUsage]


def test_a_cached_function_keeps_its_answers_in_a_worker(notebook: Notebook) -> None:
    notebook.run("import functools\n@functools.cache\ndef model(n): return object()")
    notebook.run("def use(n): return model(n)")
    assert is_kept(notebook["model"])
    assert is_kept(notebook["use"])
    assert notebook.submit("use", 1) is notebook.submit("use", 1)
    assert notebook.submit("model", 1) is notebook.submit("model", 1)
    assert notebook.submit("model", 1) is not notebook["model"](1)


def test_a_cached_function_that_is_changed_forgets(notebook: Notebook) -> None:
    notebook.run("import functools\nK = 1\n@functools.lru_cache\ndef model(): return K")
    assert [notebook.submit("model"), notebook.submit("model")] == [1, 1]
    notebook.run("K = 2")
    assert notebook.submit("model") == 2
    notebook.run("model.by = 3")
    assert sent(lambda: notebook["model"].by) == 3
