"""Encoders that take all text, and decoders that refuse all nonsense alike.

Python has strings that can't: a file name that isn't UTF-8 comes from `os.listdir` with a lone
surrogate in it, and what comes out of a numpy array is a subclass of `str` that no encoder takes.
Such text is made plain where it comes in: a task's name, a tag, an error.  An encoder that meets
one all the same escapes it, and does not fail with everything else that is in its message.

What comes in may be anything: whatever can't be decoded is a `msgspec.DecodeError`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def plain_text(text: str) -> str:
    """*text* as a `str` that UTF-8 can encode; what it can't is escaped, as in ``\\udce9``."""
    if type(text) is not str:
        text = str.__str__(text)  # not by str(), which a subclass may answer with another text
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def printable(text: str) -> str:
    """*text* for a `repr`, which people print: what a terminal would obey is escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def lenient(encode: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """*encode* for messages in which all text may occur: what it can't encode is escaped."""

    def encode_all(message: Any) -> bytes:
        try:
            return encode(message)
        except (UnicodeEncodeError, TypeError):
            return encode(_with_plain_texts(message))

    return encode_all


def strict(decode: Callable[[Any], T]) -> Callable[[Any], T]:
    """*decode*, which raises `msgspec.DecodeError` for all that it can't decode.

    msgspec's own raise other errors for text that is no UTF-8, and for what is nested too deeply.
    """

    def decode_all(data: Any) -> T:
        try:
            return decode(data)
        except (UnicodeDecodeError, RecursionError) as error:
            raise msgspec.DecodeError(str(error)) from None

    return decode_all


def _with_plain_texts(value: Any) -> Any:
    if _is(value, str):
        return plain_text(value)
    if _is(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **_with_plain_texts(fields))
    if _is(value, dict):
        return {_with_plain_texts(key): _with_plain_texts(item) for key, item in value.items()}
    if _is(value, list, tuple):
        return [_with_plain_texts(item) for item in value]  # encoded alike
    return value


def _is(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds)  # in a function of its own, for type checkers
