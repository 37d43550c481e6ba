"""What every test gets: a check that it left nothing behind, and the things tests work with."""

from __future__ import annotations

import compileall
import gc
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from glob import glob
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

import psutil
import pytest
from helpers import LONG_GRACE_SECONDS
from pickling_roundtrip import Notebook, registry
from ray_head import RAY_FOLDERS
from scenarios import LocalScenario, Scenario, ScriptedScenario
from scheduler_fixture import World

import scaler_lab
from scaler_lab import Client, LocalEngine
from scaler_lab.testing import ScriptedEngine

GONE_TIMEOUT = 5.0
RUNTIME_FOLDER = "SCALER_LAB_RUNTIME_DIR"
BLOB_FOLDERS = f"/dev/shm/scaler_lab-{os.getuid()}-"

_blob_folders: set[str] = set()  # those that this process ever made


def pytest_configure() -> None:
    """Gives this run a runtime folder of its own: another run's engines are no leak of ours.

    And signals their usual effect, which the programs that tests start inherit, also where whoever
    started this run (nohup, a shell's background) has them ignored.

    And bytecode, also if PYTHONDONTWRITEBYTECODE is set: the tests start hundreds of engines, each
    of which would compile half of the package.
    """
    for folder in (Path(scaler_lab.__file__).parent, Path(__file__).parent):
        compileall.compile_dir(folder, quiet=2)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.environ[RUNTIME_FOLDER] = tempfile.mkdtemp(prefix="run-")
    os.environ["SCALER_LAB_CONFIG"] = ""  # what the developer has configured is no test's affair
    sys.addaudithook(_note_blob_folder)


def pytest_collection_finish() -> None:
    """Has the garbage collector leave out what importing the tests made.

    That is some 300,000 objects, by which each of the collections below would take 150 ms.
    """
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Removes it, and has clients that a failed test left cancelled at exit, not waited for."""
    sys.ps1 = ">>> "
    shutil.rmtree(os.environ[RUNTIME_FOLDER])


RAYS_OWN = ("socket:", "anon_inode:", os.path.join(tempfile.gettempdir(), RAY_FOLDERS))


@pytest.fixture(scope="session", autouse=True)
def helpers_of_multiprocessing() -> None:
    """Starts the process that multiprocessing starts once for a program: no test's to leave behind.

    Since Python 3.14 a pool of processes starts it when it is made.
    """
    resource_tracker.ensure_running()


@pytest.fixture(scope="session")
def fork_server() -> None:
    """Starts multiprocessing's fork server, which also lives as long as the program."""
    forkserver.ensure_running()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread, a child process, a descriptor or a runtime file.

    Marked `ray_keeps_sockets`, a test may leave descriptors of Ray's kinds, and no pipe or other
    file: its C++ code keeps connections to workers, and a session's log, past `ray.shutdown`.

    Being autouse it is set up first and torn down last, after every client the test was given.
    """
    threads = set(threading.enumerate())
    children = _children()
    is_with_ray = request.node.get_closest_marker("ray_keeps_sockets") is not None
    descriptors = _descriptors()
    files = _runtime_files()
    yield
    gc.collect()
    end = time.monotonic() + GONE_TIMEOUT
    for thread in set(threading.enumerate()) - threads:
        thread.join(max(0.0, end - time.monotonic()))
    new = [psutil.Process(pid) for pid in _children() - children if psutil.pid_exists(pid)]
    psutil.wait_procs(new, timeout=max(0.0, end - time.monotonic()))
    left = [
        *(f"thread {t.name!r}" for t in set(threading.enumerate()) - threads),
        *(f"child process {pid} {_command(pid)}" for pid in _children() - children),
        *(
            f"descriptor {d}"
            for d in sorted(_descriptors() - descriptors)
            if not (is_with_ray and d.partition(" -> ")[2].startswith(RAYS_OWN))
        ),
        *(f"file {f}" for f in sorted(_runtime_files() - files)),
    ]
    if left:
        pytest.fail("this test left behind: " + "; ".join(left), pytrace=False)


@pytest.fixture
def scripted() -> Iterator[tuple[Client, ScriptedEngine]]:
    """A client on an engine that does only what the test commands."""
    engine = ScriptedEngine()
    client = Client(engine)
    yield client, engine
    engine.close()  # ends what the test left undone, so that shutdown has nothing to wait for
    client.shutdown()


@pytest.fixture
def threaded() -> Iterator[tuple[Client, ScriptedEngine]]:
    """The same, with events that a thread of the engine delivers."""
    engine = ScriptedEngine(deliver="thread")
    client = Client(engine)
    yield client, engine
    engine.close()
    client.shutdown()


@pytest.fixture
def local_client() -> Iterator[Client]:
    """A client on a local engine with two workers."""
    with Client(n_workers=2, grace=LONG_GRACE_SECONDS) as client:
        yield client
        client.cancel_all(timeout=0, force=True)


@pytest.fixture
def lone_client() -> Iterator[Client]:
    """One worker: what one task does to the next is seen."""
    with Client(n_workers=1, grace=LONG_GRACE_SECONDS) as client:
        yield client
        client.cancel_all(timeout=0, force=True)


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    """A local engine to share."""
    with LocalEngine(n_workers=2) as engine:
        yield engine


@pytest.fixture
def own_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder of the test's own; a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="own-") as folder:
        monkeypatch.setenv(RUNTIME_FOLDER, folder)
        yield Path(folder)


@pytest.fixture(params=["local", "scripted"])
def scenario(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scenario]:
    """The same scene on the real local engine and on a scripted one."""
    with LocalScenario(tmp_path) if request.param == "local" else ScriptedScenario() as scenario:
        yield scenario


@pytest.fixture
def world() -> World:
    """A scheduler's core with two workers and a spare, controlled by the test."""
    return World().ready()


