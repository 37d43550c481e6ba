"""Makes a task, a record and a future of each call, and submits the task to the engine.

`Client` and its views with options (`ClientWithOptions`) both submit here, so that tasks submitted
through either behave the same.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import Future
from itertools import chain
from typing import Any, Generic, TypeVar

import msgspec

from scaler_lab.client.edited_modules import EditedModules
from scaler_lab.client.functions import check_function
from scaler_lab.client.graph import GraphGroup, GraphPlan
from scaler_lab.client.new_task import TaskIds, annotations_of, check_features, name_of, needs_of
from scaler_lab.client.notebook_cell import current_cell
from scaler_lab.core.decision_runner import Replaced
from scaler_lab.core.dependencies import PLAIN_TYPES, futures_in, with_results
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import (
    GroupId,
    Task,
    TaskId,
)
from scaler_lab.core.options import PLAIN, TaskOptions
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.core.task_plan import TaskPlan
from scaler_lab.core.task_submission import Complete
from scaler_lab.engines.base import Engine
from scaler_lab.serialization.pickling import pack_call
from scaler_lab.serialization.waiting_call import pack_waiting_call

T = TypeVar("T")

MAX_CALLS = 1_000_000
"""The most calls of one `submit_each` or `map`: 2.7 GB of futures, queued tasks and records."""
MAX_ATOMIC_CALLS = 100_000
PORTION = 1_000
"""Calls submitted at a time.

