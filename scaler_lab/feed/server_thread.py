"""The feed of a client whose engine has none of its own: a thread that serves views.

    scaler-lab top, ls, cancel, show; JupyterLab's panel
          │ a socket in the runtime folder, found by the client's connection file
    this thread ──> the board (changes since), its writers (cancel, retry)

There is one thread for each board, however many clients share it.  It lives from the first task to
the end of the last client.  While no view is connected it costs the tasks nothing: it sleeps on its
socket, and checks its files every five seconds.  While a view is connected, it reads the board ten
times a second.  It can't answer while the program runs C code that holds the interpreter's lock;
that would need a process, which the local engine has.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import select
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from scaler_lab._version import __version__
from scaler_lab.core.board import Board
from scaler_lab.core.fork_guard import call_in_child
from scaler_lab.core.messages import TaskId
from scaler_lab.engines.base import Engine
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.runtime.program_name import program_name, program_path
from scaler_lab.runtime.wakeup import WakeupSocket

if TYPE_CHECKING:
    from scaler_lab.feed.socket import FeedSocket

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.1  # while a view is connected
FILES_CHECK_INTERVAL = 5.0
MESSAGES_KEPT = 64  # for a view that reads slowly
LOAD_TIMEOUT = 0.5  # seconds that unpickling an exception may take
END_TIMEOUT = 5.0

T = TypeVar("T")


class FeedThread:
    """The feed thread of one board.  Made by `serve_feed`."""

    def __init__(self, board: Board, engine: Engine) -> None:
        self._board = board
        self._engine = engine  # the first client's engine: the feed has its name
        self._end = WakeupSocket()
        self._thread = threading.Thread(target=self._run, name="scaler_lab-feed", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Send a goodbye to the views and remove the files; takes a few seconds at most."""
        self._end.wake()
        self._thread.join(END_TIMEOUT)
        if not self._thread.is_alive():
            self._end.close()

    def _run(self) -> None:
        try:
            self._serve()
        except Exception as error:  # the tasks go on without views in other processes
            log.warning(
                "other programs (scaler-lab top, JupyterLab) can't show this client: %s", error
            )

    def _serve(self) -> None:
        import zmq  # imported here, so that only this thread waits for it (30 ms)

        from scaler_lab.feed.socket import FeedSocket
        from scaler_lab.runtime.engine_dir import EngineDir
        from scaler_lab.runtime.runtime_dir import CONNECTION_FILE, ConnectionInfo, write_connection
        from scaler_lab.runtime.zmq_sockets import make_router

        engine_dir = EngineDir()
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        try:
            router = make_router(context, engine_dir.folder, "feed", high_water=MESSAGES_KEPT)
            source = _ClientSource(self._board, self._engine, engine_id=engine_dir.id)
            served = FeedSocket(router, self._board, source)
            connection = ConnectionInfo(
                kind="client",
                engine_id=engine_dir.id,
                name=f"{os.getpid()}-{engine_dir.id[:4]}",
                pid=os.getpid(),
                n_workers=self._engine.n_workers or 0,
                started_at=time.time(),
                address="",
                feed=served.address,
                lifeline="",
                folder=str(engine_dir.folder),
                blobs="",
                owned=True,
                protocol=0,
                version=__version__,
                python=f"{sys.version_info.major}.{sys.version_info.minor}",
                program=program_name(),
                path=program_path(),
                client=self._engine.client_name,
            )
            write_connection(connection)

            def check_files() -> None:
                """Create the folder again if something deleted it, so that views find this client.

                If that fails, it is tried again later.
                """
                with contextlib.suppress(OSError):
                    files = (CONNECTION_FILE, os.path.basename(served.address))
                    if not engine_dir.is_intact(files):
                        engine_dir.restore()
                        served.listen_again(engine_dir.folder)
                        write_connection(msgspec.structs.replace(connection, feed=served.address))

            try:
                self._loop(served, check_files)
                served.end("its client was shut down")
            finally:
                served.close()
        finally:
            context.term()
            engine_dir.close()

    def _loop(self, served: FeedSocket, check_files: Callable[[], None]) -> None:
        poller = select.poll()
        for fd in (self._end.fileno(), served.fd):
            poller.register(fd, select.POLLIN)
        files_due_at = time.monotonic() + FILES_CHECK_INTERVAL
        while True:
            served.read()
            now = time.monotonic()
            served.publish(now)
            # The descriptor only signals changes: what came since `read` is seen in the next turn.
            pause = POLL_INTERVAL if served.has_views else FILES_CHECK_INTERVAL
            if now >= files_due_at:
                check_files()
                files_due_at = now + FILES_CHECK_INTERVAL
            if any(fd == self._end.fileno() for fd, _ in poller.poll(1000 * pause)):
                return


class _ClientSource(BoardSource):
    """A client's tasks, in the feed's thread."""

    def traceback(self, task_id: TaskId) -> str:
        return _within(
            LOAD_TIMEOUT,
            functools.partial(super().traceback, task_id),
            "its exception takes long to be rebuilt here; look again in a moment",
        )


def _within(seconds: float, call: Callable[[], T], otherwise: T) -> T:
    """Return what *call* returns within *seconds*, else *otherwise*.

    *call* may run code of users' classes; it may then go on for longer in its own thread.
    """
    returned: list[T] = []

    def run() -> None:
        try:
            returned.append(call())
        except BaseException:  # a fault of its class; `future.exception()` raises it for the owner
            log.debug("an exception could not be shown", exc_info=True)

    thread = threading.Thread(target=run, name="scaler_lab-feed-exceptions", daemon=True)
    thread.start()
    thread.join(seconds)
    return returned[0] if returned else otherwise


# -- one thread for each board -------------------------------------------------------------------

_lock = threading.Lock()
_shared: weakref.WeakKeyDictionary[Board, _Share] = weakref.WeakKeyDictionary()  # guarded by _lock


def _forget_in_fork() -> None:
    """Reset everything in a child: the threads are the parent's, and one may have held the lock."""
    global _lock
    _lock = threading.Lock()
    _shared.clear()


call_in_child(_forget_in_fork)


class _Share:
    """A board's feed thread, and the number of clients that use it."""

    def __init__(self, thread: FeedThread) -> None:
        self.thread = thread
        self.n_clients = 0


def serve_feed(board: Board, engine: Engine) -> Callable[[], None]:
    """Serve *board* to views.  Return the function to call when this client has ended."""
    with _lock:
        share = _shared.get(board)
        if share is None:
            share = _shared[board] = _Share(FeedThread(board, engine))
        share.n_clients += 1
    mine = share

    def leave() -> None:
        with _lock:
            mine.n_clients -= 1
            is_last = mine.n_clients == 0
            if is_last:
                _shared.pop(board, None)
        if is_last:
            mine.thread.end()

    return leave
