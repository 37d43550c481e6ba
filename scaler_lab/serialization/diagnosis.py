"""Find which argument can't be pickled, and the path to the object inside it that is the cause.

`TypeError: cannot pickle '_thread.lock' object` doesn't help a user: the lock is three levels deep
in an object of some library.  So after pickling failed, this module splits the call into parts the
way the pickler does, and follows the parts that fail on their own, down to an object that has no
failing part: the cause.

    fit(data, model)          fails      try fit, data, model
    args[1]                   fails      try what its __reduce__ gives: .layers, .name
    args[1].layers            fails      try [0], [1], [2]
    args[1].layers[2]         fails      try ._lock
    args[1].layers[2]._lock   fails      its __reduce__ raises: this is the cause

It discards the pickled data, tries a bounded number of parts, and stops after `SEARCH_TIMEOUT` with
the path found so far.  No exception except KeyboardInterrupt escapes from it.
"""

from __future__ import annotations

import copyreg
import functools
import io
import reprlib
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from types import (
    AsyncGeneratorType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
    TracebackType,
)
from typing import Any, NamedTuple

from scaler_lab.serialization.annotations import signature_of

SEARCH_TIMEOUT = 0.5

_MAX_PARTS = 1000  # tried per object
_MAX_DEPTH = 40
_kind_of: Callable[[Any], type[Any]] = type  # `type`, with a signature for type checkers
_KEY_TYPES = frozenset({str, bytes, int, float, bool, type(None)})


def unpicklable_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    name: str,
    error: BaseException,
) -> str:
    """Return what in a call can't be pickled, and what to do: the message of `TaskUnserializable`.

    Args:
        function: The function of the call.
        args: Its positional arguments.
        kwargs: Its keyword arguments.
        name: The task's name.
        error: The exception that pickling the whole call raised.
    """
    called = _called(name)
    parts: list[tuple[str, str, Any]] = [
        *(
            (f"argument {_argument_name(function, index)} of {called}", f"args[{index}]", value)
            for index, value in enumerate(args)
        ),
        *(
            (f"argument {key!r} of {called}", f"kwargs[{key!r}]", value)
            for key, value in kwargs.items()
        ),
        (f"the function of {called}", _short_name(function), function),
    ]
    return _described(called, parts, error, is_result=False)


def unpicklable_result(value: Any, name: str, error: BaseException) -> str:
    """Return what in a result can't be pickled, and what to do: for `ResultUnserializable`.

    Args:
        value: The result.
        name: The task's name; "" or "result" if it isn't known.
        error: The exception that pickling the result raised.
    """
    whose = "the result" if name in ("", "result") else f"the result of {_called(name)}"
    return _described(whose, [(whose, "result", value)], error, is_result=True)


# -- messages --------------------------------------------------------------------------------------


class _Advice(NamedTuple):
    """What a user can do about a kind of object in a call, and in a result."""

    kinds: tuple[type, ...]
    call: str
    result: str


_ADVICE = (
    _Advice(
        (Future,),
        "Wait for it, and pass its result().",
        "Return its result().",
    ),
    _Advice(
        (io.IOBase,),
        "Pass the file's path, and open it inside the task.",
        "Close the file, and return its path.",
    ),
    _Advice(
        (socket.socket,),
        "Connect inside the task.",
        "Return what was received, not the connection.",
    ),
    _Advice(
        (CoroutineType,),
        "Pass the coroutine function, and call it inside the task.",
        "Return what it returns: await it.",
    ),
    _Advice(
        (GeneratorType, AsyncGeneratorType),
        "Pass a list of its items, or make it inside the task.",
        "Return a list of its items.",
    ),
    _Advice(
        (FrameType, TracebackType),
        "Pass its text: traceback.format_exc().",
        "Return its text: traceback.format_exc().",
    ),
)
_TOO_DEEP = _Advice(
    (),
    "Pass it in a flat form, for example as a list of its nodes.",
    "Return it in a flat form, for example as a list of its nodes.",
)
_OTHERWISE = _Advice(
    (object,),
    "Pass something picklable, or make it inside the task.",
    "Return something picklable, for example the data in it.",
)


