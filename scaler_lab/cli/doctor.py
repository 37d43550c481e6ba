"""``doctor``: prints what works here and what doesn't, found by checks and by a trial."""

from __future__ import annotations

import argparse
from typing import Any

from scaler_lab._version import __version__
from scaler_lab.cli.doctor_report import Finding, FindingStatus, summary
from scaler_lab.cli.output import DONE, FAILED, console, print_error, print_json, print_line

_STYLE = {
    FindingStatus.WORKS: "green",
    FindingStatus.LIMITED: "yellow",
    FindingStatus.ABSENT: "dim",
    FindingStatus.BROKEN: "bold red",
}


def add_command(commands: Any) -> None:
    """Add this command to the command line's parsers."""
    doctor = commands.add_parser(
        "doctor",
        help="check what works here, and what to do about the rest",
        description="Checks this Python, the machine, the sockets' folder, notebooks, the "
        "terminal, the optional engines and the examples, and tries a local engine. Exit status 0: "
        "everything required works; 1: something required is broken.",
    )
    doctor.add_argument("--json", action="store_true", help="JSON on stdout, for programs")
    doctor.set_defaults(command=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from scaler_lab.cli.doctor_checks import CHECKS

    findings = [finding for check in CHECKS for finding in check()]
    works = not any(finding.status is FindingStatus.BROKEN for finding in findings)
    if options.json:
        shown = [finding._asdict() for finding in findings]
        print_json({"version": __version__, "works": works, "findings": shown})
    else:
        _print(findings)
        print_error(summary(findings))
    return DONE if works else FAILED


def _print(findings: list[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    from scaler_lab.ui.sanitize import clean_line

    out = console()
    if not out.is_terminal:  # one whole line each: for grep, and for a bug report
        for finding in findings:
            advice = f"; do: {finding.advice}" if finding.advice else ""
            line = f"{finding.status.value:<8}{finding.about:<17}{finding.text}{advice}"
            print_line(clean_line(line, out.encoding))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column("verdict", no_wrap=True)
    table.add_column("about", no_wrap=True)
    table.add_column("text", overflow="fold")
    for finding in findings:
        text = Text(clean_line(finding.text, out.encoding))
        if finding.advice:
            text.append(f"\ndo: {clean_line(finding.advice, out.encoding)}", "bold")
        verdict = Text(finding.status.value, _STYLE[finding.status])
        table.add_row(verdict, Text(finding.about), text)
    out.print(table)
