"""The examples run, and say what they are meant to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_first_steps() -> None:
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / "first_steps.py")],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "count_primes[3]: 9,592 primes\n" in ran.stdout
    assert "count_primes: cancel() said True, interrupted\n" in ran.stdout
    assert "5 of 5 done (4 succeeded, 1 cancelled)" in ran.stdout.splitlines()[-1]
