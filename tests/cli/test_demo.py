"""The demo: its analysis, its judgement, and the whole of it on the local engine."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from scaler_lab import Client, Resolution
from scaler_lab.core.messages import Task, TaskCancel
from scaler_lab.demo.analysis import ModuleReport, analyse
from scaler_lab.demo.command import demo
from scaler_lab.demo.imports import ImportGraph, import_graph
from scaler_lab.demo.library import Module, standard_library
from scaler_lab.demo.report import as_json, tables
from scaler_lab.demo.run import CancelOutcome, run
from scaler_lab.demo.stuck import BUSY, QUEUED, SLEEPING, STUBBORN, Mark, Stuck, leave
from scaler_lab.testing import ScriptedEngine


@pytest.fixture(autouse=True)
def no_showing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancel stuck tasks at once, because no person watches."""
    monkeypatch.setattr("scaler_lab.demo.run.SHOW_SECONDS", 0.0)


# -- the analysis --------------------------------------------------------------------------------


def _analysed(source: str, tmp_path: Path, name: str = "pack.mod") -> ModuleReport:
    path = tmp_path / "mod.py"
    path.write_text(source, encoding="utf-8")
    return analyse(Module(name, str(path)))


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        ("pass", 1),
        ("if a: b", 2),
        ("if a: b\n elif c: d\n else: e", 3),
        ("for a in b: pass\n else: pass", 2),
        ("while a: pass", 2),
        ("try: a\n except B: c\n except D: e\n finally: f", 3),
        ("return a and b and c or d", 4),
        ("return a if b else c", 2),
        ("return [x for x in y if x if z for w in x]", 5),
        ("match a:\n  case 1: b\n  case _: c", 3),
        ("assert a", 2),
        ("with a: b", 1),
        ("def g():\n  if a: b", 1),
        ("return lambda: a if b else c", 1),
    ],
)
def test_complexity_is_mccabes(body: str, complexity: int, tmp_path: Path) -> None:
    report = _analysed(f"def f():\n {body}\n", tmp_path)
    assert report.functions[0].name == "f"
    assert report.functions[0].complexity == complexity


def test_a_modules_report(tmp_path: Path) -> None:
    report = _analysed(
        '"""Says.\n\nMore."""\n'
        "# a comment\n"
        "import os.path, json\n"
        "from . import near\n"
        "from .sub import name\n"
        "from ..far import thing  # beside\n"
        "\n"
        "class A:\n"
        "    def m(self):\n"
        "        def inner():\n"
        "            pass\n"
        "        return inner\n"
        "\n"
        "async def co():\n"
        "    pass\n",
        tmp_path,
        "pack.here.mod",
    )
    assert (report.lines, report.code_lines, report.comment_lines) == (17, 14, 2)
    assert report.classes == 1
    assert sorted((f.name, f.line, f.lines) for f in report.functions) == [
        ("A.m", 11, 4),
        ("A.m.inner", 12, 2),
        ("co", 16, 2),
    ]
    assert report.imports == {
        "os.path",
        "json",
        "pack.here.near",
        "pack.here.sub.name",
        "pack.far.thing",
    }


def test_what_cannot_be_parsed_raises(tmp_path: Path) -> None:
    with pytest.raises(SyntaxError):
        _analysed("def f(:", tmp_path)


def test_the_library_is_found_whole() -> None:
    names = [module.name for module in standard_library()]
    assert len(names) > 400
    assert {"ast", "json", "json.decoder", "concurrent.futures.thread"} <= set(names)
    assert len(names) == len(set(names))
    assert not [name for name in names if name.startswith(("test.", "site-packages"))]


def test_a_library_without_sources_explains_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="came without the sources"):
        standard_library(str(tmp_path))


def _graph(**edges: str) -> ImportGraph:
    return ImportGraph({name: frozenset(targets.split()) for name, targets in edges.items()})


def test_imports_are_of_the_longest_name_that_is_a_module() -> None:
    def report(name: str, *imports: str) -> ModuleReport:
        return ModuleReport(name, 1, 1, 0, 0, (), frozenset(imports))

    graph = import_graph(
        [report("a", "b.c.name", "b", "a", "numpy.linalg"), report("b"), report("b.c", "b")]
    )
    assert graph == _graph(**{"a": "b b.c", "b": "", "b.c": "b"})
    assert graph.n_edges == 3
    assert list(graph.importers().items()) == [("b", 2), ("b.c", 1), ("a", 0)]


