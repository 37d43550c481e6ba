"""What a caller may pass as *futures*: one future, or an iterable of futures.

None is an error and never means "all of them": it is what a function without a ``return`` gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any, Final, TypeVar, cast

from scaler_lab.core.future import ScalerFuture

T = TypeVar("T")


class _Required:
    """The default of an argument that must be given: the error can then name an alternative."""

    def __repr__(self) -> str:
        return "<required>"


REQUIRED: Final[Any] = _Required()


def futures_from(
    given: ScalerFuture[T] | Iterable[ScalerFuture[T]],
    caller: str,
    *,
    otherwise: str = "",
    accepted: type[Future[Any]] = ScalerFuture,
) -> list[ScalerFuture[T]]:
    """Return the futures that *given* stands for.

    Args:
        given: A future, or an iterable of futures.
        caller: The name of the method that received them; the error message contains it.
        otherwise: The call for all futures; the error message suggests it.
        accepted: The class of the futures; `Future` accepts those of other libraries too.

    Raises:
        TypeError: *given* is anything else.
    """
    chosen = _listed(given, caller, otherwise)
    for one in chosen:
        if not isinstance(one, accepted):
            kind = "a future of another library" if isinstance(one, Future) else _kind(one)
            raise TypeError(f"{caller}() needs scaler_lab's futures, and one of these is {kind}")
    return cast("list[ScalerFuture[T]]", chosen)


def _listed(given: object, caller: str, otherwise: str) -> list[object]:
    if isinstance(given, Future):
        return [given]
    if isinstance(given, Iterable):
        return list(cast("Iterable[object]", given))
    got = "" if given is REQUIRED else f", not {_kind(given)}"
    hint = f"; {otherwise}" if otherwise else ""
    raise TypeError(f"{caller}() needs a future or an iterable of futures{got}{hint}")


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
