"""What the local engine uses of its machine: folders, descriptors, memory; and its errors."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import local_tasks
import pytest
from helpers import TIMEOUT, Program, engine_of, folders_of

from scaler_lab import Client, LocalEngine
from scaler_lab.engines.local import blobs
from scaler_lab.runtime import runtime_dir

# -- folders ---------------------------------------------------------------------------------------


@pytest.fixture
def own_root(own_folder: Path) -> Path:
    """The runtime folder of the test's own, which the engine is to make in it."""
    return own_folder / "scaler_lab"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folders_and_files_are_private_whatever_the_umask(own_root: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with Client(n_workers=1) as client:
            client.submit(local_tasks.size_of, bytes(100_000)).result(TIMEOUT)
            engine = engine_of(client)
            places = [own_root]
            for folder in folders_of(engine):
                places += [folder, *folder.iterdir()]
            modes = {place.name: place.stat().st_mode & 0o077 for place in places}
    finally:
        os.umask(before)
    assert not any(modes.values()), modes


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o710])
def test_a_runtime_folder_open_to_others_is_refused(own_root: Path, mode: int) -> None:
    own_root.mkdir()
    own_root.chmod(mode)
    with pytest.raises(PermissionError, match="chmod 700"):
        Client(n_workers=1)
    assert not list(own_root.iterdir())


@pytest.mark.parametrize("kind", ["folder", "nothing", "file"])
def test_a_runtime_folder_that_is_a_link_or_a_file_is_refused(own_root: Path, kind: str) -> None:
    elsewhere = own_root.parent / "elsewhere"
    if kind == "folder":
        elsewhere.mkdir(mode=0o700)
    if kind == "file":
        own_root.touch()
    else:
        own_root.symlink_to(elsewhere)
    with pytest.raises(PermissionError, match="not a folder but a link or a file"):
        Client(n_workers=1)


def test_a_path_too_long_for_a_socket_is_refused_and_explains_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(folder))
    with pytest.raises(PermissionError, match="set SCALER_LAB_RUNTIME_DIR to a shorter path"):
        Client(n_workers=1)
    assert not list((folder / "scaler_lab").iterdir())


def test_sweeping_removes_the_dead_and_spares_the_living(own_root: Path) -> None:
    with Client(n_workers=1) as client:
        living = folders_of(engine_of(client))
        dead = own_root / ("d" * 32)
        dead.mkdir(mode=0o700)
        (dead / "lock").touch()
        starting = own_root / ("5" * 32)  # no lock yet
        starting.mkdir(mode=0o700)
        foreign_client = own_root / "notes"
        foreign_client.mkdir()
        assert runtime_dir.sweep() == 1
        assert not dead.exists()
        assert starting.exists()
        assert foreign_client.exists()
        assert all(folder.exists() for folder in living)
        assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
        starting.rmdir()
        foreign_client.rmdir()


def test_starting_engines_while_others_list_and_remove(own_root: Path) -> None:
    """A look takes the lock for a moment; that must not stop an engine, nor sweep it away."""
    stop = threading.Event()
    troubles: list[BaseException] = []

    def look() -> None:
        while not stop.is_set():
            try:
                runtime_dir.sweep()
                runtime_dir.running()
            except BaseException as error:
                troubles.append(error)
                return

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(8):
            with Client(n_workers=1) as client:
                assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
    finally:
        stop.set()
        for looker in lookers:
            looker.join(TIMEOUT)
    assert not troubles
    assert not list(own_root.iterdir())


# -- a poor machine --------------------------------------------------------------------------------


def test_a_client_without_descriptors_reports_it_and_leaves_nothing() -> None:
    """Whatever the number that is left: an error or a working client, never a hang."""
    code = """
        import os, sys, resource, local_tasks, helpers
        from scaler_lab import Client
        with Client(n_workers=1) as client:  # whatever is imported lazily
            client.submit(local_tasks.pid).result(20)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        for spare in range(1, 16):
            taken = len(os.listdir("/proc/self/fd")) - 1
            resource.setrlimit(resource.RLIMIT_NOFILE, (taken + spare, hard))
            try:
                with Client(n_workers=1) as client:
                    value = client.submit(local_tasks.mark_nothing, spare).result(20)
                    assert value == spare
                outcome = "works"
            except Exception as error:
                outcome = f"{type(error).__name__}: {error}"
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            print(spare, len(os.listdir("/proc/self/fd")) - 1 - taken, outcome, flush=True)
        print("end", flush=True)
    """
    outcomes: list[str] = []
    with Program(code) as program:
        while (line := program.read()) != "end":
            _, leaked, outcome = line.split(" ", 2)
            assert leaked == "0", line
            outcomes.append(outcome)
            assert outcome == "works" or "Too many open files" in outcome, line
        status, _, errors = program.end()
    assert status == 0, errors
    assert "works" in outcomes


def test_an_engine_that_runs_out_of_descriptors_reports_it() -> None:
    code = """
        import resource, local_tasks
        from scaler_lab import Client
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        with Client(n_workers=40) as client:
            futures = client.submit_each(local_tasks.mark_nothing, range(100))
            for future in futures:
                try:
                    print(future.result(20), flush=True)
                except Exception as error:
                    print(type(error).__name__, error, flush=True)
                    break
            else:
                print("all done", flush=True)
    """
    with Program(code) as program:
        while (line := program.read())[0].isdigit():
            pass
        assert line == "all done" or "Too many open files" in line
        assert program.end()[0] == 0


@pytest.mark.parametrize("trouble", ["missing", "full"])
def test_without_shared_memory_payloads_go_to_the_engine_s_own_folder(
    own_root: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    if trouble == "missing":
        monkeypatch.setattr(blobs, "_SHARED_MEMORY", own_root.parent / "no such folder")
    else:
        monkeypatch.setattr(blobs, "MIN_FREE", 2**62)
    with Client(n_workers=1) as client:
        data = client.submit(local_tasks.make_bytes, 1_000_000).result(TIMEOUT)
        assert client.submit(local_tasks.size_of, data).result(TIMEOUT) == 1_000_000
        folder, blob_folder = folders_of(engine_of(client))
        assert blob_folder.parent == folder


def test_a_folder_for_payloads_that_somebody_else_made_is_refused(
    own_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "_SHARED_MEMORY", own_root.parent)

    def urandom(size: int) -> bytes:
        return b"\xaa" * size

    with monkeypatch.context() as foreseen:
        foreseen.setattr(os, "urandom", urandom)
        engine = LocalEngine(n_workers=1)
    trap = own_root.parent / f"scaler_lab-{os.getuid()}-{'aa' * 16}"
    trap.mkdir()
    trap.chmod(0o777)
    with pytest.raises(PermissionError, match="chmod 700"):
        engine.start()
    assert not list(own_root.iterdir()), "nor is the engine's folder left"


def test_workers_get_the_options_of_the_program_s_interpreter() -> None:
    program = """
        import sys
        from scaler_lab import Client

        def options():
            flags = sys.flags
            return flags.optimize, flags.dev_mode, flags.utf8_mode, sys.warnoptions

        if __name__ == "__main__":
            with Client(n_workers=1) as client:
                print(client.submit(options).result())
    """
    options = ["-O", "-X", "dev", "-X", "utf8=1", "-W", "error::UserWarning"]
    ran = subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ran.stdout.startswith("(1, True, 1, ["), ran.stderr
    assert "error::UserWarning" in ran.stdout
    assert not ran.stderr
