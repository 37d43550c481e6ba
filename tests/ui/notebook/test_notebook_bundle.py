"""The widget's front end in the package is built from the sources in `extension/`."""

from __future__ import annotations

import hashlib
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from scaler_lab import Client
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.notebook import widget
from scaler_lab.ui.notebook.feed_source import source_of
from scaler_lab.ui.notebook.widget import TaskTableWidget

PACKAGES = Path(__file__).parents[3] / "extension" / "packages"
STATIC = Path(__file__).parents[3] / "scaler_lab" / "ui" / "notebook" / "static"

MAX_STUB_BYTES = 3000

SOURCE = re.compile(r"(table|notebook)/(src|style)/.*\.(ts|css)")


@pytest.mark.parametrize("name", ["table.js", "stub.js"])
def test_the_bundle_is_current_with_its_sources(name: str) -> None:
    first_line = (STATIC / name).read_text(encoding="utf-8").partition("\n")[0]
    assert first_line.endswith(_digest_of_sources()), (
        "the bundle is older than its sources: cd extension && npm ci && npm run build"
    )


def test_the_bundle_loads_nothing_from_elsewhere() -> None:
    text = (STATIC / "table.js").read_text(encoding="utf-8")
    assert not re.search(
        r"\bimport\s*[\"'(]|\bfrom\s*[\"']|https?://(?!www\.w3\.org/2000/svg)", text
    )


def test_only_the_first_widget_of_a_kernel_carries_the_front_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(widget, "_numbers", itertools.count())
    with Client(ScriptedEngine()) as client:
        output: Any = _Output(source_of(client))
        first: Any = TaskTableWidget(output)
        second: Any = TaskTableWidget(output)
        sent: list[bytes] = []

        def send(_content: object, buffers: list[bytes]) -> None:
            sent.extend(buffers)

        monkeypatch.setattr(second, "send", send)
        assert _esm_of(first) == (STATIC / "table.js").read_text(encoding="utf-8")
        assert len(_esm_of(second)) < MAX_STUB_BYTES
        second._on_comm(second, {"scaler_lab_front_end": True}, [])  # of a page that has none
        assert [data.decode() for data in sent] == [_esm_of(first)]


class _Output:
    """A table that no page shows."""

    def __init__(self, feed_source: BoardSource) -> None:
        self.feed_source = feed_source


def _esm_of(made: Any) -> str:
    return str(made.get_state()["_esm"])


def _digest_of_sources() -> str:
    found = sorted(
        path
        for file in PACKAGES.rglob("*")
        if SOURCE.fullmatch(path := file.relative_to(PACKAGES).as_posix())
    )
    digest = hashlib.sha256()
    for path in [*found, "notebook/build.mjs", "minifiedCss.mjs"]:
        digest.update(f"{path}\n".encode())
        digest.update((PACKAGES / path).read_bytes())
    return digest.hexdigest()
