"""Which argument can't be pickled, and where in it the culprit sits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def unpicklable_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    name: str,
    error: BaseException,
) -> str:
    """What can't be pickled in the call, for `TaskUnserializable`."""
    return f"{name}(): {error}"


def unpicklable_result(value: Any, name: str, error: BaseException) -> str:
    """What can't be pickled in the result, for `ResultUnserializable`."""
    return f"{name}(): {error}"
