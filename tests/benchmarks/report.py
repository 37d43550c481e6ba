"""The tables: for a terminal with rich, and in Markdown for the README."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from .figures import cell_text, figure_of
from .goals import advantage, is_met
from .measures import cancel_queued
from .measures.measure import Measure, Row
from .records import MeasureOutcome, Record, Session
from .systems import OURS, SYSTEMS

_VERDICT = {True: ("met", "bold green"), False: ("MISSED", "bold red"), None: ("?", "yellow")}

# The series that count cancels which were reported as done while the task still ran.
_LIES = ("too_early", "yet_ran")


@dataclass(frozen=True)
class ReportLine:
    """One row of the report, with all its texts."""

    measure: Measure
    row: Row
    cells: tuple[str, ...]  # one per system
    ratio: str
    met: bool | None


def lines_of(
    session: Session, measures: Sequence[Measure], systems: Sequence[str], *, ranges: bool
) -> Iterator[ReportLine]:
    """Return the rows of the report, without measures that were not run."""
    for measure in measures:
        of_measure = [record for record in session.records if record.measure == measure.name]
        if not of_measure:
            continue
        by_system = {s: [r for r in of_measure if r.system == s] for s in systems}
        for row in measure.rows:
            has_figure = any(figure_of(records, row) for records in by_system.values())
            if not has_figure and row.goal is None:
                continue
            cells = tuple(cell_text(records, row, ranges=ranges) for records in by_system.values())
            ratio, met = _against_peers(by_system, row)
            yield ReportLine(measure, row, cells, ratio, met)


def _against_peers(by_system: dict[str, list[Record]], row: Row) -> tuple[str, bool | None]:
    values = {
        system: figure.value
        for system, records in by_system.items()
        if (figure := figure_of(records, row)) is not None and not _is_void(records, row)
    }
    ours = values.pop(OURS, None)
    ratio = ""
    if ours is not None and values and row.is_compared:
        pick = max if row.higher_is_better else min
        fastest = pick(values, key=lambda name: values[name])
        gain = advantage(ours, values[fastest], higher_is_better=row.higher_is_better)
        if gain is not None and row.unit.value:
            times = f"{gain:,.0f}" if gain >= 10 else f"{gain:.2g}"
            ratio = f"{times} x {SYSTEMS[fastest].title}"
    if row.goal is None:
        return ratio, None
    if ours is None and any(
        r.outcome is not MeasureOutcome.MISSING for r in by_system.get(OURS, ())
    ):
        return ratio, False  # it was tried without a result
    return ratio, is_met(row.goal, ours, values, higher_is_better=row.higher_is_better)


def _is_void(records: Sequence[Record], row: Row) -> bool:
    is_ours = any(record.system == OURS for record in records)
    if is_ours:
        return False
    unmeasured = all(record.outcome is not MeasureOutcome.MEASURED for record in records)
    return unmeasured or any(any(record.series.get(row.void_if, ())) for record in records)


def lies_of(session: Session, system: str) -> tuple[int, int]:
    """Count the false reports of *system*: cancels reported as done while the task ran.

    Returns:
        The number of false reports, and the number of cancels.  A task that runs after it was
        reported as cancelled counts as well.
    """
    lies = asked = 0
    for record in session.records:
        if record.system != system:
            continue
        for name in _LIES:
            values = record.series.get(name, [])
            lies += int(sum(values))
            asked += len(values) if name == "too_early" else cancel_queued.N * len(values)
    return lies, asked


# -- terminal ------------------------------------------------------------------------------------


def print_report(
    console: Console, session: Session, measures: Sequence[Measure], systems: Sequence[str]
) -> None:
    """Print the whole report, with ranges."""
    lines = list(lines_of(session, measures, systems, ranges=True))
    console.print(_table(lines, session, systems))
    console.print(_foot(session, lines, systems))


def _table(lines: Sequence[ReportLine], session: Session, systems: Sequence[str]) -> Table:
    table = Table(title="This engine and its peers", show_lines=False, pad_edge=False)
    table.add_column("", overflow="fold", min_width=24)
    for system in systems:
        title = Text(SYSTEMS[system].title, style="bold" if system == OURS else "")
        table.add_column(title, justify="right", overflow="fold", max_width=20)
    table.add_column("against the best peer", overflow="fold", max_width=20)
    table.add_column("goal", overflow="fold", max_width=20)
    table.add_row("version", *(_version(session, system) for system in systems))
    measure = None
    for line in lines:
        if line.measure is not measure:
            measure = line.measure
            table.add_section()
            table.add_row(Text(measure.title, style="bold"))
        cells: list[RenderableType] = [Text(cell) for cell in line.cells]
        table.add_row(Text(line.row.label), *cells, line.ratio, _verdict(line))
    table.add_section()
    counts = [lies_of(session, system) for system in systems]
    told = [f"{lies:,} of {asked:,}" if asked else "–" for lies, asked in counts]
    table.add_row(Text("Lied: called cancelled, yet ran, in all", style="bold"), *told)
    return table


def _verdict(line: ReportLine) -> Text:
    if line.row.goal is None:
        return Text("")
    text, style = _VERDICT[line.met]
    return Text.assemble((text, style), f": {line.row.goal_text}")


def _version(session: Session, system: str) -> str:
    versions = [record.version for record in session.records if record.system == system]
    return versions[-1] if versions else ""


def _foot(session: Session, lines: Sequence[ReportLine], systems: Sequence[str]) -> Group:
    parts = [Text(_caption(session))]
    parts += [Text(f"not installed: {line}") for line in missing(session, systems)]
    parts += [Text(f"note: {note}") for note in remarks(session)]
    judged = [line for line in lines if line.met is not None]
    if judged:
        met = sum(line.met is True for line in judged)
        parts.append(Text(f"goals met: {met} of {len(judged)}", style="bold"))
    return Group(*parts)


def missing(session: Session, systems: Sequence[str]) -> list[str]:
    """Return how to install each system that was not found."""
    gone = {r.system for r in session.records if r.outcome is MeasureOutcome.MISSING}
    return [f"{SYSTEMS[s].title} ({SYSTEMS[s].install})" for s in systems if s in gone]


def remarks(session: Session) -> list[str]:
    """Return the other remarks for the reader, each one once."""
    said = (
        f"{record.measure}, {SYSTEMS[record.system].title}: {record.remark}"
        for record in session.records
        if record.remark and record.outcome in (MeasureOutcome.MEASURED, MeasureOutcome.FAILED)
    )
    return list(dict.fromkeys(said))


def _caption(session: Session) -> str:
    machine, runs = session.machine, session.settings["runs"]
    how = "one run" if runs == "1" else f"medians of {runs} runs"
    return (
        f"Measured on {machine['cores']} cores, {machine['memory']}, {machine['python']}, "
        f"{machine['system']}; 2 workers; {how}, each system in a "
        "process of its own, in turns."
    )


# -- Markdown ------------------------------------------------------------------------------------


def markdown(session: Session, measures: Sequence[Measure], systems: Sequence[str]) -> str:
    """Return the report as a Markdown table, without the ranges."""
    titles = [f"{SYSTEMS[s].title} {_version(session, s)}".strip() for s in systems]
    rows = [
        ["", *titles, "against the best peer", "goal"],
        ["---", *("---:" for _ in systems), "---", "---"],
    ]
    for line in lines_of(session, measures, systems, ranges=False):
        what = f"{line.measure.title}: {line.row.label.strip()}"
        goal = ""
        if line.row.goal is not None:
            goal = f"{_VERDICT[line.met][0]}: {line.row.goal_text}"
        rows.append([what, *line.cells, line.ratio, goal])
    table = "\n".join("| " + " | ".join(map(_escaped, row)) + " |" for row in rows)
    return f"{table}\n\n{_caption(session)}\n"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
