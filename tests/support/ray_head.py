"""Ray on loopback, for `external_cluster`: two CPUs, no dashboard, and a temporary folder that is
removed at the end.

The starting process sets a token in the environment (`ray_token`).  Without a token, Ray uses the
user's own one from the home folder, or creates one there.
"""

from __future__ import annotations

import sys
import tempfile

import psutil
from external_cluster import print_address
from ray_loopback import ray_on_loopback

RAY_FOLDERS = "sl-ray-"  # prefix of the temporary folder of a Ray that tests start
END_TIMEOUT = 5.0  # for Ray's processes to end after its shutdown


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
        print_address(address=ray.get_runtime_context().gcs_address, folder=folder)
        sys.stdin.read()
        processes = psutil.Process().children(recursive=True)
        ray.shutdown()
        for process in psutil.wait_procs(processes, END_TIMEOUT)[1]:
            process.kill()
        psutil.wait_procs(processes, END_TIMEOUT)


if __name__ == "__main__":
    main()
