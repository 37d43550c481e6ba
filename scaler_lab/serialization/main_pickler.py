"""cloudpickle, for what a notebook or a script defines.

cloudpickle sends functions and classes of `__main__` by value, and leaves some gaps:

===============================  ===================================================================
object                           here
===============================  ===================================================================
class                            its state is applied in a worker only.  A program that reads a
                                 result uses its own class as it is; see `_fill`
class with ``__slots__``         has its slots
nested class                     has its qualified name
`functools.cache`, `lru_cache`   the function, with an empty cache
`functools.singledispatch`       its functions by type
`functools.cached_property`      without the lock that Python 3.11 has in it
`NewType`, ``type X = ...``      made again
`ContextVar`                     with its default; the same one in all tasks of a worker
``get_ipython`` (``!command``)   a small shell that can run commands; see `task_shell`
an object that is pickled by     its state, once in each process
its name
===============================  ===================================================================

What `__main__` has under a name is registered in the worker under that name (`main_names`).
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
from types import BuiltinMethodType, FunctionType, MemberDescriptorType, MethodType
from typing import TYPE_CHECKING, Any, Protocol

# It states no types.
from cloudpickle import (  # pyright: ignore[reportMissingTypeStubs]
    cloudpickle as untyped_cloudpickle,
)

from scaler_lab.serialization import main_names
from scaler_lab.serialization.global_random import name_of_generator
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
_IS_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class statement made it
_MAKERS = frozenset({__name__, "cloudpickle.cloudpickle"})  # whose functions are in every stream
_OF_CLOUDPICKLE: frozenset[Any] = frozenset(cloudpickle.Pickler._dispatch_table)
_kind_of: Callable[[Any], type[Any]] = type  # `type`, with a signature for type checkers


class _Writes(Protocol):
    def write(self, data: Any, /) -> object: ...


if TYPE_CHECKING:

    class _CloudPickler:
        """What is used of it here."""

        def __init__(
            self, file: _Writes, *, protocol: int, buffer_callback: Callable[[PickleBuffer], Any]
        ) -> None: ...
        def dump(self, obj: Any) -> None: ...
        def reduce_function(self, function: Any, *, by_value: bool) -> Any: ...
        def reduce_class(self, cls: type, *, by_value: bool) -> Any: ...

else:
    from scaler_lab.serialization.annotations_pickler import AnnotationsPickler as _CloudPickler


class Pickler(_CloudPickler):
    """One stream.  *is_call*: it goes to a worker; else it may be read by a program."""

    def __init__(
        self, file: _Writes, keep: Callable[[PickleBuffer], Any], *, is_call: bool = False
    ) -> None:
        super().__init__(file, protocol=5, buffer_callback=keep)
        self._set_state = _apply if is_call else _fill
        self._plain: set[type[Any]] = set()  # kinds that are pickled as they say themselves

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
        path = _path_in_main(function)
        if not path:
            return reduced
        make, args, *rest = reduced
        return _make_named, (path, make, args), *rest

    def _reduce_class(self, cls: Any) -> Any:
        if cls is type or cls is object:
            return NotImplemented
        reduced = self.reduce_class(cls, by_value=cls.__module__ in MAINS)
        if _kind_of(reduced) is not tuple or len(reduced) != 6:
            return reduced  # by its name; or a special one, None's type say
        make: Any
        args: Any
        state: dict[str, Any]
        make, args, (state, slot_state), _, _, _ = reduced
        if make is cloudpickle._make_skeleton_class:
            _check_hook(cls)
            kind, name, bases, keywords, class_id, extra = args
            if any(isinstance(base, FunctionType) for base in bases):
                bases = cls.__bases__  # of a NamedTuple or a TypedDict
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


# -- by its name -----------------------------------------------------------------------------------


def _path_in_main(value: Any) -> str:
    """Under which name the program's `__main__` has *value*; empty if it has not."""
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


