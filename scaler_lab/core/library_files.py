"""Which files are libraries', and not the user's own code."""

from __future__ import annotations

import os
import re
import sysconfig

_INSTALLED = re.compile(r"[\\/](?:site|dist)-packages[\\/](?P<name>[^\\/.]+)")
_STANDARD = re.compile(
    r"^<frozen |[\\/]lib(?:64)?[\\/]python3\.\d+t?[\\/](?!(?:site|dist)-packages)"
)
_HERE = os.path.join(sysconfig.get_path("stdlib"), "")


def library_of(path: str) -> str:
    """Return the name of the library that a file belongs to; "" for the user's own files."""
    installed = _INSTALLED.search(path)
    if installed is not None:
        return installed["name"]
    is_standard = path.startswith(_HERE) or _STANDARD.search(path) is not None
    return "the standard library" if is_standard else ""
