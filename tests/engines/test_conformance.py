"""The engines of this package, held to their contract by the kit that holds everybody's."""

from __future__ import annotations

import os
import signal

import pytest

from scaler_lab import LocalEngine
from scaler_lab.testing import check_engine

CROWD = 16  # of tasks, more than two workers run at once


def kill_scheduler(engine: LocalEngine) -> None:
    """The worst that can happen to a local engine."""
    assert engine.connection is not None
    os.kill(engine.connection.pid, signal.SIGKILL)


@pytest.mark.timeout(150)
def test_the_local_engine_keeps_its_contract() -> None:
    check_engine(lambda: LocalEngine(n_workers=2), lose=kill_scheduler, crowd=CROWD)


@pytest.mark.timeout(150)
def test_a_shared_local_engine_keeps_its_contract_to_each_client() -> None:
    with LocalEngine(n_workers=2) as shared:
        check_engine(shared.for_client, lose=lambda _: kill_scheduler(shared), crowd=CROWD)
