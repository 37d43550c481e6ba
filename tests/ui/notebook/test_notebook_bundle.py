"""The widget's front end in the package is built from the sources in `extension/`."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

PACKAGES = Path(__file__).parents[3] / "extension" / "packages"
STATIC = Path(__file__).parents[3] / "scaler_lab" / "ui" / "notebook" / "static"

SOURCE = re.compile(r"(table|notebook)/(src|style)/.*\.(ts|css)")


def test_the_bundle_is_current_with_its_sources() -> None:
    first_line = (STATIC / "table.js").read_text(encoding="utf-8").partition("\n")[0]
    assert first_line.endswith(_digest_of_sources()), (
        "the bundle is older than its sources: cd extension && npm ci && npm run build"
    )
    styles = [PACKAGES / "table" / "style" / name for name in ("table.css", "line.css")]
    assert (STATIC / "table.css").read_text() == "\n".join(path.read_text() for path in styles)


def test_the_bundle_loads_nothing_from_elsewhere() -> None:
    text = (STATIC / "table.js").read_text(encoding="utf-8")
    assert not re.search(r"\bimport\s*[\"'(]|\bfrom\s*[\"']|https?://", text)


def _digest_of_sources() -> str:
    found = sorted(
        path
        for file in PACKAGES.rglob("*")
        if SOURCE.fullmatch(path := file.relative_to(PACKAGES).as_posix())
    )
    digest = hashlib.sha256()
    for path in [*found, "notebook/build.mjs"]:
        digest.update(f"{path}\n".encode())
        digest.update((PACKAGES / path).read_bytes())
    return digest.hexdigest()
