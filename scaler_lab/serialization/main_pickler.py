"""A cloudpickle pickler for the functions, classes and objects of a notebook or a script.

cloudpickle pickles functions and classes of `__main__` by value, but doesn't handle these objects
well.  This pickler does:

===============================  ===================================================================
object                           how it is pickled here
===============================  ===================================================================
class                            its state is applied in a worker only.  A program that reads a
                                 result uses its own class unchanged; see `_fill`
function                         with its file name and its source lines; see `source_lines`
class with ``__slots__``         keeps its slots
nested class                     keeps its qualified name
`functools.cache`, `lru_cache`   as the function, with an empty cache
`functools.singledispatch`       with its functions by type
`functools.cached_property`      without the lock that it has in Python 3.11
`NewType`, ``type X = ...``      created again
`ContextVar`                     with its default; the same object in all tasks of a worker
``get_ipython`` (``!command``)   as a small shell that can run commands; see `task_shell`
an object that is pickled by     its state, once in each process
its name
===============================  ===================================================================

An object that has a name in `__main__` is registered in the worker under that name (`main_names`).
"""

from __future__ import annotations

import contextlib
import contextvars
import copyreg
import functools
import inspect
import os
import sys
import threading
import typing
import uuid
import weakref
from collections.abc import Callable
from operator import attrgetter
from pickle import PickleBuffer, PicklingError
from types import BuiltinMethodType, CodeType, FunctionType, MemberDescriptorType, MethodType
from typing import TYPE_CHECKING, Any, Protocol

# cloudpickle has no type annotations.
from cloudpickle import (  # pyright: ignore[reportMissingTypeStubs]
    cloudpickle as untyped_cloudpickle,
)

from scaler_lab.core.fork_guard import call_in_child
from scaler_lab.serialization import main_names
from scaler_lab.serialization.global_random import name_of_generator
from scaler_lab.serialization.source_lines import SourceLines, register, source_lines
from scaler_lab.serialization.streams import MAINS

cloudpickle: Any = untyped_cloudpickle

_CachedFunction: Any = type(functools.cache(lambda: None))
_DISPATCHER: Any = functools.singledispatch(len)
_OF_DISPATCHER = frozenset({"register", "dispatch", "registry", "_clear_cache", "__wrapped__"})
_OF_CACHED = frozenset({*functools.WRAPPER_ASSIGNMENTS, "__wrapped__", "cache_parameters"})
_TypedDictMeta: Any = vars(typing)["_TypedDictMeta"]
_TypeAlias: Any = getattr(typing, "TypeAliasType", None)
_TYPE_PARAMETERS = (typing.ParamSpec, typing.TypeVarTuple)
_ATOMS = frozenset({int, float, complex, bool, str, bytes, type(None)})
_IS_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: created by a class statement
_MAKERS = frozenset({__name__, "cloudpickle.cloudpickle"})  # every stream uses their functions
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
        self._set_state = _apply if is_call else _fill
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
        reduce = _REDUCERS.get(kind)
        if reduce is not None:
            return NotImplemented if _is_importable(obj) else reduce(obj)
        if kind is MethodType:
            is_shell = obj.__name__ == "get_ipython" and _is_shell(_kind_of(obj.__self__))
            return (_get_shell, ()) if is_shell else NotImplemented
        if kind in _OF_CLOUDPICKLE or kind in copyreg.dispatch_table:
            return NotImplemented
        if issubclass(kind, functools.cached_property):
            return _reduce_cached_property(obj)
        if _is_shell(kind):
            return task_shell, ()
        if kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__:
            self._plain.add(kind)
            return NotImplemented
        reduced = obj.__reduce_ex__(5)
        if isinstance(reduced, str) and getattr(obj, "__module__", None) in MAINS:
            return _reduce_named(obj, reduced)
        return reduced

    def _reduce_function(self, function: Any) -> Any:
        if function.__module__ in _MAKERS:
            return NotImplemented
        reduced = self.reduce_function(function, by_value=function.__module__ in MAINS)
        if reduced is NotImplemented:
            return reduced
        if function.__code__ is _DISPATCHER.__code__:
            return _reduce_dispatcher(function)
        if function.__code__ is _DISPATCHER.dispatch.__code__:
            return _reduce_dispatch(function)
        make, args, *rest = reduced
        source = source_lines(function.__code__)
        return _make_function, (_path_in_main(function), tuple(source), make, args), *rest

    def _reduce_class(self, cls: Any) -> Any:
        if cls is type or cls is object:
            return NotImplemented
        reduced = self.reduce_class(cls, by_value=cls.__module__ in MAINS)
        if _kind_of(reduced) is not tuple or len(reduced) != 6:
            return reduced  # pickled by name, or a special class such as None's type
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
            (_path_in_main(cls), class_id, make, args),
            (_process_id(), (state, slot_state)),
            None,
            None,
            self._set_state,
        )


