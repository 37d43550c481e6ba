"""The wheel, in a clean environment: all that Jupyter needs is there by `pip install` alone."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SHARED = {
    "etc/jupyter/jupyter_server_config.d/scaler_lab.json",
    "share/jupyter/labextensions/@scaler-lab/lab/package.json",
    "share/jupyter/labextensions/@scaler-lab/lab/install.json",
    "share/jupyter/labextensions/@scaler-lab/lab/schemas/@scaler-lab/lab/plugin.json",
}


@pytest.mark.timeout(180)
def test_installed_it_is_enabled_and_uninstalled_nothing_is_left(tmp_path: Path) -> None:
    dist, home = tmp_path / "dist", tmp_path / "user"
    _run([sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(dist), str(PROJECT)])
    [wheel] = dist.glob("*.whl")
    venv.create(home)
    # What it depends on is the test environment's, so that nothing is downloaded.
    [site_packages] = home.glob("lib/python*/site-packages")
    others = [path for path in sys.path if path.endswith("site-packages")]
    (site_packages / "others.pth").write_text("\n".join(others))
    before = _files(home)
    python = str(home / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python]
    _run([*pip, "install", "--no-deps", "--force-reinstall", "--no-compile", str(wheel)])
    assert _files(home) - before >= SHARED

    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_NO_CONFIG": "",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "",
        "PATH": str(home / "bin"),  # no node, no npm
    }
    lab = _run([python, "-m", "jupyterlab.labextensions", "list"], environment)
    [line] = [line for line in lab.splitlines() if "@scaler-lab/lab" in line]
    assert "enabled" in line
    assert "OK" in line
    server = _run([python, "-m", "jupyter_server.extension.serverextension", "list"], environment)
    assert "scaler_lab enabled" in server
    [line] = [line for line in server.splitlines() if line.strip().startswith("scaler_lab 0")]
    assert line.endswith("OK")

    _run([*pip, "uninstall", "--yes", "scaler-lab"])
    assert _files(home) - before == set()


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> str:
    """What it says, without colours."""
    ran = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=150, check=False
    )
    assert ran.returncode == 0, f"{command}: {ran.stdout}{ran.stderr}"
    said = ran.stdout + ran.stderr
    return said.replace("\x1b[32m", "").replace("\x1b[0m", "")


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
