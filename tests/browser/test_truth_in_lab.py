"""What table, panel and notices show is so: after a kernel's end, on plain http, and at once."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from . import places
from .conftest import MakeNotebook
from .lab import OTHER_HOST, NotebookPage, act
from .panel import Panel

pytestmark = pytest.mark.timeout(180)

START = """
import time
from scaler_lab import Client

def nap(seconds):
    end = time.time() + seconds
    while time.time() < end:
        time.sleep(0.01)

def fail(n):
    raise ValueError(f"no {n}")

client = Client(n_workers=2)
"""
NAPS = "naps = client.submit_each(nap, [600] * 4); client"
BUSY = "time.sleep(25)"
FAIL_AT_ONCE = START + "fs = [client.submit(fail, n) for n in range(50)]"


def _kernel_pid(notebook: NotebookPage) -> int:
    return int(notebook.output(2))


@pytest.mark.parametrize("end", ["restart", "kill"])
def test_with_their_kernel_tasks_end_in_every_view_and_the_panel_follows_the_next_one(
    make_notebook: MakeNotebook, end: str
) -> None:
    notebook = make_notebook([START, NAPS, "import os; os.getpid()"])
    page = notebook.page
    for n in range(3):
        notebook.run(n)
    panel = Panel(page)
    panel.show()
    panel.choose(notebook.path)
    in_panel = panel.node.locator(".scl-body .scl-row[data-status]:not(.scl-group)")
    in_table = notebook.table_of(1).locator(".scl-body .scl-row[data-status]:not(.scl-group)")
    expect(in_panel.and_(page.locator("[data-status=running]"))).to_have_count(2)
    if end == "restart":
        notebook.restart_kernel()
    else:
        os.kill(_kernel_pid(notebook), signal.SIGKILL)
    expect(in_table.and_(page.locator("[data-status=failed]"))).to_have_count(4)
    expect(notebook.table_of(1)).to_contain_text(re.compile("(program|engine) ended"))
    expect(in_panel.and_(page.locator("[data-status=running]"))).to_have_count(0)
    clocks = notebook.table_of(1).locator(".scl-c-time")
    before = clocks.all_inner_texts()
    page.wait_for_timeout(1500)  # a clock that ran on would have moved
    assert clocks.all_inner_texts() == before
    notebook.wait_until_idle()
    if end == "kill":
        page.locator(".jp-Dialog button", has_text="Ok").click()
    notebook.start(0)  # their prompts may have the same numbers again
    notebook.start(1)
    expect(panel.engine(notebook.path)).to_contain_text("2 running")
    expect(in_panel.and_(page.locator("[data-status=running]"))).to_have_count(2)
    programs = panel.node.locator(".scl-host").filter(has_text=notebook.path)
    assert programs.filter(has_not_text="ended").count() == 1


def test_on_plain_http_a_click_reaches_a_busy_kernel(make_notebook: MakeNotebook) -> None:
    # Of the kernels, this one gets a comm's messages only after the cell.
    notebook = make_notebook([START, NAPS, BUSY], places.IPYKERNELS[0], host=OTHER_HOST)
    page = notebook.page
    assert page.evaluate("() => [window.isSecureContext, typeof crypto.randomUUID]") == [
        False,
        "undefined",
    ]
    notebook.run(0)
    notebook.run(1)
    notebook.start(2)
    notebook.wait_until_busy(2)
    act(notebook.row("nap[0]"), ".scl-stop")
    expect(notebook.row("nap[0]")).to_have_attribute("data-status", "cancelled", timeout=10_000)
    assert notebook.is_busy(2), "it did not wait for the cell's end"


def test_what_fails_in_the_first_second_of_a_client_is_one_notice_with_a_traceback(
    make_notebook: MakeNotebook,
) -> None:
    notebook = make_notebook([FAIL_AT_ONCE])
    page = notebook.page
    notebook.run(0)
    toast = page.locator(".Toastify__toast", has_text=notebook.path)
    expect(toast).to_contain_text("50 tasks failed")
    expect(toast).to_contain_text(re.compile(r"first fail: ValueError: no \d+"))
    expect(toast).to_have_count(1)
    toast.get_by_role("button", name="Show traceback").click()
    expect(page.locator("#scaler-lab-panel .scl-traceback").first).to_contain_text("ValueError: no")


# A C call that holds the GIL, so that no other thread of the kernel can run: it opens a pipe, and
# returns when somebody opens the other end.
STUCK = "import ctypes; ctypes.PyDLL(None).open({pipe!r}, 0)"


@pytest.mark.parametrize("kernel", [places.IPYKERNELS[0], places.IPYKERNELS[-1]])
def test_the_table_goes_by_the_server_while_its_kernel_is_stuck_in_c(
    make_notebook: MakeNotebook, kernel: str, evidence: Path
) -> None:
    pipe = evidence / "pipe"
    os.mkfifo(pipe)
    notebook = make_notebook([START, NAPS, STUCK.format(pipe=bytes(pipe))], kernel)
    page = notebook.page
    notebook.run(0)
    notebook.run(1)
    panel = Panel(page)
    panel.show()
    panel.choose(notebook.path)
    table = notebook.table_of(1)
    in_table = table.locator(".scl-body .scl-row[data-status]:not(.scl-group)")
    expect(in_table.and_(page.locator("[data-status=running]"))).to_have_count(2)
    notebook.start(2)
    notebook.wait_until_busy(2)
    running = panel.node.locator(".scl-row[data-status=running]:not(.scl-group)").first
    act(running, ".scl-stop")
    cancelled = in_table.and_(page.locator("[data-status=cancelled]"))
    expect(cancelled).to_have_count(1, timeout=10_000)
    act(in_table.and_(page.locator("[data-status=running]")).first, ".scl-stop")
    expect(cancelled).to_have_count(2, timeout=10_000)
    assert notebook.is_busy(2), "neither waited for the end of the cell"
    os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    notebook.wait_until_done(2)
    notebook.wait_until_idle()
    expect(cancelled).to_have_count(2)
    expect(in_table.and_(page.locator("[data-status=running]"))).to_have_count(2)
