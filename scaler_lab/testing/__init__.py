"""Tools for authors of engines, and for tests of code that uses a client.  Needs no pytest.

`ScriptedEngine` does only what a test commands, so that a test can produce events in any order.
`check_engine` is the conformance kit: it checks any engine against the contract of `engines.base`.
"""

from __future__ import annotations

from scaler_lab.testing.conformance import (
    Check,
    ConformanceFailure,
    Report,
    Verdict,
    check_engine,
)
from scaler_lab.testing.scripted import ScriptedEngine

__all__ = [
    "Check",
    "ConformanceFailure",
    "Report",
    "ScriptedEngine",
    "Verdict",
    "check_engine",
]
