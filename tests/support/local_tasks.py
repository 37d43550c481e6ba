"""Tasks for the tests of the real local engine.  Workers import them from here, without pytest.

A task whose actions matter writes files in a folder as evidence, because the reports of the engine
are what is tested.  Tasks that sleep do so only to keep running until they are stopped, or until
the test creates a file.  No test waits for a task by sleeping.
"""

from __future__ import annotations

import ctypes
import importlib
import inspect
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

LONG_SECONDS = 120.0  # longer than any test


def note(folder: str, name: str, text: str = "") -> None:
    """Write evidence atomically."""
    part = Path(folder, f".{name}.{os.getpid()}")
    part.write_text(text)
    part.rename(Path(folder, name))


def evidence(folder: str | Path, name: str) -> str | None:
    """Return the evidence of that name; None if there is none."""
    try:
        return Path(folder, name).read_text()
    except FileNotFoundError:
        return None


def run_loop(folder: str) -> None:
    """Run Python code all the time."""
    note(folder, "running", str(os.getpid()))
    end = time.monotonic() + LONG_SECONDS
    while time.monotonic() < end:
        pass


def sleep(folder: str) -> None:
    """Wait once in C, for a long time; signals interrupt the wait."""
    note(folder, "running", str(os.getpid()))
    time.sleep(LONG_SECONDS)  # until it is stopped; no test waits for this


def tidy_up(folder: str) -> None:
    """Run a `finally` block that takes a while."""
    try:
        sleep(folder)
    finally:
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass
        note(folder, "tidied up")


def wait_in_finally(folder: str) -> None:
    """Be in a `finally` block already when interrupted."""
    try:
        pass
    finally:
        try:
            sleep(folder)
        finally:
            note(folder, "tidied up")


def swallow_everything(folder: str) -> None:
    while True:
        try:
            sleep(folder)
        except BaseException:
            note(folder, "swallowed")


def hold_the_gil(folder: str) -> None:
    """Run C code that neither releases the GIL nor handles signals."""
    note(folder, "running", str(os.getpid()))
    sum(range(10**12))


def raise_another(folder: str) -> None:
    """Raise another exception on an interrupt, as many libraries do."""
    try:
        sleep(folder)
    except KeyboardInterrupt as error:
        raise ValueError("stopped, said the library") from error
    raise AssertionError("not reached")


def return_when_interrupted(folder: str) -> str:
    try:
        sleep(folder)
    except KeyboardInterrupt:
        pass
    return "a value all the same"


def be_interrupted_in_del(folder: str) -> None:
    """Be interrupted in a `__del__`, where Python swallows the exception."""

    class Hard:
        def __del__(self) -> None:
            note(folder, "running", str(os.getpid()))
            end = time.monotonic() + LONG_SECONDS
            while time.monotonic() < end:
                time.sleep(0.001)  # it is in here when it is interrupted

    Hard()
    note(folder, "after del")
    time.sleep(LONG_SECONDS)  # until it is stopped


def leave_thread(folder: str, seconds: float, *, daemon: bool = False) -> None:
    """Start a thread that outlives the interrupt by *seconds*."""
    stopped = threading.Event()

    def run() -> None:
        stopped.wait(LONG_SECONDS)
        time.sleep(seconds)  # the tested time by which it outlives the interrupt
        note(folder, "thread ended")

    threading.Thread(target=run, daemon=daemon).start()
    try:
        sleep(folder)
    finally:
        stopped.set()


def show_bar(folder: str) -> None:
    """Start a thread that never ends and does nothing for the task, as a first tqdm bar does."""
    tqdm_monitor = type("TMonitor", (threading.Thread,), {"__module__": "tqdm._monitor"})
    tqdm_monitor(target=threading.Event().wait, daemon=True).start()
    sleep(folder)


def keep_pool_of_threads() -> str:
    """Keep a pool with a waiting thread, as many programs do."""
    from concurrent.futures import ThreadPoolExecutor

    global _pool
    _pool = ThreadPoolExecutor(1)
    name: str = _pool.submit(threading.current_thread).result().name
    return name


