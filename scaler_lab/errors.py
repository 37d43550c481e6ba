"""Every error that the package raises.  The class shows whose fault it is.

======================================  ==============================================
cause                                   class
======================================  ==============================================
the call can't be submitted             `TaskUnserializable`, `ClientForked`
the graph of tasks is invalid           `GraphInvalid`, `GraphKeyMissing`
the task itself                         whatever it raised; `TaskExited`, `RemoteException`
the task's time limit                   `TaskTimeout`
the task's memory limit                 `TaskOverMemory`
a task that this task depends on        `DependencyFailed`
the task's result can't be read         `ResultUnserializable`
the task's worker                       `WorkerDied`
the engine                              `EngineLost`, `EngineStartFailed`,
                                        `EngineNotFound`, `EngineNotStopped`,
                                        `ProtocolMismatch`
the engine's library isn't installed    `EngineMissing`
the engine doesn't support the request  `FeatureMissing`
the machine's set-up                    `UnsafeFolder`, `BadConfiguration`
======================================  ==============================================

Names state what happened, as those of `concurrent.futures.BrokenExecutor` and `queue.Empty` do.
Only the base class, `ScalerLabError`, ends in *Error*.  Each message states what happened, with
which task, file or engine, and what to do next.
"""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from pickle import PicklingError
from typing import Any


class ScalerLabError(Exception):
    """Base class of all the package's own errors."""


class TaskUnserializable(ScalerLabError, PicklingError, TypeError):
    """The function or an argument can't be pickled.  `submit` raises it, in the caller's frame.

    It is also a `pickle.PicklingError` and a `TypeError`, the errors that the standard library's
    executors raise in this case.
    """


class ResultUnserializable(ScalerLabError, PicklingError, TypeError):
    """The task ran, but its result can't be pickled in the worker or unpickled in the client.

    It is also a `pickle.PicklingError` and a `TypeError`, as `TaskUnserializable` is.
    """


class RemoteException(ScalerLabError):
    """Replaces a task's exception that can't be pickled, or can't be rebuilt in the client.

    The message is the original's text, and ``__cause__`` is its remote traceback.

    Attributes:
        type_name: The qualified name of the original exception's class.
    """

    def __init__(self, message: str, type_name: str = "") -> None:
        super().__init__(message, type_name)
        self.type_name = type_name

    def __str__(self) -> str:
        return str(self.args[0])


class GraphInvalid(ScalerLabError, ValueError):
    """A graph of tasks can't be run because it has a cycle.  The message names the cycle."""


class GraphKeyMissing(GraphInvalid, KeyError):
    """A graph of tasks refers to a key that it doesn't have.

    The message names the key and the task that needs it.
    """

    def __str__(self) -> str:
        return str(self.args[0])


class TaskTimeout(ScalerLabError, TimeoutError):
    """The task ran for longer than its time limit and was stopped.

    It is also a `TimeoutError`, and therefore an `OSError`.  ``retries`` covers it only if you name
    `TaskTimeout` itself there.

    Attributes:
        timeout: The limit, in seconds.
    """

    def __init__(self, message: str, timeout: float | None = None) -> None:
        super().__init__(message, timeout)
        self.timeout = timeout

    def __str__(self) -> str:
        return str(self.args[0])


class TaskOverMemory(ScalerLabError, MemoryError):
    """The task needed more memory than its limit allows.

    Either an allocation was refused, and the task did not handle the `MemoryError`; or the task and
    its child processes exceeded the limit nevertheless, and were killed.  ``retries`` covers it
    only if *retry_on* names this class or `MemoryError`.

    Attributes:
        limit: The limit, in bytes; None if the task was stopped because memory ran low.
        memory: What the task had added when it was killed, in bytes; None if an allocation was
            refused.
    """

    def __init__(self, message: str, limit: int | None = None, memory: int | None = None) -> None:
        super().__init__(message, limit, memory)
        self.limit = limit
        self.memory = memory

    def __str__(self) -> str:
        return str(self.args[0])


class DependencyFailed(ScalerLabError):
    """The task did not run because a task it depends on failed.

    ``__cause__`` is the error of the task that failed.  In a chain of tasks it is the error of the
    first one, even if several tasks after it failed too.
    """


class RemoteTraceback(ScalerLabError):
    """The text of the traceback in the worker; it is the ``__cause__`` of the task's exception."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return "\n" + self.text


class TaskExited(ScalerLabError):
    """The task called `sys.exit` (it raised `SystemExit`).

    Attributes:
        code: The argument of `sys.exit`.
    """

    def __init__(self, code: Any = None) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"the task called sys.exit({self.code!r})"


class WorkerDied(ScalerLabError):
    """The worker process ended while it ran this task.  No other task is affected.

    Attributes:
        pid: The process id of the worker; None if unknown.
        exit_code: The worker's exit status; negative for a signal, as in `subprocess`; None if
            unknown.
    """

    def __init__(self, message: str, pid: int | None = None, exit_code: int | None = None) -> None:
        super().__init__(message, pid, exit_code)
        self.pid = pid
        self.exit_code = exit_code

    def __str__(self) -> str:
        return str(self.args[0])


class EngineLost(ScalerLabError, BrokenExecutor):
    """The engine went away before the task was done.

    The task may or may not have had an effect.
    """


class EngineStartFailed(ScalerLabError, BrokenExecutor):
    """The engine or all of its workers failed to start.  The message states the cause."""


class EngineNotFound(ScalerLabError, LookupError):
    """No running engine has that name or address."""


class EngineNotStopped(ScalerLabError, TimeoutError):
    """A local engine still runs after a request to stop.

    The message states the cause, if known.
    """


class EngineMissing(ScalerLabError, ImportError):
    """The engine's library isn't installed.  The message names the package to install."""


class FeatureMissing(ScalerLabError, NotImplementedError):
    """The engine doesn't support what you requested.

    The message names the engine, the request and an alternative.
    """


class ProtocolMismatch(ScalerLabError):
    """Client and engine use different protocol or Python versions.  The message names both."""


class ClientForked(ScalerLabError, RuntimeError):
    """A forked child process used a client of its parent.  Create a new client in the child."""


class UnsafeFolder(ScalerLabError, PermissionError):
    """A folder that must be private isn't: wrong owner, wrong mode, or a symbolic link."""


class BadConfiguration(ScalerLabError, ValueError):
    """An environment variable or the configuration file has an invalid value.

    The message names the setting.
    """


class TaskInterrupted(KeyboardInterrupt):
    """Raised inside a running task to stop it.

    It is a `KeyboardInterrupt`, because code is written to be stopped by one: ``except Exception``
    doesn't catch it, ``finally`` blocks run, and libraries that clean up after Ctrl-C clean up
    here.
    """
