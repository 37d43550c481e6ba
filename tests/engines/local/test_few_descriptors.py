"""Big results, arguments and scattered values when a process may open few files."""

from __future__ import annotations

import errno
import mmap
import os
import resource
import subprocess
import sys
import textwrap
from collections.abc import Generator
from pathlib import Path

import local_tasks
import numpy as np
import pytest
from helpers import TIMEOUT, connection_of, engine_of, started, wait_until

from scaler_lab import Client
from scaler_lab.cli import doctor_checks
from scaler_lab.cli.doctor_report import FindingStatus
from scaler_lab.core.messages import TaskId, TaskResult
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.blobs import INLINE_LIMIT, BlobFolder
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.engines.local.file_mapping import map_file
from scaler_lab.serialization.pickling import Packed, pack_value, unpack_value

BIG = INLINE_LIMIT + 1


def n_descriptors() -> int:
    return len(os.listdir("/dev/fd"))


# -- one mapping -----------------------------------------------------------------------------------


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize("size", [1, mmap.PAGESIZE - 1, mmap.PAGESIZE, 5 * mmap.PAGESIZE + 7])
def test_a_mapped_file_holds_no_descriptor(tmp_path: Path, size: int, writable: bool) -> None:
    path = tmp_path / "file"
    content = os.urandom(size)
    path.write_bytes(content)
    before = n_descriptors()
    with path.open("rb") as file:
        views = [map_file(file.fileno(), size, writable=writable) for _ in range(50)]
    assert n_descriptors() == before
    path.unlink()
    assert all(bytes(view) == content for view in views)
    assert all(view.readonly is not writable for view in views)
    if writable:
        views[0][0] ^= 0xFF
        assert views[1][0] == content[0], "private"


def test_a_mapping_ends_with_the_last_buffer_made_of_it(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path)
    folder.write("x", pack_value(np.arange(1 << 20), "task"))
    array = unpack_value(*folder.read("x", unlink=True))
    place = f"{array.ctypes.data & -mmap.PAGESIZE:x}"[:-1]
    assert array[-1] == (1 << 20) - 1
    maps = Path("/proc/self/maps")
    if maps.exists():
        assert place in maps.read_text()
        assert str(tmp_path) in maps.read_text()
        del array
        assert str(tmp_path) not in maps.read_text()


# -- what can't be mapped now ----------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_what_can_t_be_mapped_now_stays_and_is_read_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    folder = BlobFolder(tmp_path)
    folder.write("x", Packed(0, [b"segment"]))

    def fail(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        if number == errno.ENOMEM:
            patch.setattr("scaler_lab.engines.local.blobs.map_file", fail)
        else:
            patch.setattr(os, "open", fail)
        with pytest.raises(OSError, match=os.strerror(number)):
            folder.read("x", unlink=True)
    assert bytes(folder.read("x", unlink=True)[1][0]) == b"segment"


def test_a_result_that_came_when_nothing_could_be_opened_can_be_requested_again(
    tmp_path: Path,
) -> None:
    folder = BlobFolder(tmp_path)
    is_short = True

    def read(name: str) -> tuple[int, list[memoryview]]:
        if is_short:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), name)
        return folder.read(name, unlink=True)

    core = AgentCore("e" * 32, "c" * 32, read)
    results: list[protocol.Up] = []
    for n in range(3):
        folder.write(f"{n}.r", pack_value(f"value {n}", "task"))
        results.append(protocol.Result(TaskId(str(n)), False, 1, 0, 1, b"", f"{n}.r"))
    events = core.take_in(protocol.encode(protocol.UpEnvelope("e" * 32, results)))
    parcels = [event.payload for event in events if isinstance(event, TaskResult)]
    with pytest.raises(OSError, match=r"can't be read now .*ulimit -n.* it is kept"):
        parcels[0].load()
    del parcels[1:2], events
    is_short = False
    assert parcels[0].load() == "value 0"
    core.fetch_late()
    assert os.listdir(tmp_path) == [], "also what nobody wants any more"
    assert parcels[1].load() == "value 2"
    assert parcels[1].load() == "value 2"


