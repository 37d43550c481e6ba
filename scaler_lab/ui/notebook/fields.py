"""The fields of a form: one input widget for each parameter of a function.

=============================  =================================================================
parameter                      its field
=============================  =================================================================
an abbreviation is given       what `ipywidgets.interact` makes of it: ``(0, 10)`` a slider, as
                               ``(0.0, 1.0, 0.1)``; a list or dict a choice; a widget itself
``bool``                       a checkbox
``int``, ``float``, ``str``    a text field; a slider if the default is a tuple of numbers
``Literal``, an ``Enum``       a choice
a ``Path``                     a text field
any of these ``| None``        a choice with "None", or a text field that means None if empty
anything else                  a text field for a Python literal: ``[1, 2]``, ``{"a": 1}``
=============================  =================================================================

The type is taken from the annotation, or from the default if there is no annotation.  If a default
can't be written as a literal, its field shows it and can't be edited.
"""

from __future__ import annotations

import ast
import enum
import importlib
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from scaler_lab.serialization.annotations import signature_of
from scaler_lab.ui.notebook.short_repr import short_repr

_EMPTY = inspect.Parameter.empty
_NAMED = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)
_PLAIN: dict[Any, str] = {int: "IntText", float: "FloatText", str: "Text"}
_DEFAULT_LENGTH = 100  # of the repr of a default that can't be edited


class FieldUnreadable(ValueError):
    """The text in a field is not a valid value; the message explains what to type."""


@dataclass(frozen=True)
class Field:
    """One parameter's input widget.

    Attributes:
        name: The name of the parameter.
        is_positional: Whether the argument must be passed by position.
        widget: An ipywidgets widget, or its `fixed`.
        read: Returns the current value.
    """

    name: str
    is_positional: bool
    widget: Any
    read: Callable[[], Any]


def fields_of(fn: Callable[..., Any], given: Mapping[str, Any]) -> list[Field]:
    """Return the fields of *fn*'s parameters, in their order.

    Args:
        fn: The function.
        given: Abbreviations as for `ipywidgets.interact`, by parameter name.

    Raises:
        TypeError: *given* contains a name that *fn* doesn't accept.
    """
    parameters = list(signature_of(fn).parameters.values())
    left = dict(given)
    found: list[Field] = []
    for parameter in parameters:
        if parameter.kind in _NAMED:
            hint, abbreviation = _hint(fn, parameter), left.pop(parameter.name, _EMPTY)
            found.append(_field(parameter, hint, abbreviation))
    if left and not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters):
        raise TypeError(f"{_name(fn)} takes no argument {next(iter(left))!r}")
    for name, abbreviation in left.items():
        found.append(_given(name, False, abbreviation, _EMPTY))
    return found


