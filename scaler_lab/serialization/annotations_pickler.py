"""cloudpickle's pickler, extended for language features of newer Python versions.

==============================  ==================================================================
what a function or class uses   how it is pickled
==============================  ==================================================================
an annotation (PEP 649) or a    as its value; if it can't be evaluated, as source text, or without
type variable's bound           the bound.  cloudpickle fails, or drops a class's annotations.
`ForwardRef`                    as its text.  Otherwise it would bring its module's globals along.
a lazy import (PEP 810)         imported here, then by reference, like an ordinary import.
==============================  ==================================================================

This module imports cloudpickle (25 ms), so import it only if it is needed.
"""

from __future__ import annotations

import sys
import types
import typing
from collections import ChainMap
from types import FunctionType, ModuleType
from typing import Any, ClassVar, cast

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]
from cloudpickle import (  # pyright: ignore[reportMissingTypeStubs]
    cloudpickle as untyped_cloudpickle,
)

from scaler_lab.serialization.annotations import annotations_of

_functions: Any = untyped_cloudpickle
_HAS_LAZY_ANNOTATIONS: bool = sys.version_info >= (3, 14)
_LAZY_IMPORT: type | None = getattr(types, "LazyImportType", None)

# This table also shows what programs register with copyreg later.
_reducers = cast("ChainMap[type, Any]", cloudpickle.Pickler.dispatch_table)


def _reduce_type_variable(variable: typing.TypeVar) -> Any:
    try:
        return _reducers[typing.TypeVar](variable)
    except Exception:  # its bound, constraints or default can't be evaluated (PEP 695)
        return typing.TypeVar, (variable.__name__,)


def _reduce_forward_reference(reference: typing.ForwardRef) -> Any:
    return typing.ForwardRef, (reference.__forward_arg__,)


def _reduce_lazy_import(lazy: Any) -> Any:
    value = lazy.resolve()
    name = repr(lazy).partition("'")[2].rpartition("'")[0]
    if isinstance(value, ModuleType) and name.startswith(f"{value.__name__}."):
        return __import__, (name,)  # `lazy import a.b.c` binds a, and the code then uses a.b.c
    return _same, (value,)


def _same(value: Any) -> Any:
    return value


_own_reducers: dict[type, Any] = {typing.TypeVar: _reduce_type_variable}
if sys.version_info >= (3, 14):
    _own_reducers[typing.ForwardRef] = _reduce_forward_reference
if _LAZY_IMPORT is not None:
    _own_reducers[_LAZY_IMPORT] = _reduce_lazy_import


class AnnotationsPickler(cloudpickle.Pickler):  # type: ignore[misc]
    """cloudpickle's pickler, with support for lazy annotations and lazy imports."""

    dispatch_table: ClassVar = ChainMap(_own_reducers, *_reducers.maps)

    def reduce_function(self, function: FunctionType, *, by_value: bool) -> Any:
        """Return what rebuilds *function*, as `reducer_override` does.

        If *by_value* is true, it is pickled by value even if its module can be imported.
        """
        own: Any = self
        usual: Any = super()
        reduce = own._dynamic_function_reduce if by_value else usual.reducer_override
        if not _HAS_LAZY_ANNOTATIONS:
            return reduce(function)
        try:
            return reduce(function)
        except Exception:  # cloudpickle reads the annotations, and one can't be evaluated
            return reduce(_with_readable_annotations(function))

    def reduce_class(self, cls: type, *, by_value: bool) -> Any:
        """Return what rebuilds *cls*, as `reducer_override` does.

        If *by_value* is true, it is pickled by value even if its module can be imported.
        """
        usual: Any = super()
        reduce = _functions._dynamic_class_reduce if by_value else usual.reducer_override
        reduced: Any = reduce(cls)
        if reduced is not NotImplemented and "__annotate_func__" in vars(cls):
            contents: Any = reduced[2][0]  # the members of the class, set one by one when loaded
            contents.pop("__annotations_cache__", None)
            contents["__annotations__"] = annotations_of(cls)
        return reduced


def _with_readable_annotations(function: FunctionType) -> FunctionType:
    """Return a copy whose annotations can be read; all other parts are the original's."""
    copy = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__qualname__ = function.__qualname__
    copy.__module__ = function.__module__
    copy.__doc__ = function.__doc__
    copy.__dict__.update(function.__dict__)
    copy.__annotations__ = annotations_of(function)
    return copy
