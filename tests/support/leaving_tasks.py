"""Tasks that leave something behind in their worker, for tests of what the next task finds.

Tasks with a folder write the file "running" and run until they are interrupted.  Global objects
(locks, pools, connections) are made in the worker by the first task that uses them.
"""

from __future__ import annotations

import atexit
import contextlib
import decimal
import fcntl
import gc
import importlib
import multiprocessing
import multiprocessing.util
import os
import queue
import resource
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import warnings
import weakref
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

from local_tasks import note, sleep

LONG_SECONDS = 120.0

# -- locks and their holders -----------------------------------------------------------------------

lock = threading.Lock()
rlock = threading.RLock()
semaphore_of: dict[str, threading.Semaphore] = {}
condition = threading.Condition()
waiting_line: queue.Queue[int] = queue.Queue()
kept: dict[str, Any] = {}


def hold_lock(folder: str) -> None:
    """Leave a lock as an interrupt between `acquire` and `try` does."""
    lock.acquire()
    sleep(folder)


def take_lock() -> str:
    assert lock.acquire(timeout=5)
    lock.release()
    return "ok"


def hold_rlock(folder: str) -> None:
    rlock.acquire()
    sleep(folder)


def hold_new_lock(folder: str) -> None:
    """Leave a held lock that the task itself made."""
    kept["lock"] = threading.Lock()
    kept["lock"].acquire()
    sleep(folder)


def hold_queue(folder: str) -> None:
    waiting_line.mutex.acquire()
    sleep(folder)


def make_semaphore() -> None:
    semaphore_of["module"] = threading.Semaphore(1)


def hold_semaphore(folder: str) -> None:
    if not semaphore_of:
        make_semaphore()
    semaphore_of["module"].acquire()
    sleep(folder)


def leave_waiter(folder: str) -> None:
    """Leave a condition as an interrupt in `Condition.wait` does, before its own `try`."""
    condition._waiters.append(threading.Lock())  # type: ignore[attr-defined]
    sleep(folder)


def hold_multiprocessing_lock(folder: str) -> None:
    kept["lock"] = multiprocessing.get_context("fork").Lock()
    kept["lock"].acquire()
    sleep(folder)


def leave_transaction(folder: str) -> None:
    kept["database"] = database = sqlite3.connect(os.path.join(folder, "data.sqlite"))
    database.execute("create table if not exists t(x)")
    database.execute("insert into t values (1)")
    sleep(folder)


def hold_file_lock(folder: str) -> None:
    kept["file"] = file = open(os.path.join(folder, "locked"), "w")  # noqa: SIM115
    fcntl.flock(file, fcntl.LOCK_EX)
    sleep(folder)


def enter_half(folder: str) -> None:
    with HalfEntered(folder):
        pass


