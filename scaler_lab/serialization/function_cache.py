"""Cache the pickle streams of functions that are pickled by value.

A function of `__main__` (a notebook's cells) is sent with its code and everything that its code
refers to.  Pickling it with cloudpickle takes 30 to 300 us.  A notebook submits the same function
thousands of times, so this module keeps its stream.  A notebook also redefines things, so a kept
stream is used again only if pickling the function again would give the same result:

  - It is a plain function without closure or attributes, and its code, defaults, names and
    annotations are still the same objects.
  - Every global name that its code uses is still bound to the same object (or still unbound).  That
    object is a constant, a module, an importable object that can still be found under its name, or
    a function that meets these same conditions.
  - No module has been imported since then that the code may reach through a package.
  - Its code can't change the objects that are pickled with it: it sets no globals, it sets no
    attributes if it refers to a function by name, and it doesn't use `globals`, `exec` and the
    like.  Therefore the worker may keep the function, too.

A function wrapped by `functools.cache` or `lru_cache` is treated like the function inside.  Because
a worker keeps the functions that it rebuilt, such a function keeps its cached results from one task
to the next: a model that it loads is loaded once per worker.

All other functions (those with closures, or that use classes of `__main__` or a list in a global)
are pickled again each time.

What the cache saves, in microseconds of CPU time per task (Linux, Python 3.11, one argument):

=====================================  ==============  ================
                                       pack, program   unpack, worker
=====================================  ==============  ================
a function of one line                 2.5, not 16     0.9, not 7
one that calls a helper                3.0, not 27     0.9, not 11
one that calls two and uses a module   3.7, not 44     0.9, not 17
=====================================  ==============  ================

For comparison: a task that does nothing costs the program 7 in all.  In addition, cached functions
keep their results.

The caches hold functions and streams of a few kilobytes, at most `_MAX_ENTRIES` each.
"""

from __future__ import annotations

import dis
import sys
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import attrgetter
from pickle import loads
from types import BuiltinFunctionType, CodeType, FunctionType, GenericAlias, ModuleType, UnionType
from typing import Any, NamedTuple, get_args, get_origin

from scaler_lab.serialization import main_names
from scaler_lab.serialization.streams import MAINS, Segment, by_value_modules, dump_by_value

_MAX_ENTRIES = 256  # entries in each cache
_MAX_KEPT_BYTES = 256 * 1024  # bytes; a function's stream is a few kilobytes

_ABSENT = object()  # the value of an unbound global name (a builtin, or a future NameError)
_CONSTANTS = frozenset({int, float, complex, bool, str, bytes, type(None), type(...)})
_REACHES_OUT = frozenset(
    {
        "__builtins__", "__dict__", "__globals__", "delattr", "eval", "exec", "f_globals",
        "globals", "setattr",
    }
)  # fmt: skip
_WRITES_GLOBAL = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL"})
_READS_GLOBAL = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})
_WRITES_ATTRIBUTE = frozenset({"STORE_ATTR", "DELETE_ATTR"})
# Globals that cloudpickle always copies.
_COPIED_GLOBALS = ("__package__", "__name__", "__path__", "__file__")

CachedFunction: Any = type(lru_cache(len))
_CACHED_ATTRIBUTES = len(vars(lru_cache(lambda: None)))
_kind_of: Callable[[Any], type[Any]] = type  # `type`, with a signature for type checkers
_modules = sys.modules
_named = attrgetter("__name__", "__qualname__", "__module__", "__doc__")


