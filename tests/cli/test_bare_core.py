"""`pip install scaler-lab` without extras: what a worker of a cluster has, or a small program.

The wheel is installed into an empty environment, with the dependencies that pip chooses.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
INTERACTIVE = ("anywidget", "ipywidgets", "IPython", "jupyterlab", "jupyter_server", "textual")
MAX_MEGABYTES = 25  # 14 with Python 3.11 in November 2026

PROGRAM = """
import time
import scaler_lab
from scaler_lab import Client

def spin():
    while True:
        pass

if __name__ == "__main__":
    with Client(n_workers=1) as client:
        assert client.submit(pow, 2, 10).result(30) == 1024
        endless = client.submit(spin)
        while not endless.running():
            time.sleep(0.01)
        assert endless.cancel()
        assert endless.cancelled()
        print(client, endless.cancel_resolution)
        try:
            client.submit_form(pow)
        except ImportError as error:
            print(error)
        print(client._repr_mimebundle_().keys())
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has only the wheel and what it requires."""
    home = tmp_path_factory.mktemp("core")
    _run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", f"{home}/dist", PROJECT])
    [wheel] = (home / "dist").glob("*.whl")
    _run([sys.executable, "-m", "venv", "--without-pip", home / "venv"])
    python = home / "venv" / "bin" / "python"
    _run([sys.executable, "-m", "pip", "--python", python, "install", "-q", wheel])
    return python


@pytest.mark.timeout(180)
def test_nothing_of_a_notebook_or_a_screen_is_installed(python: Path) -> None:
    [packages] = python.parents[1].glob("lib/python*/site-packages")
    assert not [name for name in INTERACTIVE if (packages / name).exists()]
    files = [path for path in packages.rglob("*") if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files if path.suffix != ".pyc") / 1e6
    assert megabytes < MAX_MEGABYTES


@pytest.mark.timeout(180)
def test_a_program_submits_and_cancels(python: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    said = _run([python, program])
    assert "1 worker" in said
    assert "interrupted" in said
    assert "pip install 'scaler-lab[notebook]'" in said, "what the form needs"
    assert "text/html" in said, "the static table needs nothing"


@pytest.mark.timeout(180)
def test_the_command_line_reports_what_is_missing(python: Path) -> None:
    command = python.with_name("scaler-lab")
    doctor = _run([command, "doctor"])
    for extra in ("lab", "terminal", "scaler", "dask", "examples"):
        assert f"pip install 'scaler-lab[{extra}]'" in doctor
    assert "works   trial" in doctor
    for arguments, extra in ((["top"], "terminal"), (["lab"], "examples")):
        ran = subprocess.run(
            ["script", "-qec", " ".join([str(command), *arguments]), "/dev/null"],
            capture_output=True,
            text=True,
            env=os.environ | {"TERM": "xterm"},
            timeout=60,
            check=False,
        )
        assert ran.returncode == 1
        assert f"pip install 'scaler-lab[{extra}]'" in ran.stdout


def _run(command: Sequence[str | Path]) -> str:
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        timeout=170,
        check=False,
    )
    assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
    return ran.stdout + ran.stderr
