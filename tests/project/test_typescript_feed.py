"""The TypeScript types of what pages send and receive are those of the Python structs."""

from __future__ import annotations

import typescript_feed


def test_the_typescript_messages_are_generated_from_the_python_structs() -> None:
    for file, text in typescript_feed.generated().items():
        assert file.read_text(encoding="utf-8") == text, (
            f"{file.name}: run python tests/support/typescript_feed.py, then build the front end"
        )
