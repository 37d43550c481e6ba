"""The line that a notebook's cell shows while it waits for futures: how far they are, and Cancel.

    ▸ fits  ▰▰▰▰▱▱  26/33 · 2 failed · ~1 min 30 s   12 s  [Cancel]      while the cell runs
    ✗ fits  33/33 · 2 failed   31 s                                      afterwards, as plain HTML

A cell has one line for each board, however often it waits: the line shows what the cell waits for
now.  Its widget is used again for the next cell, so the page loads the front end once.

The thread that waits only leaves a note for the thread that draws, `_Drawer`: the first line loads
the widget libraries, which takes long, and a Ctrl-C must find nothing half done.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from scaler_lab.client import notebook_cell
from scaler_lab.core.board import Board
from scaler_lab.core.interactive import answers_prompts, running_kernel
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.core.wait import Shown

if TYPE_CHECKING:
    from scaler_lab.feed.board_source import BoardSource
    from scaler_lab.ui.notebook.table_stream import TableStream
    from scaler_lab.ui.notebook.widget import TaskTableWidget

log = logging.getLogger(__name__)

JOIN_TIMEOUT = 5.0


class _Cell(NamedTuple):
    """A cell that runs: where its outputs go."""

    kernel: Any
    publisher: Any  # of outputs
    parent: dict[str, Any]  # the request to run it
    run: int  # unlike that of any other cell

    @property
    def is_running(self) -> bool:
        return notebook_cell.is_running() and notebook_cell.n_runs() == self.run

    def send(self, kind: str, display_id: str, data: dict[str, Any]) -> None:
        """Send an output, from whichever thread."""
        content = {"data": data, "metadata": {}, "transient": {"display_id": display_id}}
        pub = self.publisher
        pub.session.send(pub.pub_socket, kind, content, parent=self.parent, ident=pub.topic)


def show(futures: Sequence[Shown]) -> None:
    """Have the line of the running cell show *futures*.  Returns at once.

    Does nothing if no cell runs, or if its output is captured or read by a program.
    """
    cell = _running_cell()
    if cell is None or drawer.is_shown(cell, futures):
        return
    ours = [future for future in futures if hasattr(future, "record")]  # not another library's
    if not ours:
        return
    # Not in this thread: a Ctrl-C in the middle could leave the drawer's lock held.
    ours[0].manager.soon(lambda: drawer.post(lambda: drawer.show(cell, ours)))


def _running_cell() -> _Cell | None:
    shell, kernel = notebook_cell.shell(), running_kernel()
    if shell is None or kernel is None or not notebook_cell.is_running():
        return None
    # `%%capture` replaces the publisher.
    if not hasattr(shell.display_pub, "pub_socket") or not answers_prompts(kernel):
        return None
    shell.events.register("post_run_cell", drawer.end_cell)  # does nothing the second time
    return _Cell(kernel, shell.display_pub, shell.get_parent(), notebook_cell.n_runs())


class _Drawer:
    """The thread that draws.  It ends with the cell."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None  # guarded by _lock
        self._queue: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._shown: tuple[int, Sequence[Shown]] | None = None  # of which cell; for the main thread
        # For the thread only:
        self._bars: dict[Board, WaitBar] = {}  # of the running cell

    def is_shown(self, cell: _Cell, futures: Sequence[Shown]) -> bool:
        """Note that *cell* waits for *futures*; return whether it already did."""
        before, self._shown = self._shown, (cell.run, futures)
        return before is not None and before[0] == cell.run and before[1] is futures

    def post(self, call: Callable[[], None]) -> None:
        """Have *call* made by the thread."""
        with self._lock:
            self._queue.put(call)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="scaler_lab-wait-bar", daemon=True
                )
                self._thread.start()

    def end_cell(self, _result: object = None) -> None:
        """Replace the lines of the cell by what became of its tasks.  Called by IPython."""
        self._shown = None
        if self._thread is not None:
            self._queue.put(self._finish)

    def join(self) -> None:
        """Wait until the thread has ended.  For tests."""
        thread = self._thread
        if thread is not None:
            thread.join(JOIN_TIMEOUT)

    def _run(self) -> None:
        while True:
            try:
                self._queue.get()()
            except Exception:  # the caller waits without the line
                log.exception("what a cell waits for could not be shown")
            with self._lock:
                if not self._bars and self._queue.empty():
                    self._thread = None
                    return

    def show(self, cell: _Cell, futures: Sequence[Shown]) -> None:
        """Show *futures* in *cell*, unless it has ended meanwhile."""
        from scaler_lab.ui.notebook.display import has_widgets

        if not cell.is_running or not has_widgets():
            return
        by_board: dict[Board, list[TaskRecord]] = {}
        for future in futures:
            by_board.setdefault(future.manager.board, []).append(future.record)
        for board, records in by_board.items():
            source = _source(board, records)
            bar = self._bars.get(board)
            if bar is None:
                self._bars[board] = WaitBar(cell, source)
            else:
                bar.show(source)

    def _finish(self) -> None:
        for bar in self._bars.values():
            bar.finish()
        self._bars = {}


