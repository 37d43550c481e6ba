"""What workers report: results, output, progress, and their own ends.

Each report settles a task, requeues it, or replaces a worker.  Owned by the core's thread.
"""

from __future__ import annotations

from typing import Final

from scaler_lab.core.messages import Usage
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.cancelling import Canceller, end_interrupt
from scaler_lab.engines.local.scheduler.death_message import cause_of, death_message
from scaler_lab.engines.local.scheduler.dispatching import Dispatcher
from scaler_lab.engines.local.scheduler.outputs import WorkerOutput
from scaler_lab.engines.local.scheduler.reporting import TaskReporter
from scaler_lab.engines.local.scheduler.settling import Settler
from scaler_lab.engines.local.scheduler.state import POLL_INTERVAL, QueuedTask, WorkerState
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl
from scaler_lab.engines.local.scheduler.worker_pool import WorkerPool
from scaler_lab.engines.local.worker_ipc import WorkerReport

MAX_TRIES: Final = 3  # of a task whose workers die before they start it


class WorkerReports:
    """Receives what workers report.

    *memory_kib* is the memory that there is for a worker.
    """

    def __init__(
        self,
        worker_control: WorkerControl,
        worker_pool: WorkerPool,
        dispatcher: Dispatcher,
        canceller: Canceller,
        reporter: TaskReporter,
        settler: Settler,
        *,
        memory_kib: int,
    ) -> None:
        self._worker_control = worker_control
        self._worker_pool = worker_pool
        self._dispatcher = dispatcher
        self._canceller = canceller
        self._reporter = reporter
        self._settler = settler
        self._memory_kib = memory_kib

    def on_born(self, number: int, pid: int) -> None:
        """The fork server forked a worker."""
        if (worker := self._worker_pool.workers.get(number)) is not None:
            self._worker_pool.born(worker, pid)

    def on_report(self, number: int, report: WorkerReport, now: float) -> None:
        """Process a worker's report.

        Call `Dispatcher.dispatch` once all received reports are processed.
        """
        worker = self._worker_pool.workers.get(number)
        if worker is None:
            return
        kind = report.kind
        if kind == worker_ipc.READY:
            self._worker_pool.ready(worker)
            return
        if kind == worker_ipc.START_FAILED:
            worker.start_error = report.error
            return
        if kind == worker_ipc.RETIRED:
            self._retire(worker, report)
            return
        if kind == worker_ipc.STALE:
            self._on_stale(worker, report.seq)
            return
        self._on_end(worker, report, now)

    def _on_end(self, worker: WorkerState, report: WorkerReport, now: float) -> None:
        """Process the report that ends a task."""
        task = worker.sent.pop(report.seq, None)
        output = worker.stream.up_to(report.written)
        if task is None:
            return
        if output:
            self._reporter.wrote(task, output, now)
        if report.note:
            self._reporter.progressed(task, worker_ipc.progress_in(report.note))
        worker.note_at = None
        worker.poll_at = now + POLL_INTERVAL if worker.sent else None
        worker.is_long = False
        worker.tasks_done += 1
        self._worker_pool.works()
        self._reporter.ran(task, worker, report)
        if worker.target == report.seq:
            end_interrupt(worker)
        self._settle(task, worker.number, report)

    def _settle(self, task: QueuedTask, number: int, report: WorkerReport) -> None:
        """Settle a task that ended on worker *number*."""
        if report.kind == worker_ipc.INTERRUPTED:
            self._settler.confirm(
                task,
                Resolution.INTERRUPTED,
                worker=number,
                ended_ns=report.ended_ns,
                detail=task.where,
                usage=report.usage,
            )
            return
        if report.kind not in (worker_ipc.VALUE, worker_ipc.ERROR):
            self._settler.confirm(task, Resolution.NEVER_STARTED)
            return
        self._dispatcher.learn(report.ended_ns - report.begun_ns)
        # The client would discard the value, so it isn't sent.
        if task.cancel_requested or task.client.is_gone:
            if report.is_blob:
                self._worker_control.remove_blob(str(report.data, "ascii"))
            data, blob = b"", ""
        elif report.is_blob:
            data, blob = b"", str(report.data, "ascii")
        else:
            data, blob = report.data, ""
        line = report.error
        if line:
            line, _, traceback = line.partition("\0")
            self._reporter.raised(task, line, traceback)
        self._settler.settle(
            task,
            protocol.Result(
                task.task_id,
                report.kind == worker_ipc.ERROR,
                number,
                report.begun_ns,
                report.ended_ns,
                data,
                blob,
                line,
                report.usage,
            ),
        )

    def _retire(self, worker: WorkerState, report: WorkerReport) -> None:
        """A worker can't go on: kill it if an interrupted task caused that, else it ends."""
        if report.seq:
            self._canceller.doom(worker, report.error)
            return
        self._dispatcher.take_back(worker)
        self._canceller.replace(worker)

    def _on_stale(self, worker: WorkerState, seq: int) -> None:
        """A worker ends without starting *seq*, because a module that it loaded was edited."""
        self._dispatcher.take_back(worker)  # they are queued behind task *seq*
        task = worker.sent.pop(seq, None)
        if task is not None and task.cancel_requested:
            self._settler.confirm(task, Resolution.NEVER_STARTED)
        elif task is not None:
            self._dispatcher.requeue(task)
        self._canceller.replace(worker)

    def on_output(self, number: int, data: bytes) -> None:
        """Keep bytes from a worker's pipe.  Call `settle_output` once its reports were read."""
        if (worker := self._worker_pool.workers.get(number)) is not None:
            worker.stream.take_in(data)

    def settle_output(self, number: int, seq: int, now: float) -> None:
        """Attribute the kept output to task *seq*.

        Reports have already attributed the output of earlier tasks.  *seq*, the task that started
        last, must be read after the pipe and before the reports.  If that task has ended in the
        meantime, the rest is dropped: it comes from a thread that outlived the task.
        """
        worker = self._worker_pool.workers.get(number)
        if worker is None:
            return
        data = worker.stream.all()
        task = worker.sent.get(seq)
        if task is not None and data:
            self._reporter.wrote(task, data, now)

    def on_output_moved(self, number: int) -> None:
        """The worker has a new pipe; unattributed output of the old one is its children's."""
        if (worker := self._worker_pool.workers.get(number)) is not None:
            worker.stream = WorkerOutput()

    def on_gone(
        self,
        number: int,
        status: int,
        peak_rss_kib: int,
        killed: int,
        stacks: str,
        now: float,
        *,
        out_of_memory: bool | None = None,
    ) -> None:
        """A worker and its descendants were reaped; its last reports were processed before.

        Args:
            number: The worker.
            status: Its wait status.
            peak_rss_kib: The largest memory of its process, in KiB.
            killed: How many of its descendants were killed.
            stacks: The dump of `faulthandler`; may be empty.
            now: The time.
            out_of_memory: Whether the system killed it for lack of memory; None if that isn't
                known.
        """
        worker = self._worker_pool.workers.get(number)
        if worker is None:
            return
        self._dispatcher.take_back(worker)
        now_ns = int(now * 1e9)
        begun_seq, begun_ns = self._worker_control.begun(number)
        self.take_note(worker)
        cause, code = cause_of(status)
        for seq, task in list(worker.sent.items()):
            del worker.sent[seq]
            self._worker_control.remove_blob(worker_ipc.result_blob(task.client.client_id, seq))
            task.tries += 1
            never_begun = seq > begun_seq  # at most taken: none of its code ran
            if never_begun and task.cancel_requested:
                self._settler.confirm(task, Resolution.NEVER_STARTED)
                continue
            if never_begun and task.tries < MAX_TRIES:
                self._dispatcher.requeue(task)
                continue
            # The peak is that of the process since this task started, or of a child that it reaped.
            bytes_in = -1 if task.blob else len(task.data)
            usage = Usage(-1, peak_rss_kib * 1024, bytes_in)
            if task.cancel_requested:
                detail = worker.detail or f"its worker {cause}"
                if killed:
                    detail += f"; {killed} child process{'es' if killed > 1 else ''} too"
                self._settler.confirm(
                    task,
                    Resolution.KILLED,
                    worker=number,
                    ended_ns=now_ns,
                    detail=detail,
                    usage=usage,
                )
            elif task.excess:
                self._settler.settle(
                    task,
                    protocol.OverMemory(
                        task.task_id,
                        number,
                        task.excess,
                        task.memory_limit,
                        task.memory_used,
                        begun_ns,
                        now_ns,
                        usage,
                    ),
                )
            else:
                words = death_message(
                    task.name,
                    number,
                    worker.pid,
                    status,
                    peak_rss_kib,
                    self._memory_kib,
                    stacks,
                    out_of_memory=out_of_memory,
                )
                self._settler.settle(
                    task,
                    protocol.Died(
                        task.task_id, number, words, worker.pid, code, begun_ns, now_ns, usage
                    ),
                )
        self._worker_pool.gone(worker, cause, stacks, has_worked=begun_seq > 0)
        self._dispatcher.dispatch(now)

    def on_start_failed(self, number: int, why: str, now: float) -> None:
        """A worker could not be started, because descriptors or memory are used up."""
        worker = self._worker_pool.workers.get(number)
        if worker is not None:
            self._worker_pool.gone(worker, why, "", has_worked=False)
            self._dispatcher.dispatch(now)

    def take_note(self, worker: WorkerState) -> None:
        """Read and report the progress of a worker's task."""
        noted = self._worker_control.progress(worker.number)
        if noted is not None and (task := worker.sent.get(noted[0])) is not None:
            self._reporter.progressed(task, noted[1])
