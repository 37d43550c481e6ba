"""Installs what the browser tests need: a browser, a JupyterLab, kernels.  Idempotent.

    python -m tests.browser.setup

The first time takes some minutes.  Everything is created in `.venv/browser`, or in the folder named
by SCALER_LAB_BROWSER_HOME, except the browser.  The browser is the system's: if there is none, apt
installs it, if permitted.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from . import places


def main() -> None:
    """Install what is missing."""
    if places.chromium() is None:
        _install_chromium()
    if not places.lab_is_made():
        _environment(places.LAB, places.LAB_REQUIREMENTS)
    for version in places.IPYKERNELS:
        home = places.kernel_home(version)
        spec = places.JUPYTER_DATA / "kernels" / places.kernel_name(version)
        if not (spec / "kernel.json").exists():
            _environment(home, (f"ipykernel=={version}", "-e", f"{places.PROJECT}[notebook]"))
            spec.mkdir(parents=True, exist_ok=True)
            (spec / "kernel.json").write_text(json.dumps(_kernelspec(home, version)))
    if still := places.missing():
        sys.exit(f"could not make {', '.join(still)}")


def _kernelspec(home: Path, version: str) -> dict[str, object]:
    python = str(home / "bin" / "python")
    return {
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": f"ipykernel {version}",
        "language": "python",
        "metadata": {"debugger": False},
    }


def _environment(home: Path, requirements: Sequence[str]) -> None:
    venv.create(home, clear=True, with_pip=True)
    _run([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *requirements])


def _install_chromium() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit("these tests need chromium: install it (apt-get install chromium)")
    _run(["apt-get", "update", "-qq"])
    _run(["apt-get", "install", "-y", "-qq", "chromium"])


def _run(command: Sequence[str]) -> None:
    print("+", *command, file=sys.stderr, flush=True)  # noqa: T201
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
