"""What a `Client` adds to the cost of each engine: the engine bare, and through `Client`.

    python -m tests.benchmarks.engines                              all, three runs (ten minutes)
    python -m tests.benchmarks.engines --quick --engines dask,ray   a quick check: one run, less
    python -m tests.benchmarks.engines --json FILE                  keep every single value
    python -m tests.benchmarks.engines --load FILE --markdown       the table of docs/benchmarks.md

In each run, each engine gets its own process, with its pool or cluster on loopback.  Processes that
it leaves over are reported and ended (see `runner`).  The goals: a `Client` costs at most 10 % of
the throughput, and 100 µs per task.  The local engine is missing because it can't be used without a
`Client`; `python -m tests.benchmarks` measures it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import machine, runner, systems
from .figures import Figure, cell_text, figure_of
from .goals import is_met
from .measures import overhead
from .measures.measure import Row
from .records import MeasureOutcome, Record, Session
from .systems import SYSTEMS, Entry

START_TIMEOUT = 60.0  # in addition to the measure's limit: starting a cluster on a busy machine

_THREADS = Entry(
    "threads", "ThreadPoolExecutor", f"{systems.__name__}.executor:ThreadPoolSystem", "", ""
)
ENGINES = {
    entry.name: entry
    for entry in (_THREADS, *SYSTEMS.values())
    if entry.name != systems.OURS  # it can't be used without a Client
}
MEASURE = f"{overhead.__name__}:OVERHEAD"
_ROWS = {row.series: row for row in overhead.OVERHEAD.rows}
_TITLES = (
    "engine", "bare, tasks a second", "`Client`", "less throughput", "more, for a task",
    "more processor time, for a task", "round trip, bare", "`Client`", "goals",
)  # fmt: skip
_COLUMNS = ("bare", "client", "less", "more", "more_cpu", "bare_one", "client_one")


def main() -> int:
    """Run the command.  The exit code is 0 if everything could be measured."""
    args = _parser().parse_args()
    chosen = [name for name in args.engines.split(",") if name] or list(ENGINES)
    unknown = [name for name in chosen if name not in ENGINES]
    if unknown:
        sys.exit(f"unknown engine: {', '.join(unknown)}; there are: {', '.join(ENGINES)}")
    if args.load:
        session = Session.load(args.load)
    else:
        session = _measure(chosen, args.runs or (1 if args.quick else 3), quick=args.quick)
        if args.json:
            session.save(args.json)
    rows = lines_of(session, chosen)
    if args.markdown:
        sys.stdout.write(markdown(session, rows))
    else:
        console = Console(width=None if sys.stdout.isatty() else 200)
        table = Table(*(title.replace("`", "") for title in _TITLES))
        for row in rows:
            table.add_row(*row)
        console.print(table)
        console.print(caption(session), markup=False)
    return int(any(record.outcome is MeasureOutcome.FAILED for record in session.records))


def _measure(chosen: Sequence[str], runs: int, *, quick: bool) -> Session:
    progress = Console(stderr=True, highlight=False)
    session = Session(machine.describe(), {"runs": str(runs), "quick": str(quick)}, [])
    try:
        for run, _, name in runner.plan([overhead.OVERHEAD.name], chosen, runs):
            began = time.monotonic()
            record = runner.take(
                ENGINES[name].adapter,
                MEASURE,
                limit=START_TIMEOUT + overhead.OVERHEAD.limit_seconds,
                quick=quick,
                log=lambda text: progress.print(text, style="dim", markup=False),
            )
            record.run, record.system = run, name
            record.version = machine.version_of(ENGINES[name].distribution)
            session.records.append(record)
            took = time.monotonic() - began
            progress.print(
                f"run {run + 1}  {name:<14} {took:5.1f} s  {record.in_words}",
                markup=False,
                soft_wrap=True,
            )
    except KeyboardInterrupt:
        progress.print("stopped; here is what there is")
    return session


# -- the tables ------------------------------------------------------------------------------------


def lines_of(session: Session, chosen: Sequence[str]) -> list[list[str]]:
    """Return a row of cells for each engine that was tried."""
    lines: list[list[str]] = []
    for name in chosen:
        records = [record for record in session.records if record.system == name]
        if not records:
            continue
        title = f"{ENGINES[name].title} {records[-1].version}".strip()
        if all(record.outcome is not MeasureOutcome.MEASURED for record in records):
            why = cell_text(records, _ROWS["bare"], ranges=False)
            lines.append([title, why, *("" for _ in _TITLES[2:])])
            continue
        cells = [cell_text(records, _ROWS[s], ranges=False) for s in _COLUMNS]
        verdicts = [_verdict(records, _ROWS[series]) for series in ("less", "more")]
        lines.append([title, *cells, "; ".join(verdicts)])
    return lines


def _verdict(records: Sequence[Record], row: Row) -> str:
    assert row.goal is not None
    figure: Figure | None = figure_of(records, row)
    met = is_met(row.goal, None if figure is None else figure.value, {}, higher_is_better=False)
    return f"{row.goal_text} {'?' if met is None else 'met' if met else 'MISSED'}"


def markdown(session: Session, lines: Sequence[Sequence[str]]) -> str:
    """Return the table and its caption, for docs/benchmarks.md."""
    rule = ["---", *("---:" for _ in _COLUMNS), "---"]
    rows = [list(_TITLES), rule, *lines]
    text = "\n".join("| " + " | ".join(cell.replace("\n", " ") for cell in r) + " |" for r in rows)
    return f"{text}\n\n{caption(session)}\n"


def caption(session: Session) -> str:
    """Describe the machine and the versions that were measured."""
    where, runs = session.machine, session.settings["runs"]
    how = "one run" if runs == "1" else f"medians of {runs} runs"
    load = f", a load of {where['load']} at its begin" if where.get("load") else ""
    return (
        f"Measured on {where['cores']} cores, {where['memory']}, {where['python']}, "
        f"{where['system']}{load}; 2 workers; {how}, each engine in a process of its own, its two "
        "sides in turns on the same pool. No-op tasks with an argument of their own, submitted one "
        "by one. More and less are medians of the rounds' differences; processor time is that of "
        "all processes."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.engines", description="Each engine, bare and by Client."
    )
    parser.add_argument("--engines", default="", metavar="NAMES", help=", ".join(ENGINES))
    parser.add_argument("--runs", type=int, default=0, metavar="N", help="3 unless --quick")
    parser.add_argument("--quick", action="store_true", help="one run, a tenth of the tasks")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every value here")
    parser.add_argument("--load", type=Path, metavar="FILE", help="show kept values, run nothing")
    parser.add_argument("--markdown", action="store_true", help="a table for docs/benchmarks.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
