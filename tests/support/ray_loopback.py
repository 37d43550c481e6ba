"""Restricts Ray to this machine, for the tests and the benchmarks.

This module doesn't need this package, because the benchmarks may run Ray in a Python without it.
"""

from __future__ import annotations

import uuid
from importlib import import_module
from typing import Any


def ray_token() -> dict[str, str]:
    """Return environment variables with a secret of this run, for a cluster and its clients.

    Set them before Ray is imported, because Ray reads them only once.
    """
    return {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": uuid.uuid4().hex,
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def ray_on_loopback() -> Any:
    """Return the module `ray`, changed to listen on 127.0.0.1, as it does on macOS and Windows.

    On Linux, Ray replaces that address by another one, also in clients, and listens everywhere.
    """
    constants: Any = import_module("ray._private.ray_constants")
    constants.ENABLE_RAY_CLUSTER = False
    return import_module("ray")
