"""Where the browser tests' environments are, and what is in each."""

from __future__ import annotations

import os
import shutil
from importlib import util
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
HOME = Path(os.environ.get("SCALER_LAB_BROWSER_HOME", PROJECT / ".venv" / "browser"))
LAB = HOME / "lab"
JUPYTER_DATA = HOME / "share"
AXE = Path(str(util.find_spec("axe_playwright_python").origin)).with_name("axe.min.js")  # type: ignore[union-attr]

LAB_REQUIREMENTS = (
    "jupyterlab==4.6.*",
    "notebook==7.6.*",
    "ipywidgets>=8.1",
    "anywidget>=0.11",
    "nbconvert",
)

LAB_COMMANDS = ("jupyter-lab", "jupyter-notebook", "jupyter-nbconvert")

# What each of them does with a click while a cell runs differs: see `windows.notebook.channel`.
IPYKERNELS = ("6.31.0", "7.3.0", "7.4.0")


def kernel_name(ipykernel: str) -> str:
    """The kernelspec that runs that version."""
    return "ipykernel-" + ipykernel.replace(".", "-")


def kernel_home(ipykernel: str) -> Path:
    """Its virtual environment."""
    return HOME / kernel_name(ipykernel)


def chromium() -> str | None:
    """The browser; None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def missing() -> list[str]:
    """What `setup` would make; empty where all is there."""
    wanted = [LAB / "bin" / name for name in LAB_COMMANDS]
    wanted += [
        JUPYTER_DATA / "kernels" / kernel_name(version) / "kernel.json" for version in IPYKERNELS
    ]
    return [str(path) for path in wanted if not path.exists()] + (
        [] if chromium() else ["chromium"]
    )
