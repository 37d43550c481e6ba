"""Encoders that accept all text, and decoders that raise one error for all invalid input.

Not every Python string can be encoded: `os.listdir` returns a file name that isn't UTF-8 with a
lone surrogate in it, and a string from a numpy array is a subclass of `str` that no encoder
accepts.  Such text is made plain where it enters: a task's name, a tag, an error.  If an encoder
still meets one, it escapes the text; the rest of the message is sent as usual.

Input may be anything: whatever can't be decoded raises `msgspec.DecodeError`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def plain_text(text: str) -> str:
    """Return *text* as a `str` that UTF-8 can encode; the rest is escaped, as in ``\\udce9``."""
    if type(text) is not str:
        text = str.__str__(text)  # not by str(): a subclass may return another text there
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def printable(text: str) -> str:
    """Return *text* for a `repr`: characters that control a terminal are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def lenient(encode: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Return a version of *encode* that accepts any text: what can't be encoded is escaped."""

    def encode_all(message: Any) -> bytes:
        try:
            return encode(message)
        except (UnicodeEncodeError, TypeError):
            return encode(_with_plain_texts(message))

    return encode_all


def strict(decode: Callable[[Any], T]) -> Callable[[Any], T]:
    """Return a version of *decode* that raises `msgspec.DecodeError` for any invalid input.

    msgspec's own decoders raise other errors for text that isn't UTF-8 and for input that is nested
    too deeply.
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
        return [_with_plain_texts(item) for item in value]  # they are encoded in the same way
    return value


def _is(value: object, *kinds: type) -> bool:
    return isinstance(value, kinds)  # in a function of its own, for type checkers
