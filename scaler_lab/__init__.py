"""Run Python functions as tasks, follow them live, and cancel any of them, even while it runs.

A `Client` submits functions to worker processes and returns futures.  It is a
`concurrent.futures.Executor`, and its futures are `concurrent.futures.Future` objects:

    >>> import time
    >>> from scaler_lab import Client
    >>> client = Client()                          # one worker process per core
    >>> future = client.submit(pow, 2, 10)
    >>> future.result()
    1024
    >>> endless = client.submit(time.sleep, 10_000)
    >>> endless.cancel()                           # stops the code that runs
    True
    >>> endless.status
    <Status.CANCELLED: 'cancelled'>
    >>> client.shutdown()

What to read next:

    help(Client)            submit, map, cancel and wait for tasks; options for each task
    help(ScalerFuture)      what a future knows about its task
    help(as_completed)      futures in the order in which they finish
    help(progress)          report progress from inside a task
    help(watch)             show futures that another library made
    scaler_lab.errors       every exception, and what causes it

In a notebook, a client or a group of tasks as the last line of a cell shows a live table.  In a
terminal, `scaler-lab top` shows it.

The package's map.  Imports point down only, and a test checks that:

    floor 9  cli             the command line, with __init__ (the public names), __main__ and the
                             demo
    floor 8  ui              ui.terminal, ui.notebook, ui.jupyterlab: the views
    floor 7  client          client.client: submits tasks; client.engine_resolution: what Client(x)
                             means; client.watch: futures that another library made
    floor 6  engines         engines.local, engines.executor and others: what runs tasks
    floor 5  feed            publishes a process's board to the views of other processes
    floor 4  engines.base    the interface that every engine implements
    floor 3  serialization   calls, values and exceptions as bytes
    floor 2  runtime         the private folder and the zmq sockets by which processes find each
                             other
    floor 1  core            core.board, core.future, core.future_manager, core.state_machine
    floor 0  errors          every exception
    beside   testing         a scripted engine and the conformance kit, for authors of engines

Three rules explain most of the design.  Commands go down, events come up.  An event updates the
board first, then the future, then the views.  A cancel is a request, and only the engine's answer
settles it.

Importing this module loads none of zmq, ipywidgets, rich, joblib or any engine: each public name is
imported on first use.  The design decisions and their reasons are in docs/decisions.md.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from scaler_lab._version import __version__

if TYPE_CHECKING:
    from concurrent.futures import CancelledError

    from scaler_lab.client.client import Client
    from scaler_lab.client.graph import GraphGroup
    from scaler_lab.client.joblib_registration import register_joblib_backend
    from scaler_lab.client.watch import watch
    from scaler_lab.core.as_completed import as_completed
    from scaler_lab.core.board import Board
    from scaler_lab.core.flame import Flame
    from scaler_lab.core.future import ScalerFuture
    from scaler_lab.core.messages import ProfileResult, Progress
    from scaler_lab.core.progress import progress
    from scaler_lab.core.shared_ref import SharedRef
    from scaler_lab.core.stack import Stack
    from scaler_lab.core.state_machine import Resolution, Status
    from scaler_lab.core.task_group import TaskGroup
    from scaler_lab.core.wait import wait
    from scaler_lab.engines.local import LocalEngine
    from scaler_lab.errors import (
        BadConfiguration,
        ClientForked,
        DependencyFailed,
        EngineLost,
        EngineMissing,
        EngineNotFound,
        EngineStartFailed,
        FeatureMissing,
        GraphInvalid,
        GraphKeyMissing,
        ProtocolMismatch,
        RemoteException,
        ResultUnserializable,
        ScalerLabError,
        TaskExited,
        TaskOverMemory,
        TaskTimeout,
        TaskUnserializable,
        UnsafeFolder,
        WorkerDied,
    )

_HOME = {
    "BadConfiguration": "scaler_lab.errors",
    "Board": "scaler_lab.core.board",
    "CancelledError": "concurrent.futures",
    "Client": "scaler_lab.client.client",
    "ClientForked": "scaler_lab.errors",
    "DependencyFailed": "scaler_lab.errors",
    "EngineLost": "scaler_lab.errors",
    "EngineMissing": "scaler_lab.errors",
    "EngineNotFound": "scaler_lab.errors",
    "EngineStartFailed": "scaler_lab.errors",
    "FeatureMissing": "scaler_lab.errors",
    "Flame": "scaler_lab.core.flame",
    "GraphGroup": "scaler_lab.client.graph",
    "GraphInvalid": "scaler_lab.errors",
    "GraphKeyMissing": "scaler_lab.errors",
    "LocalEngine": "scaler_lab.engines.local",
    "ProfileResult": "scaler_lab.core.messages",
    "Progress": "scaler_lab.core.messages",
    "ProtocolMismatch": "scaler_lab.errors",
    "RemoteException": "scaler_lab.errors",
    "Resolution": "scaler_lab.core.state_machine",
    "ResultUnserializable": "scaler_lab.errors",
    "ScalerFuture": "scaler_lab.core.future",
    "ScalerLabError": "scaler_lab.errors",
    "SharedRef": "scaler_lab.core.shared_ref",
    "Stack": "scaler_lab.core.stack",
    "Status": "scaler_lab.core.state_machine",
    "TaskExited": "scaler_lab.errors",
    "TaskGroup": "scaler_lab.core.task_group",
    "TaskOverMemory": "scaler_lab.errors",
    "TaskTimeout": "scaler_lab.errors",
    "TaskUnserializable": "scaler_lab.errors",
    "UnsafeFolder": "scaler_lab.errors",
    "WorkerDied": "scaler_lab.errors",
    "as_completed": "scaler_lab.core.as_completed",
    "progress": "scaler_lab.core.progress",
    "register_joblib_backend": "scaler_lab.client.joblib_registration",
    "wait": "scaler_lab.core.wait",
    "watch": "scaler_lab.client.watch",
}

__all__ = [
    "BadConfiguration",
    "Board",
    "CancelledError",
    "Client",
    "ClientForked",
    "DependencyFailed",
    "EngineLost",
    "EngineMissing",
    "EngineNotFound",
    "EngineStartFailed",
    "FeatureMissing",
    "Flame",
    "GraphGroup",
    "GraphInvalid",
    "GraphKeyMissing",
    "LocalEngine",
    "ProfileResult",
    "Progress",
    "ProtocolMismatch",
    "RemoteException",
    "Resolution",
    "ResultUnserializable",
    "ScalerFuture",
    "ScalerLabError",
    "SharedRef",
    "Stack",
    "Status",
    "TaskExited",
    "TaskGroup",
    "TaskOverMemory",
    "TaskTimeout",
    "TaskUnserializable",
    "UnsafeFolder",
    "WorkerDied",
    "__version__",
    "as_completed",
    "progress",
    "register_joblib_backend",
    "wait",
    "watch",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'scaler_lab' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def _jupyter_server_extension_points() -> list[dict[str, Any]]:  # pyright: ignore[reportUnusedFunction]
    """Return the Jupyter server extensions of this package.  Called by the Jupyter server."""
    from scaler_lab.ui.jupyterlab.app import ScalerLabApp

    return [{"module": "scaler_lab", "app": ScalerLabApp}]


def __dir__() -> list[str]:
    return sorted(__all__)
