"""Ray kept to this machine: for the tests, and for the benchmarks, whose Ray may have a Python
without this package."""

from __future__ import annotations

import uuid
from importlib import import_module
from typing import Any


def ray_token() -> dict[str, str]:
    """The environment of a cluster and of those who may connect to it: a secret of this run.

    To be set before Ray is imported, which reads it once.
    """
    return {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": uuid.uuid4().hex,
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def ray_on_loopback() -> Any:
    """The module `ray`, as it is by itself on macOS and Windows: it listens on 127.0.0.1.

    On Linux it makes another address of that one, in whoever connects too, and listens everywhere.
    """
    constants: Any = import_module("ray._private.ray_constants")
    constants.ENABLE_RAY_CLUSTER = False
    return import_module("ray")
