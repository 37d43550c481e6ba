# joblib and scikit-learn have no types:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
"""joblib's Parallel calls through a client, scikit-learn's among them."""

from __future__ import annotations

import math
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import Any

import joblib
import pytest

from scaler_lab import Client, Status, register_joblib_backend
from scaler_lab.client.joblib_backend import ScalerLabBackend
from scaler_lab.core.messages import Task, TaskCancel
from scaler_lab.errors import TaskUnserializable
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

Parallel: Any = joblib.Parallel
delayed: Any = joblib.delayed

N_CALLS = 4


def _names(client: Client) -> list[str]:
    return [info.name for info in client.board.snapshot().tasks]


def _confirm_cancels(engine: ScriptedEngine) -> None:
    def confirm(cancel: TaskCancel) -> None:
        for task_id in cancel.task_ids:
            engine.confirm(task_id)

    engine.on_cancel = confirm


def _call_all(client: Client, **options: Any) -> list[float]:
    """A call whose batches are all submitted before the first result is read."""
    with joblib.parallel_config(client.joblib_backend()):
        parallel = Parallel(n_jobs=2, pre_dispatch="all", batch_size=1, **options)
        results: list[float] = parallel(delayed(math.sqrt)(n) for n in range(N_CALLS))
        return results


# -- the name ------------------------------------------------------------------------------------


def test_importing_the_package_changes_neither_the_imports_nor_joblib() -> None:
    program = (
        "import sys\n"
        "before = list(sys.meta_path)\n"
        "import joblib, joblib.parallel\n"
        "backends = dict(joblib.parallel.BACKENDS)\n"
        "import scaler_lab\n"
        "scaler_lab.Client\n"
        "assert sys.meta_path == before, sys.meta_path\n"
        "assert joblib.parallel.BACKENDS == backends\n"
    )
    assert _ran(program) == (0, "")


@pytest.mark.parametrize("imports", ["scaler_lab, joblib", "joblib, scaler_lab"])
def test_registering_the_name_makes_it_known_to_joblib(imports: str) -> None:
    program = (
        f"import {imports}\n"
        "for _ in range(2):\n"
        "    scaler_lab.register_joblib_backend()\n"
        "    joblib.parallel_config('scaler_lab').unregister()\n"
    )
    assert _ran(program) == (0, "")


def _ran(program: str) -> tuple[int, str]:
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return ran.returncode, ran.stderr


# -- results -------------------------------------------------------------------------------------


def test_results_are_in_order_and_batches_have_names(local_client: Client) -> None:
    with joblib.parallel_config(local_client.joblib_backend()):
        assert Parallel(batch_size=1)(delayed(math.sqrt)(n) for n in range(6)) == [
            math.sqrt(n) for n in range(6)
        ]
        assert _names(local_client) == [f"sqrt[{n}]" for n in range(6)]
        many = Parallel(batch_size=50, pre_dispatch="all")(
            delayed(math.sqrt)(n) for n in range(200)
        )
        assert many == [math.sqrt(n) for n in range(200)]
    assert "sqrt[0:50]" in _names(local_client)


def test_a_grid_search_shows_on_the_board(local_client: Client) -> None:
    from sklearn.datasets import load_iris
    from sklearn.model_selection import GridSearchCV
    from sklearn.tree import DecisionTreeClassifier

    features, classes = load_iris(return_X_y=True)
    tree = DecisionTreeClassifier(random_state=0)
    search = GridSearchCV(tree, {"max_depth": [1, 3]}, cv=3)
    with joblib.parallel_config(local_client.joblib_backend()):
        search.fit(features, classes)
    assert search.best_params_ == {"max_depth": 3}
    assert search.best_score_ > 0.9
    names = _names(local_client)
    assert names[0] == "_fit_and_score[0] max_depth=1"
    assert names[-1] == "_fit_and_score[5] max_depth=3"


def test_n_jobs_are_the_engines_workers(local_client: Client) -> None:
    with joblib.parallel_config(local_client.joblib_backend()):
        assert joblib.effective_n_jobs(-1) == 2
        assert joblib.effective_n_jobs(-2) == 1
        assert joblib.effective_n_jobs(3) == 3
        with pytest.raises(ValueError, match="n_jobs == 0"):
            Parallel(n_jobs=0)(delayed(math.sqrt)(n) for n in range(2))
        assert Parallel(n_jobs=1)(delayed(os.getpid)() for _ in range(2)) == [os.getpid()] * 2
    assert len(local_client.board) == 0


def _pids_of_nested_calls() -> set[int]:
    register_joblib_backend()
    pids = set(Parallel(n_jobs=2)(delayed(os.getpid)() for _ in range(3)))
    with joblib.parallel_config("scaler_lab"):
        pids.update(Parallel(n_jobs=2)(delayed(os.getpid)() for _ in range(3)))
    return {*pids, os.getpid()}