@pytest.fixture
def no_descriptors() -> Generator[list[int]]:
    """All this process may have are taken, until the list is emptied."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []
    yield taken
    while taken:
        os.close(taken.pop())
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def take_all(taken: list[int]) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (n_descriptors() + 30, hard))
    try:
        while True:
            taken.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        return


def give_back(taken: list[int]) -> None:
    while taken:
        os.close(taken.pop())


def test_results_that_came_while_no_file_could_be_opened_are_not_lost(
    lone_client: Client, no_descriptors: list[int], tmp_path: Path
) -> None:
    client = lone_client
    first = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    futures = [client.submit(local_tasks.make_bytes, BIG + n) for n in range(6)]
    take_all(no_descriptors)
    assert first.cancel(TIMEOUT)
    wait_until(lambda: all(future.done() for future in futures), "the tasks")
    with pytest.raises(OSError, match=r"ulimit -n.* it is kept"):
        futures[0].result(TIMEOUT)
    with pytest.raises(OSError, match=r"ulimit -n.* it is kept"):
        futures[0].exception(TIMEOUT)
    give_back(no_descriptors)
    assert [len(future.result(TIMEOUT)) for future in futures] == [BIG + n for n in range(6)]
    assert os.listdir(connection_of(engine_of(client)).blobs) == ["lock"]


# -- a program, and a worker, that may have few ----------------------------------------------------

KEEPS_ALL = """
    import os, resource
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    import numpy as np
    from scaler_lab import Client

    def make(n):
        return np.full(10_000, n)

    def total(*shared):
        import os
        return sum(int(array[0]) for array in shared), len(os.listdir("/dev/fd"))

    with Client(n_workers=1) as client:
        kept = [future.result(60) for future in client.submit_each(make, range(300))]
        assert [int(array[0]) for array in kept] == list(range(300))
        assert len(os.listdir("/dev/fd")) < 40
        shared = [client.scatter(array) for array in kept]
        found, held = client.submit(total, *shared).result(60)
        assert found == sum(range(300))
        assert held < 40, held
        echoed = client.submit_each(lambda array: array, kept).results(60)
        assert all((a == b).all() for a, b in zip(kept, echoed))
        print(sorted(os.listdir(client.engine.connection.blobs))[-1] == "lock", len(shared))
"""


def test_a_program_that_may_have_64_files_open_keeps_300_big_results() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KEEPS_ALL)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# -- doctor ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "verdict", "words"),
    [
        ((1024, 4096), FindingStatus.WORKS, "up to 1,024 in each process"),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), FindingStatus.WORKS, "no limit"),
        ((256, 4096), FindingStatus.LIMITED, "ulimit -n 1024"),
        ((256, 512), FindingStatus.LIMITED, "ulimit -n 512"),
        ((256, 256), FindingStatus.LIMITED, "hard limit"),
    ],
)
def test_doctor_reports_how_many_files_a_process_may_open(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], verdict: FindingStatus, words: str
) -> None:
    def getrlimit(_: int) -> tuple[int, int]:
        return limits

    monkeypatch.setattr(resource, "getrlimit", getrlimit)
    [finding] = [found for found in doctor_checks.check_system() if found.about == "open files"]
    assert finding.status is verdict
    assert words in f"{finding.text} {finding.advice}"


# -- children of tasks -----------------------------------------------------------------------------


def test_a_child_of_a_task_inherits_no_descriptor_of_its_worker(local_client: Client) -> None:
    shown = local_client.submit(local_tasks.descriptors_of_a_child).result(TIMEOUT)
    assert set(shown) <= {"0", "1", "2", "3"}, "3 is the one that it lists them with"
