"""Completion by Tab offers what a user may use."""

from __future__ import annotations

from typing import Any

import pytest

from scaler_lab import Board, Client, LocalEngine
from scaler_lab.core import board, future, task_group
from scaler_lab.engines.local.client import engine

OF_FUTURE = """
    add_done_callback attempt can_retry cancel cancel_resolution cancel_seconds cancelled done
    ended_at exception flame name output profile progress request_cancel result retry running stack
    started_at status submitted_at tags task_id usage worker
"""
OF_GROUP = "atomic cancel count counts done index name request_cancel results retry running wait"
OF_CLIENT = """
    board cancel cancel_all close engine futures gather is_shut_down joblib_backend live map name
    options refresh request_cancel resource_usage scatter shutdown stacks submit submit_each
    submit_form submit_graph wait wait_all
"""
OF_BOARD = """
    changes_since counts info is_closed open_ids profile profiles snapshot subscribe version
"""
OF_LOCAL_ENGINE = """
    address close connection features label n_workers name on_edit reach refresh reports_starts
    start stop survives_worker_death
"""


WHAT_TO_DO = "add a new name here if users may use it, else to NOT_FOR_USERS of its module"


def offered(thing: Any) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def test_of_futures_groups_and_clients(local_client: Client) -> None:
    task, group = local_client.submit(abs, 1), local_client.submit_each(abs, [1])
    assert offered(task) == set(OF_FUTURE.split()), WHAT_TO_DO
    assert offered(group) == set(OF_GROUP.split()), WHAT_TO_DO
    assert offered(local_client) == set(OF_CLIENT.split()), WHAT_TO_DO


@pytest.mark.parametrize(
    ("thing", "names"), [(Board(), OF_BOARD), (LocalEngine(n_workers=1), OF_LOCAL_ENGINE)]
)
def test_of_boards_and_engines(thing: object, names: str) -> None:
    assert offered(thing) == set(names.split()), WHAT_TO_DO


def test_every_name_that_is_left_out_exists(local_client: Client) -> None:
    """A renamed method must not leave its old name in the list of those to leave out."""
    pairs: list[tuple[object, frozenset[str]]] = [
        (local_client.submit(abs, 1), future.NOT_FOR_USERS),
        (local_client.submit_each(abs, [1]), task_group.NOT_FOR_USERS),
        (Board(), board.NOT_FOR_USERS),
        (LocalEngine(n_workers=1), engine.NOT_FOR_USERS),
    ]
    assert [name for thing, names in pairs for name in names if not hasattr(thing, name)] == []
