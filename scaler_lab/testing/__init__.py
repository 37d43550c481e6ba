"""For those who write engines, or test code that uses a client.  Needs no pytest.

`ScriptedEngine` does only what a test tells it, so that every order of events can be had at will.
"""

from __future__ import annotations

from scaler_lab.testing.scripted import ScriptedEngine

__all__ = ["ScriptedEngine"]