class HalfEntered:
    """Changes one thing, and is interrupted before it changes the other."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        kept["half"] = True
        sleep(self.folder)

    def __exit__(self, *exc_info: object) -> None:
        kept["half"] = False


class TwoChanges:
    """Makes two changes at each end of a block, and takes most of the time of a loop over it."""

    def __enter__(self) -> None:
        kept["first"] = True
        sum(n for n in range(30))
        kept["second"] = True

    def __exit__(self, *exc_info: object) -> None:
        kept["first"] = False
        sum(n for n in range(30))
        kept["second"] = False


def enter_and_leave(folder: str) -> None:
    note(folder, "running", str(os.getpid()))
    while True:
        with TwoChanges():
            pass


def changes() -> tuple[bool, bool]:
    return kept["first"], kept["second"]


@contextlib.contextmanager
def lock_taken() -> Generator[None]:
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def take_lock_in_context_manager(folder: str) -> None:
    note(folder, "running", str(os.getpid()))
    while True:
        with lock_taken():
            pass


def acquire_semaphore_again_and_again(folder: str) -> None:
    semaphore = threading.Semaphore()
    note(folder, "running", str(os.getpid()))
    while True:
        with semaphore:
            pass


def import_again_and_again(folder: str) -> None:
    note(folder, "running", str(os.getpid()))
    while True:
        sys.modules.pop("colorsys", None)
        importlib.import_module("colorsys")


def import_for_long(folder: str) -> None:
    Path(folder, "module_that_waits.py").write_text(
        f"from local_tasks import sleep\nsleep({folder!r})\n"
    )
    sys.path.insert(0, folder)
    importlib.import_module("module_that_waits")


def leave_loop_with_work(folder: str) -> None:
    """Keep an event loop in which the rest of the task would run later."""
    import asyncio

    kept["loop"] = loop = asyncio.new_event_loop()
    loop.call_later(60, sleep, folder)
    sleep(folder)


def make_loop() -> int:
    import asyncio

    kept["loop"] = asyncio.new_event_loop()
    return os.getpid()


def use_locks_well(folder: str) -> None:
    """Use locks and waits of every kind, none of which is held at the interrupt."""
    with lock, rlock, condition:
        waiting_line.put(1)
        waiting_line.get()
    make_semaphore()
    with semaphore_of["module"]:
        pass
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table t(x)")
    with tempfile.TemporaryFile() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
    kept["ready"] = threading.Event()
    note(folder, "running", str(os.getpid()))
    kept["ready"].wait(LONG_SECONDS)


# -- connections -----------------------------------------------------------------------------------


def connect(port: int) -> None:
    kept["connection"] = connection = socket.create_connection(("127.0.0.1", port), 10)
    kept["answers"] = connection.makefile("rb")


def request(word: str) -> str:
    """Return the reply of an echo server, through a connection that is kept."""
    kept["connection"].sendall(f"{word}\n".encode())
    return str(kept["answers"].readline(), "ascii").strip()


def request_and_sleep(folder: str) -> None:
    """Send a request, and be interrupted before the reply is read."""
    kept["connection"].sendall(b"of the interrupted task\n")
    sleep(folder)


def request_http(address: str, word: str) -> str:
    """Return the word with which the server answers; keep the connection."""
    import http.client

    if "http" not in kept:
        kept["http"] = http.client.HTTPConnection(address)
    kept["http"].request("GET", f"/{word}")
    return str(kept["http"].getresponse().read(), "ascii").strip("/")


def send_http_and_sleep(folder: str, address: str) -> None:
    """Be interrupted after the request was sent, and before its response is read."""
    request_http(address, "first")
    kept["http"].request("GET", "/of-the-interrupted-task")
    sleep(folder)


def get_http_and_sleep(folder: str, address: str) -> None:
    """Be interrupted before the rest of a response is read."""
    request_http(address, "first")
    kept["http"].request("GET", "/of-the-interrupted-task")
    kept["http"].getresponse().read(1)
    sleep(folder)


def begin_http_and_sleep(folder: str, address: str) -> None:
    """Be interrupted before it has connected."""
    import http.client

    kept["http"] = http.client.HTTPConnection(address)
    kept["http"].putrequest("GET", "/")
    sleep(folder)


def keep_response_and_sleep(folder: str, address: str) -> None:
    """Keep a response of which only a part was read."""
    request_http(address, "first")
    kept["http"].request("GET", "/a-long-response")
    kept["response"] = kept["http"].getresponse()
    kept["response"].read(1)
    sleep(folder)


def start_helper() -> None:
    """Start a process that replies line by line."""
    kept["helper"] = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def request_from_helper_and_sleep(folder: str) -> None:
    stdin = kept["helper"].stdin
    stdin.write(b"of the interrupted task\n")
    stdin.flush()
    sleep(folder)


# -- threads and processes of earlier tasks --------------------------------------------------------


def make_thread_pool() -> int:
    kept["threads"] = ThreadPoolExecutor(1)
    kept["threads"].submit(int).result()
    return os.getpid()


def write_on(path: str) -> None:
    """Write until the process ends."""
    end = time.monotonic() + LONG_SECONDS
    while time.monotonic() < end:
        with open(path, "a") as file:
            file.write("x")
        time.sleep(0.001)


def write_on_in_thread(folder: str) -> None:
    kept["threads"].submit(write_on, os.path.join(folder, "written"))
    sleep(folder)


def write_once(path: str) -> None:
    with open(path, "a") as file:
        file.write("x")


def write_once_in_thread(folder: str) -> None:
    kept["threads"].submit(write_once, os.path.join(folder, "written")).result()
    sleep(folder)


def make_loop_thread() -> None:
    """Start an event loop in a thread, as many libraries do."""
    import asyncio

    kept["loop"] = loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()


def write_on_in_loop(folder: str) -> None:
    import asyncio

    async def run() -> None:
        while True:
            write_once(os.path.join(folder, "written"))
            await asyncio.sleep(0.001)

    asyncio.run_coroutine_threadsafe(run(), kept["loop"])
    sleep(folder)


def make_process_pool() -> int:
    kept["processes"] = pool = ProcessPoolExecutor(1, multiprocessing.get_context("fork"))
    return pool.submit(os.getpid).result()


def write_on_in_process(folder: str) -> None:
    kept["processes"].submit(write_on, os.path.join(folder, "written"))
    sleep(folder)


def ask_process_pool() -> int:
    pid: int = kept["processes"].submit(os.getpid).result()
    return pid


def make_multiprocessing_pool() -> None:
    kept["pool"] = multiprocessing.get_context("fork").Pool(1)
    kept["pool"].apply(int)


def write_on_in_multiprocessing_pool(folder: str) -> None:
    kept["pool"].apply_async(write_on, (os.path.join(folder, "written"),))
    sleep(folder)


def start_fork_server() -> None:
    use_multiprocessing("forkserver")


def write_on_in_child_of_fork_server(folder: str) -> None:
    context = multiprocessing.get_context("forkserver")
    kept["child"] = context.Process(target=write_on, args=(os.path.join(folder, "written"),))
    kept["child"].start()
    while not os.path.exists(os.path.join(folder, "written")):
        time.sleep(0.005)  # another process creates it
    sleep(folder)


def double(n: int) -> int:
    return 2 * n


def use_multiprocessing(method: str) -> int:
    """Return the sum of the results of two processes."""
    with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
        return sum(pool.map(double, range(4)))


def pool_and_sleep(folder: str, method: str) -> None:
    with multiprocessing.get_context(method).Pool(1) as pool:
        pool.apply(int)
        sleep(folder)


def _share_and_free() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a tracker that died
        segment = shared_memory.SharedMemory(create=True, size=1000)
    segment.close()
    segment.unlink()
    return "ok"


def share_in_process_pool() -> str:
    done: str = kept["processes"].submit(_share_and_free).result()
    return done


def share_in_process_pool_and_sleep(folder: str) -> None:
    share_in_process_pool()
    sleep(folder)


def share_memory_in_child_and_sleep(folder: str) -> None:
    """Have a child process create shared memory; the child starts a resource tracker of its own."""
    child = multiprocessing.get_context("fork").Process(target=_share_and_sleep, args=(folder,))
    child.start()
    child.join()


def _share_and_sleep(folder: str) -> None:
    segment = shared_memory.SharedMemory(create=True, size=1000)
    note(folder, "segment", segment.name)
    sleep(folder)


def share_memory_and_sleep(folder: str) -> None:
    """Leave a shared memory segment that only the resource tracker can remove."""
    kept["segment"] = segment = shared_memory.SharedMemory(create=True, size=1000)
    note(folder, "segment", segment.name)
    while True:
        with contextlib.suppress(BaseException):
            sleep(folder)


# -- the state of the process ----------------------------------------------------------------------


def raise_alarm(signum: int, frame: object) -> None:
    raise TimeoutError(f"signal {signum} of an earlier task, in {frame}")


def leave_timer() -> int:
    signal.signal(signal.SIGALRM, raise_alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    return os.getpid()


def leave_timer_of_microseconds(microseconds: int) -> int:
    signal.signal(signal.SIGALRM, raise_alarm)
    signal.setitimer(signal.ITIMER_REAL, microseconds * 1e-6)
    return os.getpid()


def leave_profiling_timer() -> int:
    signal.setitimer(signal.ITIMER_PROF, 0.02)
    return os.getpid()


def leave_handlers() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, raise_alarm)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    return os.getpid()


def leave_mask() -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    return os.getpid()


def leave_soft_limit() -> int:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4, hard))
    return os.getpid()


def leave_soft_limit_by_another_way() -> int:
    """Change the limit as C code would, without Python's functions in this process."""
    code = "import resource, os; resource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (1, -1))"
    subprocess.run([sys.executable, "-S", "-c", code], check=True)
    return os.getpid()


