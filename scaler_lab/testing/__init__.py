"""For those who write engines, or test code that uses a client.  Needs no pytest.

`ScriptedEngine` does only what a test tells it, so that every order of events can be had at will.
`check_engine` is the conformance kit: it holds any engine to the contract of `engines.base`.
`simulation` (not imported here) runs the local engine's cores in virtual time, from a seed.
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
