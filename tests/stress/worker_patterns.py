"""What ordinary tasks do, in pairs, for `tests.stress.worker_reuse`.

Of each pattern the first function is called for ever and is interrupted; the second runs next on
the same worker and returns what is wrong, or "".
"""

from __future__ import annotations

import asyncio
import contextlib
import decimal
import http.client
import io
import json
import logging
import multiprocessing
import os
import queue
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, NamedTuple

PATTERNS: dict[str, Pattern] = {}
OK = ""

_kept: dict[str, Any] = {}  # what a module of a program keeps


class Pattern(NamedTuple):
    """*run* is interrupted, then *check* runs on the same worker."""

    run: Callable[[], None]
    check: Callable[[], str]


def pattern(check: Callable[[], str]) -> Callable[[Callable[[], None]], None]:
    """Add a pattern, named after the decorated function."""

    def add(run: Callable[[], None]) -> None:
        PATTERNS[run.__name__] = Pattern(run, check)

    return add


def run_pattern(name: str, address: str) -> None:
    """Run the one that is interrupted, again and again.  A server repeats paths at *address*."""
    _kept["address"] = address
    while True:
        PATTERNS[name].run()


def check_pattern(name: str, address: str) -> str:
    """Run the next task, and return what is wrong."""
    _kept["address"] = address
    return PATTERNS[name].check()


# -- locks -----------------------------------------------------------------------------------------

_queue: queue.Queue[int] = queue.Queue(64)
_condition = threading.Condition(threading.Lock())
_lock, _with_lock, _yield_lock = threading.Lock(), threading.Lock(), threading.Lock()
_semaphore: list[threading.Semaphore] = []
_log = logging.getLogger("stress")
_log.propagate = False
_log.setLevel(logging.INFO)
_log.addHandler(logging.StreamHandler(io.StringIO()))


def _next_queue() -> str:
    while True:
        try:
            _queue.get_nowait()
        except queue.Empty:
            break
    _queue.put(1)
    return OK if _queue.get() == 1 else "another value"


@pattern(_next_queue)
def use_queue() -> None:
    _queue.put(1)
    _queue.get()


def _next_condition() -> str:
    woken: list[bool] = []

    def wait() -> None:
        with _condition:
            ready.set()
            woken.append(_condition.wait(5))

    ready = threading.Event()
    thread = threading.Thread(target=wait)
    thread.start()
    ready.wait()
    with _condition:
        _condition.notify()
    thread.join()
    return OK if woken == [True] else "the notification was lost"


@pattern(_next_condition)
def use_condition() -> None:
    with _condition:
        _condition.notify_all()
        _condition.wait(0.0001)


def _next_lock() -> str:
    for lock in (_lock, _with_lock, _yield_lock):
        if not lock.acquire(timeout=5):
            return "the lock is held"
        lock.release()
    return OK


@pattern(_next_lock)
def use_acquire() -> None:
    _lock.acquire()
    try:
        sum(range(3))
    finally:
        _lock.release()


@pattern(_next_lock)
def use_with() -> None:
    with _with_lock:
        sum(range(3))


@contextlib.contextmanager
def _guarded() -> Generator[None, None, None]:
    _yield_lock.acquire()
    try:
        yield
    finally:
        _yield_lock.release()


@pattern(_next_lock)
def use_context_manager() -> None:
    with _guarded():
        sum(range(3))


def _first_semaphore() -> threading.Semaphore:
    if not _semaphore:
        _semaphore.append(threading.Semaphore(1))
    return _semaphore[0]


def _next_semaphore() -> str:
    semaphore = _first_semaphore()
    if not semaphore.acquire(timeout=5):
        return "the semaphore is taken"
    semaphore.release()
    return OK


@pattern(_next_semaphore)
def use_semaphore() -> None:
    with _first_semaphore():
        sum(range(3))


def _next_logging() -> str:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_log.info, ["a", "b", "c", "d"]))
    return OK


@pattern(_next_logging)
def use_logging() -> None:
    _log.info("hello %d", 1)


