"""The checks of the conformance kit, each a function whose docstring is the rule that it checks.

    results       what comes back
    cancelling    what is stopped, what goes on, and what is reported about it
    edge_cases    calls at unusual times, and features that an engine need not have
    shutdown      the end of a worker, of the client, and of the engine

A check gets a `Workbench` and raises `Broken` if the rule doesn't hold.  It returns an empty
string, or the reason why there was nothing to check.  What the engine states (`reach`,
`reports_starts`) decides which half of a check applies.  No check silently skips an engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scaler_lab.testing._checks import cancelling, edge_cases, results, shutdown
from scaler_lab.testing._workbench import Workbench


class CheckFunction(NamedTuple):
    """One check.  A check that ends its engine gets an engine of its own."""

    run: Callable[[Workbench], str]
    ends_engine: bool = False


CHECKS = (
    CheckFunction(results.results_come_back),
    CheckFunction(results.exceptions_come_back),
    CheckFunction(results.exits_are_caught),
    CheckFunction(results.unserializable_values_are_settled),
    CheckFunction(results.a_thousand_tasks_come_back_in_order),
    CheckFunction(results.any_thread_may_submit),
    CheckFunction(edge_cases.an_empty_submit_is_nothing),
    CheckFunction(results.starts_are_told_as_stated),
    CheckFunction(cancelling.a_queued_task_never_starts),
    CheckFunction(cancelling.a_running_task_is_stopped_or_shown_cancelling),
    CheckFunction(cancelling.a_stubborn_task_is_stopped_or_shown_cancelling),
    CheckFunction(cancelling.a_forced_cancel_stops_or_shows_cancelling),
    CheckFunction(cancelling.a_running_coroutine_is_stopped_or_shown_cancelling),
    CheckFunction(cancelling.a_done_task_cannot_be_cancelled),
    CheckFunction(cancelling.cancelling_again_asks_nothing),
    CheckFunction(cancelling.unknown_tasks_are_ignored),
    CheckFunction(cancelling.a_callback_may_cancel),
    CheckFunction(cancelling.asyncio_may_cancel),
    CheckFunction(cancelling.bulk_cancel_is_one_message),
    CheckFunction(cancelling.an_atomic_group_is_cancelled_as_one),
    CheckFunction(cancelling.waiters_see_cancelled_futures),
    CheckFunction(cancelling.a_storm_of_cancels_is_answered_truthfully),
    CheckFunction(cancelling.a_cancel_hits_no_other_task),
    CheckFunction(edge_cases.calls_from_inside_emit_return),
    CheckFunction(edge_cases.what_tasks_say_is_told_as_stated),
    CheckFunction(edge_cases.shared_values_reach_tasks_or_are_refused),
    CheckFunction(edge_cases.stacks_are_those_of_the_task_or_are_refused),
    CheckFunction(edge_cases.usage_is_that_of_the_task_or_is_refused),
    CheckFunction(edge_cases.memory_limits_are_enforced_or_refused),
    CheckFunction(shutdown.a_dead_worker_fails_one_task, ends_engine=True),
    CheckFunction(shutdown.shutdown_lets_tasks_end, ends_engine=True),
    CheckFunction(shutdown.close_settles_every_future, ends_engine=True),
    CheckFunction(shutdown.close_is_idempotent, ends_engine=True),
)
"""All except `shutdown.a_lost_engine_settles_every_future`, which needs the caller's help."""
