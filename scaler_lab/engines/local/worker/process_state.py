"""Restore the process state that a task can change and that the next task depends on.

After every task the worker compares this state with the state it had at the start, and restores
what differs:

===================  ==================================  =====================================
when                 what                                how the worker detects a change
===================  ==================================  =====================================
after every task     current folder                      reads it
after every task     signal handlers, timers, limits,    their Python functions set a flag;
                     signal mask, wake-up descriptor,    after `QUICK_NS` it reads them too
                     umask, users
after an interrupt   environment, warning filters,       keeps a reference or a copy from
                     context variables, running loop,    before the task
                     garbage collector
===================  ==================================  =====================================

A task that ends normally may have changed the environment or the warning filters on purpose, so
these changes stay.  An interrupted task may have been about to undo them, so the worker undoes
them.

If something can't be restored (a lowered hard limit, another user), the result is a reason to
replace the worker.

Reading all of the state takes 20 µs, and a task that does nothing takes 15 µs.  So a short task
pays only for reading the folder (0.5 µs), and for checking one flag.
"""

from __future__ import annotations

import contextlib
import contextvars
import ctypes
import functools
import gc
import importlib
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

QUICK_NS: Final = 1_000_000
_TIMERS: Final = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_LIMITS: Final = sorted(
    {value for name, value in vars(resource).items() if name.startswith("RLIMIT_")}
)
_PR_GET_SECCOMP: Final = 21

# The functions of `signal` convert the results of these to enum members, which takes ten times as
# long.
_signal: Any = importlib.import_module("_signal")
_getsignal: Callable[[int], Any] = _signal.getsignal
_SIGNALS: Final = sorted(int(s) for s in signal.valid_signals())
# Keys: the modules that export the functions.  All of them get the same replacement, so that it can
# be pickled.
_SETTERS: Final = {
    ("_signal", "signal"): ("setitimer", "alarm", "set_wakeup_fd"),
    ("_signal",): ("pthread_sigmask", "signal"),  # the functions of `signal` are wrappers of these
    ("resource",): ("setrlimit", "prlimit"),
    ("posix", "os"): (
        *("umask", "setuid", "seteuid", "setreuid", "setresuid"),
        *("setgid", "setegid", "setregid", "setresgid"),
    ),
}


