"""When memory runs out, the system ends a task, and the message names that cause."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import TIMEOUT

from scaler_lab import Client
from scaler_lab.engines.local.scheduler.death_message import death_message
from scaler_lab.runtime import memory

GROUPS = Path("/sys/fs/cgroup")
LIMIT = 300 * 1024 * 1024

PROGRAM = """
import os, sys
with open(sys.argv[1], "w") as file:
    file.write(str(os.getpid()))
from scaler_lab import Client, WorkerDied

def hog():
    return len(bytearray(os.urandom(1024)) * (1 << 20))

def fine(n):
    return n + 1

if __name__ == "__main__":
    with Client(n_workers=2, echo=False) as client:
        assert client.submit(fine, 1).result(60) == 2
        error = client.submit(hog).exception(60)
        assert isinstance(error, WorkerDied), error
        print(error)
        assert client.submit(fine, 2).result(60) == 3
"""


def _write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_limit_of_a_container_counts_if_it_is_lower(tmp_path: Path) -> None:
    machine = memory.usable_memory(tmp_path / "none", tmp_path / "neither")
    assert machine == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    _write(tmp_path, "membership", "0::/job\n")
    _write(tmp_path, "cgroup/job/memory.max", "max\n")
    assert memory.usable_memory(tmp_path / "cgroup", tmp_path / "membership") == machine
    _write(tmp_path, "cgroup/memory.max", "1073741824\n")
    assert memory.usable_memory(tmp_path / "cgroup", tmp_path / "membership") == 1 << 30
    _write(tmp_path, "membership", "7:memory:/job\n")
    _write(tmp_path, "cgroup/memory/job/memory.limit_in_bytes", "1000\n")
    assert memory.usable_memory(tmp_path / "cgroup", tmp_path / "membership") == 1000


def test_kills_are_counted_on_the_machine_and_in_the_own_groups(tmp_path: Path) -> None:
    root, membership, vmstat = tmp_path / "c", tmp_path / "membership", tmp_path / "vmstat"
    assert memory.oom_kills(root, membership, vmstat) is None
    _write(tmp_path, "vmstat", "nr_free_pages 7\noom_kill 3\n")
    _write(tmp_path, "membership", "0::/job\n")
    _write(tmp_path, "c/job/memory.events", "oom 9\noom_kill 2\noom_group_kill 1\n")
    assert memory.oom_kills(root, membership, vmstat) == 5


def test_free_memory_is_that_of_the_machine_or_of_the_container(tmp_path: Path) -> None:
    root, membership, meminfo = tmp_path / "c", tmp_path / "membership", tmp_path / "meminfo"
    assert memory.free_memory(root, membership, meminfo) is None
    _write(tmp_path, "meminfo", "MemFree: 10 kB\nMemAvailable:    4000 kB\n")
    assert memory.free_memory(root, membership, meminfo) == 4000 * 1024
    _write(tmp_path, "membership", "0::/job\n")
    _write(tmp_path, "c/job/memory.max", "2000000\n")
    _write(tmp_path, "c/job/memory.current", "1500000\n")
    _write(tmp_path, "c/job/memory.stat", "anon 1\ninactive_file 300000\n")
    assert memory.free_memory(root, membership, meminfo) == 800_000, "copies of files are free"
    _write(tmp_path, "membership", "7:memory:/job\n")
    _write(tmp_path, "c/memory/job/memory.limit_in_bytes", "1000\n")
    _write(tmp_path, "c/memory/job/memory.usage_in_bytes", "900\n")
    _write(tmp_path, "c/memory/job/memory.stat", "total_inactive_file 50\n")
    assert memory.free_memory(root, membership, meminfo) == 150


def oom_score() -> str:
    return Path("/proc/self/oom_score_adj").read_text().strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these scores")
def test_tasks_are_the_first_to_be_killed_and_nothing_else_is() -> None:
    own = oom_score()
    with Client(n_workers=1, echo=False) as client:
        assert client.submit(oom_score).result(TIMEOUT) == "800"
        in_a_child = client.submit(
            subprocess.check_output, ["cat", "/proc/self/oom_score_adj"], text=True
        )
        assert in_a_child.result(TIMEOUT).strip() == "800"
    assert oom_score() == own


@pytest.mark.parametrize(
    ("out_of_memory", "words"),
    [
        (True, ": the system ran out of memory and stopped it. Make the task's data smaller"),
        (None, ": it probably ran out of memory. Make the task's data smaller"),
        (False, "it had used 0.9 of 1.0 GiB of memory. Only this task failed"),
    ],
)
def test_the_message_states_what_is_known(out_of_memory: bool | None, words: str) -> None:
    gib = 1024 * 1024
    told = death_message(
        "fit",
        1,
        7,
        signal.SIGKILL,
        9 * gib // 10,
        gib,
        "",
        out_of_memory=out_of_memory,
    )
    assert words in told


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group with a limit on memory."""
    name = f"scaler_lab-test-{os.getpid()}"
    v1 = GROUPS / "memory"
    folder = (v1 if v1.is_dir() else GROUPS) / name
    try:
        folder.mkdir()
        file = "memory.limit_in_bytes" if v1.is_dir() else "memory.max"
        (folder / file).write_text(str(LIMIT))
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    yield folder
    folder.rmdir()


RESERVING = """
import os, time
from scaler_lab import Client, TaskOverMemory

def hoard():
    kept = []
    while True:
        kept.append(os.urandom(16) * (1 << 16))
        time.sleep(0.01)

if __name__ == "__main__":
    with Client(n_workers=1, echo=False, reserve="15%") as client:
        error = client.submit(hoard).exception(60)
        assert isinstance(error, TaskOverMemory), error
        print(error)
        assert client.submit(len, "abc").result(60) == 3
"""


def run_in(group: Path, text: str, tmp_path: Path) -> str:
    """Run a program in a control group; return what it printed."""
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(text))
    ran = subprocess.run(
        [
            "sh",
            "-c",
            f'echo $$ > {group}/cgroup.procs && exec "$@"',
            "sh",
            sys.executable,
            str(program),
            str(tmp_path / "pid"),
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_in_a_container_that_runs_out_of_memory_a_task_ends_and_the_program_lives(
    group: Path, tmp_path: Path
) -> None:
    output = run_in(group, PROGRAM, tmp_path)
    assert "the system ran out of memory and stopped it" in output
    assert "of 0.3 GiB of memory" in output


def test_with_a_reserve_the_task_that_added_most_is_stopped_before_memory_runs_out(
    group: Path, tmp_path: Path
) -> None:
    output = run_in(group, RESERVING, tmp_path)
    assert "stopped because memory ran low: " in output
    assert "45 MiB is the reserve; it had added " in output