A portion takes a few hundredths of a second, during which an interrupt has to wait.
"""


class Submitter:
    """Submits the tasks of one client.  Thread-safe.

    *serve_feed* is called once, after the first task.
    """

    def __init__(
        self,
        engine: Engine,
        manager: FutureManager,
        ids: TaskIds,
        serve_feed: Callable[[], None] | None = None,
        modules: EditedModules | None = None,
    ) -> None:
        self._serve_feed = serve_feed
        self._modules = modules  # None if edits of modules are not followed
        self._engine = engine
        self._manager = manager
        self.ids = ids

    @property
    def is_closed(self) -> bool:
        """Whether new tasks are refused."""
        return not self._manager.is_accepting

    def close(self, why: str = "") -> None:
        """Refuse new tasks.  Tasks accepted before go on, and so do the tasks that they wait for.

        *why* is the message of the error that a later submit raises, instead of the usual one.
        """
        self._manager.refuse_new(why)

    def submit_tasks(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None = None,
        complete: Complete | None = None,
    ) -> list[ScalerFuture[Any]]:
        """Pack the calls and submit the tasks, as `FutureManager.submit` does."""
        if self._modules is not None:
            self._modules.check_if_due(time.monotonic())
        borrowed = self._pack(tasks, plans) if self._engine.takes_bytes else ()
        return self._send(tasks, plans, borrowed, complete)

    def submit(
        self,
        options: TaskOptions,
        fn: Callable[..., T],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> ScalerFuture[T]:
        """Submit one call."""
        check_function(fn)
        needs = needs_of(args, kwargs)
        annotations = annotations_of(options)
        if options is PLAIN and not needs:  # most tasks
            if self._modules is not None:
                self._modules.check_if_due(time.monotonic())
            name = name_of(fn)
            packed = pack_call(fn, args, kwargs, name) if self._engine.takes_bytes else None
            task = Task(self.ids.next(), name, fn, args, kwargs, annotations, 1, packed)
            borrowed: tuple[Task, ...] = ()
            if packed is not None and len(packed.segments) > 1 and packed.is_borrowed:
                borrowed = (task,)
            return self._send((task,), None, borrowed)[0]
        check_features(self._engine, options)
        name = options.name or name_of(fn)
        task = Task(self.ids.next(), name, fn, args, kwargs, annotations)
        return self._submit_one(options, task, needs)

    def submit_again(self, future: ScalerFuture[Any], replaced: Replaced) -> ScalerFuture[Any]:
        """Submit the call of a finished future again, with its options, outside its group.

        Futures in its arguments are exchanged for those that *replaced* them.
        """
        call = future.call
        assert call is not None, "the future knows whether it can be retried"
        options = PLAIN if future.plan is None else future.plan.options
        needs = () if future.plan is None else future.plan.needs
        args, kwargs = call.args, call.kwargs
        if not replaced.keys().isdisjoint(needs):
            others = {id(need): replaced[need] for need in needs if need in replaced}
            args, kwargs = with_results((args, kwargs), others)
            needs = tuple(replaced.get(need, need) for need in needs)
        annotations = msgspec.structs.replace(
            call.annotations, group=None, group_name="", cell=current_cell()
        )
        task = msgspec.structs.replace(
            call, task_id=self.ids.next(), args=args, kwargs=kwargs, annotations=annotations
        )
        return self._submit_one(options, task, needs)

    def _submit_one(
        self, options: TaskOptions, task: Task, needs: tuple[Future[Any], ...]
    ) -> ScalerFuture[Any]:
        plan = _plan_of(options, needs)
        return self.submit_tasks((task,), None if plan is None else (plan,))[0]

    def submit_each(
        self,
        options: TaskOptions,
        fn: Callable[..., T],
        iterables: Sequence[Iterable[Any]],
        name: str | None = None,
        *,
        atomic: bool = False,
    ) -> TaskGroup[T]:
        """Implement `Client.submit_each`."""
        if not iterables:
            raise TypeError("submit_each needs at least one iterable of arguments, as map does")
        calls = self.calls(options, fn, name, atomic=atomic)
        calls.check_sizes(iterables)
        futures = calls.submit(zip(*iterables, strict=False))
        return TaskGroup(futures, self._manager, calls.name, atomic=atomic)

    def calls(
        self,
        options: TaskOptions,
        fn: Callable[..., T],
        name: str | None = None,
        *,
        atomic: bool = False,
    ) -> Calls[T]:
        """Return a `Calls` that submits many calls of *fn*, for `submit_each` and `Client.map`."""
        check_function(fn)
        check_features(self._engine, options)
        called = plain_text(name) if name else options.name or name_of(fn)
        return Calls(self, options, fn, called, atomic=atomic)

    def submit_rows(
        self,
        options: TaskOptions,
        fn: Callable[..., Any],
        rows: Sequence[tuple[Any, ...]],
        ids: Sequence[TaskId],
        names: Sequence[str],
        group: GroupId | None,
        group_name: str,
    ) -> list[ScalerFuture[Any]]:
        """Submit ``fn(*row)`` for each of *rows*, all or none of them."""
        plans: list[TaskPlan | None] | None = None
        annotations = annotations_of(options, group, group_name)
        tasks = [
            Task(task_id, name, fn, args, {}, annotations)
            for task_id, name, args in zip(ids, names, rows, strict=True)
        ]
        if options.needs_plan:
            plans = [TaskPlan(options) for _ in tasks]
        if not set(map(type, chain.from_iterable(rows))) <= PLAIN_TYPES:
            needs_of_each = [tuple(futures_in(args)) for args in rows]
            if any(needs_of_each):
                plans = [_plan_of(options, needs) for needs in needs_of_each]
        return self.submit_tasks(tasks, plans)

    def cancel(self, ids: Iterable[TaskId]) -> None:
        """Request a cancel of those of *ids* that were submitted and are unfinished."""
        self._manager.request_cancel_by_id(ids)

    def submit_graph(
        self,
        options: TaskOptions,
        graph: Mapping[Any, Any],
        keys: Iterable[Hashable] | None,
        name: str | None,
        *,
        literal_strings: bool,
    ) -> GraphGroup:
        """Implement `Client.submit_graph`."""
        check_features(self._engine, options)
        called = plain_text(name) if name else options.name or "graph"
        planned = GraphPlan(graph, keys, literal_strings=literal_strings)
        group = GroupId(self.ids.next())
        nodes = planned.nodes
        for node in nodes:
            check_function(node.function)
        annotations = annotations_of(options, group, called)
        tasks = [Task(self.ids.next(), n.name, n.function, n.args, {}, annotations) for n in nodes]
        stand_ins = {node.key: Future[Any]() for node in nodes}  # until the real futures exist
        plans: list[TaskPlan | None] = []
        for at, node in enumerate(nodes):
            args = node.args_with(stand_ins)
            plans.append(_plan_of(options, needs_of(args, {})))
            tasks[at] = msgspec.structs.replace(tasks[at], args=args)

        def complete(futures: list[ScalerFuture[Any]]) -> None:
            by_key = {node.key: f for node, f in zip(nodes, futures, strict=True)}
            real: dict[Future[Any], Future[Any]] = {s: by_key[key] for key, s in stand_ins.items()}
            for node, future, task in zip(nodes, futures, tasks, strict=True):
                if node.needs and future.plan is not None:
                    future.plan.needs = tuple(real.get(need, need) for need in future.plan.needs)
                    future.call = msgspec.structs.replace(task, args=node.args_with(by_key))

        futures = self.submit_tasks(tasks, plans, complete) if tasks else []
        by_key = {node.key: f for node, f in zip(nodes, futures, strict=True)}
        by_key |= {alias: by_key[key] for alias, key in planned.aliases.items() if key in by_key}
        return GraphGroup(by_key, planned.keys, futures, self._manager, called)

    # -- private ---------------------------------------------------------------------------------

    def _send(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None,
        borrowed: Sequence[Task],
        complete: Complete | None = None,
    ) -> list[ScalerFuture[Any]]:
        """Submit packed tasks.  *borrowed* are those that refer to the caller's memory."""
        futures = self._manager.submit(tasks, plans, borrowed=borrowed, complete=complete)
        if self._serve_feed is not None:
            self._manager.wholly(self._serve_feed_once, otherwise=_nothing)
        return futures

    def _pack(self, tasks: Sequence[Task], plans: Sequence[TaskPlan | None] | None) -> list[Task]:
        """Pack the calls as they are now; return the tasks that still refer to the caller's memory.

        Raises `TaskUnserializable`.
        """
        borrowed: list[Task] = []
        for at, task in enumerate(tasks):
            if task.packed is not None:  # the call of an earlier task, submitted again
                continue
            plan = None if plans is None else plans[at]
            if plan is None or not plan.waits:
                packed = pack_call(task.function, task.args, task.kwargs, task.name)
                task.keep(packed)
                if packed.is_borrowed:
                    borrowed.append(task)
            else:
                task.keep(
                    pack_waiting_call(
                        task.function, task.args, task.kwargs, task.name, plan.needs
                    ).owned()
                )
        return borrowed

    def _serve_feed_once(self) -> None:
        serve_feed, self._serve_feed = self._serve_feed, None
        if serve_feed is not None:
            serve_feed()


