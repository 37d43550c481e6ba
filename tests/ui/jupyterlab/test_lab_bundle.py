"""JupyterLab's front end, as committed: built from its sources, small, and found by Jupyter."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

EXTENSION = Path(__file__).parents[3] / "extension"
PACKAGES = EXTENSION / "packages"
BUILT = EXTENSION / "labextensions" / "@scaler-lab" / "lab"

SOURCE = re.compile(r"(table|lab)/(src|style|schema)/.*\.(ts|css|json)")
MAX_BYTES = 200_000


def test_the_bundle_is_current_with_its_sources() -> None:
    first_line = _bundle().read_text(encoding="utf-8").partition("\n")[0]
    assert first_line.endswith(_digest_of_sources()), (
        "the bundle is older than its sources: cd extension && npm ci && npm run build"
    )
    schema = (PACKAGES / "lab" / "schema" / "plugin.json").read_bytes()
    assert (BUILT / "schemas" / "@scaler-lab" / "lab" / "plugin.json").read_bytes() == schema


def test_nothing_is_there_but_what_jupyter_needs() -> None:
    files = {path.relative_to(BUILT).as_posix() for path in BUILT.rglob("*") if path.is_file()}
    assert files == {
        "install.json",
        "package.json",
        "schemas/@scaler-lab/lab/plugin.json",
        _bundle().relative_to(BUILT).as_posix(),
    }
    assert sum((BUILT / path).stat().st_size for path in files) < MAX_BYTES


def test_the_bundle_loads_nothing_from_elsewhere() -> None:
    text = _bundle().read_text(encoding="utf-8")
    found = re.findall(r"\bimport\s*[\"'(]|https?://[^\"'` ]+", text)
    assert set(found) <= {"http://www.w3.org/2000/svg"}  # the icon's name space


def _bundle() -> Path:
    described = json.loads((BUILT / "package.json").read_text(encoding="utf-8"))
    return BUILT / str(described["jupyterlab"]["_build"]["load"])


def _digest_of_sources() -> str:
    found = sorted(
        path
        for file in PACKAGES.rglob("*")
        if SOURCE.fullmatch(path := file.relative_to(PACKAGES).as_posix())
    )
    digest = hashlib.sha256()
    others = ["lab/build.mjs", "lab/container.js", "lab/package.json", "minifiedCss.mjs"]
    for path in [*found, *others]:
        digest.update(f"{path}\n".encode())
        digest.update((PACKAGES / path).read_bytes())
    return digest.hexdigest()
