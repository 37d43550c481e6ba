"""A value's repr, cut to a few words, in the client's process.

A repr runs code of the value's class.  So call it in a thread that may take its time.  If the repr
raises an exception, the text is a note about that.
"""

from __future__ import annotations

import reprlib
from typing import Any


def short_repr(value: Any, limit: int) -> str:
    """Return at most *limit* characters of *value*'s repr.

    Large containers are not read to their end.
    """
    shortener = reprlib.Repr()
    shortener.maxstring = shortener.maxother = shortener.maxlong = limit
    # No more items than can be shown: each one takes at least three characters.
    items = max(2, limit // 3)
    shortener.maxlist = shortener.maxtuple = shortener.maxdict = items
    shortener.maxset = shortener.maxfrozenset = shortener.maxdeque = shortener.maxarray = items
    try:
        text = shortener.repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"
