"""What ``scaler-lab doctor`` found: one fact each, and whether it stops anything.  Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class FindingStatus(StrEnum):
    """What a finding means for who wants to use the package here."""

    WORKS = "works"
    LIMITED = "limited"  # works, but less well than it could; the advice says how
    ABSENT = "absent"  # optional, and not installed
    BROKEN = "broken"  # something that everybody needs can't work


class Finding(NamedTuple):
    """One fact."""

    about: str
    status: FindingStatus
    text: str
    advice: str = ""  # what to do about it


def summary(findings: list[Finding]) -> str:
    """One line: whether the package works here, and what is less than it could be."""
    broken, limited, absent = (
        [finding.about for finding in findings if finding.status is verdict]
        for verdict in (FindingStatus.BROKEN, FindingStatus.LIMITED, FindingStatus.ABSENT)
    )
    parts = [
        f"broken: {', '.join(broken)}" if broken else "scaler_lab works here",
        f"limited: {', '.join(limited)}" if limited else "",
        f"not installed: {', '.join(absent)}" if absent else "",
    ]
    return "; ".join(part for part in parts if part)