def test_a_parallel_call_inside_a_batch_runs_in_its_worker(local_client: Client) -> None:
    with joblib.parallel_config(local_client.joblib_backend()):
        of_batches = Parallel(batch_size=1)(delayed(_pids_of_nested_calls)() for _ in range(2))
    assert [len(pids) for pids in of_batches] == [1, 1]
    assert os.getpid() not in set.union(*of_batches)


# -- a client of its own -------------------------------------------------------------------------


def _pid_and_threads() -> tuple[int, str]:
    return os.getpid(), os.environ["OMP_NUM_THREADS"]


def test_its_own_client_serves_all_calls_of_the_block_and_ends_with_it() -> None:
    register_joblib_backend()
    seen: set[tuple[int, str]] = set()
    with joblib.parallel_config("scaler_lab", n_jobs=2, inner_max_num_threads=3):
        for _ in range(2):
            seen.update(Parallel()(delayed(_pid_and_threads)() for _ in range(8)))
    assert {threads for _pid, threads in seen} == {"3"}
    assert len(seen) <= 2
    # That its processes are gone is checked of every test.


def test_threads_of_workers_that_run_already_cannot_be_bounded(scripted: Scripted) -> None:
    client, _engine = scripted
    with pytest.raises(ValueError, match="can't be used with client="):
        ScalerLabBackend(client, inner_max_num_threads=1)


# -- errors and cancels --------------------------------------------------------------------------


def test_an_error_is_raised_and_the_rest_is_cancelled_in_one_message(scripted: Scripted) -> None:
    client, engine = scripted
    _confirm_cancels(engine)

    def fail_first(_tasks: Sequence[Task]) -> None:
        if len(engine.tasks) == N_CALLS:
            engine.fail(engine.tasks[0], ValueError("no such column"))

    engine.on_submit = fail_first
    with pytest.raises(ValueError, match="no such column"):
        _call_all(client)
    rest = {task.task_id for task in engine.tasks[1:]}
    assert [set(cancel.task_ids) for cancel in engine.cancels] == [rest]


def test_a_batch_cancelled_from_the_board_aborts_the_call(scripted: Scripted) -> None:
    client, engine = scripted
    _confirm_cancels(engine)

    def cancel_first(_tasks: Sequence[Task]) -> None:
        if len(engine.tasks) == N_CALLS:
            (writer,) = client.board.writers
            writer.request_cancel_by_id([engine.tasks[0].task_id], source="terminal")

    engine.on_submit = cancel_first
    with pytest.raises(CancelledError):
        _call_all(client)
    first, *rest = [task.task_id for task in engine.tasks]
    assert [set(cancel.task_ids) for cancel in engine.cancels] == [{first}, set(rest)]
    assert client.board.counts[Status.CANCELLED] == N_CALLS


def test_a_call_that_times_out_cancels_its_batches_in_one_message(scripted: Scripted) -> None:
    client, engine = scripted
    _confirm_cancels(engine)
    with pytest.raises(multiprocessing.TimeoutError):
        _call_all(client, timeout=0.01)
    asked = [set(cancel.task_ids) for cancel in engine.cancels]
    assert asked == [{task.task_id for task in engine.tasks}]


def test_a_batch_on_its_way_when_the_call_was_aborted_is_cancelled_too(scripted: Scripted) -> None:
    client, engine = scripted
    backend = ScalerLabBackend(client)
    backend.start_call()
    backend.abort_everything()
    assert engine.cancels == []
    late = backend.submit(_Calls())
    assert [cancel.task_ids for cancel in engine.cancels] == [(engine.tasks[0].task_id,)]
    assert not late.done()


class _Calls:
    """A batch of one call, as joblib makes them."""

    items = ((math.sqrt, (4.0,), dict[str, Any]()),)

    def __len__(self) -> int:
        return len(self.items)


@pytest.mark.parametrize("n_before", [0, 8])
def test_a_call_that_cannot_be_sent_is_an_error_and_no_hang(
    local_client: Client, n_before: int
) -> None:
    """The first is sent by the caller's thread, the ninth by the courier's."""
    calls = [*(delayed(str)(n) for n in range(n_before)), delayed(str)(threading.Lock())]
    with (
        joblib.parallel_config(local_client.joblib_backend()),
        pytest.raises(TaskUnserializable),
    ):
        Parallel(batch_size=1)(calls)


def test_a_workers_error_keeps_its_traceback(local_client: Client) -> None:
    with (
        joblib.parallel_config(local_client.joblib_backend()),
        pytest.raises(ValueError, match="invalid literal for int") as caught,
    ):
        Parallel()(delayed(int)(n) for n in ("4", "1", "none", "9"))
    assert "Traceback" in str(caught.value.__cause__)
