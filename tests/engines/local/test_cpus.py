"""Workers and their libraries' threads follow the processors that a program may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers import TIMEOUT

from scaler_lab import Client
from scaler_lab.engines.local import settings
from scaler_lab.runtime import cpus


def _write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _quotas(tmp_path: Path, membership: str) -> list[float]:
    _write(tmp_path, "membership", membership)
    return list(cpus.quotas(tmp_path / "cgroup", tmp_path / "membership"))


def test_a_quota_of_cgroup_v2_is_found_in_the_group_and_above(tmp_path: Path) -> None:
    _write(tmp_path, "cgroup/user.slice/cpu.max", "150000 100000\n")
    _write(tmp_path, "cgroup/user.slice/job.scope/cpu.max", "max 100000\n")
    _write(tmp_path, "cgroup/other.slice/cpu.max", "10000 100000\n")
    assert _quotas(tmp_path, "0::/user.slice/job.scope\n") == [1.5]


def test_a_container_s_own_group_is_found_where_it_is_mounted(tmp_path: Path) -> None:
    _write(tmp_path, "cgroup/cpu.max", "50000 100000\n")
    assert _quotas(tmp_path, "0::/docker/0123abcd\n") == [0.5]
    assert _quotas(tmp_path, "0::/../../elsewhere\n") == [0.5]


@pytest.mark.parametrize("controllers", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
def test_a_quota_of_cgroup_v1_is_found(tmp_path: Path, controllers: str) -> None:
    _write(tmp_path, f"cgroup/{controllers}/job/cpu.cfs_quota_us", "300000\n")
    _write(tmp_path, f"cgroup/{controllers}/job/cpu.cfs_period_us", "100000\n")
    _write(tmp_path, f"cgroup/{controllers}/cpu.cfs_quota_us", "-1\n")
    _write(tmp_path, f"cgroup/{controllers}/cpu.cfs_period_us", "100000\n")
    assert 3.0 in _quotas(tmp_path, f"9:memory:/job\n4:{controllers}:/job\n")


@pytest.mark.parametrize("text", ["", "max 100000", "0 100000", "nonsense", "1 0", "5"])
def test_what_is_not_a_quota_limits_nothing(tmp_path: Path, text: str) -> None:
    _write(tmp_path, "cgroup/cpu.max", text)
    assert _quotas(tmp_path, "0::/\n") == []


def test_without_cgroups_nothing_is_limited(tmp_path: Path) -> None:
    assert list(cpus.quotas(tmp_path / "none", tmp_path / "neither")) == []


@pytest.mark.parametrize(
    ("given", "found", "n"),
    [(8, [], 8), (8, [2.0], 2), (8, [1.5, 3.0], 2), (2, [6.0], 2), (4, [0.1], 1)],
)
def test_a_quota_is_rounded_up_and_the_smallest_limit_holds(
    monkeypatch: pytest.MonkeyPatch, given: int, found: list[float], n: int
) -> None:
    monkeypatch.setattr(cpus, "_given_cpus", lambda: given)
    monkeypatch.setattr(cpus, "quotas", lambda: found)
    assert cpus.usable_cpus() == n
    assert settings.check_workers(None) == n


@pytest.mark.parametrize(
    ("n_workers", "share"), [(1, "8"), (2, "4"), (3, "2"), (8, "1"), (20, "1")]
)
def test_threads_are_the_cores_divided_by_the_workers(
    monkeypatch: pytest.MonkeyPatch, n_workers: int, share: str
) -> None:
    monkeypatch.setattr(cpus, "usable_cpus", lambda: 8)
    limits = cpus.thread_limits(n_workers, {})
    assert set(limits.values()) == {share}
    assert {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"} <= set(limits)


def test_what_the_user_s_environment_has_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpus, "usable_cpus", lambda: 8)
    limits = cpus.thread_limits(8, {"OPENBLAS_NUM_THREADS": "3"})
    assert "OPENBLAS_NUM_THREADS" not in limits
    assert limits["OMP_NUM_THREADS"] == "1"
    limits = cpus.thread_limits(8, {"OMP_NUM_THREADS": "3"})
    assert set(limits) == {"VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS"}


def _threads() -> tuple[str | None, str | None]:
    return os.environ.get("OMP_NUM_THREADS"), os.environ.get("MKL_NUM_THREADS")


def test_tasks_find_their_share_in_their_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with Client(n_workers=1) as client:
        share = str(cpus.usable_cpus())
        assert client.submit(_threads).result(TIMEOUT) == (share, share)
    assert "OMP_NUM_THREADS" not in os.environ, "the program's own stays as it was"
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    with Client(n_workers=1) as client:
        assert client.submit(_threads).result(TIMEOUT) == ("3", None)