class _Known(NamedTuple):
    """The state of a function at the time when it was pickled."""

    code: CodeType
    defaults: tuple[Any, ...] | None
    keyword_defaults: tuple[tuple[str, Any], ...]
    annotations: tuple[tuple[str, Any], ...]
    names: tuple[str, str, str | None, str | None]
    namespace: dict[str, Any]
    globals: tuple[tuple[str, Any], ...]  # name, value or _ABSENT

    def is_still(self, function: FunctionType) -> bool:
        """Return whether *function* is unchanged.  Cheap, because every submit calls it."""
        if (
            function.__code__ is not self.code
            or function.__defaults__ is not self.defaults
            or function.__closure__
            or function.__globals__ is not self.namespace
            or _named(function) != self.names
            or function.__dict__
            or not _are_same(function.__kwdefaults__, self.keyword_defaults)
        ):
            return False
        try:
            if not _are_same(function.__annotations__, self.annotations):
                return False
        except Exception:  # since Python 3.14 the annotations are evaluated here
            return False
        get = self.namespace.get
        for name, value in self.globals:  # noqa: SIM110  # a generator costs half a microsecond
            if get(name, _ABSENT) is not value:
                return False
        return True


class _CachedStream(NamedTuple):
    """A stream and everything that it depends on."""

    stream: bytes
    kept: Any  # the code or cached function whose id is the key: keeps it alive
    function: _Known
    helpers: tuple[tuple[FunctionType, _Known], ...]
    modules: tuple[tuple[str, ModuleType], ...]
    importables: tuple[tuple[str, Callable[[Any], Any], Any], ...]  # module's name, getter, object
    not_imported: frozenset[str]  # modules that would be pickled too if they were imported

    def is_sound(self, function: FunctionType) -> bool:
        """Return whether pickling *function* again would give the same stream."""
        if not self.function.is_still(function):
            return False
        for helper, known in self.helpers:
            if not known.is_still(helper):
                return False
        for name, module in self.modules:
            if _modules.get(name) is not module:
                return False
        for name, getter, value in self.importables:
            try:
                if getter(_modules[name]) is not value:
                    return False
            except (KeyError, AttributeError):
                return False
        return _modules.keys().isdisjoint(self.not_imported)


_entries: dict[int, _CachedStream] = {}  # by id of the code, which the entry keeps alive
_entries_lock = threading.Lock()  # held to change _entries; reading needs no lock
# Functions rebuilt in a worker, by stream; used by at most one thread.
_functions: dict[bytes, tuple[Any, main_names.Names]] = {}

_NOT_KEPT: tuple[None, main_names.Names] = None, {}


def has_stream(function: Any) -> bool:
    """Return whether *function* must be pickled by value and `function_stream` accepts its kind."""
    kind = _kind_of(function)
    if kind is CachedFunction:
        inner = getattr(function, "__wrapped__", None)
        return function.__module__ in MAINS and _kind_of(inner) is FunctionType
    return kind is FunctionType and (
        function.__module__ in MAINS or "<" in function.__qualname__  # <lambda>, <locals>
    )


def function_stream(given: Any) -> bytes | None:
    """Return the pickle stream of a function by value, or None.

    None means that the function must be pickled together with the arguments of its call.

    Args:
        given: A function for which `has_stream` returns true.

    Raises:
        Exception: Whatever pickling the function raises.
    """
    if by_value_modules():
        return None
    function: FunctionType
    if type(given) is CachedFunction:
        function, kept = given.__wrapped__, given
    else:
        function, kept = given, given.__code__
    entry = _entries.get(id(kept))
    if entry is not None and entry.is_sound(function):
        return entry.stream
    entry = _examined(function, kept)
    if entry is None:
        with _entries_lock:
            _entries.pop(id(kept), None)
        return None
    (stream, *loose) = dump_by_value(given, is_call=True)
    if loose or not isinstance(stream, bytes) or len(stream) > _MAX_KEPT_BYTES:
        return None
    if not entry.is_sound(function):  # another thread changed something in the meantime
        return None
    entry = entry._replace(stream=stream)
    with _entries_lock:
        _entries[id(kept)] = entry
        if len(_entries) > _MAX_ENTRIES:
            del _entries[next(iter(_entries))]
    return stream


