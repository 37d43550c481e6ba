"""``scaler-lab lab``: the examples reach the user's folder, and what the user changed stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaler_lab import cli
from scaler_lab.cli import lab
from scaler_lab.cli.lab import Copied, copy_examples


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two examples as a package brings them, and what is no example."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "one.ipynb").write_text("one")
    (folder / "two.py").write_text("two")
    (folder / "notes.txt").write_text("not to be copied")
    return folder


def test_examples_are_copied_once(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "of" / "mine"
    assert copy_examples(source, folder) == Copied(["one.ipynb", "two.py"], [], [])
    assert copy_examples(source, folder) == Copied([], [], [])
    assert sorted(path.name for path in folder.iterdir()) == [lab.NOTE, "one.ipynb", "two.py"]


def test_what_the_user_changed_is_never_overwritten(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    copy_examples(source, folder)
    (folder / "one.ipynb").write_text("mine")
    (source / "one.ipynb").write_text("one, newer")
    (source / "two.py").write_text("two, newer")
    assert copy_examples(source, folder) == Copied([], ["two.py"], ["one.ipynb"])
    assert (folder / "one.ipynb").read_text() == "mine"
    assert (folder / "two.py").read_text() == "two, newer"


def test_a_file_that_was_there_before_is_the_users(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "two.py").write_text("mine")
    (folder / lab.NOTE).write_text("no json")
    assert copy_examples(source, folder) == Copied(["one.ipynb"], [], ["two.py"])
    assert (folder / "two.py").read_text() == "mine"


def test_without_jupyterlab_it_says_what_installs_it_and_copies_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr("importlib.util.find_spec", nothing)
    assert cli.main(["lab", str(tmp_path / "mine")]) == cli.FAILED
    assert "pip install 'scaler-lab[lab]'" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("named", [["mine"], []])
def test_it_opens_jupyterlab_in_the_folder_with_the_options_given(
    tmp_path: Path, named: list[str]
) -> None:
    fake = tmp_path / "path" / "jupyterlab"
    fake.mkdir(parents=True)
    (fake / "__init__.py").touch()
    (fake / "__main__.py").write_text("import os, sys\nprint(os.getcwd(), sys.argv[1:])\n")
    folder = tmp_path / (named[0] if named else "scaler_lab_examples")
    paths = [str(tmp_path / "path"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    ran = subprocess.run(
        [sys.executable, "-m", "scaler_lab", "lab", *named, "--", "--no-browser"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=50,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == f"{folder.resolve()} ['--no-browser']"
    assert (folder / "first_steps.py").exists()


def test_only_copying_needs_no_jupyterlab(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["lab", str(tmp_path / "mine"), "--copy-only"]) == cli.DONE
    names = sorted(p.name for p in lab.examples().iterdir() if p.suffix in (".py", ".ipynb"))
    assert f"{len(names)} new, 0 renewed" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [lab.NOTE, *names]