# -- pickled by name -------------------------------------------------------------------------------


def _path_in_main(value: Any) -> str:
    """Return the name of *value* in the program's `__main__`; "" if it has none."""
    path = getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
    if type(path) is not str or "<" in path or getattr(value, "__module__", None) not in MAINS:
        return ""
    return path if _found(value.__module__, path) is value else ""


def _found(module: str, path: str) -> Any:
    try:
        return attrgetter(path)(sys.modules[module])
    except (KeyError, AttributeError):
        return None


def _is_importable(value: Any) -> bool:
    module = getattr(value, "__module__", None)
    path = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    return (
        type(module) is str
        and module not in MAINS
        and type(path) is str
        and "<" not in path
        and _found(module, path) is value
    )


def _make_function(
    path: str, source: tuple[str, str, int, str], make: Callable[..., Any], args: tuple[Any, ...]
) -> Any:
    register(SourceLines(*source))
    made = make(*args)
    if path:
        main_names.register(path, made)
    return made


def _reduce_code(code: CodeType) -> Any:
    """Reduce a code object with its file name, which cloudpickle 3.1.3 and later leave out."""
    return _make_code, (*cloudpickle._code_reduce(code), code.co_filename)


def _make_code(make: Callable[..., CodeType], args: tuple[Any, ...], filename: str) -> CodeType:
    return make(*args).replace(co_filename=filename)


def _name(made: Any, state: tuple[str, dict[str, Any]]) -> None:
    """Set attributes and register the name, for an object that may refer to itself.

    Such an object may be created more than once.  This is called with the one that is kept.
    """
    path, attributes = state
    if attributes:
        made.__dict__.update(attributes)
    if path:
        main_names.register(path, made)


def _named(value: Any, make: Callable[..., Any], args: tuple[Any, ...], **attributes: Any) -> Any:
    return make, args, (_path_in_main(value), attributes), None, None, _name


# -- classes ---------------------------------------------------------------------------------------

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


def _apply(cls: Any, state: tuple[bytes, tuple[dict[str, Any], Any]]) -> None:
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


def _fill(cls: Any, state: tuple[bytes, tuple[dict[str, Any], Any]]) -> None:
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


# -- other objects ---------------------------------------------------------------------------------


def _reduce_cached(cached: Any) -> Any:
    settings = cached.cache_parameters()
    attributes: dict[str, Any] = cached.__dict__
    extra = {name: value for name, value in attributes.items() if name not in _OF_CACHED}
    args = (cached.__wrapped__, settings["maxsize"], settings["typed"])
    return _named(cached, _make_cached, args, **extra)


def _make_cached(function: Callable[..., Any], maxsize: int | None, typed: bool) -> Any:
    return functools.lru_cache(maxsize, typed)(function)


def _reduce_dispatcher(dispatcher: Any) -> Any:
    registry: dict[Any, Any] = dict(dispatcher.registry)
    default = registry.pop(object)
    attributes: dict[str, Any] = dispatcher.__dict__
    extra = {name: value for name, value in attributes.items() if name not in _OF_DISPATCHER}
    state = _path_in_main(dispatcher), list(registry.items()), extra
    return functools.singledispatch, (default,), state, None, None, _register_types


def _reduce_dispatch(dispatch: Any) -> Any:
    """Reduce a ``dispatch`` function; `singledispatchmethod` of Python 3.13 holds one."""
    cells = dict(zip(dispatch.__code__.co_freevars, dispatch.__closure__, strict=True))
    return _make_dispatch, (dict(cells["registry"].cell_contents),)


def _make_dispatch(registry: dict[type, Any]) -> Any:
    dispatcher: Any = functools.singledispatch(registry.pop(object))
    _register_types(dispatcher, ("", [*registry.items()], {}))
    return dispatcher.dispatch


def _register_types(
    dispatcher: Any, state: tuple[str, list[tuple[type, Any]], dict[str, Any]]
) -> None:
    path, registry, extra = state
    for cls, function in registry:
        dispatcher.register(cls, function)
    _name(dispatcher, (path, extra))


def _reduce_cached_property(value: Any) -> Any:
    attributes: dict[str, Any] = value.__dict__
    state = {name: member for name, member in attributes.items() if name != "lock"}
    return _make_cached_property, (type(value), "lock" in attributes), state


