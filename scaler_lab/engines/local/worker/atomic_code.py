"""Find out whether the task runs code that an interrupt should not break off.

==========================  ======================================================================
code                        what would be left
==========================  ======================================================================
an import: a module's own   half of a package in sys.modules.  (scipy binds its submodules at
code, the import system     their first import, so it would be broken for the next task.)
`__enter__`, `__exit__`     one half of the changes that they make
`threading`, `queue`,       a lock that is held, a waiting thread that isn't notified
`logging`: short methods
==========================  ======================================================================

Such code is usually over after some microseconds, so the signal handler waits for its end
(`interrupts`).  If it blocks instead, as `__exit__` of a pool does, it is interrupted at once.
"""

from __future__ import annotations

import contextlib
import threading
from types import CodeType, FrameType
from typing import Final

IMPORT: Final = "it was interrupted in the middle of an import"
WITH_BLOCK: Final = "it was interrupted while it entered or left a with block"
SHORT: Final = ""  # what it would leave is detected afterwards

_WORKER: Final = f"{__name__.rpartition('.')[0]}.worker"  # the module that calls the task
_WAITING_MODULES: Final = frozenset(
    {
        *("selectors", "socket", "ssl", "subprocess", "_pyio"),
        *("concurrent.futures._base", "concurrent.futures.thread", "concurrent.futures.process"),
        *("multiprocessing.connection", "multiprocessing.pool", "multiprocessing.process"),
        *("multiprocessing.popen_fork", "multiprocessing.queues", "multiprocessing.synchronize"),
        *("asyncio.base_events", "asyncio.runners", "asyncio.events", "tempfile", "shutil"),
    }
)
_SHORT_MODULES: Final = frozenset({"queue", "logging"})  # unless they wait in `threading`
_SHORT_CODES: Final[frozenset[CodeType]] = frozenset(
    function.__code__
    for function in (
        *(threading.Condition.__enter__, threading.Condition.__exit__),
        *(threading.Condition.notify, threading.Condition.notify_all),
        *(threading.Semaphore.acquire, threading.Semaphore.release, threading.Event.set),
        *(contextlib.ExitStack.enter_context, contextlib.ExitStack.callback),
    )
)
_SUPPRESS: Final = contextlib.suppress.__exit__.__code__  # it changes nothing


def find(frame: FrameType | None) -> str | None:
    """Return why the code that runs in *frame* should not be interrupted; None if it may be.

    The worker must be replaced for that reason if the code is interrupted nevertheless.  The reason
    is `SHORT` if it need not be replaced.
    """
    may_wait = frame is not None and _may_wait(frame)
    found: str | None = None
    while frame is not None:
        code, module = frame.f_code, frame.f_globals.get("__name__")
        if module == _WORKER:
            break
        if code.co_filename.startswith("<frozen importlib"):
            return IMPORT
        if code.co_name == "<module>" and frame.f_globals.get("__spec__") is not None:
            return IMPORT
        if not may_wait:
            if code.co_name in ("__enter__", "__exit__") and code is not _SUPPRESS:
                found = SHORT if code in _SHORT_CODES else WITH_BLOCK
            elif found is None and (code in _SHORT_CODES or module in _SHORT_MODULES):
                found = SHORT
        frame = frame.f_back
    return found


def _may_wait(frame: FrameType) -> bool:
    """Return whether *frame* probably waits for something, and changes nothing meanwhile."""
    module = frame.f_globals.get("__name__")
    return module in _WAITING_MODULES or (
        module == "threading" and frame.f_code not in _SHORT_CODES
    )