_pool: Any = None

# They sleep until they are killed; the tests check that none of them is left.
_CHILD = """
import os, sys, time
{before}
open(sys.argv[1], 'w').write(str(os.getpid()))
time.sleep(120)
"""
_ORPHAN = """
import os, sys, time
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
open(sys.argv[1] + '.part', 'w').write(str(os.getpid()))
os.rename(sys.argv[1] + '.part', sys.argv[1])
time.sleep(120)
"""


def start_children(folder: str, *, stubborn: bool = False) -> None:
    """Start a child, a child in a session of its own, and a child that is forked twice."""
    plain = _CHILD.format(before="pass")
    own_session = _CHILD.format(before="os.setsid()")
    kept = [  # a `Popen` that nobody keeps warns that its process still runs
        subprocess.Popen([sys.executable, "-S", "-c", code, os.path.join(folder, name)])
        for name, code in (("child", plain), ("setsid", own_session), ("orphan", _ORPHAN))
    ]
    assert len(kept) == 3
    while not all(evidence(folder, name) for name in ("child", "setsid", "orphan")):
        time.sleep(0.01)  # other processes create them
    if stubborn:
        swallow_everything(folder)
    sleep(folder)


def start_child_and_return(folder: str) -> int:
    """Leave a child behind on purpose; the cancel of another task must not affect it."""
    code = _CHILD.format(before="pass")
    child = subprocess.Popen([sys.executable, "-S", "-c", code, os.path.join(folder, "older")])
    return child.pid


def tick(folder: str, n: int, seconds: float) -> int:
    """Run shortly, and note whether an exception came from outside."""
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass
    except BaseException as error:
        with open(os.path.join(folder, f"interrupted-{n}"), "w") as file:
            file.write(repr(error))
        raise
    return n


def mark(folder: str, n: int) -> int:
    Path(folder, f"ran-{n}").touch()
    return n


def mark_nothing(n: int) -> int:
    return n


def descriptors_of_a_child() -> list[str]:
    """Return the descriptors of a child like those of `os.system`, which inherits all it can."""
    listed = subprocess.run(
        ["ls", "/dev/fd"], close_fds=False, check=True, capture_output=True, text=True
    )
    return listed.stdout.split()


def has_path(entry: str) -> bool:
    return entry in sys.path


def return_when_released(folder: str) -> str:
    """Run until there is a file "released" in the folder."""
    note(folder, "running", str(os.getpid()))
    end = time.monotonic() + LONG_SECONDS
    while evidence(folder, "released") is None and time.monotonic() < end:
        time.sleep(0.005)  # another process creates it
    return "released"


def pid() -> int:
    return os.getpid()


def pid_n(n: int) -> int:
    del n
    return os.getpid()


def remember(value: str) -> int:
    """Keep an object in the worker, as an import or a cache would."""
    global _memory
    _memory = value
    return os.getpid()


_memory = ""


def recollect() -> tuple[int, str]:
    return os.getpid(), _memory


def recollect_n(n: int) -> tuple[int, str]:
    return n, _memory


def import_from(folder: str, module: str) -> int:
    """Import a module from *folder*, as a task's first line or its unpickling does."""
    sys.path.insert(0, folder)
    try:
        importlib.import_module(module)
    finally:
        sys.path.remove(folder)
    return os.getpid()


# -- deaths ----------------------------------------------------------------------------------------


def die_by(signum: int) -> None:
    os.kill(os.getpid(), signum)
    signal.pause()
    raise AssertionError("not reached")


def segfault() -> NoReturn:
    ctypes.string_at(0)
    raise AssertionError("not reached")


def abort() -> NoReturn:
    os.abort()


def exit_hard(code: int) -> None:
    os._exit(code)


def exit_softly(code: object) -> NoReturn:
    sys.exit(code)  # type: ignore[arg-type]


