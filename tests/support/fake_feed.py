"""`FakeFeed`: a feed that doesn't change, for tests of `top`: given rows and a fixed clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from scaler_lab import Resolution
from scaler_lab.core.messages import ProfileResult, Progress, TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.mirror import FeedMirror
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.terminal.top.app import TopApp

NOW = 1_700_000_000.0


def connection(name: str = "812-08a6", program: str = "train.py") -> ConnectionInfo:
    return ConnectionInfo(
        engine_id=f"{len(name):032x}",
        name=name,
        program=program,
        pid=812,
        n_workers=2,
        started_at=NOW - 60,
        address="",
        feed="",
        lifeline="",
        folder="",
        blobs="",
        owned=True,
        protocol=1,
        version="1",
        python="3.11",
    )


class FakeFeed:
    """Replaces `FeedConnection` in the app, with rows that the test gives."""

    def __init__(self, rows: list[TaskInfo], ended: str | None = None) -> None:
        self.engine = connection()
        self.asked: list[tuple[list[TaskId], bool]] = []
        self.mirror = FeedMirror("top")
        self.mirror.on_message(messages.Welcome(messages.PROTOCOL, "host", "812-08a6", 812, 2))
        counts = {status.value: sum(r.status is status for r in rows) for status in Status}
        workers = [
            messages.WorkerRow("worker 1", 820, "busy", TaskId(f"{3:032x}"), 41),
            messages.WorkerRow("worker 2", 821, "idle", None, 40),
            messages.WorkerRow("worker 3", 822, "spare"),
        ]
        self.mirror.on_message(messages.Snapshot(1, 0, 1, rows, counts, workers))
        self._ended = ended

    def __call__(self, engine: ConnectionInfo, view: str) -> FakeFeed:
        """Return this object, in place of a new `FeedConnection`."""
        assert view == "top"
        self.engine = engine
        return self

    def read(self) -> bool:
        if self._ended is not None:
            self.mirror.end(self._ended)
        return False

    def request_cancel(
        self, task_ids: list[TaskId], *, force: bool = False, only_queued: bool = False
    ) -> list[int]:
        assert not only_queued
        self.asked.append((task_ids, force))
        return []

    def request_details(self, task_id: TaskId, output_bytes: int = 0) -> int:
        del output_bytes
        self.mirror.details[1] = messages.Details(
            1,
            task_id,
            None,
            "Traceback (most recent call last):\n  …\nValueError: no such column",
            "epoch 1\n10%\r20%\r\n\x1b[2Jno colours",
            1_000_000,
            ProfileResult(0.001, 3.0, 2.5, 123_000_000, 1_500, 80),
        )
        return 1

    def request_usage(self) -> None:
        """Its tasks use nothing that could be measured."""

    def close(self) -> None:
        pass


def info(number: int, status: Status, name: str = "", **more: Any) -> TaskInfo:
    started = None if status is Status.QUEUED else NOW - 20 + number
    ended = NOW - 15 + number if status.is_done else None
    worker = f"worker {1 + number % 2}" if started else ""
    info: dict[str, Any] = {
        "name": name or f"fit[{number}]",
        "group_name": "" if name else "fit",
        "worker": worker,
        "started_at": started,
        "ended_at": ended,
    } | more
    info.setdefault("task_id", TaskId(f"{number:032x}"))
    return TaskInfo(
        number=number,
        status=status,
        version=number,
        submitted_at=NOW - 30,
        **info,
    )


def sixty_rows() -> list[TaskInfo]:
    cancelled: dict[str, Any] = {
        "cancel_requested_at": NOW - 11,
        "cancel_requested_by": "top",
        "cancel_resolution": Resolution.INTERRUPTED,
        "cancel_seconds": 0.0042,
    }
    never = cancelled.copy()
    never.update(cancel_resolution=Resolution.NEVER_STARTED, cancel_seconds=0.0004)
    return [
        info(1, Status.SUCCEEDED),
        info(2, Status.FAILED, error="ValueError: no such column", output_bytes=1_000_029),
        info(3, Status.RUNNING, progress=Progress(700, 1000, "epoch \x1b[2J7")),
        info(4, Status.CANCELLED, **cancelled),
        info(5, Status.CANCELLING, cancel_requested_at=NOW - 2.5, cancel_requested_by="top"),
        info(
            6,
            Status.CANCELLED,
            started_at=None,
            **never,
        ),
        *(info(number, Status.QUEUED) for number in range(7, 60)),
        info(60, Status.QUEUED, "日本語のタスク"),
    ]


def fake_top(fake_feed: FakeFeed, *, is_grouped: bool = False) -> TopApp:
    """Return an app with a fake feed and a fixed clock.  Its pictures need the fixture `utc`."""
    connect = cast("Callable[[ConnectionInfo, str], FeedConnection]", fake_feed)
    app = TopApp(connection(), clock=lambda: NOW, connect=connect)
    app.table.order.choose(is_grouped=is_grouped)
    return app
