"""``scaler-lab lab``: the examples reach the user's folder, and what the user changed stays."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaler_lab import cli
from scaler_lab.cli import examples
from scaler_lab.cli.examples import Copied, copy_examples
from scaler_lab.errors import UnsafeFolder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two examples as a package has them, and a file that is not an example."""
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
    assert sorted(path.name for path in folder.iterdir()) == [examples.NOTE, "one.ipynb", "two.py"]


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
    (folder / examples.NOTE).write_text("no json")
    assert copy_examples(source, folder) == Copied(["one.ipynb"], [], ["two.py"])
    assert (folder / "two.py").read_text() == "mine"


def test_without_jupyterlab_it_reports_what_installs_it_and_copies_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr("importlib.util.find_spec", nothing)
    assert cli.main(["lab", str(tmp_path / "mine")]) == cli.FAILED
    assert "pip install 'scaler-lab[examples]'" in capsys.readouterr().err
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


NAMES_OF_OTHERS = ("secrets", "queue", "token", "statistics", "json", "hashlib", "sitecustomize")


@pytest.mark.parametrize("entries", [[], [""], ["."], ["", "elsewhere"]])
@pytest.mark.parametrize("command", ["module", "script"])
def test_nothing_of_the_folder_or_of_where_it_was_started_is_run(
    tmp_path: Path, entries: list[str], command: str
) -> None:
    """*entries* of PYTHONPATH: an empty or a relative one means the current folder of the time."""
    fake = tmp_path / "others" / "jupyterlab"
    fake.mkdir(parents=True)
    (fake / "__init__.py").touch()
    (fake / "__main__.py").write_text(
        f"print('served')\nfor name in {NAMES_OF_OTHERS}: __import__(name)"
    )
    start = tmp_path / "start"
    folder = start / "mine"
    folder.mkdir(parents=True)
    for place in [folder] if entries else [folder, start]:  # Python itself was told to look there
        for name in NAMES_OF_OTHERS:
            (place / f"{name}.py").write_text(f"print('RAN {name} of {place.name}')")
    script = "from scaler_lab.cli import main; main()"
    ran = subprocess.run(
        [
            sys.executable,
            *(["-m", "scaler_lab"] if command == "module" else ["-P", "-c", script]),
            *("lab", "mine"),
        ],
        cwd=start,
        capture_output=True,
        text=True,
        timeout=50,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*entries, str(tmp_path / "others")])},
        check=False,
    )
    assert "served" in ran.stdout, ran.stderr
    assert "RAN" not in ran.stdout


@pytest.mark.parametrize("kind", ["symlink", "dangling", "hard link", "folder", "fifo"])
def test_nothing_is_written_through_anything_but_a_plain_file(
    source: Path, tmp_path: Path, kind: str
) -> None:
    folder, outside = tmp_path / "mine", tmp_path / "outside"
    folder.mkdir()
    outside.write_text("theirs")
    target = folder / "two.py"
    if kind == "symlink":
        target.symlink_to(outside)
    elif kind == "dangling":
        target.symlink_to(tmp_path / "new")
    elif kind == "hard link":
        target.hardlink_to(outside)
    elif kind == "folder":
        target.mkdir()
    else:
        os.mkfifo(target)
    digest = hashlib.sha256(b"theirs").hexdigest()  # a note that claims it as a copy of ours
    (folder / examples.NOTE).write_text(json.dumps({"one.ipynb": digest, "two.py": digest}))
    copied = copy_examples(source, folder)
    assert copied.new == ["one.ipynb"]
    assert copied.kept == ([] if kind == "hard link" else ["two.py"])
    assert outside.read_text() == "theirs"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", [examples.NOTE, ".scaler_lab_examples.part"])
def test_its_own_files_are_not_written_through_links_either(
    source: Path, tmp_path: Path, name: str
) -> None:
    folder, outside = tmp_path / "mine", tmp_path / "outside"
    folder.mkdir()
    outside.write_text("theirs")
    (folder / name).symlink_to(outside)
    assert copy_examples(source, folder).new == ["one.ipynb", "two.py"]
    assert outside.read_text() == "theirs"
    assert not (folder / examples.NOTE).is_symlink()


def test_the_folder_of_another_user_is_refused(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    uid = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: uid)
    with pytest.raises(UnsafeFolder, match="name a folder of your own"):
        copy_examples(source, folder)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"two.py": ' * 50_000, "[1]", "\0", '{"two.py": [1]}'],
    ids=["deep list", "deep object", "list", "no text", "other types"],
)
def test_a_note_that_is_none_claims_nothing(source: Path, tmp_path: Path, content: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "two.py").write_text("mine")
    (folder / examples.NOTE).write_text(content)
    assert copy_examples(source, folder) == Copied(["one.ipynb"], [], ["two.py"])


def test_only_copying_needs_no_jupyterlab(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["lab", str(tmp_path / "mine"), "--copy-only"]) == cli.DONE
    names = sorted(p.name for p in examples.examples().iterdir() if p.suffix in (".py", ".ipynb"))
    assert f"{len(names)} new, 0 updated" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [examples.NOTE, *names]


def test_it_names_the_packages_that_each_example_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def is_installed(name: str) -> bool:
        return name not in ("numpy", "joblib")

    monkeypatch.setattr(examples, "_is_installed", is_installed)
    assert cli.main(["lab", "--copy-only", str(tmp_path / "mine")]) == cli.DONE
    printed = capsys.readouterr().out
    assert "option_pricer.ipynb needs packages that are not installed: numpy\n" in printed
    assert "joblib_grid_search.ipynb needs packages that are not installed: joblib\n" in printed
    assert "many_files.ipynb" not in printed
    assert "pip install 'scaler-lab[examples]'" in printed


def test_with_all_packages_nothing_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["lab", "--copy-only", str(tmp_path / "mine")]) == cli.DONE
    assert "not installed" not in capsys.readouterr().out
    assert examples.missing_packages() == {}