def _hint(fn: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    """Return the parameter's type, or the type of its default if no annotation can be resolved."""
    try:
        hints = typing.get_type_hints(fn)
    except Exception:  # *fn* is a class or a partial, or an annotation uses unknown names
        hints = {}
    hint = hints.get(parameter.name, parameter.annotation)
    if hint is _EMPTY or isinstance(hint, (str, typing.ForwardRef)):
        default = parameter.default
        if default is _EMPTY or default is None:
            return _EMPTY
        return type(typing.cast("object", default))
    return hint


def _field(parameter: inspect.Parameter, hint: Any, given: Any) -> Field:
    name = parameter.name
    default: Any = parameter.default
    is_positional = parameter.kind is inspect.Parameter.POSITIONAL_ONLY
    if given is not _EMPTY:
        return _given(name, is_positional, given, default)
    if _is_range(default) and hint in (int, float, tuple):
        return _given(name, is_positional, default, _EMPTY)
    if choices := _choices(hint):
        value = default if default in choices.values() else next(iter(choices.values()))
        widget = _ipywidgets().Dropdown(options=list(choices.items()), value=value)
        return Field(name, is_positional, widget, lambda: widget.value)
    if hint is bool:
        box = _ipywidgets().Checkbox(value=default is True, indent=False)
        return Field(name, is_positional, box, lambda: box.value)
    plain = _without_none(hint)
    if isinstance(default, PurePath) or _is_path(plain):
        return _path(name, is_positional, plain, default, may_be_empty=plain is not hint)
    if plain in _PLAIN and plain is hint and (default is _EMPTY or _is_a(plain, default)):
        start = {} if default is _EMPTY else {"value": plain(default)}
        widget = getattr(_ipywidgets(), _PLAIN[plain])(**start)
        return Field(name, is_positional, widget, lambda: widget.value)
    text = "" if default is _EMPTY or default is None else repr(default)
    if default is not _EMPTY and default is not None and not _is_literal(text):
        shown = short_repr(default, _DEFAULT_LENGTH)
        widget = _ipywidgets().Text(value=shown, disabled=True)
        return Field(name, is_positional, widget, lambda: default)
    if plain in _PLAIN and (default is _EMPTY or default is None or _is_a(plain, default)):
        start_text = "" if default is _EMPTY or default is None else str(default)
        widget = _ipywidgets().Text(value=start_text, placeholder="None")
        return Field(name, is_positional, widget, lambda: _parsed(name, plain, widget.value))
    widget = _ipywidgets().Text(value=text, placeholder="a Python literal")
    may_be_empty = default is None
    return Field(
        name, is_positional, widget, lambda: _literal(name, widget.value, may_be_empty=may_be_empty)
    )


def _path(name: str, is_positional: bool, kind: Any, default: Any, *, may_be_empty: bool) -> Field:
    """Return a text field for a path.  Text is all that a path is made of, so any is valid."""
    if isinstance(default, PurePath):
        kind = type(default)  # the annotation may be of a base class
    start = "" if default is _EMPTY or default is None else str(default)
    empty = default is None or may_be_empty
    widget = _ipywidgets().Text(value=start, placeholder="None" if empty else "a path")

    def read() -> PurePath | None:
        text: str = widget.value
        if text == "" and not empty:
            raise FieldUnreadable(f"{name}: type a path")
        return None if text == "" else kind(text)

    return Field(name, is_positional, widget, read)


def _given(name: str, is_positional: bool, abbreviation: Any, default: Any) -> Field:
    """Return the field that `interact` would make of *abbreviation*; plain fields for numbers."""
    widgets = _ipywidgets()
    if not isinstance(abbreviation, bool) and isinstance(abbreviation, int | float):
        widget = getattr(widgets, _PLAIN[type(abbreviation)])(value=abbreviation)
    else:
        start = {} if default is _EMPTY else {"default": default}
        widget = widgets.interactive.widget_from_abbrev(abbreviation, **start)
    if widget is None:
        raise TypeError(
            f"no field can be made of {abbreviation!r} for {name!r}: give a range like (0, 10), a "
            "list of choices, a value, or a widget"
        )
    return Field(name, is_positional, widget, lambda: widget.value)


def _is_path(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, PurePath)


def _is_a(kind: type, value: Any) -> bool:
    numbers = (int, float) if kind is float else kind
    return isinstance(value, numbers) and not isinstance(value, bool)


def _is_range(value: Any) -> bool:
    return (
        isinstance(value, tuple)
        and len(typing.cast("Sequence[Any]", value)) in (2, 3)
        and all(
            isinstance(n, int | float) and not isinstance(n, bool)
            for n in typing.cast("Sequence[Any]", value)
        )
    )


def _choices(hint: Any) -> dict[str, Any]:
    """Return the values that *hint* allows, by their labels; empty if it isn't a choice."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = _without_none(hint)
        if inner is hint:
            return {}
        if inner is bool or _choices(inner):
            return {"None": None, **(_choices(inner) or {"True": True, "False": False})}
        return {}
    if typing.get_origin(hint) is Literal:
        return {str(value): value for value in typing.get_args(hint)}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return {member.name: member for member in hint}
    return {}


def _without_none(hint: Any) -> Any:
    """Return ``T`` for ``T | None``, otherwise *hint* itself."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        inner = [one for one in typing.get_args(hint) if one is not type(None)]
        if len(inner) == 1 and len(typing.get_args(hint)) == 2:
            return inner[0]
    return hint


def _parsed(name: str, kind: Callable[[str], Any], text: str) -> Any:
    if text.strip() == "":
        return None
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise FieldUnreadable(f"{name}: {text!r} is not {what}") from None


def _literal(name: str, text: str, *, may_be_empty: bool) -> Any:
    if text.strip() == "":
        if may_be_empty:
            return None
        raise FieldUnreadable(f"{name}: type a value, as Python writes it: 3, 'text', [1, 2]")
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise FieldUnreadable(
            f"{name}: {text!r} is not a value as Python writes it: 3, 'text', [1, 2]"
        ) from None


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _name(fn: Callable[..., Any]) -> str:
    return str(getattr(fn, "__name__", type(fn).__name__))


def _ipywidgets() -> Any:
    """Return the ipywidgets module, which has no types."""
    return importlib.import_module("ipywidgets")