class Calls(Generic[T]):
    """Submits many calls of one function in portions, and numbers them consecutively.

    An iterable may be endless, or take much time and memory to read, so Ctrl-C must be able to stop
    the reading.  Therefore it is read one item at a time, and `PORTION` calls are submitted at a
    time (an atomic group as a whole).  If the iterable raises, a call can't be sent, or an
    interrupt arrives, the calls submitted so far are cancelled, and the exception propagates.
    """

    def __init__(
        self,
        submitter: Submitter,
        options: TaskOptions,
        fn: Callable[..., T],
        name: str,
        *,
        atomic: bool,
    ) -> None:
        self.name = name
        self._submitter = submitter
        self._options = options
        self._fn = fn
        self._group = GroupId(submitter.ids.next()) if atomic else None
        self._count = 0  # of calls submitted

    @property
    def _limit(self) -> int:
        return MAX_CALLS if self._group is None else MAX_ATOMIC_CALLS

    def check_sizes(self, iterables: Sequence[Iterable[Any]]) -> None:
        """Refuse iterables that are too long before any of them is read.

        Raises ValueError if all have a length, and the shortest exceeds the limit of `submit`.  The
        others are read until they end, or exceed it.
        """
        n_calls = min(map(_length_of, iterables))
        if n_calls > self._limit:
            raise ValueError(self._too_many(self._limit, n_calls))

    def submit(self, rows: Iterable[tuple[Any, ...]], chunksize: int = 1) -> list[ScalerFuture[T]]:
        """Submit a call for each of *rows*, and return the futures.

        If each of them makes *chunksize* calls in turn, the portions are smaller accordingly: the
        workers begin with the first chunks while this thread reads the next ones.

        Raises ValueError for more than `MAX_CALLS` of them, or `MAX_ATOMIC_CALLS`.
        """
        limit = self._limit
        size = max(1, PORTION // chunksize) if self._group is None else limit + 1
        ids: list[TaskId] = []  # known before their tasks are sent, so that an error cancels all
        futures: list[ScalerFuture[T]] = []
        try:
            for portion in _portions(rows, size):
                if len(ids) + len(portion) > limit:
                    raise ValueError(self._too_many(limit))
                futures += self._submit_portion(portion, ids)
        except BaseException as error:
            self._submitter.cancel(ids)
            if futures:
                error.add_note(
                    f"{len(futures):,} calls of {self.name!r} that had been submitted "
                    "before were cancelled."
                )
            raise
        return futures

    def cancel(self, futures: Iterable[ScalerFuture[T]]) -> None:
        """Request a cancel of *futures* in one message."""
        self._submitter.cancel([future.task_id for future in futures])

    def _submit_portion(
        self, rows: Sequence[tuple[Any, ...]], ids: list[TaskId]
    ) -> list[ScalerFuture[T]]:
        submitter, first = self._submitter, self._count
        new = [submitter.ids.next() for _ in rows]
        names = [f"{self.name}[{i}]" for i in range(first, first + len(rows))]
        ids += new
        self._count += len(rows)
        group_name = self.name
        return submitter.submit_rows(
            self._options, self._fn, rows, new, names, self._group, group_name
        )

    def _too_many(self, limit: int, n_calls: int | None = None) -> str:
        if self._group is not None:
            return (
                f"{self.name!r}: an atomic group takes at most {limit:,} calls"
                f"{'' if n_calls is None else f', not {n_calls:,}'}, because it is "
                "submitted as a whole; submit several groups, or leave out atomic=True"
            )
        return (
            f"{self.name!r}: the iterables give more than {limit:,} calls"
            f"{'' if n_calls is None else f' ({n_calls:,})'}, the most that are "
            "submitted at once; use map(..., buffersize=1000), which submits them as their results "
            "are read, give chunksize= to make larger tasks, or submit them in portions"
        )


def _length_of(iterable: Iterable[Any]) -> int:
    """Return the length of a collection; 0 if it has none or `len` fails."""
    if not isinstance(iterable, Sized):
        return 0
    try:
        return len(iterable)
    except OverflowError:  # such as range(10**20)
        return sys.maxsize
    except Exception:  # of a class of the user; reading it shows more
        return 0


def _portions(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield *items* in lists of *size*; the last list may be shorter."""
    portion: list[T] = []
    for item in items:  # not `islice`: Python handles a signal only between two steps of a loop
        portion.append(item)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


def _plan_of(options: TaskOptions, needs: tuple[Future[Any], ...]) -> TaskPlan | None:
    return TaskPlan(options, needs) if needs or options.needs_plan else None


def _nothing() -> None:
    return None
