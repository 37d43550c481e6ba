"""A cloudpickle pickler for the functions, classes and objects of a notebook or a script.

cloudpickle pickles functions and classes of `__main__` by value, but doesn't handle these objects
well.  This pickler does:

===============================  ===================================================================
object                           how it is pickled here
===============================  ===================================================================
class                            its state is applied in a worker only.  A program that reads a
                                 result uses its own class unchanged; see `main_classes`
function                         with its file name and its source lines; see `source_lines`
class with ``__slots__``         keeps its slots
nested class                     keeps its qualified name
`functools.cache`, `lru_cache`   as the function, with an empty cache
`functools.singledispatch`       with its functions by type
`functools.cached_property`      without the lock that it has in Python 3.11
`NewType`, ``type X = ...``      created again
`ContextVar`                     with its default; the same object in all tasks of a worker
``get_ipython`` (``!command``)   as a small shell that can run commands; see `task_shell`
``display``                      as IPython's function, which prints in a process without a shell
an object that is pickled by     its state, once in each process
its name
===============================  ===================================================================

An object that has a name in `__main__` is registered in the worker under that name (`main_names`).
"""

from __future__ import annotations

import builtins
import copyreg
import functools
import sys
from collections.abc import Callable
from pickle import PickleBuffer
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Protocol

# cloudpickle has no type annotations.
from cloudpickle import (  # pyright: ignore[reportMissingTypeStubs]
    cloudpickle as untyped_cloudpickle,
)

from scaler_lab.serialization import main_classes, main_names, main_objects
from scaler_lab.serialization.global_random import name_of_generator
from scaler_lab.serialization.source_lines import SourceLines, register, source_lines
from scaler_lab.serialization.streams import MAINS

cloudpickle: Any = untyped_cloudpickle

# Every stream uses functions of these modules.
_MAKERS = frozenset(
    {__name__, main_classes.__name__, main_objects.__name__, "cloudpickle.cloudpickle"}
)
_OF_CLOUDPICKLE: frozenset[Any] = frozenset(cloudpickle.Pickler._dispatch_table)
_kind_of: Callable[[Any], type[Any]] = type  # `type`, with a signature for type checkers


class _Writes(Protocol):
    def write(self, data: Any, /) -> object: ...


if TYPE_CHECKING:

    class _CloudPickler:
        """The methods of cloudpickle's pickler that are used here."""

        def __init__(
            self, file: _Writes, *, protocol: int, buffer_callback: Callable[[PickleBuffer], Any]
        ) -> None: ...
        def dump(self, obj: Any) -> None: ...
        def reduce_function(self, function: Any, *, by_value: bool) -> Any: ...
        def reduce_class(self, cls: type, *, by_value: bool) -> Any: ...

else:
    from scaler_lab.serialization.annotations_pickler import AnnotationsPickler as _CloudPickler


class Pickler(_CloudPickler):
    """Writes one pickle stream.

    Args:
        file: Receives the stream.
        keep: Called with each out-of-band buffer.  If it returns true, the buffer goes into the
            stream.
        is_call: True if a worker will read the stream, False if a client program may read it.
    """

    def __init__(
        self, file: _Writes, keep: Callable[[PickleBuffer], Any], *, is_call: bool = False
    ) -> None:
        super().__init__(file, protocol=5, buffer_callback=keep)
        self._set_state = main_classes.apply_state if is_call else main_classes.fill
        self._plain: set[type[Any]] = set()  # types that use the standard way of pickling

    def reducer_override(self, obj: Any) -> Any:
        kind: Any = _kind_of(obj)
        if kind in self._plain:
            return NotImplemented
        if generator := name_of_generator(obj):
            return generator
        if kind is FunctionType:
            return self._reduce_function(obj)
        if issubclass(kind, type):
            return self._reduce_class(obj)
        reduce = main_objects.REDUCERS.get(kind)
        if reduce is not None:
            return NotImplemented if main_objects.is_importable(obj) else reduce(obj)
        if kind is MethodType:
            is_shell = obj.__name__ == "get_ipython" and _is_shell(_kind_of(obj.__self__))
            return (_get_shell, ()) if is_shell else NotImplemented
        if kind in _OF_CLOUDPICKLE or kind in copyreg.dispatch_table:
            return NotImplemented
        if issubclass(kind, functools.cached_property):
            return main_objects.reduce_cached_property(obj)
        if _is_shell(kind):
            return task_shell, ()
        if kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__:
            self._plain.add(kind)
            return NotImplemented
        reduced = obj.__reduce_ex__(5)
        if isinstance(reduced, str) and getattr(obj, "__module__", None) in MAINS:
            return main_objects.reduce_named(obj, reduced)
        return reduced

    def _reduce_function(self, function: Any) -> Any:
        if function.__module__ in _MAKERS:
            return NotImplemented
        reduced = self.reduce_function(function, by_value=function.__module__ in MAINS)
        if reduced is NotImplemented:
            return reduced
        dispatching = main_objects.reduce_dispatching(function)
        if dispatching is not NotImplemented:
            return dispatching
        make, args, *rest = reduced
        if _uses_display(function):
            (_, members), *_ = rest
            members["__globals__"]["display"] = vars(builtins)["display"]
        source = source_lines(function.__code__)
        return _make_function, (main_names.path_of(function), tuple(source), make, args), *rest

    def _reduce_class(self, cls: Any) -> Any:
        if cls is type or cls is object:
            return NotImplemented
        reduced = self.reduce_class(cls, by_value=cls.__module__ in MAINS)
        if _kind_of(reduced) is not tuple or len(reduced) != 6:
            return reduced  # pickled by name, or a special class such as None's type
        return main_classes.reduce_class(cls, reduced, self._set_state)


def _make_function(
    path: str, source: tuple[str, str, int, str], make: Callable[..., Any], args: tuple[Any, ...]
) -> Any:
    register(SourceLines(*source))
    made = make(*args)
    if path:
        main_names.register(path, made)
    return made


# -- IPython ---------------------------------------------------------------------------------------


def _is_shell(kind: type) -> bool:
    return "IPython" in sys.modules and any(
        base.__name__ == "InteractiveShell" and base.__module__.startswith("IPython.")
        for base in kind.__mro__
    )


def _uses_display(function: FunctionType) -> bool:
    """Return whether *function* uses `display`, which IPython puts into `builtins`.

    In a task, that function prints its arguments.
    """
    return (
        "IPython" in sys.modules
        and "display" in cloudpickle._extract_code_globals(function.__code__)
        and "display" not in function.__globals__
        and hasattr(builtins, "display")
    )


def _get_shell() -> Callable[[], Any]:
    return task_shell


def task_shell() -> Any:
    """Return what `get_ipython()` returns in a task."""
    from scaler_lab.serialization.task_shell import TaskShell

    return TaskShell()
