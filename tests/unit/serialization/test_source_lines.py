"""The source lines of functions: which are sent, and what a worker does with them."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Iterator
from types import CodeType
from typing import Any

import pytest
from pickling_roundtrip import Notebook, sent

from scaler_lab.serialization import source_lines
from scaler_lab.serialization.source_lines import SourceLines

CELL = "x = 1\n\n@staticmethod\ndef f(\n    a,\n):\n    return g(\n        a\n    )\n\ny = 2\n"
ELSEWHERE = "/not/on/this/machine.py"


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    before, labels = dict(linecache.cache), dict(source_lines.labels)
    yield
    linecache.cache.clear()
    linecache.cache.update(before)
    source_lines.labels.clear()
    source_lines.labels.update(labels)


def code_of(cell: str, filename: str, name: str = "f") -> CodeType:
    lines: list[str] = [*cell.splitlines(keepends=True)]
    linecache.cache[filename] = len(cell), None, lines, filename
    names: dict[str, Any] = {}
    exec(compile(cell, filename, "exec", dont_inherit=True), names)
    function = names[name]
    code: CodeType = getattr(function, "__func__", function).__code__
    return code


def test_the_lines_of_the_whole_function_are_found_and_no_others() -> None:
    found = source_lines.source_lines(code_of(CELL, "<cell>"))
    assert found == SourceLines("<cell>", "", 3, CELL[len("x = 1\n\n") : -len("\n\ny = 2\n")])


def test_nested_code_belongs_to_it() -> None:
    cell = "def f():\n    def g():\n        return 1\n"
    assert source_lines.source_lines(code_of(cell, "<cell>")).text == cell.rstrip()


def test_code_without_a_source_has_none() -> None:
    names: dict[str, Any] = {}
    exec(compile("def f(): return 1", "<string>", "exec"), names)
    assert source_lines.source_lines(names["f"].__code__).text == ""


def test_a_very_long_function_brings_no_lines() -> None:
    cell = "def f():\n" + "    # a comment that is long enough\n" * 5000 + "    return 1\n"
    assert source_lines.source_lines(code_of(cell, "<cell>")).text == ""


def test_several_functions_of_a_file_are_put_together() -> None:
    source_lines.register(SourceLines(ELSEWHERE, "", 5, "def f():\n    return 1"))
    source_lines.register(SourceLines(ELSEWHERE, "", 2, "def g(): return 2"))
    linecache.checkcache(ELSEWHERE)
    assert linecache.getline(ELSEWHERE, 6) == "    return 1\n"
    assert linecache.getline(ELSEWHERE, 2) == "def g(): return 2\n"
    assert linecache.getline(ELSEWHERE, 3) == "\n"


def test_the_lines_that_were_sent_hide_those_of_an_edited_file(tmp_path: Any) -> None:
    path = tmp_path / "edited.py"
    path.write_text("a = 1\nb = 2\nc = 3\n")
    source_lines.register(SourceLines(str(path), "", 2, "b = 0"))
    assert linecache.getlines(str(path)) == ["a = 1\n", "b = 0\n", "c = 3\n"]


def test_a_label_replaces_the_name_of_the_cell_s_file_in_a_traceback() -> None:
    source_lines.register(SourceLines("/tmp/ipykernel_1/2.py", "In[5]", 1, "f()"))
    text = '  File "/tmp/ipykernel_1/2.py", line 1, in f\n  File "/other.py", line 2, in g'
    expected = '  Cell In[5], line 1, in f\n  File "/other.py", line 2, in g'
    assert source_lines.with_labels(text) == expected


def test_a_function_that_arrives_knows_its_source(notebook: Notebook) -> None:
    cell = "def show():\n    import inspect\n    return inspect.getsource(show)"
    code_of(cell, "<cell>", "show")
    notebook.run(cell)
    assert sent(notebook["show"]).rstrip() == cell
    assert inspect.getsource(notebook["show"]).rstrip() == cell
