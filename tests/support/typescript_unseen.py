"""The characters that views escape in TypeScript, written from the Python table.

    python tests/support/typescript_unseen.py

writes `extension/packages/table/src/unseen.ts`.  A test fails if the file differs from this
program's output, so a page never shows what a terminal escapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scaler_lab.ui import sanitize

_TABLE: Final = Path(__file__).parents[2] / "extension/packages/table"
FILE: Final = _TABLE / "src/unseen.ts"
CASES: Final = _TABLE / "tests/cleanCases.json"

_TEXT: Final = """\
/**
 * The characters that are shown as escapes, as in scaler_lab/ui/sanitize.py.
 *
 * Written by `python tests/support/typescript_unseen.py`.  A test compares them.
 */

/** Invisible, though letters, marks or spaces. */
export const UNSEEN =
  "{unseen}";

/** Joiners and variation selectors: shown as they are in their place. */
export const JOINERS = "{joiners}";

/** Spaces of other widths: seen. */
export const SPACES = "{spaces}";

export const FIRST_JOINED = {first:#x};

export const MAX_CHARACTERS = {most};
"""


def generated() -> str:
    """Return the content of the file: the inside of character classes of a regular expression."""
    return _TEXT.format(
        unseen=_class(sanitize.UNSEEN_RANGES),
        joiners=_class(sanitize.JOINER_RANGES),
        spaces=_class(sanitize.SPACE_RANGES),
        first=sanitize.FIRST_JOINED,
        most=sanitize.MAX_CHARACTERS,
    )


def _class(ranges: Sequence[tuple[int, int]]) -> str:
    return "".join(
        f"\\\\u{{{first:x}}}" if first == last else f"\\\\u{{{first:x}}}-\\\\u{{{last:x}}}"
        for first, last in ranges
    )


if __name__ == "__main__":
    FILE.write_text(generated(), encoding="utf-8")
