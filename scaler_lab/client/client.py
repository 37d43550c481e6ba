"""`Client`: submits functions to an engine.  A `concurrent.futures.Executor`, and more.

    Client ──Task, TaskCancel──> Engine
       │                           │
       └── FutureManager <──events─┘ ──> Board ──> views

The client has no threads and no sockets of its own.  The engine has those that it needs, and the
future manager has a thread for callbacks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import ALL_COMPLETED, Executor, Future
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack, overload

import msgspec

from scaler_lab.client import config, engine_resolution, replaced, shutdown
from scaler_lab.client.display import ClientDisplay
from scaler_lab.client.echo import Echo, is_wanted
from scaler_lab.client.edited_modules import EditedModules
from scaler_lab.client.engine_settings import EngineSettings
from scaler_lab.client.functions import check_function
from scaler_lab.client.graph import GraphGroup
from scaler_lab.client.map import mapped
from scaler_lab.client.notebook_cell import track_cells as watch_cells
from scaler_lab.client.options_view import ClientWithOptions
from scaler_lab.client.submission import Submitter, TaskIds, annotations_of, name_of, needs_of
from scaler_lab.core import wait as core_wait
from scaler_lab.core.board import Board
from scaler_lab.core.cancel import cancel_futures, request_cancel_of_futures
from scaler_lab.core.decision_runner import Replaced
from scaler_lab.core.dependencies import PLAIN_TYPES
from scaler_lab.core.encoding import printable
from scaler_lab.core.fork_guard import refuse_in_fork, this_process
from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.gather import results_of
from scaler_lab.core.interactive import is_interactive
from scaler_lab.core.messages import Task
from scaler_lab.core.options import PLAIN, OptionsGiven, checked
from scaler_lab.core.selection import REQUIRED, futures_from
from scaler_lab.core.shared_ref import SharedRef
from scaler_lab.core.stack import STACK_TIMEOUT, Stack
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.core.wait import DoneAndNotDoneFutures
from scaler_lab.engines.base import Engine, Feature
from scaler_lab.errors import FeatureMissing

if TYPE_CHECKING:
    from scaler_lab.client.joblib_backend import ScalerLabBackend
    from scaler_lab.ui.notebook.form import Form
    from scaler_lab.ui.terminal.live import LiveOptions, LiveView

__all__ = ["Client", "name_of"]

T = TypeVar("T")


class Client(ClientDisplay, Unpicklable, Executor):
    """Submits functions to an engine and returns a `ScalerFuture` for each of them.

    ``Client()`` starts the local engine: worker processes on this machine, one for each core
    unless *n_workers* says otherwise.  The engine ends with the client, however that ends.

    The client does not own an engine, executor or cluster client that you pass in: the end of the
    client does not shut it down.

    Settings that you don't pass are read from the environment or from a file: see
    `scaler_lab.client.config`.

    Args:
        engine: None for a local engine of the client's own; the address of a local engine that
            runs already, ``"local://NAME"``; any ``concurrent.futures.Executor``; a Dask or
            OpenGRIS Scaler client or address; the module ``ray``, once ``ray.init`` was called;
            or an `Engine`.
        n_workers: The number of worker processes of a new local engine.
        max_workers: The same as *n_workers*, by the name that the standard library's executors
            have for it.  Give one of them.
        board: A `Board` to show the tasks on.  Several clients may share a board, so that one view
            shows the tasks of all of them.
        echo: Whether to print here what tasks write to stdout and stderr, as it arrives.  None
            means yes in a script or a terminal, and no in a notebook's kernel or if the engine
            does not report task output.  `ScalerFuture.output` has the text even if it isn't
            printed, provided that the engine reports it.
        **settings: Settings of the engine.  For a local engine: *grace*, *initializer*, *initargs*
            and *capture*, as in `LocalEngine`.  For others see `scaler_lab.client.engine_settings`.

    Raises:
        EngineStartFailed: The local engine could not be started.
        EngineNotFound: No local engine runs under that name.
        EngineMissing: The library that the engine needs is not installed.
        BadConfiguration: The environment or the configuration file has an invalid setting.
        TypeError: A setting is unknown, or does not apply to this engine.
        FeatureMissing: You passed ``echo=True``, and the engine does not report task output.

    Example::

        >>> with Client(n_workers=1) as own:
        ...     own.submit(pow, 2, 10).result()
        1024
    """

    def __init__(
        self,
        engine: Any = None,
        *,
        n_workers: int | None = None,
        max_workers: int | None = None,
        board: Board | None = None,
        echo: bool | None = None,
        **settings: Unpack[EngineSettings],
    ) -> None:
        watch_cells()
        if max_workers is not None:
            if n_workers is not None:
                raise TypeError("n_workers and max_workers are the same setting; give one of them")
            n_workers = max_workers
        self._engine = engine_resolution.resolve(engine, n_workers=n_workers, **settings)
        self.board = Board() if board is None else board
        ids = TaskIds()
        self._manager = FutureManager(
            self.board,
            self._engine,
            new_id=ids.next,
        )
        self._next_id = ids.next
        self._pid = this_process()
        self._manager.on_retry(shutdown.weakly(self._submit_again))
        if is_wanted(config.echo() if echo is None else echo):
            self._manager.listener = Echo(self._manager.board)
        self._engine.open(self._manager.on_events)
        self._manager.reports_starts = self._engine.reports_starts
        self._manager.feed_id = self._engine.feed_id
        if Feature.OUTPUT not in self._engine.features:  # known for certain once open
            why = f"{self._engine.label} does not report the output of its tasks"
            self._manager.no_output = f"{why}; have them return it, or write it to a file"
            if echo:
                self._engine.close()
                raise FeatureMissing(f"echo=True is not available: {why}")
        self._manager.engine_request_stack = self._engine.request_stack
        self._manager.begin()
        self._finalizer = shutdown.finalize(self, self._engine, self._manager)
        # Views in other processes can find this client from its first task on.
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

    @overload
    def submit(
        self, fn: Callable[..., Coroutine[Any, Any, T]], /, *args: Any, **kwargs: Any
    ) -> ScalerFuture[T]: ...
    @overload
    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> ScalerFuture[T]: ...
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> ScalerFuture[Any]:
        """Submit ``fn(*args, **kwargs)`` and return its future at once.

        *fn* may be any callable that the engine can send: a function, lambda, closure, method or
        builtin.  If it is a coroutine function, the worker runs the coroutine in an event loop, and
        a cancel raises `asyncio.CancelledError` in it.

        The call is pickled before this method returns, even if the task waits for others or is
        retried later.  Later changes to the arguments therefore don't affect the task.  (An
        executor with threads shares the objects themselves, as the standard library's does.)

        Futures among the arguments, also inside lists, tuples and dict values, are replaced by
        their results.  The task is *waiting* until they are available.  If one of them fails, the
        task fails with `DependencyFailed`; if one is cancelled, the task is cancelled.  The futures
        may come from another client, and may be any `concurrent.futures.Future`.

        To set a name, a timeout, retries and more, use `options`.

        Args:
            fn: The callable to run.
            *args: Its positional arguments.
            **kwargs: Its keyword arguments.

        Returns:
            The future of the task.

        Raises:
            TaskUnserializable: *fn* or an argument can't be sent.  Raised here, in the caller's
                frame.
            TypeError: *fn* is not a function: a coroutine, for example; or it is an async generator
                function.
            EngineLost: The engine is gone.
            RuntimeError: The client was shut down.

        Example::

            >>> future = client.submit(sorted, "hello", reverse=True)
            >>> future.result()
            ['o', 'l', 'l', 'h', 'e']
        """
        check_function(fn)
        for value in args:  # inline, not in a function: this is the path of most tasks
            if type(value) not in PLAIN_TYPES:
                may_wait = True
                break
        else:
            may_wait = bool(kwargs)
        if may_wait and needs_of(args, kwargs):
            return self._submitter.submit(PLAIN, fn, args, kwargs)
        annotations = annotations_of(PLAIN)
        task = Task(self._next_id(), name_of(fn), fn, args, kwargs, annotations)
        return self._submit_tasks((task,))[0]

    def options(self, **given: Unpack[OptionsGiven]) -> ClientWithOptions:
        """Return a view of this client that submits tasks with these options.

        Views can be refined: ``client.options(retries=2).options(timeout=5)`` has both options.

        Args:
            name: The name of the task in views.
            timeout: The seconds that each attempt may run, counted from its start.  After that time
                the task is stopped as by a cancel, and fails with `TaskTimeout`.  If the engine
                does not report starts, the seconds count from when the task was sent to it.
            retries: How often to run the task again after its worker died, or after an exception of
                the classes in *retry_on*.
            retry_on: One exception class, or several.
            retry_delay: Seconds before the second attempt.  The delay doubles for each further
                attempt, up to one minute.
            priority: A whole number.  Among this client's queued tasks, those with a higher
                priority start first.
            tags: Words that views show with the task, and that you can search for.
            force_cancel: Whether a cancel of the task, or its timeout, kills its worker at once
                instead of interrupting the task first.

        Returns:
            A `ClientWithOptions`.  Its `submit` raises `FeatureMissing` for an option that the
            engine does not support.

        Raises:
            TypeError: An option is unknown, or its value has the wrong type.
            ValueError: The value of an option is out of range.

        Example::

            client.options(timeout=60, retries=2).submit(fit, data)
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

        A tuple that begins with a callable is a task.  Keys among its arguments, also inside lists,
        stand for the values that they compute.  Everything else stands for itself.  If you cancel
        one task of the graph, all of them are cancelled.

        Args:
            graph: A dict of keys and computations.
            keys: The keys to compute; None means all.  Only the tasks that these keys need are run.
            name: The name of the group.
            literal_strings: Whether a string in a task's arguments may be something other than a
                key.  By default it must be a key, as in Scaler.  If true, a string that is not a
                key is passed on as it is, as in Dask.

        Returns:
            The futures, as a `GraphGroup`.

        Raises:
            GraphError: The graph has a cycle; the message names it.  Nothing was sent.
            GraphKeyError: A key does not exist; the message names it.  Nothing was sent.

        Example::

            group = client.submit_graph({"a": 1, "b": (inc, "a"), "c": (sum, ["a", "b"])}, ["c"])
            group["c"].result()
        """
        return self._submitter.submit_graph(
            PLAIN, graph, keys, name, literal_strings=literal_strings
        )

    @overload
    def submit_each(
        self,
        fn: Callable[..., Coroutine[Any, Any, T]],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[T]: ...
    @overload
    def submit_each(
        self,
        fn: Callable[..., T],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[T]: ...
    def submit_each(
        self,
        fn: Callable[..., Any],
        /,
        *iterables: Iterable[Any],
        name: str | None = None,
        atomic: bool = False,
    ) -> TaskGroup[Any]:
        """Submit ``fn(*items)`` for the items of *iterables* taken together, as `map` pairs them.

        The iterables are read to their end.  Meanwhile the calls are submitted in portions of a
        thousand.  If an iterable raises, if a call can't be sent, or on Ctrl-C, this method raises
        that exception and returns no group: the current portion is not submitted, and the calls of
        earlier portions are cancelled.

        Args:
            fn: The callable to run.
            *iterables: Iterables of the arguments of *fn*.
            name: The name of the group.  Its members are called ``name[0]``, ``name[1]``, and so
                on.
            atomic: Whether cancelling any member cancels all of them.  An atomic group is submitted
                as a whole or not at all, and can have 100,000 members.

        Returns:
            A `TaskGroup`: a sequence of the futures, which you can count and cancel as one.

        Raises:
            ValueError: There are more than a million calls; those already submitted were cancelled.
                Use `map` for more.
            TaskUnserializable: A call can't be sent.

        Example::

            >>> group = client.submit_each(pow, [2, 3, 4], [5, 2, 1], name="power")
            >>> [future.name for future in group]
            ['power[0]', 'power[1]', 'power[2]']
            >>> group.results()
            [32, 9, 4]
        """
        return self._submitter.submit_each(PLAIN, fn, iterables, name, atomic=atomic)

    @overload
    def map(
        self,
        fn: Callable[..., Coroutine[Any, Any, T]],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
        **options: Any,
    ) -> Iterator[T]: ...
    @overload
    def map(
        self,
        fn: Callable[..., T],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
        **options: Any,
    ) -> Iterator[T]: ...
    def map(
        self,
        fn: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
        buffersize: int | None = None,
        **options: Any,
    ) -> Iterator[Any]:
        """Return an iterator of the results of many calls, in order, as `Executor.map` does.

        When the iterator is closed, or when a call raises, the tasks that it still waits for are
        cancelled in one message.  The iterator keeps no reference to results that it has returned.

        Args:
            fn: The callable to run.
            *iterables: Iterables of the arguments of *fn*.
            timeout: Seconds after which the iterator raises `TimeoutError`, counted from this call.
            chunksize: How many calls make one task.
            buffersize: The number of submitted tasks whose results were not read yet, at most, as
                in Python 3.14.  The iterables are then read on as you read results, so they may be
                endless.  If None, the iterables are read to their end first, as `submit_each` does.
            **options: Any other keyword raises TypeError.  Task options go to `options`.

        Returns:
            An iterator of the results.

        Raises:
            ValueError: *chunksize* or *buffersize* is below 1, or there are more than a million
                calls.
            TypeError: *buffersize* is not a whole number, or an argument is unknown.

        Example::

            >>> list(client.map(len, ["a", "bc", "def"]))
            [1, 2, 3]
        """
        if options:
            raise TypeError(f"map() got an unexpected keyword argument {next(iter(options))!r}")
        calls = functools.partial(self._submitter.calls, PLAIN)
        results = mapped(calls, fn, iterables, timeout, chunksize, buffersize)
        return results if buffersize is None else _keeping(self, results)

    def joblib_backend(self) -> ScalerLabBackend:
        """Return a backend for `joblib.parallel_config` that runs joblib's calls on this client.

        scikit-learn's searches and ensembles are joblib calls too.  Each batch of calls is a task.
        If one of them is cancelled, the call ends with `CancelledError`.

        By default joblib uses one job for each worker of the engine.  ``n_jobs`` limits how many
        batches are submitted at a time.

        Raises:
            ImportError: joblib is not installed.

        Example::

            with joblib.parallel_config(client.joblib_backend()):
                search.fit(X, y)
        """
        from scaler_lab.client.joblib_backend import ScalerLabBackend

        return ScalerLabBackend(self)

    def _submit_again(self, future: ScalerFuture[Any], replaced: Replaced) -> ScalerFuture[Any]:
        return self._submitter.submit_again(future, replaced)

    def scatter(self, value: Any) -> SharedRef:
        """Send *value* to the engine once, and return a reference to pass to tasks in its place.

        The tasks get the value itself, even if the reference is inside a list, a dict or an object.
        The local engine keeps the value in shared memory.  Arrays are read-only views of it: one
        copy serves all workers, however many tasks use it.  `bytes` and `str` are copied once for
        each worker, and anything else is rebuilt for each task.

        The value is kept until you call ``ref.release()``, until the block of
        ``with client.scatter(...) as ref:`` ends, or until neither the reference nor an unfinished
        task that uses it is left.  It never outlives the client.

        This method blocks while the value is written, about half a second per GB.

        Args:
            value: The value to share.

        Returns:
            A reference to the value.

        Raises:
            FeatureMissing: The engine can't share data.
            TaskUnserializable: The value can't be sent.
            EngineLost: The engine is gone.
            OSError: There is not enough space.

        Example::

            ref = client.scatter(table)
            scores = client.submit_each(fit, [ref] * 8, range(8))
        """
        refuse_in_fork(self._pid)
        return self._engine.share(value)

    def refresh(self) -> None:
        """Run the tasks submitted from now on with the current text of your own modules.

        Workers keep the modules that their tasks imported. If a worker imported a module before you
        edited its file, it runs none of the tasks submitted after `refresh`: it is replaced by a
        worker that imports the module again. Tasks that are running or queued are not stopped.

        Your own modules are those outside the standard library and ``site-packages``, and those
        installed in editable mode. In notebooks and in Python's or IPython's REPL, a client
        refreshes by itself when you submit, at most twice a second and once in each new cell. In
        scripts it does not. If the program itself imported a module before the edit, a warning says
        so once: the program keeps the old version until you reload the module.

        Raises:
            FeatureMissing: The engine can't replace its workers.  Only the local engine can, and
                executors that run tasks in this process.
            EngineLost: The engine is gone.
        """
        refuse_in_fork(self._pid)
        self._modules.check(by_hand=True)

    # -- waiting ---------------------------------------------------------------------------------

    def wait(
        self,
        futures: ScalerFuture[T] | Iterable[ScalerFuture[T]] = REQUIRED,
        timeout: float | None = None,
        return_when: str = ALL_COMPLETED,
        *,
        progress: bool = True,
    ) -> DoneAndNotDoneFutures[T]:
        """Wait for futures as `concurrent.futures.wait` does, with a progress bar in a terminal.

        In a session in which a person types, such as IPython's or ``python -i``, Ctrl-C opens a
        question: leave the tasks running, cancel them (as a second Ctrl-C does), or continue to
        wait.  Elsewhere, as in a script, it raises KeyboardInterrupt, and the tasks go on.

        Args:
            futures: The futures to wait for, or a single one.
            timeout: The longest time to wait, in seconds.
            return_when: ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, as in the standard
                library.
            progress: Whether to show a progress bar in a terminal.  The bar is never shown while
                `live` shows the tasks.

        Returns:
            ``(done, not_done)``, two sets.  Failed futures don't raise here.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.

        Example::

            done, not_done = client.wait(futures, timeout=60)
        """
        otherwise = "wait_all() waits for all unfinished tasks"
        chosen = futures_from(futures, "wait", otherwise=otherwise, accepted=Future)
        title = self._engine.label
        return core_wait.wait_for(chosen, timeout, return_when, progress=progress, title=title)

    def wait_all(
        self,
        timeout: float | None = None,
        return_when: str = ALL_COMPLETED,
        *,
        progress: bool = True,
    ) -> DoneAndNotDoneFutures[Any]:
        """Wait for all unfinished futures of this client, as `wait` does for those you pass.

        Args:
            timeout: As in `wait`.
            return_when: As in `wait`.
            progress: As in `wait`.

        Returns:
            ``(done, not_done)``, two sets of the futures that were unfinished before.

        Example::

            done, not_done = client.wait_all(timeout=60)
        """
        return self.wait(self._manager.open_futures, timeout, return_when, progress=progress)

    @overload
    def gather(
        self, futures: ScalerFuture[T], timeout: float | None = None, *, progress: bool = True
    ) -> T: ...
    @overload
    def gather(
        self,
        futures: Iterable[ScalerFuture[T]],
        timeout: float | None = None,
        *,
        progress: bool = True,
    ) -> list[T]: ...
    def gather(
        self,
        futures: ScalerFuture[T] | Iterable[ScalerFuture[T]],
        timeout: float | None = None,
        *,
        progress: bool = True,
    ) -> T | list[T]:
        """Return the values of *futures*, in order; wait for them as `wait` does.

        Args:
            futures: The futures, or a single one.
            timeout: The longest time for all of them together, in seconds; None waits without a
                limit.
            progress: Whether to show a progress bar in a terminal.

        Returns:
            The list of the values, or the value itself for a single future.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.
            TimeoutError: A future isn't done after *timeout* seconds.
            CancelledError: A future was cancelled.
            Exception: The exception of the first future, in order, that failed.  The others go on.

        Example::

            >>> client.gather([client.submit(len, word) for word in ("a", "bc")])
            [1, 2]
        """
        chosen = futures_from(futures, "gather")
        values = results_of(chosen, timeout, progress=progress, title=self._engine.label)
        return values[0] if isinstance(futures, ScalerFuture) else values

    # -- cancelling ------------------------------------------------------------------------------

    def cancel(
        self,
        futures: ScalerFuture[Any] | Iterable[ScalerFuture[Any]] = REQUIRED,
        timeout: float | None = CANCEL_TIMEOUT,
        *,
        force: bool = False,
    ) -> int:
        """Request a cancel of *futures* in one message, then wait once for the answers.

        Args:
            futures: The futures to cancel, or a single one.
            timeout: The longest time to wait, in seconds; None means as long as the answers take.
            force: Whether to kill the workers at once instead of interrupting the tasks first.

        Returns:
            How many are or will end cancelled.  The others had finished before.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.

        Example::

            >>> group = client.submit_each(time.sleep, [1000] * 20)
            >>> client.cancel(group)
            20
        """
        chosen = futures_from(futures, "cancel", otherwise="cancel_all() cancels all tasks")
        return cancel_futures(chosen, timeout, force=force)

    def cancel_all(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> int:
        """Cancel all unfinished tasks of this client, as `cancel` does for those you pass.

        Args:
            timeout: As in `cancel`.
            force: As in `cancel`.

        Returns:
            How many are or will end cancelled.
        """
        return cancel_futures(self._manager.open_futures, timeout, force=force)

    def request_cancel(
        self,
        futures: ScalerFuture[Any] | Iterable[ScalerFuture[Any]] = REQUIRED,
        *,
        force: bool = False,
    ) -> int:
        """Request a cancel of *futures* in one message, and return without the answers.

        Args:
            futures: As in `cancel`.
            force: As in `cancel`.

        Returns:
            How many are or will end cancelled.  The others had finished before.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.
        """
        chosen = futures_from(futures, "request_cancel")
        return request_cancel_of_futures(chosen, force=force)

    # -- views and state -------------------------------------------------------------------------

    @property
    def engine(self) -> Engine:
        """The engine that runs the tasks."""
        return self._engine

    @property
    def futures(self) -> list[ScalerFuture[Any]]:
        """The unfinished futures, and the finished ones that something still refers to."""
        return self._manager.futures

    def stacks(self, timeout: float = STACK_TIMEOUT) -> dict[ScalerFuture[Any], Stack]:
        """Return where each running task is: `ScalerFuture.stack` of all of them.

        Args:
            timeout: The longest time to wait for the answers, in seconds.

        Raises:
            FeatureMissing: The engine can't show where a task is.
            EngineLost: The engine is gone.
        """
        running = [future for future in self._manager.open_futures if future.running()]
        return dict(zip(running, self._manager.stacks_of(running, timeout), strict=True))

    def resource_usage(self) -> list[dict[str, Any]]:
        """Return the resources that each task used, one row per task, oldest first.

        The rows are dicts with the columns *number*, *name*, *status* and those of `ProfileResult`,
        which describes each number.  Unknown values are None.  The tasks are those of the client's
        board.

        Example::

            pandas.DataFrame(client.resource_usage()).groupby("name").cpu_seconds.sum()
        """
        return [
            {"number": info.number, "name": info.name, "status": info.status.value}
            | msgspec.structs.asdict(profile)
            for info, profile in self.board.profiles()
        ]

    def live(self, **options: Unpack[LiveOptions]) -> LiveView:
        """Return a context manager that shows the tasks live in the terminal while its block runs.

        What the block prints appears above the view.  If stdout is not a terminal, the view prints
        a status line from time to time.

        Args:
            **options: *title*, *rows*, *keep* and *console*, as in
                `scaler_lab.ui.terminal.live.live`.
        """
        from scaler_lab.ui.terminal.live import live

        return live(self, **options)

    def submit_form(self, fn: Callable[..., Any], /, **fields: Any) -> Form:
        """Return a notebook form for the arguments of *fn*, with Run, Cancel and the result.

        The fields follow from the signature: from annotations (bool, int, float, str, `Literal`, an
        `Enum`, any of them ``| None``), else from default values.  An argument with neither gets a
        field for a Python literal.

        While a cell runs, the buttons act at once in JupyterLab and Notebook 7 with ipykernel 7.
        With ipykernel 6, and in other front ends, they act when the cell ends.

        Args:
            fn: The function to submit.
            **fields: Overrides for single arguments, as in `ipywidgets.interact`: ``(0, 10)`` is a
                slider, a list is a choice, ``ipywidgets.fixed(x)`` shows no field.

        Example::

            client.submit_form(simulate, steps=(100, 10_000), method=["euler", "heun"])
        """
        from scaler_lab.ui.notebook.form import open_form

        return open_form(self, fn, fields)

    def __repr__(self) -> str:
        state = ", shut down" if self._submitter.is_closed else ""
        shown = str(self.board.counts) or "no tasks yet"
        return f"<Client on {printable(self._engine.label)}{state}: {shown}>"

    # -- ending ----------------------------------------------------------------------------------

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more tasks, and let the accepted ones finish, as `Executor.shutdown` does.

        Ctrl-C ends the wait: the tasks go on, and the engine closes after them.

        Args:
            wait: If true, return once all futures are done, their callbacks have run and the
                engine's processes have ended.  If false, return at once, and a thread completes the
                shutdown.
            cancel_futures: Whether to cancel the tasks that have not started.
        """
        self._submitter.close()
        if cancel_futures:
            queued = [f for f in self._manager.open_futures if not f.running()]
            self._manager.request_cancel(queued)
        self._finalizer.shutdown(wait=wait)

    def close(self) -> None:
        """Accept no more tasks, wait for the accepted ones, and end: `shutdown` by its other name.

        `contextlib.closing` uses it, and so do users of Dask.
        """
        self.shutdown()

    @property
    def is_shut_down(self) -> bool:
        """Whether the client accepts no more tasks."""
        return self._submitter.is_closed

    def end_idle(self, why: str) -> None:
        """Run `shutdown` in the background if all tasks are finished.

        Args:
            why: The message of the error that a later submit raises.
        """
        if not self._manager.open_futures:
            self._submitter.close(why)
            self._finalizer.shutdown(wait=False)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        """Shut the client down and wait for the tasks; but an interrupt cancels them.

        If a KeyboardInterrupt leaves the block, or arrives during the wait, the open tasks are
        cancelled, and this method waits at most three seconds for them to stop.  The same holds for
        a GeneratorExit and for asyncio's CancelledError.  For any other exception it waits for the
        tasks, and after two seconds prints to stderr which exception it is and what it waits for.
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
        """Do in a thread what leaving a ``with`` block does, so that the event loop goes on.

        If the asyncio task that leaves the block is cancelled meanwhile, the open tasks are
        cancelled, and the rest of the shutdown continues in the background.
        """
        import asyncio  # takes 40 ms, so only users of `async with` import it

        # Shielded: without it, a cancel would withdraw the call if its thread had not started yet.
        leaving = asyncio.get_running_loop().run_in_executor(None, self._leave, exc_value)
        try:
            await asyncio.shield(leaving)
        except asyncio.CancelledError:
            self._finalizer.interrupt()
            raise


def _keeping(client: Client, results: Iterator[T]) -> Iterator[T]:
    """Yield *results*, and keep *client* alive meanwhile, because reading them submits tasks."""
    yield from results
    del client
