"""Ray on loopback, for `aside`: two processors, no dashboard, and a folder that goes with it.

Who starts it gives it a token in the environment (`ray_token`): without one Ray uses the person's
own, in their home folder, or makes one there.
"""

from __future__ import annotations

import sys
import tempfile
import uuid
from importlib import import_module
from typing import Any

import psutil
from aside import say_where

RAY_FOLDERS = "sl-ray-"  # what the temporary folder of a Ray that tests start begins with
END_SECONDS = 5.0  # for Ray's processes, after its shutdown


def ray_token() -> dict[str, str]:
    """The environment of a cluster and of those who may connect to it: a secret of this run."""
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


def main() -> None:
    ray = ray_on_loopback()
    with tempfile.TemporaryDirectory(prefix=RAY_FOLDERS) as folder:
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="error",
            object_store_memory=100_000_000,
            _temp_dir=folder,
        )
        say_where(address=ray.get_runtime_context().gcs_address, folder=folder)
        sys.stdin.read()
        processes = psutil.Process().children(recursive=True)
        ray.shutdown()
        for process in psutil.wait_procs(processes, END_SECONDS)[1]:
            process.kill()
        psutil.wait_procs(processes, END_SECONDS)


if __name__ == "__main__":
    main()
