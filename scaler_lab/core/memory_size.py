"""Amounts of memory: as people write them, and as messages show them."""

from __future__ import annotations

import math
import re
from typing import Final

MIB: Final = 1024**2
GIB: Final = 1024**3

_UNITS: Final = {
    "": 1,
    **{f"{prefix}b": 1000**power for power, prefix in enumerate(("", "k", "m", "g", "t"))},
    **{f"{prefix}ib": 1024**power for power, prefix in enumerate(("k", "m", "g", "t"), 1)},
    **{prefix: 1024**power for power, prefix in enumerate(("k", "m", "g", "t"), 1)},
}
_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]*)?)\s*([a-z]*)", re.IGNORECASE)


def parse_size(text: str) -> int | None:
    """Return the bytes in *text*, such as "2 GiB" or "500 MB"; None if it isn't an amount.

    As for ``docker run --memory``, a letter alone ("2g") counts in steps of 1024.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        return None
    unit = _UNITS.get(match[2].lower())
    number = float(match[1])
    return None if unit is None or math.isinf(number) else int(number * unit)


def size_text(size: float) -> str:
    """Return *size*, in bytes, for people: "2 GiB", "512 MiB", "1.5 GiB"."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB")):
        if size >= unit:
            return f"{_rounded(size / unit)} {name}"
    return f"{_rounded(size / 1024)} KiB"


def _rounded(number: float) -> str:
    return f"{number:.0f}" if number >= 99.95 else f"{number:.1f}".removesuffix(".0")