def _described(
    whole: str, parts: list[tuple[str, str, Any]], error: BaseException, *, is_result: bool
) -> str:
    found = None
    try:
        found = _search(parts)
    except KeyboardInterrupt:
        raise
    except BaseException:  # an object in the call raises on every access; report what is known
        found = None
    if found is None:
        advice = _OTHERWISE.result if is_result else _OTHERWISE.call
        return f"{whole}: {_trouble(None, error)}. {advice}"
    where = "" if found.path == found.root else f" (at {found.path})"
    advice_for = _TOO_DEEP if _is_too_deep(found.error) else _advice(found.cause)
    advice = advice_for.result if is_result else advice_for.call
    return f"{found.part}: {_trouble(found.cause, found.error)}{where}. {advice}"


def _advice(cause: Any) -> _Advice:
    kind = _kind_of(cause)
    return next((a for a in _ADVICE if issubclass(kind, a.kinds)), _OTHERWISE)


def _trouble(cause: Any, error: BaseException) -> str:
    if _is_too_deep(error):
        return "it is nested too deeply to be pickled (RecursionError)"
    try:
        text = str(error).strip().rstrip(".")
    except KeyboardInterrupt:
        raise
    except BaseException:
        text = ""
    what = "cannot pickle it"
    if cause is not None:
        what = f"cannot pickle {type(cause).__name__!r} object"
    if issubclass(type(cause), Future):
        return what  # don't mention the lock inside the future
    if text.startswith("cannot pickle"):
        return text
    raised = type(error).__name__
    return f"{what}: {raised}: {text}" if text else f"{what}: {raised}"


def _is_too_deep(error: BaseException) -> bool:
    return isinstance(error, RecursionError) or isinstance(error.__cause__, RecursionError)


def _called(name: str) -> str:
    """Return ``fit()`` for a function's name, and ``task 'my name'`` for a user's own task name."""
    looks_callable = all(
        part.isidentifier() or part in ("<locals>", "<lambda>") for part in name.split(".")
    )
    return f"{name}()" if looks_callable else f"task {name!r}"


def _short_name(function: Any) -> str:
    name = getattr(function, "__name__", None)
    return name if isinstance(name, str) else "function"


def _argument_name(function: Callable[..., Any], index: int) -> str:
    """Return the argument's name from the signature, quoted; else its position: ``args[0]``."""
    try:
        parameters = list(signature_of(function).parameters.values())
        parameter = parameters[index]
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            return repr(parameter.name)
    except KeyboardInterrupt:
        raise
    except BaseException:  # no signature, or user code that computes it raised
        pass
    return f"args[{index}]"


# -- the search ------------------------------------------------------------------------------------


class _Found(NamedTuple):
    part: str  # for messages: "argument 'model' of fit()"
    root: str  # args[0]
    path: str  # args[0].layers[2]._lock
    cause: Any
    error: BaseException


class _OutOfTime(BaseException):  # so that no `except Exception` in user code catches it
    pass


class _DiscardingFile:
    """A file for the pickler that discards all data, and ends the search at the deadline."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def write(self, data: Any) -> int:
        if time.monotonic() > self._deadline:
            raise _OutOfTime
        return len(data)


def _search(parts: list[tuple[str, str, Any]]) -> _Found | None:
    deadline = time.monotonic() + SEARCH_TIMEOUT
    found = None
    try:
        for part, root, value in parts:
            error = _failure(value, deadline)
            if error is not None:
                found = _Found(part, root, root, value, error)
                break
        path: list[Any] = []
        for _ in range(_MAX_DEPTH):
            if found is None or _is_too_deep(found.error):
                break  # no single part is the cause of too deep nesting
            path.append(found.cause)
            deeper = _step(found, path, deadline)
            if deeper is None:
                break
            found = deeper
    except _OutOfTime:
        pass
    return found


def _step(found: _Found, path: list[Any], deadline: float) -> _Found | None:
    """Return the first part of *found* that fails on its own; None if there is none.

    Objects of *path* count as picklable, so a part that refers back to one doesn't fail because of
    it.
    """
    if issubclass(type(found.cause), Future):
        return None  # report the future itself, not the lock inside it
    try:
        for label, value in islice(_parts(found.cause), _MAX_PARTS):
            error = _failure(value, deadline, path)
            if error is not None:
                return found._replace(path=found.path + label, cause=value, error=error)
    except (KeyboardInterrupt, _OutOfTime):
        raise
    except BaseException:  # it can't even be split into parts, so it is the cause itself
        return None
    return None


def _leave_out(_buffer: object) -> None:
    """Answer pickle's callback with None (falsy): keep every buffer out of the stream."""


