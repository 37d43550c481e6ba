"""A task knows the notebook's cell that submitted it."""

from __future__ import annotations

import subprocess
import sys

from scaler_lab import Client

IN_IPYTHON = """
from IPython.core.interactiveshell import InteractiveShell

FIRST = "from scaler_lab import Client; client = Client(n_workers=1); client.submit(abs, 1)"

class Shell(InteractiveShell):
    def get_parent(self):  # as ipykernel's: the request that runs now
        return {"metadata": {"cellId": "the-first"}}

shell = Shell.instance()
cells = {
    "the-first": FIRST,
    "the-second": "g = client.submit_each(abs, [1, 2]); g.results()",
    None: "h = client.submit(abs, 3); h.result()",
}
for cell_id, code in cells.items():
    shell.run_cell(code, cell_id=cell_id).raise_error()
client = shell.user_ns["client"]
print([row.cell for row in client.board.snapshot().tasks])

from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.discovery import find_engine
with FeedConnection(find_engine(client.engine.name)) as view:
    view.wait_whole()
    print([row.cell for row in view.mirror.rows.values()])
client.shutdown()
"""


def test_a_task_knows_its_cell_here_and_in_the_engines_feed() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", IN_IPYTHON], capture_output=True, text=True, timeout=50, check=False
    )
    assert ran.returncode == 0, ran.stderr
    cells = "['the-first', 'the-second', 'the-second', '']"
    assert ran.stdout.splitlines()[-2:] == [cells, cells], ran.stdout


def test_outside_a_notebook_there_is_no_cell(local_client: Client) -> None:
    future = local_client.submit(abs, -1)
    info = local_client.board.info(future.task_id)
    assert info is not None
    assert info.cell == ""