def _make_cached_property(kind: Any, has_lock: bool) -> Any:
    made = kind.__new__(kind)
    if has_lock:
        made.lock = threading.RLock()
    return made


def _reduce_new_type(new_type: Any) -> Any:
    name, module = new_type.__qualname__, new_type.__module__
    return _named(new_type, typing.NewType, (name, new_type.__supertype__), __module__=module)


def _reduce_alias(alias: Any) -> Any:
    args = alias.__name__, alias.__module__, alias.__type_params__
    if alias.__type_params__:
        return _make_alias, (*args, [alias.__value__])
    # Its value may refer to the alias itself, so it is set once the alias exists.
    return _make_alias, (*args, []), (_path_in_main(alias), alias.__value__), None, None, _set_alias


_alias_values: dict[int, list[Any]] = {}  # by id of an alias whose value is not set yet


def _make_alias(
    name: str, module: str | None, parameters: tuple[Any, ...], value: list[Any]
) -> Any:
    names: dict[str, Any] = {"__name__": module, "value": value, "kind": _TypeAlias}
    if parameters:
        names["parameters"] = parameters
        exec(f"{name} = kind({name!r}, value[0], type_params=parameters)", names)
    else:
        exec(f"type {name} = value[0]", names)  # `value[0]` is evaluated when it is first read
        _alias_values[id(names[name])] = value
    return names[name]


def _set_alias(alias: Any, state: tuple[str, Any]) -> None:
    path, value = state
    _alias_values.pop(id(alias)).append(value)
    _name(alias, (path, {}))


def _reduce_type_parameter(parameter: Any) -> Any:
    return type(parameter), (parameter.__name__,)


_context_ids: dict[Any, str] = {}  # never removed: a ContextVar usually lives forever
_context_vars: dict[str, Any] = {}


def _reduce_context_var(var: Any) -> Any:
    var_id = _context_ids.setdefault(var, uuid.uuid4().hex)
    _context_vars[var_id] = var
    default: tuple[Any, ...] = ()
    with contextlib.suppress(LookupError):
        default = (contextvars.Context().run(var.get),)
    return _make_context_var, (var_id, var.name, default)


def _make_context_var(var_id: str, name: str, default: tuple[Any, ...]) -> Any:
    var = _context_vars.get(var_id)
    if var is None:
        new: Any = contextvars.ContextVar(name, default=default[0]) if default else None
        var = _context_vars.setdefault(var_id, new or contextvars.ContextVar(name))
        _context_ids[var] = var_id
    return var


_object_ids: dict[int, str] = {}  # by id
_objects: dict[str, Any] = {}  # never removed either


def _reduce_named(value: Any, name: str) -> Any:
    """Reduce an object whose ``__reduce__`` returns a name in `__main__`, such as a sentinel."""
    kind: Any = _kind_of(value)
    if not kind.__flags__ & _IS_HEAP_TYPE:
        raise PicklingError(
            f"{kind.__qualname__} {name!r} can be found only in __main__, which a "
            "worker does not have. Define it in a module that can be imported"
        )
    object_id = _object_ids.setdefault(id(value), uuid.uuid4().hex)
    _objects[object_id] = value
    return _make_object, (object_id, name, kind), object.__getstate__(value)


def _make_object(object_id: str, name: str, kind: type) -> Any:
    value = _objects.get(object_id)
    if value is None:
        value = _objects.setdefault(object_id, copyreg.__newobj__(kind))  # type: ignore[attr-defined]
        _object_ids[id(value)] = object_id
    main_names.register(name, value)
    return value


_REDUCERS: dict[Any, Callable[[Any], Any]] = {
    _CachedFunction: _reduce_cached,
    CodeType: _reduce_code,
    typing.NewType: _reduce_new_type,
    contextvars.ContextVar: _reduce_context_var,
    **dict.fromkeys(_TYPE_PARAMETERS, _reduce_type_parameter),
}
if _TypeAlias is not None:
    _REDUCERS[_TypeAlias] = _reduce_alias


# -- IPython ---------------------------------------------------------------------------------------


def _is_shell(kind: type) -> bool:
    return "IPython" in sys.modules and any(
        base.__name__ == "InteractiveShell" and base.__module__.startswith("IPython.")
        for base in kind.__mro__
    )


def _get_shell() -> Callable[[], Any]:
    return task_shell


def task_shell() -> Any:
    """Return what `get_ipython()` returns in a task."""
    from scaler_lab.serialization.task_shell import TaskShell

    return TaskShell()