# -- databases, connections, files -----------------------------------------------------------------


def _database_path() -> str:
    return os.path.join(tempfile.gettempdir(), f"stress-{os.getpid()}.sqlite")


def _database() -> sqlite3.Connection:
    if "database" not in _kept:
        database = sqlite3.connect(_database_path(), timeout=1.0)
        database.execute("create table if not exists t(x)")
        database.commit()
        _kept["database"] = database
    database = _kept["database"]
    assert isinstance(database, sqlite3.Connection)
    return database


def _next_database() -> str:
    _database()
    with contextlib.closing(sqlite3.connect(_database_path(), timeout=1.0)) as other:
        other.execute("insert into t values (2)")
        other.commit()
    return OK


@pattern(_next_database)
def use_database() -> None:
    database = _database()
    database.execute("insert into t values (1)")
    sum(range(50))
    database.commit()


@pattern(_next_database)
def use_database_in_with() -> None:
    with _database() as database:
        database.execute("insert into t values (1)")


def _get(word: str) -> str:
    connection = _kept.get("http")
    if connection is None:
        connection = _kept["http"] = http.client.HTTPConnection(_kept["address"], timeout=5)
    connection.request("GET", f"/{word}")
    return str(connection.getresponse().read(), "ascii").strip("/")


def _next_http() -> str:
    word = str(random.random())
    answer = _get(word)
    return OK if answer == word else f"{answer!r} answers {word!r}"


@pattern(_next_http)
def use_http() -> None:
    _get(str(random.random()))


def _document() -> str:
    return os.path.join(tempfile.gettempdir(), f"stress-{os.getpid()}.json")


def _next_files() -> str:
    try:
        with open(_document()) as file:
            return OK if json.load(file) == list(range(50)) else "half a file"
    except FileNotFoundError:
        return OK


@pattern(_next_files)
def use_files() -> None:
    with open(_document() + ".part", "w") as file:
        json.dump(list(range(50)), file)
    os.replace(_document() + ".part", _document())


def _next_tempfile() -> str:
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "a"), "w") as file:
        return OK if file.write("text") == 4 else "not written"


@pattern(_next_tempfile)
def use_tempfile() -> None:
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "a"), "w") as file:
        file.write("text")


# -- the state of the process ----------------------------------------------------------------------


def _state() -> list[object]:
    return [
        [str(entry) for entry in warnings.filters],
        decimal.getcontext().prec,
        [signal.getitimer(timer) for timer in (0, 1, 2)],
        [str(signal.getsignal(s)) for s in (signal.SIGALRM, signal.SIGTERM, signal.SIGUSR1)],
        sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        os.getcwd(),
        dict(os.environ),
        sys.gettrace(),
        *_numpy_state(),
    ]


def _numpy_state() -> list[object]:
    numpy: Any = sys.modules.get("numpy")
    return [] if numpy is None else [numpy.geterr(), numpy.get_printoptions()["precision"]]


def _next_state() -> str:
    now = _state()
    first = _kept.setdefault(f"state of {len(now)}", now)
    return OK if now == first else f"{first} became {now}"


@contextlib.contextmanager
def _time_limit(seconds: float) -> Generator[None, None, None]:
    def ring(signum: int, frame: object) -> None:
        raise TimeoutError(signum, frame)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pattern(_next_state)
def change_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")


@pattern(_next_state)
def change_decimal() -> None:
    with decimal.localcontext() as context:
        context.prec = 50


@pattern(_next_state)
def set_time_limit() -> None:
    with _time_limit(0.5):
        sum(range(3))


@pattern(_next_state)
def set_handlers() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        sum(range(3))
    finally:
        signal.signal(signal.SIGTERM, before)


@pattern(_next_state)
def change_folder() -> None:
    before = os.getcwd()
    os.chdir("/")
    try:
        sum(range(3))
    finally:
        os.chdir(before)


@pattern(_next_state)
def change_environ() -> None:
    os.environ["STRESS"] = "1"
    try:
        sum(range(3))
    finally:
        del os.environ["STRESS"]


