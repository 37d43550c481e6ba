"""Pickle objects of a notebook or a script that cloudpickle doesn't handle well.

`main_pickler` has the table of them.
"""

from __future__ import annotations

import contextlib
import contextvars
import copyreg
import functools
import threading
import typing
import uuid
from collections.abc import Callable
from pickle import PicklingError
from types import CodeType
from typing import Any

# cloudpickle has no type annotations.
from cloudpickle import (  # pyright: ignore[reportMissingTypeStubs]
    cloudpickle as untyped_cloudpickle,
)

from scaler_lab.serialization import main_names
from scaler_lab.serialization.streams import MAINS

cloudpickle: Any = untyped_cloudpickle

_CachedFunction: Any = type(functools.cache(lambda: None))
_DISPATCHER: Any = functools.singledispatch(len)
_OF_DISPATCHER = frozenset({"register", "dispatch", "registry", "_clear_cache", "__wrapped__"})
_OF_CACHED = frozenset({*functools.WRAPPER_ASSIGNMENTS, "__wrapped__", "cache_parameters"})
_TypeAlias: Any = getattr(typing, "TypeAliasType", None)
_TYPE_PARAMETERS = (typing.ParamSpec, typing.TypeVarTuple)
_IS_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: created by a class statement
_kind_of: Callable[[Any], type[Any]] = type  # `type`, with a signature for type checkers


def is_importable(value: Any) -> bool:
    """Return whether a module other than `__main__` has *value* under its name."""
    module = getattr(value, "__module__", None)
    path = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    return (
        type(module) is str
        and module not in MAINS
        and type(path) is str
        and "<" not in path
        and main_names.lookup(module, path) is value
    )


def reduce_dispatching(function: Any) -> Any:
    """Reduce a function made by `functools.singledispatch`; NotImplemented for another one."""
    if function.__code__ is _DISPATCHER.__code__:
        return _reduce_dispatcher(function)
    if function.__code__ is _DISPATCHER.dispatch.__code__:
        return _reduce_dispatch(function)
    return NotImplemented


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
    return make, args, (main_names.path_of(value), attributes), None, None, _name


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
    state = main_names.path_of(dispatcher), list(registry.items()), extra
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


def reduce_cached_property(value: Any) -> Any:
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
    return (
        _make_alias,
        (*args, []),
        (main_names.path_of(alias), alias.__value__),
        None,
        None,
        _set_alias,
    )


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


def reduce_named(value: Any, name: str) -> Any:
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


REDUCERS: dict[Any, Callable[[Any], Any]] = {
    _CachedFunction: _reduce_cached,
    CodeType: _reduce_code,
    typing.NewType: _reduce_new_type,
    contextvars.ContextVar: _reduce_context_var,
    **dict.fromkeys(_TYPE_PARAMETERS, _reduce_type_parameter),
}
if _TypeAlias is not None:
    REDUCERS[_TypeAlias] = _reduce_alias
