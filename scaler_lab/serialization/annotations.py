"""Read annotations and signatures, even if an annotation can't be evaluated.

Since Python 3.14 (PEP 649) an annotation is evaluated when it is read, not when its function or
class is defined.  So an annotation `DataFrame`, imported under `TYPE_CHECKING` only, no longer
fails in the program.  It fails in a library that reads annotations, and the library must expect
that.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """Return the signature, with a `ForwardRef` for each annotation that can't be evaluated.

    Raises:
        TypeError or ValueError: *function* has no signature (as `inspect.signature` does).
    """
    if sys.version_info >= (3, 14):
        from annotationlib import Format

        return inspect.signature(function, annotation_format=Format.FORWARDREF)
    return inspect.signature(function)


def annotations_of(thing: Any) -> dict[str, Any]:
    """Return the annotations of a function or class: their values, or else their source text.

    If one can't be evaluated, all are source text, as with ``from __future__ import annotations``.
    Returns an empty dictionary if the source text is missing too.
    """
    try:
        return dict(thing.__annotations__)
    except Exception:  # an annotation can contain any code
        pass
    if sys.version_info >= (3, 14):
        from annotationlib import Format, get_annotations

        try:
            return get_annotations(thing, format=Format.STRING)
        except Exception:  # Python computes constants (1 / 0) even if only the text is requested
            pass
    return {}
