"""The fork server by itself, in a process that does nothing else: it forks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from helpers import TIMEOUT

PROGRAM = """
import errno, os, socket, sys
from pathlib import Path
from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.worker import forkserver

folder = Path(sys.argv[1])
real_fork, main, refusals = os.fork, os.getpid(), [errno.EAGAIN, errno.ENOMEM]

def fork():
    if os.getpid() != main and refusals:
        number = refusals.pop(0)
        raise OSError(number, os.strerror(number))
    return real_fork()

os.fork = fork
spec = forkserver.ForkServerSpec(worker_ipc.SharedPage(4), folder, folder, None)
ours, theirs = socket.socketpair()
pid, link = forkserver.fork_server(spec, not_for_it=theirs)
link.setblocking(True)
ends = []
for number in (1, 2, 3):
    inbox_write, inbox_read = worker_ipc.make_inbox()
    results, results_write = socket.socketpair()
    ends.append(inbox_write)
    fds = [inbox_read.fileno(), results_write.fileno()]
    socket.send_fds(link, [forkserver.COMMAND.pack(forkserver.SPAWN, number, number)], fds)
    inbox_read.close()
    results_write.close()
    what, who, born, status, _, _ = forkserver.NEWS.unpack(link.recv(forkserver.NEWS.size))
    reader, reports = worker_ipc.ReportReader(), []
    while not reports:
        chunk = results.recv(65536)
        assert chunk, "it said nothing"
        reports = reader.feed(chunk)
    print(what.decode(), who, born > 0, reports[0].kind, reports[0].error, sep="|")
link.close()
print(os.waitpid(pid, 0)[1])
"""


def test_a_worker_that_can_t_be_forked_is_reported_and_the_next_is_tried(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third, status = done.stdout.splitlines()
    why = "its process could not be forked"
    assert first.startswith("G|1|False|")
    assert f"{why}: [Errno 11]" in first
    assert second.startswith("G|2|False|")
    assert f"{why}: [Errno 12]" in second
    assert third.startswith("B|3|True|")
    assert third.endswith("|"), "nothing was wrong with this one"
    assert status == "0"


# -- where there are no sub-reapers ----------------------------------------------------------------

WITHOUT_REAPERS = """
import os, subprocess, sys, time
import psutil
from scaler_lab.engines.local import process_tree

process_tree._prctl = lambda *_: False  # as on macOS
assert not process_tree.become_subreaper()
assert not process_tree.die_with_parent()
child = subprocess.Popen(
    [sys.executable, "-c", "import subprocess, sys; "
     "subprocess.run([sys.executable, '-c', 'import time; time.sleep(1000)'], start_new_session=1)"]
)
while not (below := psutil.Process(child.pid).children()):
    time.sleep(0.01)  # another process starts it
assert process_tree.kill_children() == 2
psutil.wait_procs(below, timeout=10)
print(process_tree.has_children(), [process.is_running() for process in below])
child.returncode = -9  # reaped already
"""


def test_a_child_and_what_it_started_are_killed_where_there_are_no_sub_reapers() -> None:
    said = subprocess.run(
        [sys.executable, "-c", WITHOUT_REAPERS], capture_output=True, text=True, check=False
    )
    assert (said.stdout, said.stderr) == ("False [False]\n", "")
