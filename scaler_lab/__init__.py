"""scaler_lab: submit functions, watch their futures, and stop any of them, truthfully.

The map of the package.  Imports point down only (a test holds them to it):

    floor 9  cli             with __init__, __main__ and the demo: the public names, the command
                             line
    floor 8  ui              ui.terminal, ui.notebook, ui.jupyterlab: the views
    floor 7  client          client.client: submits tasks; client.engine_resolution: what Client(x)
                             means; client.watch: futures made elsewhere
    floor 6  engines         engines.local, engines.executor and others: what runs tasks
    floor 5  feed            what a process publishes of a board, for the views of other processes
    floor 4  engines.base    the contract of an engine
    floor 3  serialization   calls, values and exceptions as bytes
    floor 2  runtime         the private folder, zmq sockets: where processes find each other
    floor 1  core            core.board, core.future, core.future_manager, core.state_machine
    floor 0  errors          every exception
    beside   testing         a scripted engine, the conformance kit, the simulation

Three sentences to remember: commands go down, events come up.  The board is told first, the
future second, the views last.  A cancel is a question; only an answer from the engine settles it.

Importing this module loads none of zmq, ipywidgets, rich, joblib, or any engine: its names are
looked up on first use.  Hard choices, and what they rest on: docs/decisions.md in the repository.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from scaler_lab._version import __version__
from scaler_lab.client import joblib_registration

if TYPE_CHECKING:
    from scaler_lab.client.client import Client
    from scaler_lab.client.watch import watch
    from scaler_lab.core.as_completed import as_completed
    from scaler_lab.core.board import Board
    from scaler_lab.core.future import ScalerFuture
    from scaler_lab.core.messages import ProfileResult, Progress
    from scaler_lab.core.progress import progress
    from scaler_lab.core.state_machine import Resolution, Status
    from scaler_lab.core.task_group import TaskGroup
    from scaler_lab.engines.local import LocalEngine
    from scaler_lab.errors import (
        BadConfiguration,
        DependencyFailed,
        EngineLost,
        EngineMissing,
        EngineNotFound,
        EngineStartFailed,
        FeatureMissing,
        ForkedClientError,
        GraphError,
        GraphKeyError,
        ProtocolMismatch,
        RemoteError,
        ResultUnserializable,
        ScalerLabError,
        TaskExited,
        TaskTimeout,
        TaskUnserializable,
        UnsafeFolder,
        WorkerDied,
    )

_HOME = {
    "BadConfiguration": "scaler_lab.errors",
    "Board": "scaler_lab.core.board",
    "Client": "scaler_lab.client.client",
    "DependencyFailed": "scaler_lab.errors",
    "EngineLost": "scaler_lab.errors",
    "EngineMissing": "scaler_lab.errors",
    "EngineNotFound": "scaler_lab.errors",
    "EngineStartFailed": "scaler_lab.errors",
    "FeatureMissing": "scaler_lab.errors",
    "ForkedClientError": "scaler_lab.errors",
    "GraphError": "scaler_lab.errors",
    "GraphKeyError": "scaler_lab.errors",
    "LocalEngine": "scaler_lab.engines.local",
    "ProfileResult": "scaler_lab.core.messages",
    "Progress": "scaler_lab.core.messages",
    "ProtocolMismatch": "scaler_lab.errors",
    "RemoteError": "scaler_lab.errors",
    "Resolution": "scaler_lab.core.state_machine",
    "ResultUnserializable": "scaler_lab.errors",
    "ScalerFuture": "scaler_lab.core.future",
    "ScalerLabError": "scaler_lab.errors",
    "Status": "scaler_lab.core.state_machine",
    "TaskExited": "scaler_lab.errors",
    "TaskGroup": "scaler_lab.core.task_group",
    "TaskTimeout": "scaler_lab.errors",
    "TaskUnserializable": "scaler_lab.errors",
    "UnsafeFolder": "scaler_lab.errors",
    "WorkerDied": "scaler_lab.errors",
    "as_completed": "scaler_lab.core.as_completed",
    "watch": "scaler_lab.client.watch",
    "progress": "scaler_lab.core.progress",
}

__all__ = [
    "BadConfiguration",
    "Board",
    "Client",
    "DependencyFailed",
    "EngineLost",
    "EngineMissing",
    "EngineNotFound",
    "EngineStartFailed",
    "FeatureMissing",
    "ForkedClientError",
    "GraphError",
    "GraphKeyError",
    "LocalEngine",
    "ProfileResult",
    "Progress",
    "ProtocolMismatch",
    "RemoteError",
    "Resolution",
    "ResultUnserializable",
    "ScalerFuture",
    "ScalerLabError",
    "Status",
    "TaskExited",
    "TaskGroup",
    "TaskTimeout",
    "TaskUnserializable",
    "UnsafeFolder",
    "WorkerDied",
    "__version__",
    "as_completed",
    "progress",
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
    """For the Jupyter server, where this package is installed beside it."""
    from scaler_lab.ui.jupyterlab.app import ScalerLabApp

    return [{"module": "scaler_lab", "app": ScalerLabApp}]


def __dir__() -> list[str]:
    return sorted(__all__)


joblib_registration.install()  # a line in joblib's table, once somebody imports joblib