@pattern(_next_state)
def use_numpy() -> None:
    import numpy as np

    with np.errstate(all="raise"):
        np.sort(np.arange(2000.0)[::-1]).sum()
    with np.printoptions(precision=2):
        repr(np.arange(3.0))


# -- threads, processes, loops ---------------------------------------------------------------------


def _thread_pool() -> ThreadPoolExecutor:
    if "threads" not in _kept:
        _kept["threads"] = ThreadPoolExecutor(2)
    pool = _kept["threads"]
    assert isinstance(pool, ThreadPoolExecutor)
    return pool


def _next_threads() -> str:
    return OK if list(_thread_pool().map(abs, [-1, -2, -3])) == [1, 2, 3] else "other results"


@pattern(_next_threads)
def use_thread_pool() -> None:
    list(_thread_pool().map(abs, [-1, -2, -3]))


@pattern(_next_threads)
def make_thread_pool() -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(abs, [-1, -2]))


def _process_pool() -> ProcessPoolExecutor:
    if "processes" not in _kept:
        _kept["processes"] = ProcessPoolExecutor(1, multiprocessing.get_context("fork"))
    pool = _kept["processes"]
    assert isinstance(pool, ProcessPoolExecutor)
    return pool


def _next_processes() -> str:
    return OK if list(_process_pool().map(abs, [-1, -2])) == [1, 2] else "other results"


@pattern(_next_processes)
def use_process_pool() -> None:
    list(_process_pool().map(abs, [-1, -2]))


@pattern(_next_processes)
def make_multiprocessing_pool() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.map(abs, [-1, -2])


def _shared_lock() -> Any:
    if "lock" not in _kept:
        _kept["lock"] = multiprocessing.get_context("fork").Lock()
    return _kept["lock"]


def _next_shared_lock() -> str:
    if not _shared_lock().acquire(timeout=5):
        return "the lock of multiprocessing is held"
    _shared_lock().release()
    return OK


@pattern(_next_shared_lock)
def use_shared_lock() -> None:
    lock = _shared_lock()
    lock.acquire()
    try:
        sum(range(3))
    finally:
        lock.release()


def _shared_queue() -> Any:
    if "queue" not in _kept:
        _kept["queue"] = multiprocessing.get_context("fork").Queue()
    return _kept["queue"]


def _next_shared_queue() -> str:
    word = str(random.random())
    _shared_queue().put(word)
    answer = _shared_queue().get(timeout=5)
    return OK if answer == word else f"{answer!r} for {word!r}"


@pattern(_next_shared_queue)
def use_shared_queue() -> None:
    _shared_queue().put("a")
    _shared_queue().get(timeout=5)


def _next_subprocess() -> str:
    done = subprocess.run(["/bin/echo", "-n", "ok"], capture_output=True, text=True, check=True)
    return OK if done.stdout == "ok" else f"printed {done.stdout!r}"


@pattern(_next_subprocess)
def use_subprocess() -> None:
    subprocess.run(["/bin/true"], capture_output=True, check=True)


async def _sleep_a_little() -> str:
    await asyncio.gather(*(asyncio.sleep(0) for _ in range(3)))
    return OK


def _next_asyncio() -> str:
    return asyncio.run(_sleep_a_little())


@pattern(_next_asyncio)
def use_asyncio() -> None:
    asyncio.run(_sleep_a_little())


def _next_import() -> str:
    import colorsys

    return OK if colorsys.rgb_to_hsv(0, 0, 0) == (0, 0, 0) else "a broken module"


@pattern(_next_import)
def import_modules() -> None:
    for name in ("colorsys", "wave"):
        sys.modules.pop(name, None)
    import colorsys
    import wave

    del colorsys, wave


@pattern(_next_lock)
def convert_badly() -> None:
    try:  # not `with`, which is another case
        int("x")
    except ValueError:
        pass


@pattern(_next_lock)
def sleep() -> None:
    time.sleep(0.01)  # the call to be interrupted