class ProcessState:
    """Remembers the state of the process before its first task, and restores it after each task.

    Only the main thread uses it.
    """

    def __init__(self) -> None:
        self._was_set = False
        self._handlers = list(map(_getsignal, _SIGNALS))
        self._folder = _current_folder()
        self._folder_fd = -1
        self._limits = list(map(resource.getrlimit, _LIMITS))
        self._mask: set[int] = _signal.pthread_sigmask(signal.SIG_BLOCK, [])
        self._wakeup_fd = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(self._wakeup_fd)
        self._umask = os.umask(0)
        os.umask(self._umask)
        self._users = _users()
        self._seccomp = _seccomp()
        self.context = contextvars.copy_context()
        """The context in which tasks run.  Their changes stay, unless they are interrupted."""
        self._was_set = False
        self.before_task()

    def take_over(self) -> None:
        """Make this process a worker for the rest of its life.

        From now on, the functions that set timers, limits and the like set a flag when they are
        called.
        """
        with contextlib.suppress(OSError):
            self._folder_fd = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for modules, names in _SETTERS.items():
            for name in names:
                self._watch(list(map(importlib.import_module, modules)), name)

    def _watch(self, modules: list[ModuleType], name: str) -> None:
        original = getattr(modules[0], name, None)
        if original is None:  # not on this system
            return

        @functools.wraps(original)
        def setter(*args: Any, **kwargs: Any) -> Any:
            self._was_set = True
            return original(*args, **kwargs)

        for module in modules:
            setattr(module, name, setter)

    def enter(self, folder: str) -> None:
        """Make *folder* the current folder of tasks, unless it is "" or can't be entered."""
        if not folder or os.fsencode(folder) == self._folder:
            return
        try:
            fd = os.open(folder, getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:  # it was removed, or this user may not open it
            return
        try:
            os.fchdir(fd)
        except OSError:
            os.close(fd)
            return
        if self._folder_fd >= 0:
            os.close(self._folder_fd)
        self._folder, self._folder_fd = _current_folder(), fd

    def before_task(self) -> None:
        """Remember the state that is restored only after an interrupt."""
        self._environ = _environ().copy()
        self._filters = warnings.filters
        self._context = self.context.copy()

    def after_task(self, took_ns: int) -> str:
        """Restore what the task changed.

        Args:
            took_ns: How long the task took.

        Returns:
            Why the worker must be replaced, or "".
        """
        try:
            if took_ns < QUICK_NS and not self._was_set and os.getcwdb() == self._folder:
                return ""
        except OSError:  # the folder was removed
            pass
        return self._put_back()

    def after_interrupt(self) -> str:
        """Restore what an interrupted task changed, including what it may have meant to undo.

        Returns:
            Why the worker must be replaced, or "".
        """
        environ = _environ()
        if environ != self._environ:
            for key in environ.keys() - self._environ.keys():
                os.environb.pop(key, None)
            for key, value in self._environ.items():
                if environ.get(key) != value:
                    os.environb[key] = value
        if warnings.filters is not self._filters:
            warnings.filters = self._filters
            _forget_warning_registries()
        self.context = self._context
        if not gc.isenabled():
            gc.enable()
        events = sys.modules.get("asyncio.events")
        if events is not None and events._get_running_loop() is not None:
            events._set_running_loop(None)
            sys.set_asyncgen_hooks(None, None)
        return self._put_back()

    def _put_back(self) -> str:
        """Restore the state of the process; return why the worker must be replaced, or ""."""
        self._restore_signals()
        os.umask(self._umask)
        why = self._restore_folder() or self._restore_limits()
        if why:
            return why
        if _users() != self._users:
            return "it changed the user or group of its process"
        if _seccomp() != self._seccomp:
            return "it restricted the system calls of its process (seccomp)"
        _restore_stdin()
        self._was_set = False
        return ""

    def _restore_signals(self) -> None:
        # Timers first: their signals must not hit the worker's own code once the handlers are back.
        for timer in _TIMERS:
            if any(signal.getitimer(timer)):
                signal.setitimer(timer, 0)
        for signum, handler in zip(_SIGNALS, self._handlers, strict=True):
            if _getsignal(signum) is not handler:
                # None is a handler set by C code, which Python can't restore.
                signal.signal(signum, signal.SIG_DFL if handler is None else handler)
        if _signal.pthread_sigmask(signal.SIG_BLOCK, []) != self._mask:
            _signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        if signal.set_wakeup_fd(-1) != -1 or self._wakeup_fd != -1:
            signal.set_wakeup_fd(self._wakeup_fd)

    def _restore_folder(self) -> str:
        if _current_folder() == self._folder:
            return ""
        if self._folder_fd < 0:
            return "it changed the current folder, which can't be opened again"
        try:
            os.fchdir(self._folder_fd)
        except OSError as error:
            return f"it changed the current folder, and the old one can't be entered: {error}"
        self._folder = _current_folder()  # it may have been renamed
        return ""

    def _restore_limits(self) -> str:
        for which, limit in zip(_LIMITS, self._limits, strict=True):
            if resource.getrlimit(which) != limit:
                try:
                    resource.setrlimit(which, limit)
                except (OSError, ValueError):
                    return f"it lowered a hard limit ({_limit_name(which)})"
        return ""


def _restore_stdin() -> None:
    """Open descriptor 0 if it was closed, or the next file that a task opens would be its stdin."""
    try:
        os.fstat(0)
    except OSError:
        null = os.open(os.devnull, os.O_RDONLY)
        if null == 0:
            os.set_inheritable(0, True)
        else:
            os.dup2(null, 0)
            os.close(null)


def _environ() -> dict[bytes, bytes]:
    return os.environ._data  # type: ignore[attr-defined,no-any-return]  # copied in 0.1 µs


def _forget_warning_registries() -> None:
    changed = getattr(warnings, "_filters_mutated", None) or getattr(
        warnings, "_filters_mutated_lock_held", None
    )
    if changed is not None:
        with contextlib.suppress(Exception):
            changed()


def _current_folder() -> bytes:
    try:
        return os.getcwdb()
    except OSError:  # it was removed
        return b""


def _users() -> tuple[int, ...]:
    return os.getuid(), os.geteuid(), os.getgid(), os.getegid()


def _seccomp() -> int:
    return _libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) if sys.platform == "linux" else 0


_libc = ctypes.CDLL(None)


def _limit_name(which: int) -> str:
    names = (name for name, value in vars(resource).items() if value == which)
    return next(name for name in names if name.startswith("RLIMIT_"))
