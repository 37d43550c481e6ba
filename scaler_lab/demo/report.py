"""The demo's findings, as tables for people and as JSON for programs."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from scaler_lab._version import __version__
from scaler_lab.demo.analysis import FunctionReport, ModuleReport
from scaler_lab.demo.run import CancelOutcome, Findings
from scaler_lab.demo.stuck import Mark
from scaler_lab.ui.formatting import milliseconds, span
from scaler_lab.ui.sanitize import clean_line

TOP = 8
CANCELS = "Four tasks that would never end, and how their cancels were settled"
NARROW = 70  # columns; a narrower screen gets the cancels as lines, not as a table


def tables(
    findings: Findings, encoding: str = "utf-8", width: int = 80
) -> Iterator[RenderableType]:
    """Yield tables of the findings, then the outcomes of the cancels, then the overall result."""
    yield Text()
    yield _totals(findings)
    yield _modules(findings)
    yield _functions(findings)
    yield _imports(findings, encoding)
    yield _cancels(findings) if width >= NARROW else _cancels_in_lines(findings)
    yield from _verdict(findings)


def as_json(findings: Findings) -> str:
    """Return the same as JSON, for programs.  Its keys are stable."""
    reports = findings.reports
    importers = list(findings.graph.importers().items())
    report: dict[str, Any] = {
        "scaler_lab": __version__,
        "python": platform.python_version(),
        "engine": findings.engine,
        "seconds": round(findings.seconds, 3),
        "modules": len(reports),
        "lines": sum(r.lines for r in reports),
        "functions": sum(len(r.functions) for r in reports),
        "top_modules": [
            {"name": r.name, "lines": r.lines, "complexity": r.complexity}
            for r in _top_modules(findings)
        ],
        "top_functions": [
            {"module": f.module, "name": f.name, "line": f.line, "complexity": f.complexity}
            for f in _top_functions(findings)
        ],
        "imports": {
            "edges": findings.graph.n_edges,
            "most_imported": [{"name": name, "importers": n} for name, n in importers[:TOP]],
            "largest_knot": list(next(iter(findings.graph.knots()), ())),
        },
        "cancels": [
            {
                "task": c.stuck.name,
                "expected": c.stuck.resolution.name,
                "found": c.resolution.name if c.resolution else None,
                "seconds": c.seconds,
                "detail": c.detail,
                "evidence": sorted(mark.name for mark in c.marks),
                "faults": c.faults,
            }
            for c in findings.cancels
        ],
        "faults": findings.faults,
        "ok": not findings.faults,
    }
    return json.dumps(report, indent=2)


def _totals(findings: Findings) -> Text:
    reports = findings.reports
    lines, code = sum(r.lines for r in reports), sum(r.code_lines for r in reports)
    functions = sum(len(r.functions) for r in reports)
    classes = sum(r.classes for r in reports)
    return Text(
        f"The standard library of Python {platform.python_version()}: {len(reports):,} modules, "
        f"{lines:,} lines ({code:,} of code), {classes:,} classes, {functions:,} functions, "
        f"analysed in {span(findings.seconds)}."
    )


def _modules(findings: Findings) -> Table:
    table = _table("The most complex modules")
    table.add_column("module", overflow="ellipsis", no_wrap=True)
    for name in ("lines", "functions", "complexity"):
        table.add_column(name, justify="right", no_wrap=True)
    for r in _top_modules(findings):
        table.add_row(Text(r.name), f"{r.lines:,}", f"{len(r.functions):,}", f"{r.complexity:,}")
    return table


def _functions(findings: Findings) -> Table:
    table = _table("The most complex functions")
    table.add_column("function", overflow="ellipsis", no_wrap=True)
    table.add_column("lines", justify="right", no_wrap=True)
    table.add_column("complexity", justify="right", no_wrap=True)
    for f in _top_functions(findings):
        table.add_row(Text(f"{f.module}.{f.name}"), f"{f.lines:,}", f"{f.complexity:,}")
    return table


def _imports(findings: Findings, encoding: str) -> Text:
    graph = findings.graph
    most = ", ".join(f"{name} ({n})" for name, n in list(graph.importers().items())[:6])
    text = Text(f"\n{graph.n_edges:,} imports among them; most imported: {most}.")
    knots = graph.knots()
    if knots:
        some = clean_line(", ".join(knots[0][:5]), encoding)
        text.append(
            f"\n{len(knots)} knots of modules that import each other, at their head or inside a "
            f"function; the largest has {len(knots[0])}: {some}, ..."
        )
    return text


def _cancels(findings: Findings) -> Table:
    table = _table(CANCELS)
    table.add_column("task", overflow="fold")
    table.add_column("settled", overflow="fold")
    table.add_column("after", justify="right", no_wrap=True)
    table.add_column("evidence", overflow="fold")
    table.add_column("as expected", no_wrap=True)
    for c in findings.cancels:
        table.add_row(
            Text(c.stuck.name),
            Text(_settled(c)),
            "" if c.seconds is None else milliseconds(c.seconds),
            Text(_evidence(c)),
            _held(c),
        )
    return table


def _cancels_in_lines(findings: Findings) -> Text:
    text = Text().append(f"\n{CANCELS}\n", "bold")
    for c in findings.cancels:
        after = "" if c.seconds is None else f", {milliseconds(c.seconds)}"
        text.append(f"{c.stuck.name}: {_settled(c)}{after}\n")
        text.append(f"  {_evidence(c)}; as expected: ").append(_held(c)).append("\n")
    text.rstrip()
    return text


def _evidence(cancel: CancelOutcome) -> str:
    return ", ".join(mark.value for mark in Mark if mark in cancel.marks) or "it never ran"


def _held(cancel: CancelOutcome) -> Text:
    return Text("NO", "bold red") if cancel.faults else Text("yes", "green")


def _settled(cancel: CancelOutcome) -> str:
    return cancel.resolution.words if cancel.resolution else "no answer"


def _verdict(findings: Findings) -> Iterator[Text]:
    yield Text()
    if not findings.faults:
        yield Text("Everything is as expected.", "bold green")
        return
    yield Text("Not as expected:", "bold red")
    for fault in findings.faults:
        yield Text(f"  {clean_line(fault)}")


def _top_modules(findings: Findings) -> list[ModuleReport]:
    return sorted(findings.reports, key=lambda r: (-r.complexity, r.name))[:TOP]


def _top_functions(findings: Findings) -> list[FunctionReport]:
    functions = [f for r in findings.reports for f in r.functions]
    return sorted(functions, key=lambda f: (-f.complexity, f.module, f.line))[:TOP]


def _table(title: str) -> Table:
    return Table(
        title=Text(f"\n{title}", "bold"),
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
    )
