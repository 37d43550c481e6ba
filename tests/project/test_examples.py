"""The examples run, say what they are meant to say, and what they claim is so.

Notebooks are run cell by cell, then a check with their names; and what is saved in them was made by
a run that ended well, with tables that need no kernel to be read.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scaler_lab.cli.examples import PACKAGES

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))

CHECKS = {
    "hyperparameter_search": """
        assert {n for n, why in pruned.items() if why == "stuck"} == {
            "linear, raw, C=100", "linear, raw, C=10000"
        }, pruned
        assert 5 <= sum(why == "hopeless" for why in pruned.values()) <= 15, pruned
        assert finalists[0][0] > 0.97 and len(finalists) + len(pruned) == len(candidates)
        told = {str(f.cancel_resolution) for f in groups["linear, raw, C=100"] if f.started_at}
        assert told == {"killed"}, told
        assert client.board.counts["failed"] == 0
    """,
    "joblib_grid_search": """
        assert stopped and search.best_score_ > 0.97
        assert alone.best_params_ == search.best_params_
        assert alone.best_score_ == search.best_score_
        assert client.board.counts["cancelled"] > 0 and client.board.counts["failed"] == 0
    """,
    "option_pricer": """
        assert halves[0] < GOOD_ENOUGH and saved > BATCHES / 2
        assert abs(values[1] - black_scholes()) < 2.5 * halves[1], (values, halves)
        assert values[0] < values[1], "a mean varies less than an end"
        assert client.board.counts["cancelled"] == saved
    """,
    "two_clusters": """
        assert intervals["OpenGRIS Scaler"] == intervals["Dask"], intervals
        assert answers["OpenGRIS Scaler"] == {"killed": 2, "never_started": 6}, answers
        assert answers["Dask"] == {"finished_first": 2, "never_started": 6}, answers
        assert scaler_cluster.returncode == 0
    """,
    "first_steps": """
        assert group.results() == [1229, 2262, 5133, 9592]
        assert endless.cancelled() and str(endless.cancel_resolution) == "interrupted"
    """,
    "many_files": """
        assert {folder.name for folder in failed} == {"c", "s"}, failed
        assert all(isinstance(error, UnicodeDecodeError) for error in failed.values())
        assert all(future.exception() is None for future in mended)
        assert max(attempts) > 1, "a page could not be read, and the task ran again"
        assert longest.progress.done == longest.progress.total > 10
        assert "files, " in longest.output()
        alone = sum((count_words(folder) for folder in folders), Counter())
        assert words == alone
    """,
    "parameter_explorer": """
        assert first.result() == groups() and form.future is first
        assert slow.cancelled() and str(slow.cancel_resolution) in ("interrupted", "killed")
        agrees = {s[:2]: float(said.split()[-1]) for s, said in zip(settings, tried.results())}
        assert max(agrees, key=agrees.get) == (3, "k-means") and agrees[3, "k-means"] > 0.85
    """,
}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
        # On one, what comes last has not begun when the others are done.
        env=os.environ | {"SCALER_LAB_N_WORKERS": "2"},
    )


def test_first_steps() -> None:
    ran = _run(str(EXAMPLES / "first_steps.py"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "count_primes[3]: 9,592 primes\n" in ran.stdout
    assert "count_primes: cancel() returned True, interrupted\n" in ran.stdout
    assert "5 of 5 done (4 succeeded, 1 cancelled)" in ran.stdout.splitlines()[-1]


def test_an_asyncio_program() -> None:
    ran = _run(str(EXAMPLES / "asyncio_program.py"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "2,262 primes below 20,000\n" in ran.stdout
    assert "5,133 primes below 50,000\n" in ran.stdout
    assert "1,000,000,000,000: its task was interrupted\n" in ran.stdout
    assert "[168, 303, 430, 550, 669, 783, 900, 1007]\n" in ran.stdout
    blocked = re.search(r"blocked for (\d+) ms at most", ran.stdout)
    assert blocked is not None
    assert int(blocked[1]) < 1000, "less than the task that was given up took"


@pytest.mark.timeout(180)  # scikit-learn is imported by each worker, on a machine that may be busy
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_what_it_claims_is_so(notebook: Path) -> None:
    check = "\n".join(line.strip() for line in CHECKS[notebook.stem].strip().splitlines())
    ran = _run(str(Path(__file__).parents[1] / "support" / "notebook_run.py"), str(notebook), check)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_saved_as_it_ended(notebook: Path) -> None:
    saved = json.loads(notebook.read_text(encoding="utf-8"))
    assert "widgets" not in saved["metadata"], "the state of live tables: a hundred kB for nobody"
    cells = saved["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"], "of one machine"
    html = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    tables = [page for page in html if "<table>" in page]
    assert tables
    assert not [page for page in tables if re.search(r"\d (running|queued|cancelling)", page)]


def test_the_packages_that_an_example_needs_are_those_that_it_imports() -> None:
    imported_as = {"scikit-learn": "sklearn", "opengris-scaler": "scaler"}
    for name, packages in PACKAGES.items():
        file = EXAMPLES / name
        code = file.read_text(encoding="utf-8")
        if file.suffix == ".ipynb":
            cells = json.loads(code)["cells"]
            code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        found = set(re.findall(r"^\s*(?:from|import) (\w+)", code, re.MULTILINE))
        found -= {*sys.stdlib_module_names, "scaler_lab", "IPython"}  # a kernel has IPython
        assert found == {imported_as.get(package, package) for package in packages}, name
    assert PACKAGES.keys() == {file.name for file in EXAMPLES.iterdir() if file.is_file()}


def test_two_notebooks_need_nothing_else_and_the_extra_has_what_the_others_need() -> None:
    assert sum(name.endswith(".ipynb") and not needs for name, needs in PACKAGES.items()) >= 2
    project = tomllib.loads((EXAMPLES.parent / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    brought = " ".join([*extras["examples"], *extras["scaler"], *extras["dask"]])
    for package in {package for packages in PACKAGES.values() for package in packages}:
        assert f"{package}>=" in brought


def _readme(title: str) -> list[str]:
    """The Python blocks of one of the README's parts."""
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    part = readme.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```$", part, re.DOTALL | re.MULTILINE)


def test_the_readmes_program_runs() -> None:
    [program] = _readme("In a program")
    ran = _run("-c", program)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "count_primes[2] 5133\n" in ran.stdout
    assert re.search(r"^interrupted 0\.\d+$", ran.stdout, re.MULTILINE)


def test_the_readmes_first_five_minutes_go_as_they_say(tmp_path: Path) -> None:
    """But for the click, which the browser's tests make."""
    start, submit, wait, stop = _readme("The first five minutes")
    assert wait == "endless.result()\n"
    stop = stop.replace("endless.cancel(),", "answer = endless.cancel(),")
    cells = [start, submit, "endless.cancel()", stop]
    notebook = tmp_path / "five.ipynb"
    code = [{"cell_type": "code", "source": source} for source in cells]
    notebook.write_text(json.dumps({"cells": code}))
    check = (
        "assert answer[0] is True and str(answer[1]) == 'interrupted' and answer[2] < 30, answer\n"
        "assert group.results() == [1229, 2262, 5133, 9592]\n"
        "client.shutdown()"
    )
    ran = _run(str(Path(__file__).parents[1] / "support" / "notebook_run.py"), str(notebook), check)
    assert ran.returncode == 0, ran.stdout + ran.stderr
