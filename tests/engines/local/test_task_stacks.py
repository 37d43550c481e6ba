"""What is made of looks at a worker: `TaskStacks`, in virtual time."""

from __future__ import annotations

import os

import pytest
from scheduler_fixture import World

from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import StackFrame, TaskStack
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.frame_reader import (
    Frame,
    ThreadStack,
)
from scaler_lab.engines.local.scheduler.stack_reader import Look
from scaler_lab.engines.local.scheduler.task_stacks import C_CPU_NS, LONGEST, brief
from scaler_lab.engines.local.scheduler.thread_states import ThreadState

T = TaskId("t")


def a_look(letter: str, position: int, cpu_ns: int, waits_for: str = "") -> Look:
    frames = (Frame("task.py", 3, "f"),)
    stack = ThreadStack(1001, frames, (position,))
    return Look(ThreadState(letter, cpu_ns, waits_for), "", (stack,))


def requested(world: World, look: Look) -> None:
    """Start a task in worker 1, and request its stack."""
    world.ready()
    world.submit("t")
    world.take(1)
    world.workers[1].look = look
    world.core.on_question(world.client, protocol.StackRequest(5, T), world.now)


def replies_of(world: World) -> list[protocol.StackReply]:
    return [message for message in world.client.outbox if type(message) is protocol.StackReply]


def after(world: World, seconds: float, look: Look) -> None:
    world.workers[1].look = look
    world.now += seconds
    world.core.tick(world.now)


@pytest.mark.parametrize(
    ("second", "state"),
    [
        (a_look("R", 2, 1_000), "running Python"),
        (a_look("R", 1, C_CPU_NS), "in C"),
        (a_look("S", 1, 1_000, "poll"), "waiting: poll"),
    ],
)
def test_two_readings_show_what_a_thread_does(second: Look, state: str) -> None:
    world = World(n_workers=1)
    requested(world, a_look("R", 1, 0))
    assert not replies_of(world)
    after(world, 0.005, second)
    assert [(r.number, r.stack.state) for r in replies_of(world)] == [(5, state)]
    assert replies_of(world)[0].stack.threads == [[StackFrame("task.py", 3, "f")]]


@pytest.mark.parametrize(("used_ns", "state"), [(0, "waiting: a CPU"), (5_000_000, "in C")])
def test_a_thread_that_stands_still_is_answered_in_time(used_ns: int, state: str) -> None:
    world = World(n_workers=1)
    requested(world, a_look("R", 1, 0))
    after(world, 0.005, a_look("R", 1, used_ns))
    assert not replies_of(world)
    after(world, LONGEST, a_look("R", 1, used_ns))
    assert [r.stack.state for r in replies_of(world)] == [state]


def test_a_running_task_whose_stack_could_not_be_read_is_looked_at_again() -> None:
    world = World(n_workers=1)
    torn = a_look("R", 1, 0)._replace(threads=(), problem="its stack can't be read now")
    requested(world, torn)
    after(world, 0.005, torn)
    after(world, 0.005, a_look("R", 1, 0))
    assert not replies_of(world)
    after(world, 0.005, a_look("R", 2, 0))
    assert [r.stack.state for r in replies_of(world)] == ["running Python"]


def test_a_running_task_whose_stack_can_never_be_read_is_answered_in_time() -> None:
    world = World(n_workers=1)
    torn = a_look("R", 1, 0)._replace(threads=(), problem="the system forbids it")
    requested(world, torn)
    after(world, LONGEST, torn)
    assert [(r.stack.state, r.stack.problem) for r in replies_of(world)] == [
        ("running", "the system forbids it")
    ]


def test_a_task_that_ends_during_the_looks_has_ended() -> None:
    world = World(n_workers=1)
    requested(world, a_look("R", 1, 0))
    world.report(1, worker_ipc.VALUE, world.workers[1].begun[0])
    world.submit("next")
    world.take(1)
    after(world, 0.005, a_look("R", 2, 0))
    assert [r.stack for r in replies_of(world)] == [TaskStack(T, "ended")]


def test_one_look_is_answered_at_once_even_if_the_task_runs() -> None:
    world = World(n_workers=1)
    world.ready()
    world.submit("t")
    world.take(1)
    world.workers[1].look = a_look("R", 1, 0)
    world.core.on_question(world.client, protocol.StackRequest(5, T, True), world.now)
    assert [r.stack.state for r in replies_of(world)] == ["running"]
    unknown = protocol.StackRequest(6, TaskId("u"), True)
    world.core.on_question(world.client, unknown, world.now)
    assert [r.stack for r in replies_of(world)[1:]] == [TaskStack(TaskId("u"), "ended")]


def test_the_brief_names_the_own_code_of_a_task() -> None:
    library = StackFrame(os.path.join(os.path.dirname(os.__file__), "re.py"), 9, "match")
    own = StackFrame("/home/me/parse.py", 40, "parse")
    assert brief(TaskStack(T, "in C", "", [[own]])) == "parse (parse.py:40)"
    stack = TaskStack(T, "in C", "", [[own, library]])
    assert brief(stack) == "match, called by parse (parse.py:40)"