def leave_folder(folder: str) -> int:
    os.chdir(folder)
    return os.getpid()


def leave_umask() -> int:
    os.umask(0o777)
    return os.getpid()


def leave_closed_stdin() -> int:
    """Close stdin, in a task that runs long enough for a full check of its process's state."""
    os.close(0)
    time.sleep(0.005)
    return os.getpid()


def leave_error_and_folder(folder: str) -> None:
    os.chdir(folder)
    raise ValueError("after it had changed the folder")


def become_another_user() -> int:
    """Give up something for good: the superuser's rights, or else a hard limit."""
    if os.geteuid() == 0:
        os.setuid(65534)
    else:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
    return os.getpid()


State = dict[str, object]


def state() -> State:
    """Return the state of the process that tasks can rely on."""
    return {
        "pid": os.getpid(),
        "folder": os.getcwd(),
        "handlers": [str(signal.getsignal(s)) for s in sorted(signal.valid_signals())],
        "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "timers": [signal.getitimer(timer) for timer in (0, 1, 2)],
        "limits": [resource.getrlimit(which) for which in range(8)],
        "umask": _umask(),
        "stdin": stat.S_IFMT(os.fstat(0).st_mode) != 0,
        "warnings": [str(entry) for entry in warnings.filters],
        "decimal": decimal.getcontext().prec,
        "variable": os.environ.get("LEFT_BY_A_TASK"),
        "gc": gc.isenabled(),
    }


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def change_everything_and_sleep(folder: str) -> None:
    os.environ["LEFT_BY_A_TASK"] = "1"
    os.environ.pop("HOME", None)
    warnings.filters = [*warnings.filters]  # as `catch_warnings` does before its block
    warnings.simplefilter("error")
    decimal.setcontext(decimal.Context(prec=50))
    gc.disable()
    leave_umask()
    leave_handlers()
    signal.signal(signal.SIGINT, kept["handler"])
    signal.setitimer(signal.ITIMER_REAL, LONG_SECONDS)
    leave_folder(folder)
    sleep(folder)


