"""A Dask cluster on loopback, for `external_cluster`: worker processes with one thread each, no
dashboard.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import Any

from external_cluster import print_address


def main(n_workers: int, allowed_failures: int) -> None:
    import_module("dask").config.set({"distributed.scheduler.allowed-failures": allowed_failures})
    distributed: Any = import_module("distributed")
    with distributed.LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        worker_dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as cluster:
        print_address(address=cluster.scheduler_address)
        sys.stdin.read()


if __name__ == "__main__":  # the workers import this file too
    main(int(sys.argv[1]), int(sys.argv[2]))