def rebuilt(stream: Segment) -> Any:
    """Return the function of a stream, in the worker; the same stream gives the same object.

    Importable objects that it refers to are those found when it was first rebuilt.  If a task
    reloads a module in its worker, functions that were already rebuilt don't change.
    """
    key = bytes(stream)
    function, names = _functions.pop(key, _NOT_KEPT)
    if function is None or _has_attributes(function):  # a task set attributes on it: rebuild it
        function, names = main_names.collect(lambda: loads(key))
        if _kind_of(function) not in (FunctionType, CachedFunction) or len(key) > _MAX_KEPT_BYTES:
            return function
    else:
        main_names.register_all(names)
    _functions[key] = function, names  # moved to the end: the first entry is the least recent
    if len(_functions) > _MAX_ENTRIES:
        del _functions[next(iter(_functions))]
    return function


def _has_attributes(function: Any) -> bool:
    usual = _CACHED_ATTRIBUTES if _kind_of(function) is CachedFunction else 0
    return len(function.__dict__) > usual


def _are_same(now: dict[str, Any] | None, then: tuple[tuple[str, Any], ...]) -> bool:
    if not now:
        return not then
    return len(now) == len(then) and all(now.get(name, _ABSENT) is value for name, value in then)


# -- the examination, once per function ------------------------------------------------------------


class _NotKeptError(Exception):
    """The function, or an object that it uses, may change without this module detecting it."""


def _examined(function: FunctionType, kept: Any) -> _CachedStream | None:
    """Return what *function*'s stream depends on, with the stream still empty.

    Returns None if its stream can't be kept safely.
    """
    examination = _Examination()
    try:
        if kept is not function.__code__:
            _check_cached(kept)
        examination.add_function(function)
    except (_NotKeptError, RecursionError):
        return None
    known = examination.functions.pop(id(function))[1]
    assert known is not None
    return _CachedStream(
        b"",
        kept,
        known,
        tuple((helper, fact) for helper, fact in examination.functions.values() if fact),
        tuple(examination.modules.items()),
        tuple(examination.importables.values()),
        frozenset(examination.not_imported),
    )


class _Examination:
    def __init__(self) -> None:
        self.functions: dict[int, tuple[FunctionType, _Known | None]] = {}
        self.modules: dict[str, ModuleType] = {}
        self.importables: dict[int, tuple[str, Callable[[Any], Any], Any]] = {}
        self.not_imported: set[str] = set()

    def add_function(self, function: FunctionType) -> None:
        if id(function) in self.functions:
            return
        self.functions[id(function)] = function, None  # it may refer to itself
        known = _known(function)
        self.functions[id(function)] = function, known
        for _, value in known.globals:
            if value is not _ABSENT:
                self._add(value, known.code)
        for _, value in known.annotations:
            self._add_annotation(value)

    def _add(self, value: Any, code: CodeType) -> None:
        if _is_constant(value):
            return
        kind = _kind_of(value)
        if kind.__name__ == "lazy_import":  # PEP 810; the stream holds the imported object
            try:
                value = value.resolve()
            except Exception:  # pickling will raise and report the cause
                raise _NotKeptError from None
            kind = _kind_of(value)
        if kind is ModuleType:
            self._add_module(value, code)
        elif kind is FunctionType:
            if not self._add_importable(value):
                if _uses(code).writes_attributes:  # maybe attributes of this function
                    raise _NotKeptError
                self.add_function(value)
        elif kind is CachedFunction:
            if not self._add_importable(value):
                if _uses(code).writes_attributes:
                    raise _NotKeptError
                _check_cached(value)
                self.add_function(value.__wrapped__)
        elif kind is BuiltinFunctionType or isinstance(value, type):
            # (A builtin with a __self__ is a bound method, for example of a list.)
            if kind is BuiltinFunctionType and type(getattr(value, "__self__", None)) not in (
                ModuleType,
                type(None),
            ):
                raise _NotKeptError
            if not self._add_importable(value):
                raise _NotKeptError
        else:
            raise _NotKeptError

    def _add_importable(self, value: Any) -> bool:
        module, path = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
        if type(module) is not str or module in MAINS or "<" in path:
            return False
        getter = attrgetter(path)
        try:
            if getter(_modules[module]) is not value:
                return False
        except (KeyError, AttributeError):
            return False
        self.importables[id(value)] = module, getter, value
        return True

    def _add_module(self, module: ModuleType, code: CodeType) -> None:
        name = module.__name__
        if name in MAINS or _modules.get(name) is not module:
            raise _NotKeptError
        self.modules[name] = module
        if not module.__package__:
            return
        # cloudpickle makes the worker import `package.part` if the code refers to it *and* the
        # client has imported it.  So a later import in the client changes the stream.
        packages = [name]
        while packages:
            package = packages.pop()
            for part in _uses(code).attributes:
                full = f"{package}.{part}"
                if full not in _modules:
                    self.not_imported.add(full)
                elif full.count(".") < 8:
                    packages.append(full)

    def _add_annotation(self, value: Any) -> None:
        if _is_constant(value) or value is type(None):  # the None of `int | None`
            return
        kind = _kind_of(value)
        if kind is GenericAlias or kind is UnionType or kind.__module__ == "typing":
            if get_origin(value) is not None:
                self._add_annotation(get_origin(value))
                for arg in get_args(value):
                    self._add_annotation(arg)
                return
            if kind.__name__ in ("_SpecialForm", "_AnyMeta", "_SpecialGenericAlias"):
                return
        if kind is list:  # the arguments of a Callable[[...], ...]
            for arg in value:
                self._add_annotation(arg)
        elif not (isinstance(value, type) and self._add_importable(value)):
            raise _NotKeptError


