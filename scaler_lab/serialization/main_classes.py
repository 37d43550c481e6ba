"""Pickle the classes of a notebook or a script by value.

A task gets the class as it was in the program when it was submitted: the worker creates the class
once and gives it that state before each task (`apply_state`).  A program that reads a result uses
its own class unchanged (`fill`).
"""

from __future__ import annotations

import functools
import inspect
import os
import typing
import weakref
from collections.abc import Callable
from pickle import PicklingError
from types import BuiltinMethodType, FunctionType, MemberDescriptorType
from typing import Any

# cloudpickle has no type annotations.
from cloudpickle import (  # pyright: ignore[reportMissingTypeStubs]
    cloudpickle as untyped_cloudpickle,
)

from scaler_lab.core.fork_guard import call_in_child
from scaler_lab.serialization import main_names

cloudpickle: Any = untyped_cloudpickle

_TypedDictMeta: Any = vars(typing)["_TypedDictMeta"]
_ATOMS = frozenset({int, float, complex, bool, str, bytes, type(None)})

SetState = Callable[[Any, "tuple[bytes, tuple[dict[str, Any], Any]]"], None]


def reduce_class(cls: Any, reduced: Any, set_state: SetState) -> Any:
    """Reduce a class of `__main__`.

    Args:
        cls: The class.
        reduced: The six items that cloudpickle's own reducer returned for it.
        set_state: Gives the class its members where it is read: `apply_state` or `fill`.
    """
    make: Any
    args: Any
    state: dict[str, Any]
    make, args, (state, slot_state), _, _, _ = reduced
    if make is cloudpickle._make_skeleton_class:
        _check_hook(cls)
        kind, name, bases, keywords, class_id, extra = args
        if any(isinstance(base, FunctionType) for base in bases):
            bases = cls.__bases__  # for a NamedTuple or a TypedDict
        if kind is _TypedDictMeta:
            make = _make_typed_dict
        keywords = {**_simple_members(state), **keywords, "__qualname__": cls.__qualname__}
        slots = _slots(cls)
        if slots is not None:
            keywords["__slots__"] = slots
            for slot in slots:
                state.pop(slot, None)
        args = kind, name, bases, keywords, class_id, extra
    class_id = args[-2]
    return (
        _make_class,
        (main_names.path_of(cls), class_id, make, args),
        (_process_id(), (state, slot_state)),
        None,
        None,
        set_state,
    )


_unfilled: weakref.WeakSet[type] = weakref.WeakSet()  # created here, members not set yet
_given: weakref.WeakKeyDictionary[type, frozenset[str]] = weakref.WeakKeyDictionary()


@functools.cache
def _process_id() -> bytes:
    return os.urandom(8)


call_in_child(_process_id.cache_clear)


def _make_class(path: str, class_id: str, make: Callable[..., type], args: tuple[Any, ...]) -> type:
    """Return the class with that id if this process has it already; else a new, empty one.

    It looks up the class first, because creating it would run the hooks of its bases once more.
    """
    cls: type | None = cloudpickle._DYNAMIC_CLASS_TRACKER_BY_ID.get(class_id)
    if cls is None:
        cls = make(*args)
        _unfilled.add(cls)
    if path:
        main_names.register(path, cls)
    return cls


def apply_state(cls: Any, state: tuple[bytes, tuple[dict[str, Any], Any]]) -> None:
    """Give the class the state that it had in the program at submit.  Called in a worker."""
    sender, members = state
    if sender == _process_id() and cls not in _unfilled:
        return  # the task runs in the program itself, so this is the program's own class
    names = frozenset(members[0])
    for name in _given.get(cls, frozenset()) - names:
        if name in vars(cls):
            delattr(cls, name)
    _given[cls] = names
    cloudpickle._class_setstate(cls, members)
    _unfilled.discard(cls)


def fill(cls: Any, state: tuple[bytes, tuple[dict[str, Any], Any]]) -> None:
    """Set the members of a class if it is new.  Called when a program reads a result.

    A class that existed before stays unchanged.
    """
    if cls in _unfilled:
        cloudpickle._class_setstate(cls, state[1])
        _unfilled.discard(cls)


def _make_typed_dict(
    kind: type, name: str, _bases: object, keywords: dict[str, Any], class_id: str, _extra: object
) -> Any:
    # The metaclass of TypedDict rejects `dict` as a base, although its classes inherit from it.
    new: Callable[..., type] = type.__new__
    return cloudpickle._lookup_class_or_track(class_id, new(kind, name, (dict,), keywords))


def _slots(cls: type) -> list[str] | None:
    """Return the names of the class's own slots; None if it doesn't define ``__slots__``."""
    if "__slots__" not in vars(cls):
        return None
    slots = [
        name
        for name, member in vars(cls).items()
        if type(member) is MemberDescriptorType and member.__objclass__ is cls
    ]
    return slots + [name for name in ("__dict__", "__weakref__") if name in vars(cls)]


def _simple_members(state: dict[str, Any]) -> dict[str, Any]:
    """Return members with plain values: ``__init_subclass__`` of a base may read them."""
    return {name: value for name, value in state.items() if type(value) in _ATOMS}


def _check_hook(cls: type) -> None:
    """Raise PicklingError if creating the class again takes class keywords that aren't known."""
    if type(cls.__init_subclass__) is BuiltinMethodType:
        return  # it is `object.__init_subclass__`
    for base in cls.__mro__[1:]:
        hook = vars(base).get("__init_subclass__")
        if hook is None or base is object:
            continue
        try:
            parameters = inspect.signature(hook.__func__).parameters.values()
        except (AttributeError, TypeError, ValueError):
            return
        needed = [
            p.name
            for p in [*parameters][1:]
            if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
        if needed:
            raise PicklingError(
                f"class {cls.__qualname__} can't be sent by value: to make it, "
                f"{base.__qualname__}.__init_subclass__ takes {', '.join(needed)}. "
                "Define it in a module that can be imported"
            )
        return
