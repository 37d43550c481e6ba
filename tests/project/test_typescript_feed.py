"""The TypeScript types of the feed are those of the Python structs."""

from __future__ import annotations

import typescript_feed


def test_the_typescript_feed_is_generated_from_the_python_structs() -> None:
    written = typescript_feed.FILE.read_text(encoding="utf-8")
    assert written == typescript_feed.generated(), (
        "run: python tests/support/typescript_feed.py, then build the front end"
    )
