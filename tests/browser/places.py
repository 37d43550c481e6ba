"""The paths and contents of the browser tests' environments."""

from __future__ import annotations

import os
import shutil
from importlib import util
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
HOME = Path(os.environ.get("SCALER_LAB_BROWSER_HOME", PROJECT / ".venv" / "browser"))
LAB = HOME / "lab"
JUPYTER_DATA = HOME / "share"
SERVER_CONFIG = "etc/jupyter/jupyter_server_config.d/scaler_lab.json"
AXE = Path(str(util.find_spec("axe_playwright_python").origin)).with_name("axe.min.js")  # type: ignore[union-attr]

LABEXTENSIONS = PROJECT / "extension" / "labextensions"  # the latest build
LAB_REQUIREMENTS = (
    *("jupyterlab==4.6.*", "notebook==7.6.*", "ipywidgets>=8.1", "anywidget>=0.11", "nbconvert"),
    *("-e", str(PROJECT)),  # the server extension
)

# They handle a click during a running cell differently: see `scaler_lab.ui.notebook.requests`.
IPYKERNELS = ("6.31.0", "7.3.0", "7.4.0")


def kernel_name(ipykernel: str) -> str:
    """The kernelspec of that ipykernel version."""
    return "ipykernel-" + ipykernel.replace(".", "-")


def kernel_home(ipykernel: str) -> Path:
    """The virtual environment of that ipykernel version."""
    return HOME / kernel_name(ipykernel)


def lab_is_made() -> bool:
    """Whether that environment contains JupyterLab, Notebook and this package."""
    commands = ("bin/jupyter-lab", "bin/jupyter-notebook", "bin/jupyter-nbconvert")
    return all((LAB / path).exists() for path in (*commands, SERVER_CONFIG))


def chromium() -> str | None:
    """The path of the browser; None if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def missing() -> list[str]:
    """What `setup` would install; empty if everything is there."""
    wanted = [
        JUPYTER_DATA / "kernels" / kernel_name(version) / "kernel.json" for version in IPYKERNELS
    ]
    found = [str(path) for path in wanted if not path.exists()]
    if not lab_is_made():
        found.append(str(LAB))
    if chromium() is None:
        found.append("chromium")
    return found
