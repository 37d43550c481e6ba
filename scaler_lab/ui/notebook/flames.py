"""Flame graphs that a page requests: the messages, and the sampling in the client's process.

The messages are for tables that can't reach the task's engine by the Jupyter server.  They contain
positions in code, and no values.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from concurrent.futures import Future

import msgspec

from scaler_lab.core.flame import Flame
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import TaskStack, gather_stacks
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.feed.flame_sampler import FlameSampler


class FlameRequest(msgspec.Struct, array_like=True, tag="flame", frozen=True):
    """Requests to sample where a task spends its time.

    The `FlameResponse` has the same *request*.
    """

    request: int
    task_id: TaskId


class FlameStop(msgspec.Struct, array_like=True, tag="flame-stop", frozen=True):
    """Ends the sampling that began with *request*.  The response has what was sampled so far."""

    request: int


class FlameResponse(msgspec.Struct, array_like=True, tag="flame-of", frozen=True):
    """The flame graph as SVG; *problem* is the reason if there is none."""

    request: int
    svg: str
    problem: str = ""


def graph_of(flame: Flame) -> tuple[str, str]:
    """Return the graph as SVG with the width of the page's element, or the reason for none."""
    return (flame.svg(width="100%"), "") if flame.n_samples else ("", str(flame))


class FlameRequests:
    """The samplings that pages have requested.  The methods can be called from any thread."""

    def __init__(self) -> None:
        self._samplers: dict[int, FlameSampler] = {}

    def begin(
        self, source: BoardSource, message: FlameRequest, send: Callable[[FlameResponse], None]
    ) -> None:
        """Sample; when that ends, call *send* in the thread that sampled."""
        task_id = message.task_id
        info = source.board.info(task_id)
        request = functools.partial(source.request_stack, task_id, at_once=True)

        def look(timeout: float) -> TaskStack:
            return gather_stacks([(task_id, request)], timeout)[0]

        def respond(result: Future[Flame]) -> None:
            self._samplers.pop(message.request, None)
            send(FlameResponse(message.request, *graph_of(result.result())))

        sampler = FlameSampler(
            "the task" if info is None else info.name, lambda: contextlib.nullcontext(look)
        )
        self._samplers[message.request] = sampler
        sampler.result.add_done_callback(respond)

    def stop(self, message: FlameStop) -> None:
        """End a sampling, unless it has ended already."""
        if sampler := self._samplers.get(message.request):
            sampler.stop()
