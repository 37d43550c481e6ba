"""The documentation is correct and complete: examples run, each error and setting is in it."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import multiprocessing
import pkgutil
import re
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import resource_tracker
from pathlib import Path

import pebble
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import scaler_lab
from scaler_lab import Client, LocalEngine, cli, errors
from scaler_lab.client import config
from scaler_lab.engines.base import Engine, Feature, Reach
from scaler_lab.engines.dask import DaskEngine
from scaler_lab.engines.executor import ExecutorEngine
from scaler_lab.engines.opengris import OpenGrisEngine
from scaler_lab.engines.ray import RayEngine

TOP = Path(__file__).parents[2]
DOCS = TOP / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *TOP.glob("*.md")])
WITH_EXAMPLES = [page for page in PAGES if "```pycon" in page.read_text(encoding="utf-8")]
DOCUMENTED = sorted(
    {
        base.__module__
        for name in set(scaler_lab.__all__) - {"__version__"}
        for base in getattr(getattr(scaler_lab, name), "__mro__", (getattr(scaler_lab, name),))
        if base.__module__.startswith("scaler_lab.")
    }
)

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _run(example: doctest.DocTest) -> None:
    said: list[str] = []
    results = doctest.DocTestRunner(optionflags=_FLAGS).run(example, out=said.append)
    assert results.attempted > 0
    assert results.failed == 0, "".join(said)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.name)
def test_a_pages_examples_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    _run(doctest.DocTestParser().get_doctest(examples, {}, page.name, str(page), 0))


def test_the_examples_in_docstrings_run(local_client: Client) -> None:
    public = {name: getattr(scaler_lab, name) for name in scaler_lab.__all__}
    names = {"client": local_client, "time": time} | public
    for module in DOCUMENTED:
        found = doctest.DocTestFinder().find(importlib.import_module(module), extraglobs=names)
        for example in found:
            if example.examples:
                _run(example)


def test_the_public_classes_have_examples() -> None:
    for shown in (Client, Client.submit, Client.submit_each, Client.map, Client.cancel):
        assert ">>>" in (shown.__doc__ or ""), shown


def test_every_error_is_on_the_page_about_trouble() -> None:
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    for name, error in vars(errors).items():
        if inspect.isclass(error) and error.__module__ == errors.__name__:
            if error is errors.ScalerLabError:
                continue  # the base of all
            assert f"### `{name}`" in page, f"docs/troubleshooting.md: what to do about {name}?"


NOT_FOR_USERS = (
    "open() comes first",
    "this manager has no function to",
    "before Parallel configured it",
)


def _messages() -> dict[str, str]:
    """Each message that the package's errors are raised with, and where; holes as "..."."""
    of_ours = {name for name, error in vars(errors).items() if inspect.isclass(error)}
    found: dict[str, str] = {}
    for path in (TOP / "scaler_lab").rglob("*.py"):
        if {"testing", "demo"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id not in of_ours | {"RuntimeError"}:
                continue
            first = node.args[0]
            parts = first.values if isinstance(first, ast.JoinedStr) else [first]
            text = "".join(
                part.value
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else "..."
                for part in parts
            )
            if len(re.findall(r"[a-z]{2,}", text)) > 1 and not any(
                s in text for s in NOT_FOR_USERS
            ):
                found[text] = f"{path.relative_to(TOP)}:{node.lineno}"
    return found


def test_every_message_is_found_on_the_page_about_trouble_by_its_words() -> None:
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    table = page.partition("## By its words")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    phrases = [phrase for row in rows for phrase in re.findall(r"`([^`]+)`", row)]
    messages = _messages()
    assert len(messages) > 50
    lacking = {w: m for m, w in messages.items() if not any(phrase in m for phrase in phrases)}
    assert not lacking
    assert not [phrase for phrase in phrases if not any(phrase in m for m in messages)]


def test_files_that_pages_name_are_there() -> None:
    for page in PAGES:
        for name in re.findall(r"`([\w.]+/[\w./]*)`", page.read_text(encoding="utf-8")):
            homes = (TOP, TOP / "scaler_lab", TOP / "tests", DOCS)
            if name.endswith((".py", ".md", ".ipynb")):
                assert any((home / name).exists() for home in homes), f"{page.name}: {name}"


def test_every_benchmark_is_documented() -> None:
    contributing = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
    commands = {
        f"python -m tests.benchmarks{'' if path.stem == '__main__' else '.' + path.stem}"
        for path in (TOP / "tests" / "benchmarks").glob("*.py")
        if 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")
        and path.stem != "probe"  # the runner's
    }
    assert len(commands) > 5
    assert not {command for command in commands if f"`{command}`" not in contributing}


def test_every_setting_is_on_the_page_about_configuration() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    for name in [*config.SETTINGS, *config.variables()]:
        assert f"`{name}`" in page, name


def test_every_command_is_on_the_page_about_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    commands = re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert "demo" in commands
    page = (DOCS / "terminal.md").read_text(encoding="utf-8")
    for command in commands:
        assert f"scaler-lab {command}" in page, command


def _parse(page: Path) -> list[Token]:
    """The page as code hosting sites read it: CommonMark with tables."""
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """The fragments that a code hosting site makes of the page's headings."""
    tokens = _parse(page)
    titles = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_renders_as_a_table(page: Path) -> None:
    tokens = _parse(page)
    paragraphs = [tokens[i + 1] for i, token in enumerate(tokens) if token.type == "paragraph_open"]
    as_text = [p.content for p in paragraphs if re.search(r"^\|.*\|$", p.content, re.MULTILINE)]
    assert not as_text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for token in _parse(page):
        for part in token.children or ():
            target = str(part.attrGet("href") or part.attrGet("src") or "")
            name, _, fragment = target.partition("#")
            if not target or "://" in target or target.startswith("mailto:"):
                continue
            file = page.parent / name if name else page
            assert file.exists(), target
            if fragment and file.suffix == ".md":
                assert fragment in _anchors(file), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_that_a_page_documents_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"^::", text, re.MULTILINE), "code hosting sites show a directive as text"
    for name in re.findall(r"^<!-- ::: (\S+)", text, re.MULTILINE):
        assert pkgutil.resolve_name(name).__doc__, name


