"""`Client`: the desk where tasks are handed in.  A `concurrent.futures.Executor`, and more.

    Client ──Task, TaskCancel──> Engine
       │                           │
       └── FutureManager <──events─┘ ──> Board ──> windows

The client has no threads and no sockets of its own: the engine has those it needs, and the
manager a courier for callbacks.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import ALL_COMPLETED, Executor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, Unpack, cast

import msgspec

from scaler_lab._windows import open_view
from scaler_lab.client import config, engine_resolution, replaced, shutdown
from scaler_lab.client.echo import Echo, is_wanted
from scaler_lab.client.edited_modules import EditedModules, is_interactive
from scaler_lab.client.graph import GraphGroup
from scaler_lab.client.map import mapped
from scaler_lab.client.notebook_cell import current_cell
from scaler_lab.client.notebook_cell import track_cells as watch_cells
from scaler_lab.client.options_view import ClientWithOptions
from scaler_lab.client.submission import Submitter, TaskIds, name_of, needs_of
from scaler_lab.core import wait as core_wait
from scaler_lab.core.board import Board, TaskRecord
from scaler_lab.core.cancel import cancel_all
from scaler_lab.core.dependencies import PLAIN_TYPES
from scaler_lab.core.encoding import printable
from scaler_lab.core.fork_guard import refuse_in_fork, this_process
from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import Task
from scaler_lab.core.options import PLAIN, OptionsGiven, checked
from scaler_lab.core.shared_ref import SharedRef
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.core.wait import DoneAndNotDoneFutures
from scaler_lab.engines.base import Engine, Feature
from scaler_lab.errors import FeatureMissing

__all__ = ["Client", "name_of"]

T = TypeVar("T")


class Client(Unpicklable, Executor):
    """Submits functions to an engine and gives `ScalerFuture`s for them.

    ``Client()`` starts the local engine: worker processes on this machine, one for each core
    unless *n_workers* says otherwise.  It ends with the client, however that ends.

    *engine* may be the address of a local engine that runs already, ``"local://NAME"``; any
    ``concurrent.futures.Executor``; a Dask or OpenGRIS Scaler client or address; the module
    ``ray``, once ``ray.init`` was called; an `Engine`.
    What was given stays its owner's: the client's end does not shut it down.  A *board* may be
    shared by several clients, so that one view shows them all.  *echo*: what tasks write to stdout
    and stderr is printed here too, as it comes; None is yes in a script or a terminal, and no in a
    notebook's kernel, or where the engine doesn't tell (`ScalerFuture.output` has it).  Further
    keywords are the engine's: see `LocalEngine`.  What is not said here may be said by the
    environment or by a file: see `scaler_lab.client.config`.

    ::

        >>> with Client(n_workers=1) as own:
        ...     own.submit(pow, 2, 10).result()
        1024

    Raises `EngineStartFailed`, `EngineNotFound`, `EngineMissing`, `BadConfiguration`;
    `FeatureMissing` where *echo* is asked of an engine that doesn't tell what tasks write.
    """

    def __init__(
        self,
        engine: Any = None,
        *,
        n_workers: int | None = None,
        board: Board | None = None,
        echo: bool | None = None,
        **settings: Any,
    ) -> None:
        watch_cells()
        self._engine = engine_resolution.resolve(engine, n_workers=n_workers, **settings)
        self.board = Board() if board is None else board
        ids = TaskIds()
        self._manager = FutureManager(
            self.board,
            self._engine.request_cancel,
            send_tasks=self._engine.submit,
            send_dropped=self._engine.expect_no_more,
            new_id=ids.next,
        )
        self._next_id = ids.next
        self._pid = this_process()
        self._manager.on_retry(shutdown.weakly(self._submit_again))
        if is_wanted(config.echo() if echo is None else echo):
            self._manager.listener = Echo()
        self._engine.open(self._manager.on_events)
        self._manager.reports_starts = self._engine.reports_starts
        if Feature.OUTPUT not in self._engine.features:  # known for certain once it is open
            why = f"{self._engine.label} does not tell what its tasks write"
            self._manager.no_output = f"{why}; have them return it, or write it to a file"
            if echo:
                self._engine.close()
                raise FeatureMissing(f"echo=True can't be had: {why}")
        self._manager.begin()
        self._finalizer = shutdown.finalize(self, self._engine, self._manager)
        # Windows of other processes find it from its first task on.
        serve_feed = None if self._engine.has_feed else self._finalizer.serve_feed
        self._modules = EditedModules(self._engine)
        followed = None
        if is_interactive():
            followed = self._modules
            followed.note_loaded()
        self._submitter = Submitter(self._engine, self._manager, ids, serve_feed, followed)
        self._submit_tasks = self._submitter.submit_tasks
        replaced.note(self)

    # -- submitting ------------------------------------------------------------------------------

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> ScalerFuture[T]:
        """Have ``fn(*args, **kwargs)`` run; returns at once with its future.

        Any callable the engine can send will do: lambdas, closures, methods, builtins.  The call
        is pickled before this returns, also if the task waits for others or is tried again later:
        what the caller changes afterwards doesn't change it.  (An executor with threads shares the
        objects themselves, as the standard library's does.)

        Raises `TaskUnserializable` here, in the caller's frame, if something can't be sent;
        `EngineLost` if the engine is gone; `RuntimeError` after `shutdown`.

        Futures among the arguments, also inside lists, tuples and dicts (their values), are
        replaced by their results: the task is *waiting* until they are there.  It fails with
        `DependencyFailed` where one of them fails, and is cancelled where one is cancelled.  They
        may be another client's, or any `concurrent.futures.Future`.

        For a name, a timeout, retries and more: `options`.

        ::

            >>> future = client.submit(sorted, "hello", reverse=True)
            >>> future.result()
            ['o', 'l', 'l', 'h', 'e']
        """
        for value in args:  # here, not in a function: most tasks go no further
            if type(value) not in PLAIN_TYPES:
                may_wait = True
                break
        else:
            may_wait = bool(kwargs)
        if may_wait and needs_of(args, kwargs):
            return self._submitter.submit(PLAIN, fn, args, kwargs)
        cell = current_cell()
        task = Task(self._next_id(), name_of(fn), fn, args, kwargs, cell=cell)
        record = TaskRecord(task.task_id, task.name, time.monotonic(), cell=cell)
        return self._submit_tasks((task,), (record,))[0]

    def options(self, **given: Unpack[OptionsGiven]) -> ClientWithOptions:
        """A view of this client that submits with options.

        ::

            client.options(timeout=60, retries=2).submit(fit, data)

        *name*: what views call the task.  *timeout*: seconds that it may run (each attempt, from
        its start); then it is stopped as by a cancel, and fails with `TaskTimeout`.  Where the
        engine reports no starts, they count from when the task was handed to it.

        *retries*: how often to run it again after its worker died, or after an exception of the
        classes *retry_on* (one or several).  *retry_delay*: seconds before the second attempt,
        doubled for each further one, to a minute at most.

        *priority*: a whole number; among this client's queued tasks higher ones start first.
        *tags*: words shown with the task, which views can be searched for.  *force_cancel*: a
        cancel of it, and its timeout, kill at once instead of interrupting first.

        Views can be refined: ``client.options(retries=2).options(timeout=5)`` has both.  Raises
        TypeError or ValueError here for what can't be; its `submit` raises `FeatureMissing`
        for what the engine can't do.
        """
        return ClientWithOptions(self._submitter, self._manager, checked(PLAIN, given))

    def submit_graph(
        self,
        graph: Mapping[Any, Any],
        keys: Iterable[Hashable] | None = None,
        *,
        name: str | None = None,
        literal_strings: bool = False,
    ) -> GraphGroup:
        """Submit a graph of tasks, as Scaler and Dask write them, as one atomic group.

        ::

            group = client.submit_graph({"a": 1, "b": (inc, "a"), "c": (sum, ["a", "b"])}, ["c"])
            group["c"].result()

        A tuple that begins with a callable is a task; keys among its arguments, also inside lists,
        stand for what they compute; everything else is itself.  Only what *keys* need is run
        (None: all).  Cancelling any task of it cancels them all.

        Raises `GraphError` for a cycle and `GraphKeyError` for a key that isn't there, before
        anything is sent; both name it.  A string in a task's arguments must be a key, as in Scaler;
        with *literal_strings* one that isn't is passed on as it is, as in Dask.
        """
        return self._submitter.submit_graph(
            PLAIN, graph, keys, name, literal_strings=literal_strings
        )

    def submit_each(
        self,
        fn: Callable[..., T],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[T]:
        """Submit ``fn(*items)`` for the items of *iterables* taken together, as `map` pairs them.

        Returns a `TaskGroup`: a sequence of the futures that can be counted and cancelled as one.
        Members are called ``name[0]``, ``name[1]``, and so on.

        The iterables are read to their end, and the calls submitted in portions of a thousand
        meanwhile.  If an iterable raises, if a call can't be sent, or on Ctrl-C, this raises that
        and returns no group: none of the portion is submitted, and the calls of the portions before
        are cancelled.  Raises ValueError, and cancels what it submitted, if there are more than a
        million calls: see `map` for more.

        *atomic*: cancelling any member cancels all of them, as one.  The group is submitted as a
        whole, or not at all; it can have a hundred thousand members.

        ::

            >>> group = client.submit_each(pow, [2, 3, 4], [5, 2, 1], name="power")
            >>> [future.name for future in group]
            ['power[0]', 'power[1]', 'power[2]']
            >>> group.results()
            [32, 9, 4]
        """
        return self._submitter.submit_each(PLAIN, fn, iterables, name, atomic=atomic)

    def map(
        self,
        fn: Callable[..., T],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
        **options: Any,
    ) -> Iterator[T]:
        """`concurrent.futures.Executor.map`: an iterator of the results, in order.

        With *chunksize* over 1, that many calls make one task.  What the iterator still waits for
        when it is closed, or when a call raises, is cancelled, in one message.  It keeps no result
        that it has given out.

        Without *buffersize* the iterables are read to their end first, as `submit_each` does.  With
        it, as in Python 3.14, at most so many tasks are submitted whose results were not read yet,
        and the iterables are read on as results are: they may be endless.

        ::

            >>> list(client.map(len, ["a", "bc", "def"]))
            [1, 2, 3]
        """
        if options:
            raise TypeError(f"map() got an unexpected keyword argument {next(iter(options))!r}")
        calls = functools.partial(self._submitter.calls, PLAIN)
        results = mapped(calls, fn, iterables, timeout, chunksize, buffersize)
        return results if buffersize is None else _keeping(self, results)

    def _submit_again(self, future: ScalerFuture[Any]) -> ScalerFuture[Any]:
        return self._submitter.submit_again(future)

    def scatter(self, value: Any) -> SharedRef:
        """Send *value* to the engine once; returns what to give to tasks in its place.

        The tasks get the value itself, also where the reference is inside a list, a dict or an
        object.  On the local engine it lies in shared memory: arrays are read-only views of it,
        one copy for all workers, however many tasks use them; `bytes` and `str` are copied once
        for each worker, and anything else is rebuilt for each task.

        It is kept until ``ref.release()`` (or the end of ``with client.scatter(...) as ref:``), or
        until neither the reference nor an undone task that was given it is left; and it ends with
        the client, however that ends.

        Blocks while the value is written: about half a second a GB.  Raises `FeatureMissing` where
        the engine can't, `TaskUnserializable`, `EngineLost`, and OSError where there is no room.

        ::

            ref = client.scatter(table)
            scores = client.submit_each(fit, [ref] * 8, range(8))
        """
        refuse_in_fork(self._pid)
        return self._engine.share(value)

    def refresh(self) -> None:
        """Run the tasks submitted from now on with the current text of your own modules.

        Workers keep the modules that their tasks imported. After a call of `refresh`, a worker that
        imported a module before you edited its file runs none of the later tasks: it is replaced by
        a worker that imports the module anew. Tasks that are running or queued are not stopped.

        Your own modules are those outside the standard library and ``site-packages``, and those
        installed in editable mode. In notebooks and in Python's or IPython's REPL, a client does
        this by itself when you submit, at most twice a second and in each new cell; in scripts it
        doesn't. If the program itself imported a module before the edit, a warning says so once:
        the program goes on with the old text until you reload the module.

        Raises:
            FeatureMissing: if the engine can't replace its workers: on every engine but the local
                one and executors that run tasks in this process.
            EngineLost: if the engine is gone.
        """
        refuse_in_fork(self._pid)
        self._modules.check(by_hand=True)

    # -- waiting ---------------------------------------------------------------------------------

    def wait(
        self,
        futures: Iterable[ScalerFuture[T]] | None = None,
        timeout: float | None = None,
        return_when: str = ALL_COMPLETED,
        *,
        progress: bool = True,
    ) -> DoneAndNotDoneFutures[T]:
        """`concurrent.futures.wait` for *futures* (None: all that are open), with a bar.

        Gives ``(done, not_done)``, two sets, after *timeout* seconds at the latest; raises nothing
        for those that failed.  *return_when* is the standard library's: ALL_COMPLETED,
        FIRST_COMPLETED or FIRST_EXCEPTION.

        In a terminal it shows how far they are (*progress*; not where `live` does already).
        There Ctrl-C asks whether to leave the tasks running, to cancel them (as a second Ctrl-C
        does), or to wait on; elsewhere it is a plain KeyboardInterrupt, and the tasks go on.

        ::

            done, not_done = client.wait(timeout=60)
        """
        chosen = self._manager.open_futures if futures is None else futures
        title = self._engine.label
        return core_wait.wait(
            chosen, timeout, return_when, progress=progress, title=title, cancel_all=cancel_all
        )

    # -- cancelling ------------------------------------------------------------------------------

    def cancel(
        self,
        futures: Iterable[ScalerFuture[Any]] | None = None,
        timeout: float | None = CANCEL_TIMEOUT,
        *,
        force: bool = False,
    ) -> int:
        """Ask to stop *futures* (None: all that are open) in one message, then wait once.

        Waits at most *timeout* seconds for the answers (None: as long as they take).  Returns how
        many are or will end cancelled; the others were done before.

        ::

            >>> group = client.submit_each(time.sleep, [1000] * 20)
            >>> client.cancel(group)
            20
        """
        chosen = self._manager.open_futures if futures is None else list(futures)
        return cancel_all(chosen, timeout, force=force)

    # -- looking ---------------------------------------------------------------------------------

    @property
    def engine(self) -> Engine:
        """The engine that runs the tasks."""
        return self._engine

    @property
    def futures(self) -> list[ScalerFuture[Any]]:
        """The futures without a verdict, and the done ones that somebody still refers to."""
        return self._manager.futures

    def profile(self) -> list[dict[str, Any]]:
        """What the tasks of its board took: a row each, oldest first, as for a ``DataFrame``.

        The columns are *number*, *name*, *status* and those of `ProfileResult`, which says what
        each number is; None is for what is not known.

        ::

            pandas.DataFrame(client.profile()).groupby("name").cpu_seconds.sum()
        """
        return [
            {"number": info.number, "name": info.name, "status": info.status.value}
            | msgspec.structs.asdict(profile)
            for info, profile in self.board.profiles()
        ]

    def live(self, **options: Any) -> AbstractContextManager[Any]:
        """A context manager that shows the tasks live in the terminal while its block runs.

        What the block prints goes above the view.  *options* are *title*, *rows*, *keep* and
        *console*, as `scaler_lab.ui.terminal.live.live` has them.  Where stdout is no
        terminal, it says a plain line now and then.
        """
        return cast("AbstractContextManager[Any]", open_view("live", self, **options))

    def submit_form(self, fn: Callable[..., Any], /, **fields: Any) -> SubmitForm:
        """A form for *fn*'s arguments in a notebook, with Run and Cancel, and what came of it.

        Its fields follow from the signature: annotations (bool, int, float, str, `Literal`, an
        `Enum`, any of them ``| None``), else defaults, else a field for a Python literal.
        *fields* say otherwise by name, as `ipywidgets.interact` has it: ``(0, 10)`` a slider, a
        list a choice, ``ipywidgets.fixed(x)`` none.

        While a cell runs, its buttons act at once in JupyterLab and Notebook 7 with ipykernel 7;
        with ipykernel 6, and in other front ends, when the cell ends.

        ::

            client.submit_form(simulate, steps=(100, 10_000), method=["euler", "heun"])
        """
        return cast("SubmitForm", open_view("form", self, fn=fn, given=fields))

    def __rich__(self) -> object:
        return open_view("client", self)

    def _ipython_display_(self) -> None:
        open_view("notebook", self)

    def _repr_mimebundle_(self, **_kinds: Any) -> object:
        return open_view("mimebundle", self)

    def __repr__(self) -> str:
        shown = ", ".join(f"{n} {s.value}" for s, n in self.board.counts.items() if n)
        state = ", shut down" if self._submitter.is_closed else ""
        return f"<Client on {printable(self._engine.label)}{state}: {shown or 'no tasks yet'}>"

    # -- ending ----------------------------------------------------------------------------------

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """`concurrent.futures.Executor.shutdown`: accept no more tasks, let the accepted ones end.

        With *cancel_futures*, those that have not started are cancelled.  With *wait*, returns
        once all futures are done, their callbacks have run and the engine's processes are gone;
        without it, at once, and a thread sees to the rest.

        Ctrl-C ends the wait: the tasks go on, and the engine closes after them.
        """
        self._submitter.close()
        if cancel_futures:
            queued = [f for f in self._manager.open_futures if not f.running()]
            self._manager.request_cancel(queued)
        self._finalizer.shutdown(wait=wait)

    @property
    def is_shut_down(self) -> bool:
        """Whether it takes no more tasks."""
        return self._submitter.is_closed

    def end_idle(self, why: str) -> None:
        """`shutdown` in the background, if no task is open.  A later submit raises *why*."""
        if not self._manager.open_futures:
            self._submitter.close(why)
            self._finalizer.shutdown(wait=False)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        """`shutdown`, which waits for the tasks; but an interrupt cancels them.

        If a KeyboardInterrupt leaves the block, or arrives while this waits, the open tasks are
        cancelled, and this waits three seconds at most for them to stop; so too for a
        GeneratorExit and asyncio's CancelledError.  For any other exception it waits for the tasks,
        and after two seconds prints to stderr which exception it is and what it waits for.
        """
        self._leave(exc_value)
        return None

    def _leave(self, error: BaseException | None) -> None:
        self._submitter.close()
        self._finalizer.leave(error)

    def __enter__(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """What leaving a ``with`` block does, in a thread, so that the event loop goes on.

        If the asyncio task that leaves is cancelled meanwhile, the open tasks are cancelled, and
        the rest of the shutdown goes on without it.
        """
        import asyncio  # 40 ms that only those who await pay

        # Shielded: a cancel would take it back where its thread had not begun.
        leaving = asyncio.get_running_loop().run_in_executor(None, self._leave, exc_value)
        try:
            await asyncio.shield(leaving)
        except asyncio.CancelledError:
            self._finalizer.interrupt()
            raise


def _keeping(client: Client, results: Iterator[T]) -> Iterator[T]:
    """*results*, which submit tasks while they are read, and *client* is not to end before."""
    yield from results
    del client


class SubmitForm(Protocol):
    """What `Client.submit_form` gives; as a cell's last line it shows itself."""

    @property
    def future(self) -> ScalerFuture[Any] | None:
        """That of the last Run; None before the first."""
        ...

    def run(self) -> ScalerFuture[Any]:
        """Submit the call that stands in the fields.

        Raises ValueError where a field can't be read, and what `Client.submit` raises.
        """
        ...

    def cancel(self) -> bool:
        """Ask to stop the last call, without waiting; whether it is or will end cancelled."""
        ...
