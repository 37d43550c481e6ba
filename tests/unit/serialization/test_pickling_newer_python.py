"""What newer Pythons added to the language, sent by value: in cells, as a notebook defines it.

A case exists on the Pythons that can compile it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from pickling_roundtrip import Notebook, returned, sent

from scaler_lab.errors import TaskUnserializable
from scaler_lab.serialization.annotations import annotations_of, signature_of
from scaler_lab.serialization.pickling import pack_call

ANNOTATED = """
import dataclasses, typing

def rows(frame: Frame | None = None) -> list[Frame]:
    return 42

def outer():
    def inner(x: Frame): return x + 1
    return inner(41)

class Plain:
    x: Frame
    y: int
    def size(self, other: Plain | Frame) -> Frame: return 42

class Pair(typing.NamedTuple):
    a: Frame
    b: int = 42

class Options(typing.TypedDict):
    a: Frame

class Sized(typing.Protocol):
    def size(self, other: Frame) -> Frame: ...

@dataclasses.dataclass
class Record:
    a: Frame
    b: Record | Frame = 42
    c: typing.ClassVar[Frame] = 1

@dataclasses.dataclass(slots=True, frozen=True)
class Frozen:
    a: int = 42
    b: Frozen | None = None
"""


class TextNotebook(Notebook):
    """Its cells are compiled with annotations as text, on every Python."""

    def run(self, cell: str) -> None:
        super().run(f"from __future__ import annotations\n{cell}")


KINDS: dict[str, type[Notebook]] = {"text": TextNotebook}
if sys.version_info >= (3, 14):
    KINDS["later"] = Notebook

CALLS = {
    "a function": "rows()",
    "a local function": "outer()",
    "a class": "Plain().size(None)",
    "a named tuple": "Pair(1).b",
    "a typed dictionary": "Options(a=42)['a']",
    "a protocol": "(Sized, 42)[1]",
    "a dataclass": "Record(1).b",
    "a frozen dataclass with slots": "Frozen().a",
}


@pytest.fixture(params=KINDS)
def annotated(request: pytest.FixtureRequest) -> Notebook:
    """A notebook with annotations that name nothing; either text, or evaluated when read."""
    notebook = KINDS[request.param]()
    notebook.run(ANNOTATED)
    return notebook


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_annotations_that_name_nothing_do_not_stop_a_task(annotated: Notebook, call: str) -> None:
    annotated.run(f"def task(): return {call}")
    assert annotated.submit("task") == 42


@pytest.mark.parametrize("name", ["rows", "outer", "Plain", "Pair", "Sized", "Record", "Frozen"])
def test_what_has_such_annotations_can_be_an_argument_and_a_result(
    annotated: Notebook, name: str
) -> None:
    assert sent(_name_of, annotated[name]) == name
    assert returned(annotated[name]).__name__ == name


def _name_of(thing: Any) -> str:
    name: str = thing.__name__
    return name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rows", {"frame": "Frame | None", "return": "list[Frame]"}),
        ("Plain", {"x": "Frame", "y": "int"}),
    ],
)
def test_an_annotation_that_cannot_be_evaluated_arrives_as_its_text(
    annotated: Notebook, name: str, expected: dict[str, str]
) -> None:
    assert sent(annotations_of, annotated[name]) == expected


def test_annotations_that_can_be_evaluated_arrive_as_values(notebook: Notebook) -> None:
    notebook.run("class Node:\n    value: int\n    def add(self, n: int) -> float: ...")
    assert sent(annotations_of, notebook["Node"]) == {"value": int}
    assert sent(annotations_of, notebook["Node"].add) == {"n": int, "return": float}


def test_such_a_function_keeps_what_makes_it_up(annotated: Notebook) -> None:
    annotated.run("def kept(a: Frame, b=2, *, c=3): return a, b, c, kept.n\nkept.n = 4")
    assert annotated.submit("kept", 1) == (1, 2, 3, 4)


def test_a_function_that_calls_itself_is_still_one_function(annotated: Notebook) -> None:
    annotated.run(
        "def make():\n"
        "    def down(n: Frame): return n and down(n - 1)\n"
        "    down.marks = [down]\n"
        "    return down\n"
        "def task(f): return f(3), f.marks[0] is f"
    )
    assert annotated.submit("task", annotated["make"]()) == (0, True)


def test_the_argument_at_fault_is_named_as_the_signature_has_it(annotated: Notebook) -> None:
    annotated.run("def fit(data: Frame, model: Frame): ...")
    with pytest.raises(TaskUnserializable, match="argument 'model' of fit"):
        pack_call(annotated["fit"], (1, threading.Lock()), {}, "fit")


def test_the_signature_of_such_a_function_can_be_read(annotated: Notebook) -> None:
    assert list(signature_of(annotated["rows"]).parameters) == ["frame"]


if sys.version_info >= (3, 14):

    @pytest.mark.parametrize("annotation", ["1 / 0", "os.no_such", "[n for n in Frame]", "len(5)"])
    def test_annotations_of_any_code_do_not_stop_a_task(
        notebook: Notebook, annotation: str
    ) -> None:
        notebook.run("import os, dataclasses")
        notebook.run(f"def task(x: {annotation} = 1): return x + Record.value")
        notebook.run(f"class Record:\n    other: {annotation}\n    value: int = 41")
        assert notebook.submit("task") == 42

    def test_an_annotation_that_works_later_is_not_kept_from_before(notebook: Notebook) -> None:
        notebook.run("def task(x: Frame): return annotations(task)['x']")
        notebook.names["annotations"] = annotations_of
        assert notebook.submit("task", 1) == "Frame"
        notebook.run("Frame = int")
        assert notebook.submit("task", 1) is int


if sys.version_info >= (3, 12):

    @pytest.mark.parametrize(
        "declared",
        ["[T: Frame]", "[T: (Frame, int)]", "[T: int]", "[T]"]
        + (["[T = Frame]"] if sys.version_info >= (3, 13) else []),
    )
    def test_type_variables_whose_bounds_name_nothing_do_not_stop_a_task(
        notebook: Notebook, declared: str
    ) -> None:
        notebook.run(
            f"def first{declared}(items: list[T]) -> T: return items[0]\n"
            f"class Stack{declared}:\n"
            "    def push(self, item: T) -> T: return item\n"
            "def task(): return first([40]) + Stack().push(2)"
        )
        assert notebook.submit("task") == 42


if sys.version_info >= (3, 15):
    LAZY = {
        "a module": ("lazy import json", "json.dumps([1])", "[1]"),
        "a name of a module": ("lazy from math import sqrt", "sqrt(16)", 4.0),
        "another name": ("lazy import fractions as f", "f.Fraction(1, 2).denominator", 2),
        "a module of a package": ("lazy import wsgiref.headers", "wsgiref.headers.Headers.__name__",
                                  "Headers"),
        "its module by name": ("lazy from wsgiref import util", "util.guess_scheme({})", "http"),
    }  # fmt: skip

    @pytest.mark.parametrize(("cell", "value", "expected"), LAZY.values(), ids=list(LAZY))
    def test_a_lazy_import_is_there_in_the_task(
        tmp_path: Path, cell: str, value: str, expected: object
    ) -> None:
        program = tmp_path / "program.py"
        program.write_text(
            f"{cell}\nfrom scaler_lab import Client\ndef task(): return {value}\n"
            "def used_in_default(x=None): return (x, task())[1]\n"
            "if __name__ == '__main__':\n"
            "    with Client(n_workers=1) as client:\n"
            "        for _ in range(2):\n"
            "            print(client.submit(task).result(20))\n"
            "            print(client.submit(used_in_default, task).result(20))\n"
            f"            print({value})\n"
        )
        ran = subprocess.run(
            [sys.executable, program], capture_output=True, text=True, timeout=50, check=False
        )
        assert ran.stderr == ""
        assert ran.stdout.splitlines() == [str(expected)] * 6

    def test_a_lazy_import_of_nothing_is_refused_with_the_reason(notebook: Notebook) -> None:
        notebook.run("lazy import no_such_module\ndef task(): return no_such_module.x")
        with pytest.raises(TaskUnserializable, match="No module named 'no_such_module'"):
            pack_call(notebook["task"], (), {}, "task")
