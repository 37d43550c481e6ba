"""The results that a probe sends to the runner and that ``--json`` saves.  Plain data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class MeasureOutcome(StrEnum):
    """How one measure of one system ended."""

    MEASURED = "measured"
    UNABLE = "unable"  # the system lacks the feature, or reports that it can't do it
    FAILED = "failed"  # it crashed, or hung until the time limit
    MISSING = "not installed"


@dataclass
class Record:
    """One measure of one system in one run."""

    run: int
    measure: str
    system: str
    outcome: MeasureOutcome
    series: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    remark: str = ""  # why it was unable or failed, or other notes for the reader
    version: str = ""
    seconds: float = 0.0  # how long the measure took
    closed: bool = False  # whether the system was closed properly before the probe ended

    @property
    def in_words(self) -> str:
        """Describe how the measure ended."""
        return f"{self.outcome.value} ({self.remark})" if self.remark else self.outcome.value

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Record:
        """Create a record from the result of `dataclasses.asdict`."""
        data["outcome"] = MeasureOutcome(data["outcome"])
        return cls(**data)


@dataclass
class Session:
    """A whole run of the benchmarks."""

    machine: dict[str, str]
    settings: dict[str, str]
    records: list[Record]

    def save(self, path: Path) -> None:
        """Write the session as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Session:
        """Read what `save` wrote."""
        data = json.loads(path.read_text(encoding="utf-8"))
        records = [Record.from_dict(record) for record in data["records"]]
        return cls(data["machine"], data["settings"], records)
