"""What a program's `__main__` defines works in tasks, in a script and in an IPython shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import notebook_main
import pytest

PROGRAM_SECONDS = 200
PLACES = ("script", "ipython")


@pytest.fixture(scope="module", params=PLACES)
def given(request: pytest.FixtureRequest) -> dict[str, str]:
    """What each cell gave there."""
    ran = subprocess.run(
        [sys.executable, notebook_main.__file__, request.param],
        capture_output=True,
        text=True,
        timeout=PROGRAM_SECONDS,
        cwd=Path(__file__).parent,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    lines = [line for line in ran.stdout.splitlines() if line.startswith('["')]
    found = dict(json.loads(line) for line in lines)
    assert found.keys() == notebook_main.cells(request.param).keys()
    return found


@pytest.mark.timeout(PROGRAM_SECONDS)
@pytest.mark.parametrize("name", notebook_main.cells("ipython"))
def test_objects_of_a_notebook_work_in_tasks(given: dict[str, str], name: str) -> None:
    if name in given:  # a script has no shell
        assert given[name] == "True"