def keep_handler() -> State:
    kept["handler"] = signal.getsignal(signal.SIGINT)
    return state()


def set_on_purpose() -> None:
    os.environ["LEFT_BY_A_TASK"] = "on purpose"
    decimal.getcontext().prec = 11


# -- interrupts that vanish ------------------------------------------------------------------------


def convert_badly(folder: str) -> None:
    """Let C code replace the interrupt by a ValueError, in every third case."""
    note(folder, "running", str(os.getpid()))
    end = time.monotonic() + LONG_SECONDS
    while time.monotonic() < end:
        try:  # not `with`, which is another case
            int("x")
        except ValueError:
            pass


def swallow_once(folder: str) -> str:
    """Handle the interrupt, and then continue for a while."""
    try:
        sleep(folder)
    except KeyboardInterrupt:
        note(folder, "handled")
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        pass
    note(folder, "finished")
    return "a value"


# -- exit ------------------------------------------------------------------------------------------


def set_up_end(folder: str) -> None:
    atexit.register(note, folder, "atexit")
    multiprocessing.util.Finalize(None, note, (folder, "finalizer"), exitpriority=1)
    kept["object"] = Anything()
    weakref.finalize(kept["object"], note, folder, "weakref")
    kept["log"] = open(os.path.join(folder, "log"), "w")  # noqa: SIM115
    kept["log"].write("a line\n")


class Anything:
    """An object that supports weak references."""


def set_up_one_by_one(folder: str) -> None:
    """Register an exit handler; then, unless this is the first process, wait for a file "go"."""
    own = Path(folder, str(os.getpid()))
    atexit.register(own.with_suffix(".ended").touch)
    own.with_suffix(".began").touch()
    try:
        Path(folder, "first").touch(exist_ok=False)
    except FileExistsError:
        while not Path(folder, "go").exists():
            time.sleep(0.01)


def set_up_endless_end() -> None:
    atexit.register(time.sleep, LONG_SECONDS)
