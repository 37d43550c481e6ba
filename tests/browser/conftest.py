"""Fixtures of the browser tests: a JupyterLab and a browser for all tests, a notebook for each."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright
from playwright.sync_api import TimeoutError as NoAnswer

from . import places
from .lab import OTHER_HOST, TIMEOUT_MS, Lab, NotebookPage
from .shared_page import SharedPage

ENGINES_GONE_TIMEOUT = 10.0
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    f"--host-resolver-rules=MAP {OTHER_HOST} 127.0.0.1",
]

expect.set_options(timeout=TIMEOUT_MS)


LONGEST_FILES = ("test_readme_steps.py", "test_table_in_lab.py", "test_panel_in_lab.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests last: playwright leaves an event loop running in the main thread.

    No asyncio test can start another one there.  The longest files are the first of them, so that
    both processes of `-n 2` end at about the same time.
    """
    folder = Path(__file__).parent

    def place(item: pytest.Item) -> tuple[bool, int]:
        is_browser_test = folder in item.path.parents
        if is_browser_test and item.path.name in LONGEST_FILES:
            return True, LONGEST_FILES.index(item.path.name)
        return is_browser_test, len(LONGEST_FILES)

    items.sort(key=place)


class MakeNotebook:
    """Creates notebooks: ``make_notebook(cells, kernel)``.

    They open in a page that all tests share, unless a test asks for another host or Notebook 7.
    """

    def __init__(self, lab: Lab, context: BrowserContext, shared_page: SharedPage) -> None:
        self._lab = lab
        self._context = context
        self._shared_page = shared_page
        self.made: list[NotebookPage] = []
        self.has_failed = False

    def __call__(
        self, cells: list[str], kernel: str = places.IPYKERNELS[-1], **looks: Any
    ) -> NotebookPage:
        where = self._context if looks else self._shared_page.borrow()
        notebook = NotebookPage(self._lab, where, places.kernel_name(kernel), cells, **looks)
        self.made.append(notebook)
        try:
            notebook.wait_until_idle()
        except NoAnswer:  # seen once: no word of the kernel, though no cell has run yet
            notebook.restart_kernel()
            notebook.wait_until_idle()
        return notebook

    def close(self) -> None:
        """Close the notebooks, and shut down their kernels."""
        self._shared_page.give_back(is_spoilt=self.has_failed)
        for notebook in self.made:
            notebook.close()


@pytest.fixture(autouse=True)
def nothing_left_behind(lab: Lab) -> Iterator[None]:
    """Check that no engine is left.

    This replaces the check of the other tests, because a browser keeps processes for as long as it
    likes.
    """
    before = set(_engine_processes())
    yield
    left = set(_engine_processes()) - before
    _, alive = psutil.wait_procs(left, timeout=ENGINES_GONE_TIMEOUT)
    assert not alive, f"engine processes outlive their kernel: {alive}"
    del lab


@pytest.fixture(scope="package")  # not "session": playwright's loop would disturb other tests
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    missing = places.missing()
    if missing:
        pytest.fail(f"run python -m tests.browser.setup; missing: {missing}", pytrace=False)
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.close()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser for pages that aren't of JupyterLab."""
    with playwright.chromium.launch(
        executable_path=places.chromium(), args=BROWSER_ARGUMENTS
    ) as browser:
        yield browser


@pytest.fixture(scope="package")
def context(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One browser context for all tests, so that the front end is downloaded only once.

    It has a folder, and therefore keeps the front end as compiled, too.
    """
    with playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=places.chromium(),
        args=BROWSER_ARGUMENTS,
        viewport={"width": 1200, "height": 1000},
    ) as context:
        yield context


@pytest.fixture(scope="package")
def shared_page(lab: Lab, context: BrowserContext) -> SharedPage:
    return SharedPage(lab, context)


@pytest.fixture
def make_notebook(
    lab: Lab, context: BrowserContext, shared_page: SharedPage
) -> Iterator[MakeNotebook]:
    make = MakeNotebook(lab, context, shared_page)
    yield make
    make.close()


def _engine_processes() -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "scaler_lab" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A folder in which tasks leave traces."""
    return tmp_path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Take a screenshot of a failure and add its path to the report."""
    report = yield
    make = getattr(item, "funcargs", {}).get("make_notebook")
    if call.when == "call" and report.failed and make is not None:
        make.has_failed = True
        for n, notebook in enumerate(make.made):
            picture = Path(tempfile.gettempdir()) / f"{item.name}-{n}.png".replace("/", "-")
            notebook.page.screenshot(path=picture)
            report.sections.append(("browser", f"picture: {picture}\n{notebook.errors}"))
    return report