@pytest.fixture
def lone() -> World:
    """The same with one worker and no spare."""
    return World(n_workers=1, spares=0).ready()


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown as they are in Greenwich, wherever the tests run."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def no_module_left_registered() -> Iterator[None]:
    """Fails a test that leaves a module registered as one to be pickled by value."""
    yield
    assert not registry.list_registry_pickle_by_value()


def _children() -> set[int]:
    """Return the processes below this one.

    Linux lists the children of each thread; elsewhere every process of the machine is looked at.
    """
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
        return {child.pid for child in psutil.Process().children(recursive=True)}
    found: set[int] = set()
    parents = [os.getpid()]
    while parents:
        for path in glob(f"/proc/{parents.pop()}/task/*/children"):
            try:
                new = [int(pid) for pid in Path(path).read_bytes().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue  # the thread has ended
            found.update(new)
            parents += new
    return found


def _command(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return " ".join(process.cmdline())[:120] or process.status()
    except psutil.Error as error:
        return f"({error})"


def _descriptors() -> set[str]:
    """Sockets, pipes and files that are open, as "number -> what"."""
    folder = Path("/proc/self/fd")
    found: set[str] = set()
    if not folder.exists():
        return found  # not Linux
    for name in os.listdir(folder):
        try:
            target = os.readlink(folder / name)
        except OSError:
            continue  # the one that listed the folder
        found.add(f"{name} -> {target}")
    return found


def _runtime_files() -> set[str]:
    """What engines started here have in this run's runtime folder and in shared memory."""
    folder = Path(os.environ[RUNTIME_FOLDER])
    blobs = {path for path in _blob_folders if os.path.exists(path)}
    return blobs | {str(path) for path in folder.glob("scaler_lab/**/*")}


def _note_blob_folder(event: str, args: tuple[object, ...]) -> None:
    """An audit hook: others' engines keep blobs beside ours, and only who made them tells whose."""
    if event == "os.mkdir" and str(args[0]).startswith(BLOB_FOLDERS):
        _blob_folders.add(str(args[0]))
