"""The command line: ``python -m tests.benchmarks``, from the repository's root.

    python -m tests.benchmarks                              all, three runs (half an hour)
    python -m tests.benchmarks --quick                      a quick check: one run, fewer rounds
    python -m tests.benchmarks --only submit,round-trip --systems scaler_lab,pebble
    python -m tests.benchmarks --json FILE                  keep every single value
    python -m tests.benchmarks --load FILE --markdown       the README's table, from kept values

A system that can't be installed beside the others may have its own Python, with psutil and numpy:
``--python ray=/path/to/venv/bin/python`` (can be repeated for several systems).
"""

from __future__ import annotations

import argparse
import compileall
import sys
import time
from pathlib import Path

from rich.console import Console

import scaler_lab

from . import machine, report, runner
from .measures import MEASURES
from .measures.measure import Measure
from .records import MeasureOutcome, Record, Session
from .systems import SYSTEMS

START_TIMEOUT = 30.0  # in addition to a measure's limit: imports, on a busy machine


def main() -> int:
    """Run the command.  The exit code is 0 if everything could be measured."""
    args = _parser().parse_args()
    measures = _chosen(args.only, list(MEASURES), "measure")
    systems = _chosen(args.systems, list(SYSTEMS), "system")
    pythons = dict(pair.split("=", 1) for pair in args.python)
    _chosen(",".join(pythons), list(SYSTEMS), "system")
    runs = args.runs or (1 if args.quick else 3)

    compileall.compile_dir(scaler_lab.__path__[0], quiet=1)  # as an installer does

    console = Console(width=None if sys.stdout.isatty() else 240)
    progress = Console(stderr=True, highlight=False)
    if args.load:
        session = Session.load(args.load)
    else:
        session = Session(machine.describe(), {"runs": str(runs), "quick": str(args.quick)}, [])
        try:
            for run, measure, system in runner.plan(measures, systems, runs):
                record = _take(run, MEASURES[measure], system, pythons, args.quick, progress)
                session.records.append(record)
        except KeyboardInterrupt:
            progress.print("stopped; here is what there is")
        if args.json:
            session.save(args.json)

    shown = [MEASURES[name] for name in measures]
    if args.markdown:
        sys.stdout.write(report.markdown(session, shown, systems))
    else:
        report.print_report(console, session, shown, systems)
    return int(any(record.outcome is MeasureOutcome.FAILED for record in session.records))


def _take(
    run: int,
    measure: Measure,
    system: str,
    pythons: dict[str, str],
    quick: bool,
    progress: Console,
) -> Record:
    entry = SYSTEMS[system]
    began = time.monotonic()
    record = runner.take(
        entry.adapter,
        measure.name,
        limit=START_TIMEOUT + measure.limit_seconds,
        python=pythons.get(system, sys.executable),
        quick=quick,
        log=lambda text: progress.print(text, style="dim", markup=False),
    )
    record.run, record.system, record.measure = run, system, measure.name
    took = time.monotonic() - began
    progress.print(
        f"run {run + 1}  {measure.name:<22} {entry.title:<20} {took:5.1f} s  {record.in_words}",
        markup=False,
        soft_wrap=True,
    )
    return record


def _chosen(names: str, known: list[str], what: str) -> list[str]:
    chosen = [name for name in names.split(",") if name]
    unknown = [name for name in chosen if name not in known]
    if unknown:
        sys.exit(f"unknown {what}: {', '.join(unknown)}; there are: {', '.join(known)}")
    return [name for name in known if name in chosen] if chosen else known


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="This engine beside its peers, in one run."
    )
    parser.add_argument("--only", default="", metavar="NAMES", help=", ".join(MEASURES))
    parser.add_argument("--systems", default="", metavar="NAMES", help=", ".join(SYSTEMS))
    parser.add_argument("--runs", type=int, default=0, metavar="N", help="3 unless --quick")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep every value here")
    parser.add_argument("--load", type=Path, metavar="FILE", help="show kept values, run nothing")
    parser.add_argument("--quick", action="store_true", help="one run, a tenth of the rounds")
    parser.add_argument("--markdown", action="store_true", help="a Markdown table, for the README")
    parser.add_argument(
        "--python", action="append", default=[], metavar="SYSTEM=PATH", help="a peer's own Python"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