def _check_cached(value: Any) -> None:
    """Raise unless *value* wraps a plain function and has no attributes of its own.

    Then only the function inside matters.
    """
    if _kind_of(getattr(value, "__wrapped__", None)) is not FunctionType or _has_attributes(value):
        raise _NotKeptError


def _known(function: FunctionType) -> _Known:
    defaults = function.__defaults__
    keyword_defaults = tuple((function.__kwdefaults__ or {}).items())
    names = _named(function)
    uses = _uses(function.__code__)
    if (
        function.__closure__
        or function.__dict__
        or uses.reaches_out
        or getattr(function, "__type_params__", None)
        or not _is_constant(defaults)
        or not all(_is_constant(value) for _, value in keyword_defaults)
        or not all(_is_constant(name) for name in names)
    ):
        raise _NotKeptError
    namespace = function.__globals__
    try:
        annotations = tuple(function.__annotations__.items())
    except Exception:  # since Python 3.14 the annotations are evaluated here
        raise _NotKeptError from None
    return _Known(
        function.__code__,
        defaults,
        keyword_defaults,
        annotations,
        names,
        namespace,
        tuple((name, namespace.get(name, _ABSENT)) for name in uses.globals),
    )


def _is_constant(value: Any) -> bool:
    kind = _kind_of(value)
    return kind in _CONSTANTS or (
        (kind is tuple or kind is frozenset) and all(map(_is_constant, value))
    )


class _Uses(NamedTuple):
    """What a code object and the code objects nested in it refer to."""

    globals: tuple[str, ...]
    attributes: frozenset[str]
    reaches_out: bool  # it changes, or may change, globals that were pickled with it
    writes_attributes: bool  # of any object


@lru_cache(maxsize=_MAX_ENTRIES)
def _uses(code: CodeType) -> _Uses:
    names: dict[str, None] = dict.fromkeys(_COPIED_GLOBALS)
    attributes: set[str] = set()
    reaches_out = writes_attributes = False
    for part in _with_nested(code):
        attributes.update(part.co_names)
        for instruction in dis.get_instructions(part):
            operation = instruction.opname
            if operation in _READS_GLOBAL:
                names[instruction.argval] = None
            elif operation in _WRITES_GLOBAL:
                reaches_out = True
            elif operation in _WRITES_ATTRIBUTE:
                writes_attributes = True
    reaches_out = reaches_out or not attributes.isdisjoint(_REACHES_OUT)
    return _Uses(tuple(names), frozenset(attributes), reaches_out, writes_attributes)


def _with_nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_nested(constant)