def _failure(value: Any, deadline: float, path: Sequence[Any] = ()) -> BaseException | None:
    """Return what pickling *value* raises, or None.  Objects of *path* count as picklable."""
    from scaler_lab.serialization.main_pickler import Pickler

    class Probe(Pickler):
        def persistent_id(self, obj: Any) -> bool | None:
            return True if any(obj is known for known in path) else None

    if time.monotonic() > deadline:
        raise _OutOfTime
    try:
        Probe(_DiscardingFile(deadline), _leave_out, is_call=True).dump(value)
    except (KeyboardInterrupt, _OutOfTime):
        raise
    except BaseException as error:
        return error
    return None


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parts that the pickler splits *value* into, each after its label for the path."""
    kind = _kind_of(value)
    if kind is list or kind is tuple:
        yield from ((f"[{index}]", item) for index, item in enumerate(value))
    elif issubclass(kind, tuple) and hasattr(value, "_fields"):
        yield from ((f".{field}", getattr(value, field)) for field in value._fields)
    elif kind is dict:
        yield from _items(value.items())
    elif kind is set or kind is frozenset:
        for item in value:
            yield "{...}", item
    elif kind is FunctionType:
        yield from _parts_of_function(value)
    elif kind is MethodType:
        yield ".__self__", value.__self__
        yield ".__func__", value.__func__
    elif kind is functools.partial:
        yield ".func", value.func
        for index, item in enumerate(value.args):
            yield f".args[{index}]", item
        for key, item in value.keywords.items():
            yield f".keywords[{key!r}]", item
    elif issubclass(kind, type):
        yield from _parts_of_class(value)
    elif kind is not ModuleType and kind is not CodeType:
        yield from _parts_of_object(value)


def _items(items: Any) -> Iterator[tuple[str, Any]]:
    for key, item in items:
        if type(key) in _KEY_TYPES:
            yield f"[{reprlib.repr(key)}]", item
        else:
            yield f"{{a key: {type(key).__name__}}}", key
            yield f"[<{type(key).__name__}>]", item


def _parts_of_class(cls: type) -> Iterator[tuple[str, Any]]:
    for key, item in cls.__dict__.items():
        if key not in ("__dict__", "__weakref__"):
            yield f".{key}", item
    for index, item in enumerate(cls.__bases__):
        yield f".__bases__[{index}]", item


def _parts_of_function(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield f".<closure {name}>", cell.cell_contents
        except ValueError:  # not yet bound
            continue
    keyword_defaults: dict[str, Any] = function.__kwdefaults__ or {}
    for index, item in enumerate(function.__defaults__ or ()):
        yield f".__defaults__[{index}]", item
    yield from ((f".__kwdefaults__[{k!r}]", v) for k, v in keyword_defaults.items())
    attributes: dict[str, Any] = vars(function)
    yield from ((f".{key}", item) for key, item in attributes.items())
    codes = [function.__code__]
    names: dict[str, None] = {}
    while codes:
        code = codes.pop()
        names.update(dict.fromkeys(code.co_names))
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    for name in names:
        if name in function.__globals__:
            yield f".<global {name}>", function.__globals__[name]


def _parts_of_object(value: Any) -> Iterator[tuple[str, Any]]:
    """Use the object's ``__reduce_ex__``: what ``__getstate__`` drops can't be the cause."""
    reducer: Any = copyreg.dispatch_table.get(_kind_of(value))
    recipe: Any = reducer(value) if reducer is not None else value.__reduce_ex__(5)
    if _kind_of(recipe) is not tuple:  # a string: the object is pickled by name
        return
    steps: list[Any] = [*recipe, None, None, None]
    make, arguments, state, items, pairs = steps[:5]
    if state is not None:
        is_pair = _kind_of(state) is tuple and len(state) == 2
        states: list[Any] = [*state] if is_pair else [state]
        if all(part is None or _kind_of(part) is dict for part in states):
            for part in states:  # the states of __dict__ and of __slots__
                attributes: dict[Any, Any] = part or {}
                yield from ((f".{key}", item) for key, item in attributes.items())
        else:
            yield ".__getstate__()", state
    yield from ((f"[{index}]", item) for index, item in enumerate(items or ()))
    yield from _items(pairs or ())
    for index, item in enumerate(arguments or ()):
        if item is not type(value):
            yield f".<__reduce__ argument {index}>", item
    yield f".<made by {_short_name(make)}>", make
