"""Every error the package raises; the class says whose fault it was.

=================================  ==============================================
the caller's call can't be done    `TaskUnserializable`, `ForkedClientError`
the call asks for what can't be    `GraphError`, `GraphKeyError`
the task itself                    whatever it raised; `TaskExited`, `RemoteError`
the task's time limit              `TaskTimeout`
what the task waited for           `DependencyFailed`
the task's answer can't be read    `ResultUnserializable`
the task's worker                  `WorkerDied`
the engine                         `EngineLost`, `EngineStartFailed`,
                                   `EngineNotFound`, `EngineNotStopped`,
                                   `ProtocolMismatch`
an engine's library                `EngineMissing`
asked of an engine that lacks it   `FeatureMissing`
the machine's set-up               `UnsafeFolder`, `BadConfiguration`
=================================  ==============================================

Messages say what happened, with what, and what to do next.
"""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from pickle import PicklingError
from typing import Any


class ScalerLabError(Exception):
    """The base of every error that is the package's own."""


class TaskUnserializable(ScalerLabError, PicklingError, TypeError):
    """An argument or the function can't be pickled; raised by `submit`, in the caller's frame.

    A `pickle.PicklingError`, and a TypeError: what the standard library's executors raise.
    """


class ResultUnserializable(ScalerLabError, PicklingError, TypeError):
    """The task ran, but its result can't be pickled there or unpickled here.

    A `pickle.PicklingError`, and a TypeError, as `TaskUnserializable` is.
    """


class RemoteError(ScalerLabError):
    """Stands for an exception of the task that can't be pickled or rebuilt here.

    `type_name` is the original's qualified name; the message keeps its text, and
    ``__cause__`` its remote traceback.
    """

    def __init__(self, message: str, type_name: str = "") -> None:
        super().__init__(message, type_name)
        self.type_name = type_name

    def __str__(self) -> str:
        return str(self.args[0])


class GraphError(ScalerLabError, ValueError):
    """A graph of tasks can't be run as it is: it has a cycle, which the message names."""


class GraphKeyError(GraphError, KeyError):
    """A key is missing in a graph of tasks; the message names it, and who needs it."""

    def __str__(self) -> str:
        return str(self.args[0])


class TaskTimeout(ScalerLabError, TimeoutError):
    """The task ran for longer than its `timeout`, in seconds, and was stopped.

    A `TimeoutError`, and with that an `OSError`; ``retries`` takes it for one only where it is
    named itself.
    """

    def __init__(self, message: str, timeout: float | None = None) -> None:
        super().__init__(message, timeout)
        self.timeout = timeout

    def __str__(self) -> str:
        return str(self.args[0])


class DependencyFailed(ScalerLabError):
    """The task never ran, for one it takes a result of failed; ``__cause__`` is that one's error.

    In a chain of tasks that is the first one's, however many failed after it.
    """


class RemoteTraceback(ScalerLabError):
    """The traceback text of the task's exception, set as that exception's ``__cause__``."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return "\n" + self.text


class TaskExited(ScalerLabError):
    """The task called `sys.exit` (raised SystemExit); `code` is its argument."""

    def __init__(self, code: Any = None) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"the task called sys.exit({self.code!r})"


class WorkerDied(ScalerLabError):
    """The worker process ended while it ran this task.  Only this task failed; the pool goes on.

    `exit_code` is negative for a signal (as `subprocess` has it), None where unknown.
    """

    def __init__(self, message: str, pid: int | None = None, exit_code: int | None = None) -> None:
        super().__init__(message, pid, exit_code)
        self.pid = pid
        self.exit_code = exit_code

    def __str__(self) -> str:
        return str(self.args[0])


class EngineLost(ScalerLabError, BrokenExecutor):
    """The engine went away with this task undone.  Whether the task had an effect is unknown."""


class EngineStartFailed(ScalerLabError, BrokenExecutor):
    """The engine, or all of its workers, could not be started; the message has the cause."""


class EngineNotFound(ScalerLabError, LookupError):
    """No running engine has that name or address."""


class EngineNotStopped(ScalerLabError, TimeoutError):
    """A local engine that was told to stop still runs; the message has the cause, if known."""


class EngineMissing(ScalerLabError, ImportError):
    """The library of the engine asked for is not installed; the message says what installs it."""


class FeatureMissing(ScalerLabError, NotImplementedError):
    """The engine can't do what was asked of it; the message names both, and what to do instead."""


class ProtocolMismatch(ScalerLabError):
    """Client and engine speak different protocols or Pythons; the message names both."""


class ForkedClientError(ScalerLabError, RuntimeError):
    """A client made before `os.fork` was used in the child.  Make a new client in the child."""


class UnsafeFolder(ScalerLabError, PermissionError):
    """A folder that must be private isn't: wrong owner, wrong mode, or a symbolic link."""


class BadConfiguration(ScalerLabError, ValueError):
    """A setting in the environment or in the configuration file can't be meant; says which."""


class TaskInterrupted(KeyboardInterrupt):
    """Raised inside a running task to stop it.

    A KeyboardInterrupt, because that is what code expects to be stopped with: ``except Exception``
    lets it pass, ``finally`` blocks run, and libraries that tidy up on Ctrl-C do so here.
    """
