"""Exceptions survive the trip with their type, arguments and traceback, or are stood in for."""

from __future__ import annotations

import copyreg
import errno
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pickling_roundtrip import MEGABYTE, Notebook, raised

import scaler_lab
from scaler_lab.errors import RemoteException, RemoteTraceback, TaskExited
from scaler_lab.serialization.pickling import (
    pack_call,
    pack_exception,
    unpack_call,
    unpack_exception,
)

pytestmark = pytest.mark.usefixtures("no_module_left_registered")


class NeedsTwoError(Exception):
    """Forgets that pickle calls ``__init__`` with `args`."""

    def __init__(self, code: int, *, where: str) -> None:
        super().__init__(f"failed with {code} in {where}")
        self.code = code
        self.where = where


class DoublesError(Exception):
    """Comes through pickle, but with another message."""

    def __init__(self, text: str) -> None:
        super().__init__(f"error: {text}")


class NoSuchTableError(FileNotFoundError):
    """Forgets it too, and has a file's name that isn't among its `args`."""

    def __init__(self, table: str) -> None:
        super().__init__(2, "no such table", table)


class SlottedError(Exception):
    __slots__ = ("detail",)

    def __init__(self, detail: str) -> None:
        super().__init__()
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


class WorksOnceError(Exception):
    """Unpickles where it was made, and nowhere else."""

    at_home = True

    def __reduce__(self) -> Any:
        return WorksOnceError.made, self.args

    @staticmethod
    def made(text: str) -> WorksOnceError:
        if not WorksOnceError.at_home:
            raise SystemExit("not here")
        return WorksOnceError(text)


class HostileError(Exception):
    def __str__(self) -> str:
        raise SystemExit("str")

    def __repr__(self) -> str:
        raise SystemExit("repr")

    def __reduce__(self) -> Any:
        raise SystemExit("reduce")

    @property
    def __notes__(self) -> Any:  # type: ignore[override]
        raise SystemExit("notes")

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise SystemExit("dict")


class QuietError(BaseException):
    pass


