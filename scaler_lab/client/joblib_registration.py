"""Registers the joblib backend, and limits the threads of the workers that it starts.

This module imports joblib only when it registers the backend: joblib takes a quarter of a second to
import, and a worker that runs `limit_threads` needs none of it.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from typing import Any

NAME = "scaler_lab"


def register_joblib_backend() -> None:
    """Register ``joblib.parallel_config("scaler_lab")``, which starts a client of its own.

    Each ``with`` block of that name starts a local engine at its first call, with one worker for
    each job, and shuts it down at the end.  To run the calls on a client that you have, use
    `Client.joblib_backend`, which needs no registration.  Calling this function again changes
    nothing.

    Raises:
        ImportError: joblib is not installed.

    Example::

        scaler_lab.register_joblib_backend()
        with joblib.parallel_config("scaler_lab", n_jobs=4):
            search.fit(X, y)
    """
    joblib: Any = importlib.import_module("joblib")
    joblib.register_parallel_backend(NAME, _backend)


def limit_threads(variables: Mapping[str, str]) -> None:
    """Run in a worker before numpy is imported: set how many threads its libraries may start."""
    os.environ.update(variables)


def _backend(**params: Any) -> Any:
    from scaler_lab.client.joblib_backend import ScalerLabBackend

    return ScalerLabBackend(**params)
