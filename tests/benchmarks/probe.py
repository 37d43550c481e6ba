"""The child process: opens one system, runs one measure of it, writes the `Record`, closes.

    python -m tests.benchmarks.probe ADAPTER MEASURE OUT FOLDER [--quick]

The record is written before closing, and again afterwards, so a system that hangs while it closes
loses nothing.  The runner redirects what the process prints.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from .bench import Bench
from .machine import version_of
from .measures.measure import Measure
from .records import MeasureOutcome, Record
from .systems import SYSTEMS, load
from .systems.system import Unable


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("adapter")
    parser.add_argument("measure")
    parser.add_argument("out", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()

    record = Record(0, args.measure, args.adapter, MeasureOutcome.FAILED)
    try:
        system = load(args.adapter)
    except ModuleNotFoundError as error:
        record.outcome, record.remark = MeasureOutcome.MISSING, str(error)
        _write(record, args.out)
        return

    entry = next((entry for entry in SYSTEMS.values() if entry.adapter == args.adapter), None)
    record.version = "" if entry is None else version_of(entry.distribution)
    bench = Bench(system, args.folder, quick=args.quick)
    began = time.perf_counter()
    measure = find_measure(args.measure)
    gave_up = True
    try:
        measure.take(bench)
    except Unable as error:
        # Keep the values measured so far: Ray, for example, answers nine times and then stops.
        if any(row.series in bench.series for row in measure.rows[:1]):
            record.outcome = MeasureOutcome.MEASURED
            bench.remark(f"then it gave up: {error}")
            record.remark = bench.remarks
        else:
            record.outcome, record.remark = MeasureOutcome.UNABLE, str(error)
    except Exception as error:
        traceback.print_exc()
        record.remark = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    else:
        record.outcome, record.remark = MeasureOutcome.MEASURED, bench.remarks
        gave_up = False
    record.series = bench.series
    record.seconds = time.perf_counter() - began
    _write(record, args.out)
    if gave_up:
        # Tasks that can't be stopped may still run, and some pools wait for them, so the runner
        # ends all processes.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    bench.close()
    record.closed = True
    _write(record, args.out)


def find_measure(name: str) -> Measure:
    """Return the measure of that name, or ``module:attribute`` for one that is in no list."""
    module, colon, attribute = name.partition(":")
    if not colon:
        from .measures import MEASURES

        return MEASURES[name]
    found = getattr(import_module(module), attribute)
    if not isinstance(found, Measure):
        raise TypeError(f"{name} is no Measure")
    return found


def _write(record: Record, out: Path) -> None:
    draft = out.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(record)), encoding="utf-8")
    draft.replace(out)


if __name__ == "__main__":
    main()