def caught(function: Callable[[], Any]) -> BaseException:
    try:
        function()
    except BaseException as error:
        return error
    raise AssertionError("it did not raise")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no such column"),
        KeyError("price"),
        FileNotFoundError(2, "No such file", "/x"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
        StopIteration(3),
        NeedsTwoError(3, where="here"),
        DoublesError("x"),
        NoSuchTableError("prices"),
        SlottedError("why"),
        ExceptionGroup("several", [ValueError(1), NeedsTwoError(1, where="there")]),
        np.exceptions.AxisError(3, 2),
        subprocess.CalledProcessError(1, ["x"], b"out", b"err"),
        ValueError("\udcff lone \x00 zero"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_keeps_type_arguments_and_message(error: Exception) -> None:
    copy = raised(error)
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    if type(error) is not ExceptionGroup:  # its members are equal to themselves only
        assert copy.args == error.args
    assert isinstance(copy.__cause__, RemoteTraceback)
    assert type(error).__name__ in str(copy.__cause__)


def test_an_exception_outlives_a_reducer_that_forgets_its_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As the reducer does that importing dask.distributed registers for every exception.
    def reduce(error: BaseException) -> tuple[Any, ...]:
        return type(error).__new__, (type(error), *error.args)

    monkeypatch.setitem(copyreg.dispatch_table, UnicodeDecodeError, reduce)
    copy = raised(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))
    assert isinstance(copy, UnicodeDecodeError)
    assert (copy.object, copy.start, copy.reason) == (b"\xff", 0, "bad")


def test_an_exception_keeps_attributes_and_notes() -> None:
    error = NeedsTwoError(3, where="here")
    error.add_note("a note")
    error.extra = np.arange(10_000)  # type: ignore[attr-defined]
    copy: Any = raised(error)
    assert (copy.code, copy.where, copy.__notes__) == (3, "here", ["a note"])
    assert np.array_equal(copy.extra, np.arange(10_000))
    assert "a note" in str(copy.__cause__)


def test_what_an_exception_can_t_take_along_is_named() -> None:
    error = ValueError("x")
    error.lock = threading.Lock()  # type: ignore[attr-defined]
    error.code = 3  # type: ignore[attr-defined]
    copy: Any = raised(error)
    assert (type(copy), copy.code) == (ValueError, 3)
    assert "lock" in copy.__notes__[0]


def test_an_exception_with_arguments_that_can_t_be_pickled_is_stood_in_for() -> None:
    copy = raised(ValueError("x", threading.Lock()))
    assert isinstance(copy, RemoteException)
    assert copy.type_name == "ValueError"
    assert str(copy).startswith("ValueError: ('x', <unlocked _thread.lock")


def test_one_bad_member_does_not_spoil_its_group() -> None:
    group = ExceptionGroup("g", [ValueError(threading.Lock()), KeyError("k")])
    copy: Any = raised(group)
    assert type(copy) is ExceptionGroup
    assert [type(member) for member in copy.exceptions] == [RemoteException, KeyError]


def test_an_exception_that_can_t_be_rebuilt_here_is_stood_in_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed, _ = pack_exception(WorksOnceError("x"), "task")
    monkeypatch.setattr(WorksOnceError, "at_home", False)
    copy = unpack_exception(*packed)
    assert isinstance(copy, RemoteException)
    assert copy.type_name == "test_pickling_exceptions.WorksOnceError"
    assert "could not be rebuilt here (SystemExit: not here)" in copy.__notes__[0]


def test_a_hostile_exception_is_reported() -> None:
    packed, line = pack_exception(caught(lambda: _raise(HostileError())), "task")
    copy = unpack_exception(*packed)
    assert isinstance(copy, RemoteException)
    assert copy.type_name.endswith("HostileError")
    assert "__str__() raised SystemExit" in line
    assert "_raise" in str(copy.__cause__)


@pytest.mark.parametrize("code", [None, 0, 3, "bye", {"a": 1}])
def test_sys_exit_is_reported_with_its_code(code: Any) -> None:
    copy = raised(caught(lambda: sys.exit(code)))
    assert isinstance(copy, TaskExited)
    assert copy.code == code


def test_sys_exit_with_something_that_can_t_be_pickled() -> None:
    copy = raised(SystemExit(threading.Lock()))
    assert isinstance(copy, TaskExited)
    assert "lock" in copy.code


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt("stop"),
        GeneratorExit(),
        QuietError("hush"),
        BaseExceptionGroup("g", [KeyboardInterrupt()]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_not_an_exception_is_replaced(error: BaseException) -> None:
    copy = raised(error)
    assert isinstance(copy, RemoteException)
    assert type(error).__name__ in copy.type_name


def test_a_class_of_the_notebook_is_the_same_class_when_it_comes_back(notebook: Notebook) -> None:
    notebook.run("class OursError(Exception): pass\ndef f(): raise OursError('x')")
    function, _, _ = unpack_call(*pack_call(notebook["f"], (), {}, "f"))
    assert type(raised(caught(function))) is notebook["OursError"]


def test_the_traceback_shows_the_chain_and_none_of_our_frames(notebook: Notebook) -> None:
    notebook.run(
        "def inner(): raise KeyError('k')\n"
        "def f():\n"
        "    try:\n"
        "        inner()\n"
        "    except KeyError as error:\n"
        "        raise ValueError('v') from error\n"
    )
    folder = Path(scaler_lab.__file__).parent / "engines"
    worker = "def run(f):\n    try: f()\n    except BaseException as error: return error"
    ours: dict[str, Any] = {}
    exec(compile(worker, str(folder / "worker.py"), "exec"), ours)
    text = str(raised(ours["run"](notebook["f"])).__cause__)
    assert text.index("KeyError: 'k'") < text.index("direct cause") < text.index("ValueError: v")
    assert "in inner" in text
    assert "worker.py" not in text


def test_the_traceback_is_printed_with_the_exception() -> None:
    copy = raised(caught(lambda: _raise(ValueError("v"))))
    printed = "".join(traceback.format_exception(copy))
    assert "in _raise" in printed


def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no such column"), "ValueError: no such column"),
        (ValueError("first\nsecond"), "ValueError: first"),
        (ValueError(), "ValueError"),
        (QuietError("hush"), "test_pickling_exceptions.QuietError: hush"),
    ],
)
def test_the_summary_is_one_line(error: BaseException, line: str) -> None:
    assert pack_exception(error, "task")[1] == line


def test_a_huge_message_is_cut_in_the_texts_only() -> None:
    error = ValueError("x" * 3 * MEGABYTE)
    packed, line = pack_exception(error, "task")
    assert len(line) == 200
    copy = unpack_exception(*packed)
    assert str(copy) == str(error)
    assert len(str(copy.__cause__)) < 1.1 * MEGABYTE


def test_an_exception_arrives_although_no_traceback_can_be_formatted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a process without a free descriptor, in which `traceback` can't import its parts."""

    def no_descriptor(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(traceback, "format_tb", no_descriptor)
    monkeypatch.setattr(traceback, "TracebackException", no_descriptor)
    arrived = raised(KeyError("price"))
    monkeypatch.undo()
    assert type(arrived) is KeyError
    assert arrived.args == ("price",)
    assert str(arrived.__cause__).strip().endswith("KeyError: 'price'")
