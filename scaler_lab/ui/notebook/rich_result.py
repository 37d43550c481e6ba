"""A result as a notebook shows it: a DataFrame as a table, a figure as a figure, the rest as text.

This runs code of the result's class, so call it in a thread that may take its time.  Text is cut
and sanitized.  HTML and pictures are those that the value would have as the last line of a cell.
"""

from __future__ import annotations

import base64
import io
import logging
import sys
from typing import Any, cast

from scaler_lab.ui.notebook.short_repr import short_repr
from scaler_lab.ui.notebook.static_html import escaped
from scaler_lab.ui.sanitize import clean

log = logging.getLogger(__name__)

MAX_RESULT_LENGTH = 2000  # characters of the text
MAX_RICH_LENGTH = 4 * 1024 * 1024  # characters of all richer forms; larger ones are left out
_PNG = "image/png"


def bundle_of(value: Any) -> dict[str, Any]:
    """Return *value* as a mime bundle; it always has a ``text/plain``."""
    bundle = _rich_forms(value)
    if sum(len(data) for data in bundle.values() if isinstance(data, str)) > MAX_RICH_LENGTH:
        bundle = {}
    bundle["text/plain"] = clean(short_repr(value, MAX_RESULT_LENGTH))
    return bundle


def _rich_forms(value: Any) -> dict[str, Any]:
    if "IPython" not in sys.modules or hasattr(value, "_ipython_display_"):
        return {}  # the latter displays itself, but not from this thread
    import IPython

    shell = cast("Any", IPython).get_ipython()
    if shell is None:
        return {}
    bundle: dict[str, Any] = {}
    try:
        bundle, _ = shell.display_formatter.format(value, exclude={"text/plain"})
        if _PNG not in bundle and type(value).__module__.startswith("matplotlib."):
            bundle |= _picture_of(value)
    except Exception:  # of its own code; its text is shown
        log.info("a result has only its text", exc_info=True)
    return {
        kind: base64.b64encode(data).decode() if isinstance(data, bytes) else data
        for kind, data in bundle.items()
    }


def _picture_of(value: Any) -> dict[str, Any]:
    """Return the picture of a matplotlib figure, or of the figure of axes.

    IPython can draw one only after ``matplotlib.pyplot`` was imported in the kernel.
    """
    figure = value if hasattr(value, "savefig") else getattr(value, "figure", None)
    if figure is None:
        return {}
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return {_PNG: file.getvalue()}


def as_html(bundle: dict[str, Any]) -> str:
    """Return a mime bundle as HTML that needs none of the notebook's renderers."""
    if "text/html" in bundle:
        return str(bundle["text/html"])
    if _PNG in bundle:
        return f'<img alt="the result" src="data:{_PNG};base64,{bundle[_PNG]}">'
    return preformatted(bundle["text/plain"])


def preformatted(text: str) -> str:
    """Return sanitized text with its lines as they are, as HTML."""
    style = "margin:0;white-space:pre-wrap;overflow-wrap:anywhere"
    return f'<pre style="{style}">{escaped(text)}</pre>'
