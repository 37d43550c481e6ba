"""The wheel: all that Jupyter needs is there by `pip install` alone, and its metadata are true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from scaler_lab import __version__

PROJECT = Path(__file__).parents[2]
SHARED = {
    "etc/jupyter/jupyter_server_config.d/scaler_lab.json",
    "share/jupyter/labextensions/@scaler-lab/lab/package.json",
    "share/jupyter/labextensions/@scaler-lab/lab/install.json",
    "share/jupyter/labextensions/@scaler-lab/lab/schemas/@scaler-lab/lab/plugin.json",
}


SOURCE = "https://repository.invalid/scaler-lab"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(dist), str(PROJECT)])
    [wheel] = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def about(wheel: Path) -> Message:
    """The metadata that PyPI shows."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


@pytest.mark.timeout(180)
def test_links_and_pictures_work_where_pypi_shows_the_readme(about: Message) -> None:
    assert about["Description-Content-Type"] == "text/markdown"
    text = str(about.get_payload())
    anchors = {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in _titles(text)}
    targets = [
        (part.type, str(part.attrGet("href") or part.attrGet("src")))
        for token in MarkdownIt("commonmark").enable("table").parse(text)
        for part in token.children or ()
        if part.type in ("link_open", "image")
    ]
    assert {kind for kind, _ in targets} == {"link_open", "image"}
    homes = {
        "image": f"{SOURCE}/raw/v{__version__}/",
        "link_open": f"{SOURCE}/blob/v{__version__}/",
    }
    for kind, target in targets:
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert target.startswith(homes[kind]), target
            assert (PROJECT / target.removeprefix(homes[kind]).partition("#")[0]).exists(), target


def _titles(text: str) -> list[str]:
    return re.findall(r"^#+ (.*)$", text, re.MULTILINE)


@pytest.mark.timeout(180)
def test_the_classifiers_name_what_ci_tests(about: Message) -> None:
    classifiers = about.get_all("Classifier", [])
    assert not [name for name in classifiers if "MacOS" in name], "nobody has seen it pass there"
    stated = {c.rpartition(" ")[2] for c in classifiers if re.search(r"Python :: 3\.", c)}
    workflow = (PROJECT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    [tested] = re.findall(r"^ +python: \[(.*)\]$", workflow, re.MULTILINE)
    assert ("Private :: Do Not Upload" in classifiers) is SOURCE.startswith(
        "https://repository.invalid/"
    ), "PyPI must refuse it as long as its links lead nowhere"
    assert stated == set(re.findall(r"\d+\.\d+", tested))
    assert {url.partition(",")[0] for url in about.get_all("Project-URL", [])} >= {
        "Source",
        "Documentation",
        "Changelog",
        "Issues",
    }


@pytest.mark.timeout(180)
def test_installed_it_is_enabled_and_uninstalled_nothing_is_left(
    wheel: Path, tmp_path: Path
) -> None:
    home = tmp_path / "user"
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
    """Return what it prints, without colours."""
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
