"""The findings of ``scaler-lab doctor``: one fact each, and whether it prevents anything.  Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class FindingStatus(StrEnum):
    """What a finding means for the use of the package on this machine."""

    WORKS = "works"
    LIMITED = "limited"  # works, but less well than it could; the advice is how to improve it
    ABSENT = "absent"  # optional, and not installed
    BROKEN = "broken"  # something that everybody needs can't work


class Finding(NamedTuple):
    """One fact about this installation."""

    about: str
    status: FindingStatus
    text: str
    advice: str = ""  # what to do about it


def summary(findings: list[Finding]) -> str:
    """Return one line: whether the package works here, and what is limited or missing."""
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