def test_knots_are_the_modules_that_import_each_other() -> None:
    assert _graph(a="b", b="c", c="").knots() == []
    graph = _graph(a="b", b="c d", c="a", d="e", e="d f", f="")
    assert graph.knots() == [("a", "b", "c"), ("d", "e")]


def test_a_long_chain_of_imports_does_not_recurse() -> None:
    n = 5_000
    edges = {f"m{i}": f"m{i + 1}" for i in range(n)} | {f"m{n}": "m0"}
    assert len(_graph(**edges).knots()[0]) == n + 1


# -- the judgement ------------------------------------------------------------------------------


def _as_expected(stuck: Stuck) -> CancelOutcome:
    return CancelOutcome(
        stuck=stuck,
        reply=True,
        was_running=stuck.is_to_start,
        resolution=stuck.resolution,
        seconds=0.001,
        raises_cancelled=True,
        marks=stuck.marks,
        detail="",
    )


@pytest.mark.parametrize("stuck", [QUEUED, SLEEPING, BUSY, STUBBORN], ids=lambda s: s.name)
def test_a_cancel_as_expected_has_no_fault(stuck: Stuck) -> None:
    assert _as_expected(stuck).faults == []


def test_every_departure_is_a_fault() -> None:
    queued, sleeping, stubborn = map(_as_expected, (QUEUED, SLEEPING, STUBBORN))
    assert replace(queued, marks=frozenset([Mark.RAN])).faults == ["not expected: it ran"]
    assert replace(queued, was_running=True).faults == ["it was running already"]
    assert replace(queued, reply=False).faults == ["cancel() returned False"]
    assert replace(sleeping, was_running=False).faults == ["never started"]
    assert replace(sleeping, marks=frozenset([Mark.RAN])).faults == [
        "expected that its finally block ran"
    ]
    assert replace(stubborn, resolution=Resolution.INTERRUPTED).faults == [
        "expected 'killed', found 'interrupted'"
    ]
    assert replace(stubborn, resolution=None, seconds=None, raises_cancelled=False).faults == [
        "expected 'killed', found 'no answer'",
        "result() did not raise CancelledError",
    ]


