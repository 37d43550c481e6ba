"""A value in a few words: its repr, cut.  For what a person asked to see, in the client's process.

Taking a repr runs code of the value's class, so it is done in a thread that may take its time, and
whatever it raises is said in its place.
"""

from __future__ import annotations

import reprlib
from typing import Any


def short_repr(value: Any, limit: int) -> str:
    """At most *limit* characters of *value*'s repr.  Containers aren't gone through to their
    end.
    """
    shortener = reprlib.Repr()
    shortener.maxstring = shortener.maxother = shortener.maxlong = limit
    # Of a long list no more items than could be seen: each takes three characters at least.
    items = max(2, limit // 3)
    shortener.maxlist = shortener.maxtuple = shortener.maxdict = items
    shortener.maxset = shortener.maxfrozenset = shortener.maxdeque = shortener.maxarray = items
    try:
        text = shortener.repr(value)
    except Exception as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"
