"""The folder of an engine is deleted while it runs, as at the end of a login: it goes on."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import local_tasks
import psutil
import pytest
from helpers import (
    TIMEOUT,
    Program,
    connection_of,
    engine_of,
    folders_of,
    values,
    wait_until,
    wait_until_nothing_is_left,
)

from scaler_lab import Client, LocalEngine
from scaler_lab.engines.local.client import running
from scaler_lab.feed import discovery, server_thread
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime import runtime_dir
from scaler_lab.testing import ScriptedEngine

BIG = 200_000


@pytest.fixture
def night(own_folder: Path) -> Iterator[running.EngineEntry]:
    """An engine that runs on its own, in a runtime folder of the test's own."""
    del own_folder
    entry = running.start_engine("night", n_workers=2)
    yield entry
    process = psutil.Process(entry.pid) if psutil.pid_exists(entry.pid) else None
    if process is not None:
        family = [process, *process.children(recursive=True)]
        process.kill()
        psutil.wait_procs(family, timeout=10)


def delete(folder: Path) -> None:
    """Delete *folder* in one step: its engine may create it again before the last file is gone."""
    moved = folder.rename(folder.with_name(f".deleted-{folder.name}"))
    shutil.rmtree(moved)


def delete_engine(client: Client) -> None:
    for folder in folders_of(engine_of(client)):
        delete(folder)


def delete_root(client: Client) -> None:
    delete(folders_of(engine_of(client))[0].parent)


def delete_parent(client: Client) -> None:
    delete(folders_of(engine_of(client))[0].parent.parent)


def delete_payloads(client: Client) -> None:
    delete(folders_of(engine_of(client))[1])


@pytest.mark.parametrize(
    "delete",
    [delete_engine, delete_root, delete_parent, delete_payloads],
    ids=lambda delete: delete.__name__,
)
def test_the_tasks_of_a_client_go_on(own_folder: Path, delete: Callable[[Client], None]) -> None:
    del own_folder
    with Client(n_workers=2) as client:
        engine = engine_of(client)
        assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
        delete(client)
        assert client.submit(local_tasks.mark_nothing, 2).result(TIMEOUT) == 2
        assert client.submit(local_tasks.size_of, bytes(BIG)).result(TIMEOUT) == BIG
        made = client.submit_each(local_tasks.make_bytes, [BIG] * 8)
        assert [len(data) for data in values(made)] == [BIG] * 8
        reference = client.scatter(bytes(BIG))
        assert client.submit(local_tasks.size_of, reference).result(TIMEOUT) == BIG
        # Every worker reads the engine's folder once for the modules of a client.
        sys.path.append("/nowhere")
        try:
            assert values(client.submit_each(local_tasks.mark_nothing, range(50))) == list(
                range(50)
            )
        finally:
            sys.path.remove("/nowhere")
        wait_until(lambda: engine.name in [entry.name for entry in running.list_engines()])
        for folder in folders_of(engine):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        folders = folders_of(engine)
        pids = [psutil.Process(connection_of(engine).pid).pid]
    wait_until_nothing_is_left(pids, folders)


@pytest.mark.parametrize(
    "name", ["lock", "engine.json", "scheduler.sock", "lifeline.sock", "feed.sock"]
)
def test_one_deleted_file_is_created_again(night: running.EngineEntry, name: str) -> None:
    """As by a program that deletes old files from a folder for temporary files."""
    before = runtime_dir.find("night")
    (night.folder / name).unlink()

    def is_found() -> bool:
        found = {c.name: c for c in runtime_dir.running()}.get("night")
        return (
            found is not None
            and all(
                os.path.exists(place)
                for place in (found.lifeline, found.address[7:], found.feed[6:])
            )
            and found != before  # it is written last; the feed's address is new
        )

    wait_until(is_found)
    with Client("local://night") as client:
        assert client.submit(local_tasks.mark_nothing, 3).result(TIMEOUT) == 3
        with FeedConnection(runtime_dir.find("night")) as view:
            view.wait_whole()
    assert running.stop_engine("night").pid == night.pid


def test_an_engine_on_its_own_is_found_and_stopped_again(night: running.EngineEntry) -> None:
    with Client("local://night") as client, FeedConnection(runtime_dir.find("night")) as view:
        view.wait_whole()
        delete(night.folder.parent)
        assert client.submit(local_tasks.size_of, bytes(BIG)).result(TIMEOUT) == BIG
        wait_until(lambda: [entry.pid for entry in running.list_engines()] == [night.pid])
        view.wait(0.1)
        assert view.mirror.ended is None
        with Client("local://night") as other:
            assert other.submit(local_tasks.mark_nothing, 4).result(TIMEOUT) == 4
    running.stop_engine("night")
    wait_until(lambda: not night.folder.exists())


def test_an_engine_on_its_own_that_cant_be_found_again_ends_when_unused(
    night: running.EngineEntry,
) -> None:
    """As after a logout, when the folder can't be created again."""
    scheduler = psutil.Process(night.pid)
    family = [scheduler, *scheduler.children(recursive=True)]
    with Client("local://night") as client:
        assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
        delete(night.folder.parent)
        night.folder.parent.touch()  # nothing can be created there
        with pytest.raises(OSError, match=r"scaler_lab"):
            running.list_engines()
        assert client.submit(local_tasks.size_of, bytes(BIG)).result(TIMEOUT) == BIG
        assert scheduler.is_running()
    psutil.wait_procs(family, timeout=TIMEOUT)
    assert not any(member.is_running() for member in family)
    night.folder.parent.unlink()


def test_a_program_whose_folder_is_gone_for_good_goes_on(own_folder: Path) -> None:
    code = f"""
        import shutil, local_tasks
        from scaler_lab import Client
        with Client(n_workers=1) as client:
            client.submit(local_tasks.mark_nothing, 1).result(20)
            shutil.rmtree({str(own_folder / "scaler_lab")!r})
            open({str(own_folder / "scaler_lab")!r}, "w").close()
            print(len(client.submit(local_tasks.make_bytes, {BIG}).result(20)), flush=True)
            print(client.submit(local_tasks.size_of, bytes({BIG})).result(20), flush=True)
    """
    with Program(code) as program:
        status, out, errors = program.end()
    assert (status, out.split()) == (0, [str(BIG)] * 2), errors


def test_views_find_a_client_on_another_engine_again(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_thread, "FILES_CHECK_INTERVAL", 0.05)
    engine = ScriptedEngine(feed=True)
    with Client(engine) as client:
        engine.finish(client.submit(len, "x"), 1)
        [host] = wait_until(discovery.find_engines)
        delete(own_folder / "scaler_lab")
        [found] = wait_until(discovery.find_engines)
        assert found.engine_id == host.engine_id
        with FeedConnection(found) as view:
            view.wait_whole()
    assert discovery.find_engines() == []


def test_a_client_of_an_engine_that_ended_creates_no_folder_for_it() -> None:
    with LocalEngine(n_workers=1) as engine, Client(engine) as client:
        [_, payloads] = folders_of(engine)
        client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT)
        engine.stop()
        with pytest.raises(Exception, match="engine"):
            client.submit(local_tasks.size_of, bytes(BIG)).result(TIMEOUT)
        assert not payloads.exists()
