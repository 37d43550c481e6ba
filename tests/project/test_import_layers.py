"""The package's layers: imports point down only, and importing the package loads little."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scaler_lab

PACKAGE = Path(scaler_lab.__file__).parent

FLOORS = {
    "_version": 0,
    "errors": 0,
    "core": 1,
    "runtime": 2,
    "serialization": 3,
    "engines.base": 4,
    "engines.tracked_task": 4,
    "feed": 5,
    "engines": 6,
    "client": 7,
    "testing": 7.5,  # beside: may use what a user may, and nobody above or below uses it
    "ui": 8,
    "demo": 9,
    "cli": 9,
    "__main__": 9,
    "__init__": 9,
}

SHARED_BY_ENGINES = ("base", "thread_stacks", "tracked_task", "tracker")

LOADED_ONLY_WHEN_USED = (
    "argcomplete",
    "asyncio",
    "cloudpickle",
    "concurrent.futures.process",
    "dask",
    "distributed",
    "ipywidgets",
    "joblib",
    "multiprocessing",
    "psutil",
    "ray",
    "rich",
    "scaler",
    "zmq",
)

DISPLAY_FUNCTIONS = {
    *("__rich__", "_ipython_display_", "_repr_mimebundle_", "live", "submit_form"),
    *("_bar", "_ask_what_to_do"),  # of `core.wait`
}
"""They show things in views, and import those when they are called."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert parts <= set(FLOORS), "give the new part a floor, here and in the package's map"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down_only(module: Path) -> None:
    own = module.relative_to(PACKAGE).parts
    own_part = own[0].removesuffix(".py")
    for line, imported, is_for_display in _imports(module):
        part = imported[0]
        where = f"{module}:{line}: imports scaler_lab.{'.'.join(imported)}"
        assert _floor(imported) <= _floor(own) or (part == "ui" and is_for_display), where
        assert part != "testing" or own_part == "testing", f"{where}, which is for tests"
        if own_part == part == "engines" and len(own) > 2 and len(imported) > 1:
            assert imported[1] in (own[1], *SHARED_BY_ENGINES), f"{where}: engines are independent"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_of_the_package_are_absolute(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: a relative import hides its floor"


def test_importing_the_package_loads_no_engine_and_no_view() -> None:
    assert _loaded_by("import scaler_lab") == set()


def test_a_scheduler_starts_without_what_only_workers_and_the_end_need() -> None:
    """Its imports are half of the time until a client's first result."""
    loaded = _loaded_by("import scaler_lab.engines.local.scheduler.loop")
    assert loaded == {"zmq"}


def test_the_public_names_load_no_view_and_only_the_local_engine() -> None:
    names = sorted(set(scaler_lab.__all__) - {"LocalEngine"})
    assert _loaded_by(f"from scaler_lab import {', '.join(names)}") == set()


def test_every_public_name_is_there_and_is_documented() -> None:
    for name in set(scaler_lab.__all__) - {"__version__"}:
        assert getattr(scaler_lab, name).__doc__, name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Cleint'"):
        _ = scaler_lab.Cleint


def _floor(names: tuple[str, ...]) -> float:
    """Of the module or package *names*: that of the longest part of it which has one."""
    parts = [name.removesuffix(".py") for name in names]
    prefixes = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    return next(FLOORS[prefix] for prefix in prefixes if prefix in FLOORS)


def _imports(module: Path) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """Every import of the package in *module*, also those in functions and for types only.

    The last item is True for imports of a display function, and of the types that it returns.
    """
    tree = ast.parse(module.read_text())
    for_display = {
        inner
        for outer in ast.walk(tree)
        if (isinstance(outer, ast.FunctionDef) and outer.name in DISPLAY_FUNCTIONS)
        or (isinstance(outer, ast.If) and ast.unparse(outer.test) == "TYPE_CHECKING")
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            top, *inside = name.split(".")
            if top == "scaler_lab" and inside:
                yield node.lineno, _as_module(inside), node in for_display


def _as_module(names: list[str]) -> tuple[str, ...]:
    """*names* without what isn't a module: a name imported from the package itself."""
    if (PACKAGE / names[0]).is_dir() or (PACKAGE / f"{names[0]}.py").exists():
        return tuple(names)
    return ("__init__", *names)


def _loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*sys.modules, sep='\\n')"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    return set(ran.stdout.split()) & set(LOADED_ONLY_WHEN_USED)
