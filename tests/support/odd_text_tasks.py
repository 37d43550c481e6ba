"""Tasks whose texts can't be encoded, for `test_odd_text`."""

from __future__ import annotations

import os
import sys
import time

from scaler_lab import progress

BAD = os.fsdecode(b"caf\xe9") if sys.getfilesystemencoding() == "utf-8" else "caf\udce9"


def fail() -> None:
    raise ValueError(BAD)


def say_progress() -> int:
    progress.update(1, 2, BAD)
    time.sleep(0.15)  # long enough for the test to check it while it runs
    progress.update(2, 2, BAD)
    return 1


def write() -> int:
    sys.stdout.write(f"{BAD}\n")
    return 1


def paths() -> list[str]:
    return sys.path


def wait() -> None:
    time.sleep(60)
