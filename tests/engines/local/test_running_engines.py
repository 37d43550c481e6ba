"""Local engines by name: started, listed, found, stopped, and no file believed that isn't ours."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import local_tasks
import pytest
from helpers import TIMEOUT, connection_of, engine_of, is_running

from scaler_lab import Client, EngineNotFound, EngineStartFailed, LocalEngine
from scaler_lab.engines.local.client import running
from scaler_lab.runtime import runtime_dir


def test_engines_are_started_listed_and_stopped(own_folder: Path) -> None:
    assert running.list_engines() == []
    entry = running.start_engine("one", n_workers=1)
    try:
        with pytest.raises(EngineStartFailed, match="running already"):
            running.start_engine("one")
        assert running.list_engines() == [entry]
        assert (entry.name, entry.n_workers, entry.address) == ("one", 1, "local://one")
        assert not entry.owned
        assert is_running(entry.pid)
        with Client(entry.address) as client:
            assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
            with Client(n_workers=1) as other:
                names = [listed.name for listed in running.list_engines()]
                assert names == ["one", engine_of(other).name]
                assert running.list_engines()[1].owned
        with pytest.raises(EngineNotFound, match="running now: 'one'"):
            running.stop_engine("two")
    finally:
        assert running.stop_engine("one") == entry
    assert not is_running(entry.pid)
    assert running.list_engines() == []
    assert not list((own_folder / "scaler_lab").iterdir())


def test_a_connection_file_is_private_and_holds_no_more_than_it_must(engine: LocalEngine) -> None:
    path = Path(connection_of(engine).folder) / "engine.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = json.loads(path.read_text())
    assert not [name for name in content if "secret" in name or "key" in name]


def make_symlink(path: Path, good: bytes) -> None:
    elsewhere = path.parent.parent.parent / "elsewhere.json"
    elsewhere.write_bytes(good)
    path.symlink_to(elsewhere)


def make_fifo(path: Path, _: bytes) -> None:
    os.mkfifo(path)


def make_huge(path: Path, good: bytes) -> None:
    with path.open("wb") as file:
        file.write(good)
        file.truncate(2**30)


def make_another_user_s(path: Path, good: bytes) -> None:
    path.write_bytes(good if os.getuid() == 0 else b"{}")
    os.chown(path, 65534 if os.getuid() == 0 else -1, -1)


def make_folder(path: Path, _: bytes) -> None:
    path.mkdir()


def make_nothing(path: Path, good: bytes) -> None:
    del path, good


def make_cut(path: Path, good: bytes) -> None:
    path.write_bytes(good[:-10])


def make_empty(path: Path, _: bytes) -> None:
    path.touch()


def make_no_text(path: Path, good: bytes) -> None:
    path.write_bytes(b"\xff\xfe" + good)


def make_no_text_inside(path: Path, good: bytes) -> None:
    path.write_bytes(good.replace(b'"name":"', b'"name":"\xff'))


def make_list(path: Path, _: bytes) -> None:
    path.write_bytes(b"[1, 2]")


def make_other_types(path: Path, good: bytes) -> None:
    path.write_bytes(good.replace(b'"pid":', b'"pid":"x",'))


@pytest.mark.parametrize(
    "spoil",
    [
        make_symlink,
        make_fifo,
        make_huge,
        make_another_user_s,
        make_folder,
        make_nothing,
        make_cut,
        make_empty,
        make_no_text,
        make_no_text_inside,
        make_list,
        make_other_types,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_a_connection_file_not_to_be_trusted_is_passed_over(
    own_folder: Path, spoil: Callable[[Path, bytes], None]
) -> None:
    with LocalEngine(n_workers=1) as engine:
        good = (Path(connection_of(engine).folder) / "engine.json").read_bytes()
        trap = own_folder / "scaler_lab" / ("a" * 32)
        trap.mkdir(mode=0o700)
        lock = runtime_dir.take_lock(trap)  # so it looks alive
        try:
            spoil(trap / "engine.json", good)
            assert [entry.engine_id for entry in running.list_engines()] == [
                connection_of(engine).engine_id
            ]
            with pytest.raises(EngineNotFound):
                Client("local://" + "a" * 32)
        finally:
            os.close(lock)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "A" * 32, "a" * 31, "\0", "🐍"])
def test_names_are_looked_up_never_opened(engine: LocalEngine, name: str) -> None:
    del engine
    with pytest.raises(EngineNotFound):
        Client(f"local://{name}")
