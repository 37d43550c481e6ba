"""A kernel without anywidget shows static tables, which name the extra for live ones."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from typing import Any

import pytest

from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.notebook import display


def test_a_kernel_without_widgets_shows_a_static_table_that_names_the_extra(
    scripted: tuple[Client, ScriptedEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = scripted
    client.options(name="a power").submit(pow, 2, 5)
    find_spec = importlib.util.find_spec

    def find(name: str) -> ModuleSpec | None:
        return None if name == "anywidget" else find_spec(name)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    monkeypatch.setattr(display, "running_kernel", object)
    displayed: list[dict[str, Any]] = []
    monkeypatch.setattr(display, "_display", displayed.append)
    client._ipython_display_()  # pyright: ignore[reportPrivateUsage]
    for bundle in (*displayed, client._repr_mimebundle_()):  # pyright: ignore[reportPrivateUsage]
        assert "a power" in bundle["text/html"]
        assert "pip install &#x27;scaler-lab[notebook]&#x27;" in bundle["text/html"]
        assert "application/vnd.jupyter.widget-view+json" not in bundle
    assert len(displayed) == 1
