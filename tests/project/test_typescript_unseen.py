"""Terminals and pages escape the same characters."""

from __future__ import annotations

import json

import pytest
import typescript_unseen

from scaler_lab.ui.sanitize import clean_line


def test_the_typescript_table_is_generated_from_the_python_table() -> None:
    written = typescript_unseen.FILE.read_text(encoding="utf-8")
    assert written == typescript_unseen.generated(), (
        "run: python tests/support/typescript_unseen.py, then build the front end"
    )


@pytest.mark.parametrize(
    ("text", "shown"), json.loads(typescript_unseen.CASES.read_text(encoding="utf-8"))
)
def test_text_is_shown_as_in_pages(text: str, shown: str) -> None:
    assert clean_line(text) == shown
