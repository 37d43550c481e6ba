"""`Client`: submits functions to an engine.  A `concurrent.futures.Executor`, and more.

    Client ──Task, TaskCancel──> Engine
       │                           │
       └── FutureManager <──events─┘ ──> Board ──> views

The client has no threads and no sockets of its own.  The engine has those that it needs, and the
future manager has a thread for callbacks.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Unpack

import msgspec

from scaler_lab.client import client_name, config, engine_resolution, replaced, shutdown
from scaler_lab.client.display import ClientDisplay
from scaler_lab.client.echo import Echo, is_wanted
from scaler_lab.client.edited_modules import EditedModules
from scaler_lab.client.end_methods import EndMethods
from scaler_lab.client.engine_settings import EngineSettings
from scaler_lab.client.future_methods import FutureMethods
from scaler_lab.client.new_task import TaskIds, check_features
from scaler_lab.client.notebook_cell import track_cells as watch_cells
from scaler_lab.client.options_view import ClientWithOptions
from scaler_lab.client.submission import Submitter
from scaler_lab.client.submit_methods import SubmitMethods
from scaler_lab.core.board import Board
from scaler_lab.core.decision_runner import Replaced
from scaler_lab.core.encoding import printable
from scaler_lab.core.fork_guard import refuse_in_fork, this_process
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.interactive import is_interactive
from scaler_lab.core.options import PLAIN, OptionsGiven, checked
from scaler_lab.core.shared_ref import SharedRef
from scaler_lab.core.stack import STACK_TIMEOUT, Stack
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.engines.base import Engine, Feature
from scaler_lab.errors import FeatureMissing

if TYPE_CHECKING:
    from scaler_lab.client.joblib_backend import ScalerLabBackend
    from scaler_lab.ui.notebook.form import Form
    from scaler_lab.ui.terminal.live import LiveOptions, LiveView


class Client(SubmitMethods, FutureMethods, EndMethods, ClientDisplay, Unpicklable, Executor):
    """Submits functions to an engine and returns a `ScalerFuture` for each of them.

    ``Client()`` starts the local engine: worker processes on this machine, one for each core
    unless *n_workers* is another number.  The engine ends with the client, however that ends.

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
        name: A name for the client, shown in every view.  If an open client of this program has
            the name, a number is added to it.  In other processes, an engine that several clients
            share is shown with its own name.
        board: A `Board` to show the tasks on.  Several clients may share a board, so that one view
            shows the tasks of all of them.
        echo: Whether to print here what tasks write to stdout and stderr, as it arrives.  None
            means yes in a script or a terminal, and no in a notebook's kernel or if the engine
            does not report task output.  `ScalerFuture.output` has the text even if it isn't
            printed, provided that the engine reports it.
        memory: A limit on the memory of every task, as in `options`, which can set another one.
        **settings: Settings of the engine.  For a local engine: *grace*, *reserve*, *initializer*,
            *initargs* and *capture*, as in `LocalEngine`.  For others see
            `scaler_lab.client.engine_settings`.

    Raises:
        EngineStartFailed: The local engine could not be started.
        EngineNotFound: No local engine runs under that name.
        EngineMissing: The library that the engine needs is not installed.
        BadConfiguration: The environment or the configuration file has an invalid setting.
        TypeError: A setting is unknown, or does not apply to this engine.
        ValueError: *name* is empty, or longer than 100 characters.
        FeatureMissing: You passed ``echo=True``, and the engine does not report task output; or
            you passed *memory*, and it can't limit the memory of tasks.

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
        name: str | None = None,
        board: Board | None = None,
        echo: bool | None = None,
        memory: int | str | None = None,
        **settings: Unpack[EngineSettings],
    ) -> None:
        watch_cells()
        self._options = PLAIN if memory is None else checked(PLAIN, {"memory": memory})
        if max_workers is not None:
            if n_workers is not None:
                raise TypeError("n_workers and max_workers are the same setting; give one of them")
            n_workers = max_workers
        given_name = client_name.checked(name)
        self._engine = engine_resolution.resolve(engine, n_workers=n_workers, **settings)
        self._engine.client_name = client_name.unique_name(self, given_name)
        self.board = Board() if board is None else board
        ids = TaskIds()
        self._manager = FutureManager(
            self.board,
            self._engine,
            new_id=ids.next,
        )
        self._pid = this_process()
        self._manager.shows_progress = config.progress()
        self._manager.on_retry(shutdown.weakly(self._submit_again))
        if is_wanted(config.echo() if echo is None else echo):
            self._manager.listener = Echo(self._manager.board)
        self._engine.open(self._manager.on_events)
        self._manager.reports_starts = self._engine.reports_starts
        self._manager.feed_id = self._engine.feed_id
        self._manager.id_prefix = ids.prefix
        if Feature.OUTPUT not in self._engine.features:  # known for certain once open
            why = f"{self._engine.label} does not report the output of its tasks"
            self._manager.no_output = f"{why}; have them return it, or write it to a file"
            if echo:
                self._engine.close()
                raise FeatureMissing(f"echo=True is not available: {why}")
        try:
            check_features(self._engine, self._options)
        except FeatureMissing:
            self._engine.close()
            raise
        self._manager.engine_request_stack = self._engine.request_stack
        self._manager.engine_request_usage = self._engine.request_usage
        self._manager.reports_usage = Feature.USAGE in self._engine.features
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
        replaced.note(self, Client._end_idle)

    # -- submitting ------------------------------------------------------------------------------
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
            memory: The memory that each attempt may add to its worker's, with its child processes:
                bytes, or text such as ``"2 GiB"``.  An allocation that exceeds it raises
                `MemoryError` in the task; a task that exceeds it nevertheless is killed.  Either
                way it fails with `TaskOverMemory`.

        Returns:
            A `ClientWithOptions`.  Its `submit` raises `FeatureMissing` for an option that the
            engine does not support.

        Raises:
            TypeError: An option is unknown, or its value has the wrong type.
            ValueError: The value of an option is out of range.

        Example::

            client.options(timeout=60, retries=2).submit(fit, data)
        """
        return ClientWithOptions(self._submitter, checked(self._options, given))

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
        scripts it does not. If the program itself imported a module before the edit, a warning is
        shown once: the program keeps the old version until you reload the module.

        Raises:
            FeatureMissing: The engine can't replace its workers.  Only the local engine can, and
                executors that run tasks in this process.
            EngineLost: The engine is gone.
        """
        refuse_in_fork(self._pid)
        self._modules.check(by_hand=True)

    # -- views and state -------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The client's name in views: as given, perhaps with a number; empty if it has none."""
        return self._engine.client_name

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
        """Return a notebook form for the arguments of *fn*, with Run, Stop and the result.

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
        name = printable(f" {self.name!r}") if self.name else ""
        return f"<Client{name} on {printable(self._engine.label)}{state}: {shown}>"