drawer = _Drawer()

_spare: list[TaskTableWidget] = []  # widgets that no cell shows; `append` and `pop` are atomic


def _source(board: Board, records: Sequence[TaskRecord]) -> BoardSource:
    from scaler_lab.feed.board_source import BoardSource

    numbers = frozenset(record.number for record in records)
    return BoardSource(board, name=_name_of(records), numbers=numbers, records=tuple(records))


def _name_of(records: Sequence[TaskRecord]) -> str:
    """Return the name of the tasks' group, if they are of one; else how many there are."""
    groups = {record.annotations.group_name for record in records}
    if len(records) == 1:
        return records[0].name
    return groups.pop() if len(groups) == 1 and "" not in groups else f"{len(records):,} tasks"


class WaitBar:
    """The line of one cell and board.  A `TableOutput`: the publisher calls some of its methods.

    Args:
        cell: The cell that waits.
        feed_source: The tasks that it waits for first.
    """

    def __init__(self, cell: _Cell, feed_source: BoardSource) -> None:
        from scaler_lab.ui.notebook import requests
        from scaler_lab.ui.notebook.widget import TaskTableWidget

        self.feed_source = feed_source
        self._cell = cell
        self._display_id = uuid.uuid4().hex
        self._names: set[str] = set()
        self._records: dict[int, TaskRecord] = {}  # all that the cell waited for, by number
        self._lock = threading.Lock()
        self._is_finished = False  # guarded by _lock
        try:
            self._widget = _spare.pop()
        except IndexError:
            self._widget = TaskTableWidget(self, "line")
        self.stream: TableStream = self._widget.stream
        requests.listen(cell.kernel)
        self._attach()
        bundle = self.saved() | self._widget.live_view()
        cell.send("display_data", self._display_id, bundle)

    def show(self, feed_source: BoardSource) -> None:
        """Show the tasks of *feed_source* from now on."""
        with self._lock:
            if not self._is_finished and feed_source != self.feed_source:
                self.feed_source = feed_source
                self._attach()

    def _attach(self) -> None:
        from scaler_lab.feed import messages
        from scaler_lab.ui.notebook import requests

        source = self.feed_source
        self._names.add(source.name)
        self._records.update((record.number, record) for record in source.records)
        self.stream = self._widget.attach(self)
        # On behalf of the page, which has the widget already.
        requests.publisher.receive(self, messages.Hello(requests.SOURCE, messages.PROTOCOL))

    def finish(self) -> None:
        """Replace the line by what became of the tasks.  Idempotent."""
        from scaler_lab.ui.notebook import requests

        with self._lock:
            if self._is_finished:
                return
            self._is_finished = True
        self._cell.send("update_display_data", self._display_id, self._outcome())
        requests.publisher.release(self)
        _spare.append(self._widget)

    freeze = retire = finish

    def saved(self) -> dict[str, Any]:
        from scaler_lab.ui.notebook.static_view import description

        return description(self.feed_source, "line") | self._outcome()

    def renew(self) -> None:
        """Do nothing: the line becomes plain HTML at the end of the cell."""

    def _outcome(self) -> dict[str, Any]:
        from scaler_lab.ui.notebook import static_line

        records = list(self._records.values())
        name = min(self._names) if len(self._names) == 1 else f"{len(records):,} tasks"
        return static_line.bundle(name, records)
