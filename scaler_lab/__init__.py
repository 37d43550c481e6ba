"""scaler_lab: submit functions, watch their futures, and stop any of them, truthfully.

The map of the package.  Imports point down only (a test holds them to it):

    floor 6  door      __init__, __main__, cli
    floor 5  windows   windows.terminal, windows.notebook, windows.jupyterlab: what people look at
    floor 4  desk      desk.client: where tasks are handed in; desk.engines, what Client is given;
                       desk.watch, futures made elsewhere; desk.feed_thread, for other windows
    floor 3  engines   engines.local, engines.executor and others: what runs them
    floor 2  ports     ports.engine, the contract; ports.feed, what windows are told; ports.pickling
             machine   machine.runtime_folder, machine.feed_socket: where processes find each other
    floor 1  memory    memory.board, memory.future, memory.future_manager
    floor 0  facts     facts.lifecycle, facts.messages, facts.errors
    beside   testing   a scripted engine, the conformance kit, the simulation

Three sentences to remember: commands go down, events come up.  The board is told first, the
future second, the views last.  A cancel is a question; only an answer from the engine settles it.

Importing this module loads none of zmq, ipywidgets, rich, joblib, or any engine: its names are
looked up on first use.  Hard choices, and what they rest on: docs/decisions.md in the repository.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from scaler_lab._version import __version__
from scaler_lab.desk import joblib_door

if TYPE_CHECKING:
    from scaler_lab.desk.client import Client
    from scaler_lab.desk.watch import watch
    from scaler_lab.engines.local import LocalEngine
    from scaler_lab.facts.errors import (
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
    from scaler_lab.facts.lifecycle import Resolution, Status
    from scaler_lab.facts.messages import ProfileResult, Progress
    from scaler_lab.memory.board import Board
    from scaler_lab.memory.completions import as_completed
    from scaler_lab.memory.future import ScalerFuture
    from scaler_lab.memory.task_group import TaskGroup
    from scaler_lab.ports.progress import progress

_HOME = {
    "BadConfiguration": "scaler_lab.facts.errors",
    "Board": "scaler_lab.memory.board",
    "Client": "scaler_lab.desk.client",
    "DependencyFailed": "scaler_lab.facts.errors",
    "EngineLost": "scaler_lab.facts.errors",
    "EngineMissing": "scaler_lab.facts.errors",
    "EngineNotFound": "scaler_lab.facts.errors",
    "EngineStartFailed": "scaler_lab.facts.errors",
    "FeatureMissing": "scaler_lab.facts.errors",
    "ForkedClientError": "scaler_lab.facts.errors",
    "GraphError": "scaler_lab.facts.errors",
    "GraphKeyError": "scaler_lab.facts.errors",
    "LocalEngine": "scaler_lab.engines.local",
    "ProfileResult": "scaler_lab.facts.messages",
    "Progress": "scaler_lab.facts.messages",
    "ProtocolMismatch": "scaler_lab.facts.errors",
    "RemoteError": "scaler_lab.facts.errors",
    "Resolution": "scaler_lab.facts.lifecycle",
    "ResultUnserializable": "scaler_lab.facts.errors",
    "ScalerFuture": "scaler_lab.memory.future",
    "ScalerLabError": "scaler_lab.facts.errors",
    "Status": "scaler_lab.facts.lifecycle",
    "TaskExited": "scaler_lab.facts.errors",
    "TaskGroup": "scaler_lab.memory.task_group",
    "TaskTimeout": "scaler_lab.facts.errors",
    "TaskUnserializable": "scaler_lab.facts.errors",
    "UnsafeFolder": "scaler_lab.facts.errors",
    "WorkerDied": "scaler_lab.facts.errors",
    "as_completed": "scaler_lab.memory.completions",
    "watch": "scaler_lab.desk.watch",
    "progress": "scaler_lab.ports.progress",
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
    from scaler_lab.windows.jupyterlab.app import ScalerLabApp

    return [{"module": "scaler_lab", "app": ScalerLabApp}]


def __dir__() -> list[str]:
    return sorted(__all__)


joblib_door.announce()  # a line in joblib's table, once somebody imports joblib
