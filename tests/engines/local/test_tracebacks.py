"""A task's traceback shows its file or cell, its lines and its carets, as if it had run here."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

DEFINITIONS = """
def inner(x):
    return 1 / x

def outer(x):
    def nested(y):
        return inner(y)
    try:
        return nested(x)
    except ZeroDivisionError as error:
        raise ValueError("chained") from error

def several():
    errors = []
    for call in (lambda: inner(0), lambda: {}["key"]):
        try:
            call()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("two", errors)

def wrong_syntax():
    compile("a = = 1", "<in task>", "exec")

class Model:
    def fit(self):
        return self.nothing

double = lambda value: value["twice"]
"""

CALLS = """
from scaler_lab import Client

with Client(n_workers=1) as client:
    futures = {
        "outer": client.submit(outer, 0),
        "several": client.submit(several),
        "wrong_syntax": client.submit(wrong_syntax),
        "method": client.submit(Model().fit),
        "lambda": client.submit(double, {}),
        "dependent": client.submit(outer, client.submit(inner, 0)),
    }
    for name, future in futures.items():
        error = future.exception(60)
        while not hasattr(error.__cause__, "text"):
            error = error.__cause__
        print(f"== {name}\\n{error.__cause__.text}")
"""

SHELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in sys.stdin.read().split("# %%"):
    shell.run_cell(cell, store_history=True).raise_error()
"""


def _run(command: Sequence[str | Path], typed: str = "") -> dict[str, str]:
    """Return the tracebacks that the program printed, by the names of the calls."""
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        check=False,
        input=typed,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert "== dependent" in done.stdout, done.stderr
    return dict(part.split("\n", 1) for part in done.stdout.split("== ")[1:])


def _assert_lines(found: dict[str, str], place: str, first: int) -> None:
    """*place* names the file as the traceback should; the definitions start at line *first*."""
    lines = dict(enumerate(DEFINITIONS.splitlines(), first))
    numbers = {text.strip(): number for number, text in lines.items()}

    def frame(function: str, source: str) -> str:
        return f"  {place}, line {numbers[source]}, in {function}\n    {source}\n"

    outer = found["outer"]
    division = frame("inner", "return 1 / x") + "           ~~^~~\nZeroDivisionError: "
    head = "Traceback (most recent call last):\n"
    assert outer.startswith(head + frame("outer", "return nested(x)"))
    assert frame("nested", "return inner(y)") in outer
    assert division in outer
    assert "The above exception was the direct cause" in outer
    assert frame("outer", 'raise ValueError("chained") from error') + "ValueError: chained" in outer
    assert division in found["dependent"]
    assert frame("fit", "return self.nothing").rstrip("\n") in found["method"]
    assert frame("<lambda>", 'double = lambda value: value["twice"]') in found["lambda"]
    assert "~~~~~^^^^^^^^^" in found["lambda"]
    assert 'File "<in task>", line 1\n    a = = 1\n        ^' in found["wrong_syntax"]
    plain = found["several"].replace("    | ", "").replace("  | ", "")
    assert division in plain
    assert frame("<lambda>", 'for call in (lambda: inner(0), lambda: {}["key"]):') in plain
    assert "<dynamic-code>" not in "".join(found.values())


def test_a_script_s_traceback_names_its_file_and_lines(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        f'{DEFINITIONS}\nif __name__ == "__main__":\n' + CALLS.replace("\n", "\n    ")
    )
    _assert_lines(_run([script]), f'File "{script}"', 1)


def test_a_notebook_s_traceback_names_the_cell(tmp_path: Path) -> None:
    pytest.importorskip("IPython")
    driver = tmp_path / "driver.py"
    driver.write_text(SHELL)
    found = _run([driver], "first = 1\n# %%" + DEFINITIONS + "# %%" + CALLS)
    _assert_lines(found, "Cell In[2]", 0)  # IPython drops the empty first line


def test_the_interactive_interpreter_s_lines_are_shown(tmp_path: Path) -> None:
    """Before Python 3.13 it keeps no lines, so that only the place is known."""
    pexpect: Any = pytest.importorskip("pexpect")
    found = tmp_path / "traceback.txt"
    with contextlib.closing(pexpect.spawn(sys.executable, ["-q"], timeout=60)) as child:
        child.expect(">>> ")
        for line in (
            "from scaler_lab import Client",
            "divide = lambda x: 1 / x",
            "client = Client(n_workers=1)",
            "text = client.submit(divide, 0).exception(60).__cause__.text",
            f"open({str(found)!r}, 'w').write(text)",
            "client.shutdown()",
            "exit()",
        ):
            child.sendline(line)
        child.expect(pexpect.EOF)
    lines = found.read_text().splitlines()
    if sys.version_info >= (3, 13):
        assert lines[1] == '  File "<python-input-1>", line 1, in <lambda>'
        assert lines[2].strip() == "divide = lambda x: 1 / x"
        assert lines[3].strip() == "~~^~~"
    else:
        assert lines[1] == '  File "<stdin>", line 1, in <lambda>'
        assert lines[2] == "ZeroDivisionError: division by zero"