def interrupt_itself() -> NoReturn:
    raise KeyboardInterrupt("by the task itself")


def die_at_start_by_raising() -> NoReturn:
    raise RuntimeError("the model file is missing")


def die_at_start_by_exit() -> NoReturn:
    os._exit(3)


def die_at_start_unless(path: str) -> None:
    if not os.path.exists(path):
        raise RuntimeError("not yet")


def fork_and_return() -> tuple[int, bool]:
    """Return in both the worker and a forked child."""
    me = os.getpid()
    os.fork()
    return me, os.getpid() == me


def fork_and_return_much() -> tuple[int, bytes]:
    """Return in both, with a result that needs a file."""
    me = os.getpid()
    if child := os.fork():
        os.waitpid(child, 0)  # so that the child returns first
    return me, bytes(1_000_000)


def fork_and_raise() -> NoReturn:
    if child := os.fork():
        os.waitpid(child, 0)
    raise ValueError(f"from {'the worker' if child else 'the child'}")


# -- payloads --------------------------------------------------------------------------------------


class Unreadable:
    """An object that can be unpickled only in the process that pickled it."""

    def __init__(self, how: str = "raise") -> None:
        self.how = how

    def __reduce__(self) -> tuple[Any, ...]:
        return _refuse, (self.how, os.getpid())


def _refuse(how: str, maker: int) -> str:
    if os.getpid() == maker:
        return "here it works"
    if how == "exit":
        sys.exit(5)
    raise RuntimeError("this can't be read here")


def return_unreadable(how: str) -> Any:
    return Unreadable(how)


def make_bytes(size: int) -> bytes:
    return os.urandom(1) * size


def size_of(data: Any) -> int:
    return len(data)


def make_bytes_slowly(folder: str, size: int) -> bytes:
    """Return a large result, which is being sent when the cancel arrives."""
    note(folder, "running", str(os.getpid()))
    return bytes(size)


def echo(value: Any) -> Any:
    return value


def add_one_in_place(array: Any) -> Any:
    array += 1
    return array


def exit_with_data(data: bytes) -> None:
    os._exit(4 if data else 5)


def return_frame() -> Any:
    return inspect.currentframe()


class _ExitInReduce:
    def __reduce__(self) -> NoReturn:
        raise SystemExit(9)


def return_exit_in_reduce() -> Any:
    return _ExitInReduce()


class NeedyError(Exception):
    """An exception that can't be rebuilt from its message alone."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


def raise_needy() -> NoReturn:
    raise NeedyError(7, "seven")


def raise_with_frame() -> NoReturn:
    error = ValueError("it holds a frame")
    error.frame = inspect.currentframe()  # type: ignore[attr-defined]
    raise error


class HostileError(Exception):
    def __reduce__(self) -> NoReturn:
        raise SystemExit(1)

    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


def raise_hostile() -> NoReturn:
    raise HostileError


def raise_large(size: int) -> NoReturn:
    raise ValueError(b"x" * size)


def recurse() -> int:
    return recurse() + 1


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def call_n(function: Any, n: int) -> Any:
    del n
    return function()


_writev = os.writev


def fill_up_and_return(size: int) -> bytes:
    """Make this worker's memory file system look full from now on."""

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    os.writev = full
    return bytes(size)


def restore_room() -> int:
    os.writev = _writev
    return os.getpid()


# -- shared data -----------------------------------------------------------------------------------


def look_at_array(array: Any) -> tuple[float, bool, int]:
    """Return (its sum, whether it is writable, bytes of anonymous memory of this process)."""
    import psutil

    total = float(array.sum())
    memory = psutil.Process().memory_info()
    return total, array.flags.writeable, memory.rss - memory.shared


def append_to(items: list[int], item: int) -> list[int]:
    items.append(item)
    return items


def identity_of(value: object) -> int:
    return id(value)


def sleep_with(value: object, folder: str) -> None:
    del value
    sleep(folder)
