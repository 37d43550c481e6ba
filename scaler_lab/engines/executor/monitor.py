"""`PoolMonitor`: the thread that detects what an executor doesn't report.

It is active only while there are open tasks.  It detects which tasks have started (so that a task
that only waits in a pipe isn't shown as running), workers that died without a report from their
pool, and pools whose futures will never be settled.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.executor.claims import ClaimFile
from scaler_lab.engines.executor.connection import Pool
from scaler_lab.engines.executor.tracker import ExecutorTaskTracker
from scaler_lab.engines.executor.verdicts import death

POLL_INTERVAL = 0.05
STOPPING_POLL_INTERVAL = 0.01  # while a task is being stopped
DEAD_POLL_INTERVAL = 0.5
DEAD_FOR_SECONDS = 3.0  # a pool that hasn't reported a dead worker by then never will


class PoolMonitor:
    """Polls a pool and its claim file.

    Any thread may call `report_starts`, `stop_wanted`, `wake`, `stop` and `join`.

    Args:
        label: The engine's name for people.
        pool: The pool.
        tracker: The engine's open tasks.
        on_broken: Called with the reason if the pool is unusable.

    Attributes:
        claims: The pool's claim file, if it has one.  Set before `start`.
    """

    def __init__(
        self,
        label: str,
        pool: Pool,
        tracker: ExecutorTaskTracker,
        on_broken: Callable[[str], None],
    ) -> None:
        self._label = label
        self._pool = pool
        self.claims: ClaimFile | None = None
        self._tracker = tracker
        self._on_broken = on_broken
        self._deaths = Deaths()
        self._wakeup = SafeEvent()
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(
            target=self._poll, name="scaler_lab-executor-monitor", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Note that there may be open tasks."""
        if not self._wakeup.is_set():
            self._wakeup.set()

    def stop(self) -> None:
        """Have the thread end.  Doesn't wait."""
        self._is_stopped.set()
        self._wakeup.set()

    @property
    def is_stopped(self) -> bool:
        return self._is_stopped.is_set()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended, unless this is the thread."""
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def report_starts(self) -> None:
        """Add `TaskStarted` to the outbox for tasks that have started since the last call."""
        self._tracker.report_starts([] if self.claims is None else self.claims.begun())

    def stop_wanted(self) -> None:
        """Have the pool stop those cancelled tasks whose worker is known by now."""
        with self._tracker.lock:
            wanted = [e for e in self._tracker.stopping if e.pid and not e.is_stopping]
            for entry in wanted:
                entry.is_stopping = True
        for entry in wanted:
            inner = entry.inner
            if inner is not None:
                self._pool.stop_running(inner)

    # -- in the thread -----------------------------------------------------------------------------

    def _poll(self) -> None:
        checked_deaths_at = 0.0
        trouble = ""
        tracker = self._tracker
        while not self._is_stopped.is_set() and not tracker.gone:
            with tracker.lock:
                if tracker.is_empty:
                    self._wakeup.clear()
                pause = STOPPING_POLL_INTERVAL if tracker.stopping else POLL_INTERVAL
            self._wakeup.wait()
            if self._is_stopped.wait(pause):
                return
            self.report_starts()
            self.stop_wanted()
            self._note_stops()
            now = time.monotonic()
            if now >= checked_deaths_at + DEAD_POLL_INTERVAL:
                checked_deaths_at = now
                self._note_deaths(now)
                before, trouble = trouble, "" if tracker.is_empty else self._pool.trouble()
                if trouble and trouble == before:  # twice: its callbacks had time to run
                    self._on_broken(f"{self._label} no longer settles tasks: {trouble}")
            tracker.outbox.flush()

    def _note_stops(self) -> None:
        """Add verdicts to the outbox for tasks that were stopped, or ended before that."""
        stopping = [e for e in self._tracker.stopping if e.is_stopping]
        if not stopping or self.claims is None:
            return
        # Check for dead workers first: the status file of a dead worker doesn't change any more.
        dead = {e.pid for e in stopping if self._deaths.is_dead(e.pid)}
        running = {(claim.pid, claim.number) for claim in self.claims.begun()}
        for entry in stopping:
            if (entry.pid, entry.number) not in running:
                # It ended by itself, and the pool dropped its result.
                self._tracker.settle(entry, entry.discarded())
            elif entry.pid in dead:
                detail = f"its worker process {entry.pid} was killed by {self._pool.name}"
                confirmed = entry.confirmed(Resolution.KILLED, detail, time.monotonic())
                self._tracker.settle(entry, confirmed)

    def _note_deaths(self, now: float) -> None:
        """Detect workers that died without a report from their pool."""
        running = self._tracker.running
        pids = {*self._pool.pids(), *(e.pid for e in running)}
        silent = self._deaths.dead_for(pids, DEAD_FOR_SECONDS, now)
        if not silent:
            return
        if not self._pool.survives_worker_death:
            died = ", ".join(map(str, sorted(silent)))
            self._on_broken(f"{self._label} did not notice that its worker process {died} died")
            return
        for entry in running:
            if entry.pid in silent:
                verdict = death(entry, self._label, entry.pid, None, survives=True)
                self._tracker.settle(entry, verdict)


class Deaths:
    """Which processes are dead.

    Only one thread uses an instance: the monitor's, or the thread that finds its pool broken.
    """

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}  # pid -> psutil.Process, which detects a reused pid
        self._since: dict[int, float] = {}

    def is_dead(self, pid: int) -> bool:
        import psutil

        try:
            process = self._known.get(pid)
            if process is None:
                process = self._known[pid] = psutil.Process(pid)
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            return False

    def dead_for(self, pids: set[int], seconds: float, now: float) -> set[int]:
        """Return those *pids* that have been dead for at least *seconds*."""
        self._known = {pid: known for pid, known in self._known.items() if pid in pids}
        self._since = {pid: self._since.get(pid, now) for pid in pids if self.is_dead(pid)}
        return {pid for pid, since in self._since.items() if now - since >= seconds}
