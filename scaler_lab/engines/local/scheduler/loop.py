"""The scheduler's event loop: owns all sockets and calls `SchedulerCore`.

    sessions: clients, liveness ───┐ one thread ┌── worker control: inboxes, results and pipes
    feed: views (zmq) ─────────────┘            └── fork server client: spawn, signal, kill; deaths

One turn: read everything that arrived, pass it to the core, let the core dispatch once, and send
each client one batch.  Messages that arrive during a turn are handled as one batch in the next.
This is the only batching, and it adapts to the load by itself.

A turn that fails because of one message doesn't stop the scheduler.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import zmq

from scaler_lab._version import __version__
from scaler_lab.core.live_usage import OnUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import OnStack
from scaler_lab.engines.local import process_tree, protocol
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.liveness import LivenessListener
from scaler_lab.engines.local.scheduler.core import SchedulerCore
from scaler_lab.engines.local.scheduler.forkserver_client import ForkServerClient
from scaler_lab.engines.local.scheduler.listeners import UnixListener
from scaler_lab.engines.local.scheduler.poller import Poller
from scaler_lab.engines.local.scheduler.sessions import ClientSessions
from scaler_lab.engines.local.scheduler.worker_control import ProcessWorkerControl
from scaler_lab.engines.local.settings import Settings, default_workers
from scaler_lab.engines.local.worker import forkserver
from scaler_lab.engines.local.worker_ipc import SharedPage
from scaler_lab.feed import messages
from scaler_lab.feed.socket import FeedSocket
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.memory import usable_memory
from scaler_lab.runtime.zmq_sockets import make_router

log = logging.getLogger(__name__)

FILES_CHECK_INTERVAL = 5.0
GATHER_SECONDS = 0.0002
FAILURES_IN_A_ROW = 100
FILES = (runtime_dir.CONNECTION_FILE, "scheduler.sock", "lifeline.sock")
FEED_MESSAGES_KEPT = 64  # for a view that doesn't read


class SchedulerLoop:
    """The event loop of one scheduler.  Owned by the process's main thread."""

    def __init__(
        self,
        settings: Settings,
        starter_socket: socket.socket,
        page: SharedPage,
        forkserver_pid: int,
        forkserver_socket: socket.socket,
    ) -> None:
        self._settings = settings
        self._folder = Path(settings.folder)
        self._blobs = BlobFolder(Path(settings.blobs))
        self._starter_socket: socket.socket | None = starter_socket
        self._poller = Poller()
        self._forkserver_client = ForkServerClient(
            forkserver_pid, forkserver_socket, self._poller, self._end
        )
        self._worker_control = ProcessWorkerControl(
            settings, page, self._blobs, self._forkserver_client, self._poller
        )
        self._core = SchedulerCore(
            self._worker_control,
            n_workers=settings.n_workers,
            grace=settings.grace,
            reserve=settings.reserve,
            memory_kib=usable_memory() // 1024,
            slots=page.slots,
        )
        self._sessions = ClientSessions(settings, self._core, self._blobs, self._poller, self._end)
        self._workers_version = 0  # the last one that was published
        self._ending = ""
        cores = default_workers()
        self._cores_to_spin_on = cores if cores > 1 else 0
        self._due_at = 0.0  # when a turn has time-based work to do
        self._lock_fd = -1
        self._blobs_lock_fd = -1
        self._files_due_at = 0.0  # when to check next whether the engine's files exist
        self._cant_restore = ""  # the reason why not, once it was logged

    # -- the loop --------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until the engine ends.  Leaves no process and no file behind."""
        try:
            self._open()
        except Exception as error:
            log.exception("the scheduler could not start")
            self._reply_to_starter({"error": f"{type(error).__name__}: {error}"})
            self._close()
            return
        try:
            self._core.start()
            failures = 0
            while not self._ending:
                try:
                    self._run_once()
                    failures = 0
                except Exception as error:  # one bad message must not end all tasks
                    log.exception("a turn of the scheduler's loop failed")
                    failures += 1
                    if failures >= FAILURES_IN_A_ROW:
                        self._ending = f"a bug in scaler_lab, please report it: {error!r}"
            self._send_goodbye()
        finally:
            self._close()

    def _open(self) -> None:
        settings = self._settings
        self._lock_fd = runtime_dir.take_lock(self._folder)
        self._blobs_lock_fd = runtime_dir.take_lock(self._blobs.path)  # see `sweep_blob_folders`
        self._context = zmq.Context()
        self._listener = UnixListener(
            self._folder,
            self._poller,
            self._sessions.on_frame,
            self._sessions.on_peer_gone,
            self._sessions.on_peer_drained,
            time.monotonic,
        )
        self._feed = FeedSocket(
            make_router(self._context, self._folder, "feed", high_water=FEED_MESSAGES_KEPT),
            self._core.board,
            self,
        )
        self._lifelines = LivenessListener(self._folder)
        self._connection = connection = runtime_dir.ConnectionInfo(
            engine_id=settings.engine_id,
            name=settings.name,
            captures=settings.capture,
            pid=os.getpid(),
            n_workers=settings.n_workers,
            started_at=time.time(),
            address=self._listener.address,
            feed=self._feed.address,
            lifeline=self._lifelines.address,
            folder=settings.folder,
            blobs=settings.blobs,
            owned=settings.tied,
            program=settings.program,
            path=settings.path,
            client=settings.client,
            protocol=protocol.PROTOCOL,
            version=__version__,
            python=protocol.python_version(),
        )
        runtime_dir.write_connection(connection)
        register = self._poller.register
        register(self._feed.fd, self._feed.read)
        self._worker_control.open(self._core, self._check_files)
        self._sessions.open(self._listener, self._lifelines)
        self._reply_to_starter(msgspec.to_builtins(connection))
        starter_socket, self._starter_socket = self._starter_socket, None
        assert starter_socket is not None
        if not settings.tied:
            starter_socket.close()
        elif settings.owner:
            # From here on the socket is the client's connection.
            self._sessions.be_owned_by(self._listener.adopt(starter_socket))
        else:
            self._starter_socket = starter_socket
            register(starter_socket, self._on_starter)

    def _run_once(self) -> None:
        if self._core.dispatcher.is_saturated:
            # Each worker has enough work for longer than this: let reports gather instead of
            # waking up for each one.
            time.sleep(GATHER_SECONDS)
        self._poller.wait(
            self._seconds_to_sleep(),
            core_is_free=self._core.dispatcher.n_busy < self._cores_to_spin_on,
        )
        now = time.monotonic()
        core = self._core
        core.dispatcher.dispatch(now)
        for client in core.clients:
            if client.outbox:
                self._sessions.flush(client)
        if core.workers_version != self._workers_version:
            self._workers_version = core.workers_version
            self._feed.workers_changed()
        if now >= self._due_at:
            self._do_what_is_due(now)
        self._worker_control.report_start_failures(now)
        self._sessions.see_out()

    def _seconds_to_sleep(self) -> float:
        now = time.monotonic()
        due_at = self._files_due_at
        core = self._core
        for due in (
            *(core.due_at(), core.notes_due_at(), core.measures_due_at()),
            *(self._feed.due_at(now), self._listener.due_at(), self._worker_control.due_at()),
        ):
            if due is not None and due < due_at:
                due_at = due
        self._due_at = due_at
        return max(0.0, due_at - now)

    def _do_what_is_due(self, now: float) -> None:
        self._listener.tick(now)
        self._worker_control.tick(now)
        self._core.tick(now)
        self._core.dispatcher.dispatch(now)
        for client in self._core.clients:
            self._sessions.flush(client)
        self._feed.publish(now)
        if now >= self._files_due_at:
            self._check_files()

    # -- the engine's files ------------------------------------------------------------------------

    def _check_files(self) -> None:
        """Create the engine's files again if they were deleted, so that it can be found.

        If that fails, for example after a logout, a detached engine without clients ends, because
        no command could ever stop it.  Otherwise the clients continue, and it tries again later.
        """
        self._files_due_at = time.monotonic() + FILES_CHECK_INTERVAL
        try:
            if not runtime_dir.is_intact(self._blobs.path, self._blobs_lock_fd):
                self._blobs_lock_fd = runtime_dir.restore(self._blobs.path, self._blobs_lock_fd)
            files = (*FILES, os.path.basename(self._feed.address))
            if not runtime_dir.is_intact(self._folder, self._lock_fd, files):
                self._restore_folder()
            self._cant_restore = ""
        except OSError as error:
            if not self._cant_restore:
                self._cant_restore = str(error)
                log.warning(
                    "the folder of the engine was deleted and can't be created again (%s): "
                    "new programs don't find the engine, those that use it go on",
                    error,
                )
            elif not self._settings.tied and not self._core.clients:  # nor at the last check
                self._end(f"its folder was deleted and can't be created again: {error}")

    def _restore_folder(self) -> None:
        try:
            self._lock_fd = runtime_dir.restore(self._folder, self._lock_fd)
        finally:
            self._sessions.write_contexts()
        self._sessions.listen_again(self._folder)
        self._feed.listen_again(self._folder)
        connection = msgspec.structs.replace(self._connection, feed=self._feed.address)
        runtime_dir.write_connection(connection)
        log.info("the folder of the engine was deleted, and is there again: %s", self._folder)

    # -- views: implements the feed's `FeedSource` -------------------------------------------------

    def welcome(self) -> messages.Welcome:
        settings = self._settings
        return messages.Welcome(
            messages.PROTOCOL,
            settings.engine_id,
            settings.name,
            os.getpid(),
            settings.n_workers,
            program=settings.program,
            reports_usage=sys.platform == "linux",
        )

    def workers(self) -> list[messages.WorkerRow]:
        return self._core.workers()

    def is_behind(self) -> bool:
        return self._listener.has_unread()

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        return self._core.views.cancel(task_ids, force=force, source=source, now=time.monotonic())

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        self._core.views.retry(task_ids, source=source)

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool) -> None:
        self._core.views.request_stack(task_id, reply, time.monotonic(), at_once=at_once)

    def request_usage(self, reply: OnUsage) -> None:
        self._core.views.request_usage(reply, time.monotonic())

    def traceback(self, task_id: TaskId) -> str:
        return self._core.reporter.traceback(task_id)

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        return self._core.reporter.output(task_id, limit)

    # -- the process that started it ---------------------------------------------------------------

    def _on_starter(self) -> None:
        """The starter sends nothing after the settings, so a readable socket means its end."""
        assert self._starter_socket is not None
        try:
            if self._starter_socket.recv(4096):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._drop_starter()
        self._ending = "the process that started it has ended"

    def _drop_starter(self) -> None:
        if self._starter_socket is not None:
            self._poller.unregister(self._starter_socket)
            self._starter_socket.close()
            self._starter_socket = None

    def _reply_to_starter(self, answer: Any) -> None:
        if self._starter_socket is None:
            return
        try:
            self._starter_socket.sendall(json.dumps(answer).encode("utf-8") + b"\n")
            self._starter_socket.setblocking(False)
        except OSError:
            self._ending = "the process that started it has ended"

    # -- the end ---------------------------------------------------------------------------------

    def _end(self, why: str) -> None:
        self._ending = why

    def _send_goodbye(self) -> None:
        log.debug("the engine ends: %s", self._ending)
        self._sessions.send_goodbye(self._ending)
        self._feed.end(self._ending)

    def _close(self) -> None:
        """Close everything; make the fork server kill workers and remove files; wait for it."""
        self._worker_control.close(self._core.idle_workers())
        if hasattr(self, "_lifelines"):
            self._lifelines.close()
        if hasattr(self, "_feed"):
            self._feed.close()
        if hasattr(self, "_listener"):
            self._listener.close()
        if hasattr(self, "_context"):
            self._context.term()
        # If the fork server was killed, this process has to clean up instead.
        if self._forkserver_client.close():
            process_tree.kill_children()
            process_tree.wait_for_resource_trackers(forkserver.TRACKERS_SECONDS)
            for folder in (self._blobs.path, self._folder):
                shutil.rmtree(folder, ignore_errors=True)
        if self._starter_socket is not None:
            self._starter_socket.close()