def _make_named(path: str, make: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    made = make(*args)
    main_names.register(path, made)
    return made


def _name(made: Any, state: tuple[str, dict[str, Any]]) -> None:
    """For what may refer to itself: the object that is kept, of those made, gets the name."""
    path, attributes = state
    if attributes:
        made.__dict__.update(attributes)
    if path:
        main_names.register(path, made)


def _named(value: Any, make: Callable[..., Any], args: tuple[Any, ...], **attributes: Any) -> Any:
    return make, args, (_path_in_main(value), attributes), None, None, _name


# -- classes ---------------------------------------------------------------------------------------

_unfilled: weakref.WeakSet[type] = weakref.WeakSet()  # made here, and without their members yet
_given: weakref.WeakKeyDictionary[type, frozenset[str]] = weakref.WeakKeyDictionary()


@functools.cache
def _process_id() -> bytes:
    return os.urandom(8)


os.register_at_fork(after_in_child=_process_id.cache_clear)


def _make_class(path: str, class_id: str, make: Callable[..., type], args: tuple[Any, ...]) -> type:
    """The class of that id, if it is in this process already; else a new one, still empty.

    Looked for first: to make it would run its bases' hooks once more.
    """
    cls: type | None = cloudpickle._DYNAMIC_CLASS_TRACKER_BY_ID.get(class_id)
    if cls is None:
        cls = make(*args)
        _unfilled.add(cls)
    if path:
        main_names.register(path, cls)
    return cls


def _apply(cls: Any, state: tuple[bytes, tuple[dict[str, Any], Any]]) -> None:
    """In a worker: the class is as the program has it when it submits."""
    sender, members = state
    if sender == _process_id() and cls not in _unfilled:
        return  # it is the program's own: a task that runs in the program itself
    names = frozenset(members[0])
    for name in _given.get(cls, frozenset()) - names:
        if name in vars(cls):
            delattr(cls, name)
    _given[cls] = names
    cloudpickle._class_setstate(cls, members)
    _unfilled.discard(cls)


def _fill(cls: Any, state: tuple[bytes, tuple[dict[str, Any], Any]]) -> None:
    """A program reads a result: a class that was there before stays as it is."""
    if cls in _unfilled:
        cloudpickle._class_setstate(cls, state[1])
        _unfilled.discard(cls)


def _make_typed_dict(
    kind: type, name: str, _bases: object, keywords: dict[str, Any], class_id: str, _extra: object
) -> Any:
    # Its metaclass lets nobody inherit from dict, which it does itself.
    new: Callable[..., type] = type.__new__
    return cloudpickle._lookup_class_or_track(class_id, new(kind, name, (dict,), keywords))


def _slots(cls: type) -> list[str] | None:
    """The class's own, as they are called there; None if it has a ``__dict__`` instead."""
    if "__slots__" not in vars(cls):
        return None
    slots = [
        name
        for name, member in vars(cls).items()
        if type(member) is MemberDescriptorType and member.__objclass__ is cls
    ]
    return slots + [name for name in ("__dict__", "__weakref__") if name in vars(cls)]


def _simple_members(state: dict[str, Any]) -> dict[str, Any]:
    """Those that a base's ``__init_subclass__`` may look at when the class is made."""
    return {name: value for name, value in state.items() if type(value) in _ATOMS}


def _check_hook(cls: type) -> None:
    """Raises if the class can't be made again, because that takes keywords nobody knows."""
    if type(cls.__init_subclass__) is BuiltinMethodType:
        return  # object's
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
    """A dispatcher's ``dispatch``, by itself: Python 3.13's `singledispatchmethod` has it."""
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
    # Its value may name the alias: so it is put in once the alias is there.
    return _make_alias, (*args, []), (_path_in_main(alias), alias.__value__), None, None, _set_alias


_alias_values: dict[int, list[Any]] = {}  # by the id of an alias that has none yet


def _make_alias(
    name: str, module: str | None, parameters: tuple[Any, ...], value: list[Any]
) -> Any:
    names: dict[str, Any] = {"__name__": module, "value": value, "kind": _TypeAlias}
    if parameters:
        names["parameters"] = parameters
        exec(f"{name} = kind({name!r}, value[0], type_params=parameters)", names)
    else:
        exec(f"type {name} = value[0]", names)  # which is evaluated when it is asked for
        _alias_values[id(names[name])] = value
    return names[name]


def _set_alias(alias: Any, state: tuple[str, Any]) -> None:
    path, value = state
    _alias_values.pop(id(alias)).append(value)
    _name(alias, (path, {}))


def _reduce_type_parameter(parameter: Any) -> Any:
    return type(parameter), (parameter.__name__,)


_context_ids: dict[Any, str] = {}  # a ContextVar is made to last
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
_objects: dict[str, Any] = {}  # such an object is made to last, too


def _reduce_named(value: Any, name: str) -> Any:
    """An object that says of itself that it is to be found in `__main__`: a sentinel, say."""
    kind: Any = _kind_of(value)
    if not kind.__flags__ & _IS_HEAP_TYPE:
        raise PicklingError(
            f"{kind.__qualname__} {name!r} is found by its name in __main__ only, which a worker "
            "has not got. Define it in a module that can be imported"
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
    """What `get_ipython` returns in a task."""
    from scaler_lab.serialization.task_shell import TaskShell

    return TaskShell()