def test_the_citation_has_the_packages_version() -> None:
    citation = (TOP / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {scaler_lab.__version__}\n" in citation


@pytest.fixture(scope="module")
def tracker() -> None:
    """What multiprocessing starts once for a process: no test's to leave behind."""
    resource_tracker.ensure_running()


def _engines() -> dict[str, Engine | type[Engine]]:
    """Those of the table in docs/engines.md.  None is started."""
    context = multiprocessing.get_context("spawn")
    executors = {
        "`ThreadPoolExecutor`": ThreadPoolExecutor(1),
        "pebble's `ThreadPool`": pebble.ThreadPool(1),
        "`ProcessPoolExecutor`": ProcessPoolExecutor(1, mp_context=context),
        "pebble's `ProcessPool`": pebble.ProcessPool(1, context=context),
        "any other executor": Executor(),
    }
    return {
        "local": LocalEngine,
        "OpenGRIS Scaler": OpenGrisEngine,
        "Dask": DaskEngine,
        "Ray": RayEngine,
        **{name: ExecutorEngine(executor) for name, executor in executors.items()},
    }


@pytest.mark.usefixtures("tracker")
def test_the_table_of_engines_matches_what_the_engines_state() -> None:
    engines = _engines()
    page = (DOCS / "engines.md").read_text(encoding="utf-8")
    table = page.partition("What each can and can't do:\n\n")[2].partition("\n\n")[0]
    titles, _, *rows = (
        [cell.strip() for cell in r.strip("|").split("|")] for r in table.split("\n")
    )
    said = {name: row for row in rows for name in row[0].split(", ")}
    assert said.keys() - {"loky"} == engines.keys()  # loky is as ProcessPoolExecutor
    features = {
        "output": Feature.OUTPUT,
        "progress": Feature.PROGRESS,
        "priority": Feature.PRIORITY,
        "`scatter`": Feature.SHARED_DATA,
        "`stack()`": Feature.STACKS,
        "`usage`": Feature.USAGE,
        "`memory=`": Feature.MEMORY_LIMITS,
    }
    assert set(features.values()) == set(Feature)
    running = {
        Reach.STOPS_RUNNING: r".*killed(?! with)",
        Reach.INTERRUPTS: r"interrupted; killed with `force=True`$",
        Reach.QUEUED_ONLY: r"no: `cancelling` to its end$",
    }
    for name, engine in engines.items():
        cells = dict(zip(titles, said[name], strict=True))
        assert re.match(running[engine.reach], cells["running: stopped"]), name
        assert cells["reports starts"] == ("yes" if engine.reports_starts else "no"), name
        survives = cells["a dead worker"] in ("fails its task", "(a thread can't die)")
        assert survives is engine.survives_worker_death, name
        for title, feature in features.items():
            assert cells[title] == ("yes" if feature in engine.features else "no"), (name, title)
