"""`SchedulerCore`, move by move: the workers it has, and what it does when one dies."""

from __future__ import annotations

from scheduler_fixture import World, prefetching

from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.worker_pool import START_FAILURES
from scaler_lab.engines.local.scheduler.worker_reports import MAX_TRIES

# -- staff -----------------------------------------------------------------------------------------


def test_a_spare_stands_by_and_gets_no_task(world: World) -> None:
    assert world.spawned == [1, 2, 3]
    world.submit(*"abcde")
    assert world.inboxes() == [1, 1, 0]


def test_the_spare_takes_the_place_of_a_worker_being_killed_at_once(world: World) -> None:
    world.submit("a", "b", "c")
    world.take(1)
    world.cancel("a", force=True)
    assert world.workers[1].is_killed
    assert world.inboxes()[:3] == [0, 1, 1], "c is with the spare, though 1 is not gone yet"
    assert world.spawned == [1, 2, 3, 4], "and a new spare is on its way"
    assert world.messages_to() == [], "the kill is told once the worker is gone"
    world.die(1)
    assert world.messages_to() == [("a", "killed")]


def test_a_late_worker_pushes_no_one_out(world: World) -> None:
    world.submit("a", "b")
    world.die(3)
    world.ready(4)
    world.submit("c")
    assert world.inboxes()[:2] == [1, 1]
    assert world.workers[4].inbox == []


def test_there_are_never_more_workers_than_slots() -> None:
    world = World(n_workers=2, slots=4).ready()
    for n in range(10):
        world.submit(f"t{n}")
        busy = [b for b, w in world.workers.items() if w.inbox and not w.is_killed]
        for worker_number in busy:
            world.take(worker_number)
        world.cancel(*(f"t{m}" for m in range(n + 1)), force=True)
        alive = [b for b in world.spawned if b in world.workers]
        assert len(alive) <= 4
        for worker_number in [b for b, w in world.workers.items() if w.is_killed][:1]:
            world.die(worker_number)
            del world.workers[worker_number]
        world.ready(*[b for b in world.workers if not world.workers[b].is_killed])


def test_workers_that_die_at_start_are_given_up_with_the_reason() -> None:
    world = World()
    world.submit("a", "b")
    spawned = 0
    while len(world.spawned) > spawned:
        worker_number = world.spawned[spawned]
        spawned += 1
        world.report(worker_number, worker_ipc.START_FAILED, error="RuntimeError: no model")
        world.die(worker_number, 1 << 8)
    assert len(world.spawned) <= START_FAILURES + 3
    [first, second] = world.client.outbox
    assert isinstance(first, protocol.Died)
    assert isinstance(second, protocol.Died)
    assert "workers die at start" in first.message
    assert "RuntimeError: no model" in first.message
    assert first.pid is None
    world.messages_to()
    world.submit("c")
    assert len(world.spawned) > spawned, "a new task is a reason to try again"
    world.ready(world.spawned[-1])
    assert world.workers[world.spawned[-1]].inbox


def test_workers_that_end_before_they_did_anything_are_not_replaced_for_ever() -> None:
    world = World()

    def end_all() -> int:
        """Have every worker end that is ready, and every one in its place; how many there were."""
        ended = 0
        while alive := [n for n in world.spawned if n in world.workers]:
            world.ready(alive[0])
            world.die(alive[0])
            del world.workers[alive[0]]
            ended += 1
        return ended

    assert end_all() == START_FAILURES + 2  # the last two had been started before the last failure
    world.submit("a")
    assert end_all() == START_FAILURES + 2, "a new task is a reason to try again"
    [died] = world.client.outbox
    assert isinstance(died, protocol.Died)
    assert "workers die before their first task" in died.message


def test_a_task_done_is_a_reason_to_start_workers_again() -> None:
    world = World(n_workers=1)
    [works, *others] = world.spawned
    world.ready(works)
    world.submit("a")
    for n in range(START_FAILURES):
        world.die(others[n])
        others = [number for number in world.spawned if number != works]
    assert len(others) == START_FAILURES, "given up"
    world.do(works)
    assert len(world.spawned) == 1 + START_FAILURES + 1


def test_workers_that_die_of_tasks_are_replaced_for_ever(lone: World) -> None:
    for n in range(50):
        lone.submit(f"t{n}")
        worker_number = lone.spawned[-1]
        lone.take(worker_number)
        lone.die(worker_number)
        lone.ready(lone.spawned[-1])
    assert lone.messages_to() == [(f"t{n}", "died") for n in range(50)]
    assert len(lone.spawned) == 51


def test_a_worker_that_could_not_be_started_is_reported(lone: World) -> None:
    world = World(n_workers=1, spares=0)
    world.submit("a")
    while world.spawned:
        world.core.reports.on_start_failed(world.spawned.pop(), "no descriptors", world.now)
    [died] = world.client.outbox
    assert isinstance(died, protocol.Died)
    assert "no descriptors" in died.message
    assert lone.messages_to() == []


# -- deaths ----------------------------------------------------------------------------------------


def test_a_death_fails_what_had_begun_and_nothing_else(lone: World) -> None:
    prefetching(lone, 1)
    lone.submit("a", "b", "c")
    lone.take(1)
    lone.die(1)
    [died] = lone.client.outbox
    assert isinstance(died, protocol.Died)
    assert (died.task_id, died.pid, died.exit_code) == ("a", 1001, -9)
    assert "SIGKILL" in died.message
    lone.messages_to()
    lone.ready(2)
    assert len(lone.workers[2].inbox) == 2
    lone.do(2)
    lone.do(2)
    assert lone.messages_to() == [("b", "result"), ("c", "result")]


def test_a_task_taken_and_not_begun_goes_to_another_worker(lone: World) -> None:
    lone.submit("a")
    lone.workers[1].inbox.pop()  # taken; BEGUN was not written
    lone.die(1)
    lone.ready(2)
    lone.do(2)
    assert lone.messages_to() == [("a", "result")]


def test_a_task_before_which_worker_after_worker_dies_is_given_up(lone: World) -> None:
    lone.submit("a")
    for worker_number in range(1, MAX_TRIES + 1):
        lone.workers[worker_number].inbox.pop()
        lone.die(worker_number)
        lone.ready(worker_number + 1)
    assert lone.messages_to() == [("a", "died")]


def test_the_result_file_of_a_dead_worker_is_removed(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    lone.die(1)
    assert worker_ipc.result_blob("client", seq) in lone.removed
