"""Tasks whose texts can't be encoded, for `test_odd_text`."""

from __future__ import annotations

import os
import sys
import time

from local_tasks import return_when_released

from scaler_lab import progress

BAD = os.fsdecode(b"caf\xe9") if sys.getfilesystemencoding() == "utf-8" else "caf\udce9"


def fail() -> None:
    raise ValueError(BAD)


def report_progress(folder: str) -> int:
    progress.update(1, 2, BAD)
    return_when_released(folder)
    progress.update(2, 2, BAD)
    return 1


def write() -> int:
    sys.stdout.write(f"{BAD}\n")
    return 1


def paths() -> list[str]:
    return sys.path


def wait() -> None:
    time.sleep(60)