class PlayedEngine(ScriptedEngine):
    """Plays a sound local engine: analyses at once, answers cancels as expected, leaves the marks.

    *lies* gives stuck tasks other answers.
    """

    def __init__(self, lies: dict[str, Resolution] | None = None) -> None:
        super().__init__(label="played engine")
        self._lies = lies or {}
        self._stuck: dict[str, tuple[Stuck, str]] = {}
        self.on_submit = self._play
        self.on_cancel = self._answer

    def _play(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            by_name = {stuck.name: stuck for stuck in (QUEUED, SLEEPING, BUSY, STUBBORN)}
            stuck = by_name.get(task.name)
            if stuck is None:
                self.start(task)
                self.run(task)
                continue
            self._stuck[task.task_id] = stuck, task.args[0]
            if stuck.is_to_start:
                leave(task.args[0], stuck.name, Mark.RAN)
                self.start(task)

    def _answer(self, cancel: TaskCancel) -> None:
        for task_id in cancel.task_ids:
            stuck, folder = self._stuck[task_id]
            for mark in stuck.marks:
                leave(folder, stuck.name, mark)
            self.confirm(task_id, self._lies.get(stuck.name, stuck.resolution))


def _some_modules(tmp_path: Path) -> list[Module]:
    modules: list[Module] = []
    for i in range(6):
        path = tmp_path / f"m{i}.py"
        path.write_text(f"import m{(i + 1) % 6}\ndef f{i}():\n    return 1 if 2 else 3\n")
        modules.append(Module(f"m{i}", str(path)))
    return modules


def test_a_sound_engine_has_no_faults(tmp_path: Path) -> None:
    said: list[str] = []
    with Client(PlayedEngine()) as client:
        findings = run(client, _some_modules(tmp_path), said.append)
    assert findings.faults == []
    assert [r.name for r in findings.reports] == ["m0", "m1", "m2", "m3", "m4", "m5"]
    assert [line.split(",")[0] for line in said] == [
        "cancelled wait_in_the_queue: never started",
        "cancelled sleep_for_ever: interrupted",
        "cancelled spin_for_ever: interrupted",
        "cancelled ignore_interrupts: killed",
    ]
    told = json.loads(as_json(findings))
    assert told["ok"] is True
    assert told["imports"]["largest_knot"] == ["m0", "m1", "m2", "m3", "m4", "m5"]


def test_an_engine_that_reports_something_unexpected_is_found_out(tmp_path: Path) -> None:
    engine = PlayedEngine(lies={"spin_for_ever": Resolution.KILLED})
    with Client(engine) as client:
        findings = run(client, _some_modules(tmp_path), lambda _: None)
    assert findings.faults == ["spin_for_ever: expected 'interrupted', found 'killed'"]
    assert json.loads(as_json(findings))["ok"] is False


def test_a_module_that_cannot_be_analysed_is_a_fault(tmp_path: Path) -> None:
    modules = _some_modules(tmp_path)
    Path(modules[3].path).write_text("def f(:\n")
    with Client(PlayedEngine()) as client:
        findings = run(client, modules, lambda _: None)
    [fault] = findings.faults
    assert fault.startswith("m3 was not analysed: SyntaxError")


def test_the_exit_status_is_whether_all_checks_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few() -> list[Module]:
        return _some_modules(tmp_path)

    monkeypatch.setattr("scaler_lab.demo.command.standard_library", few)

    def status(engine: ScriptedEngine) -> tuple[int, str]:
        out = Console(file=io.StringIO(), width=80)
        status = demo(out, out, make_client=lambda _: Client(engine))
        assert isinstance(out.file, io.StringIO)
        return status, out.file.getvalue()

    found, text = status(PlayedEngine())
    assert found == 0
    assert text.rstrip().endswith("Everything is as expected.")
    found, text = status(PlayedEngine(lies={"ignore_interrupts": Resolution.FINISHED_FIRST}))
    assert found == 1
    assert "ignore_interrupts: expected 'killed', found 'finished first'" in text


@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_report_names_each_cancel_whole(width: int, tmp_path: Path) -> None:
    with Client(PlayedEngine()) as client:
        findings = run(client, _some_modules(tmp_path), lambda _: None)
    console = Console(file=io.StringIO(), width=width)
    console.print(*tables(findings, width=width), sep="\n")
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    for stuck in (QUEUED, SLEEPING, BUSY, STUBBORN):
        [line] = [line for line in text.splitlines() if line.startswith(stuck.name)]
        assert stuck.resolution.words in line


def test_ctrl_c_cancels_what_is_open(tmp_path: Path) -> None:
    engine = PlayedEngine()

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with Client(engine) as client:
        with pytest.raises(KeyboardInterrupt):
            run(client, _some_modules(tmp_path), stop)
        assert all(future.done() for future in client.futures)
        assert engine.cancels[-1].force


# -- all of it, on the local engine -------------------------------------------------------------


def _demo(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scaler_lab", "demo", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.timeout(180)
def test_the_demo_holds_on_this_machine() -> None:
    process = _demo("--workers", "2", "--json")
    out, err = process.communicate(timeout=170)
    found = json.loads(out)
    assert found["faults"] == []
    assert process.returncode == 0
    assert found["modules"] > 400
    assert [(c["task"], c["found"]) for c in found["cancels"]] == [
        ("wait_in_the_queue", "NEVER_STARTED"),
        ("sleep_for_ever", "INTERRUPTED"),
        ("spin_for_ever", "INTERRUPTED"),
        ("ignore_interrupts", "KILLED"),
    ]
    assert "Traceback" not in err


@pytest.mark.timeout(120)
def test_ctrl_c_ends_the_demo_with_130_and_nothing_is_left() -> None:
    process = _demo("--workers", "2")
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("cancelled wait_in_the_queue"):
            break
    family = psutil.Process(process.pid).children(recursive=True)
    assert family, "its engine runs in other processes"
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "scaler-lab: stopped by Ctrl-C; its tasks were stopped too\n"
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
