"""What a saved notebook contains of a table: the last state, and which engines and tasks it shows.

    application/vnd.scaler-lab.table.v1+json   the table's engines and tasks, for our extension
    application/vnd.jupyter.widget-view+json   the live widget; needs its kernel
    text/html, text/plain                      the last known state, for all other readers

In JupyterLab, the extension draws the output.  It shows the widget while the kernel has it.  If the
widget can't be shown, it shows the tasks as the Jupyter server knows them, and if the server has no
such engine, the static HTML.

A page with the extension requests the static view every few seconds while tasks change, so the
notebook that it saves contains their last state.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Literal

import msgspec

from scaler_lab.client.client import Client
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import TaskState
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.ui.notebook import static_html, static_line
from scaler_lab.ui.notebook.feed_source import source_of

log = logging.getLogger(__name__)

MIME_TYPE = "application/vnd.scaler-lab.table.v1+json"
TRACEBACKS_TIMEOUT = 2.0
MAX_OUTPUT_BYTES = 4096  # of a task, in its static view
_ID_LENGTH = 32  # of a task id; its first half is its client's

Layout = Literal["table", "line", "task"]


class StaticRequest(msgspec.Struct, array_like=True, tag="static", frozen=True):
    """Requests the static view of a table.  The `StaticResponse` has the same *request*."""

    request: int


class StaticResponse(msgspec.Struct, array_like=True, tag="static-of", frozen=True):
    """The static view, as a mime bundle."""

    request: int
    bundle: dict[str, Any]


def static_view(
    feed_source: BoardSource, note: str = "", *, is_task: bool = False
) -> dict[str, Any]:
    """Return the HTML and the text of the current state, as a mime bundle.

    Args:
        feed_source: The tasks to show.
        note: A text below a table.
        is_task: Whether it is the view of one task, not a table.
    """
    if is_task:
        [record] = feed_source.records
        failed = [record.task_id] if record.state is TaskState.FAILED else []
        traceback = _tracebacks(feed_source, failed).get(record.task_id, "")
        output, _ = feed_source.output(record.task_id, MAX_OUTPUT_BYTES)
        return static_line.task_bundle(record, traceback, output)
    tasks = feed_source.tasks()
    now = time.monotonic() + feed_source.board.epoch
    tracebacks = _tracebacks(feed_source, static_html.failed_ids(tasks))
    return {
        "text/html": static_html.as_html(
            feed_source.label, tasks, now, note=note, tracebacks=tracebacks
        ),
        "text/plain": static_html.as_text(feed_source.label, tasks),
    }


def description(feed_source: BoardSource, layout: Layout) -> dict[str, Any]:
    """Return what our extension must know to draw the view without its widget, as a mime bundle.

    Make it before the static view, so that its version is never newer.
    """
    return {
        MIME_TYPE: {
            "layout": layout,
            "welcome": msgspec.to_builtins(feed_source.welcome()),
            "engines": [writer.feed_id for writer in feed_source.board.writers if writer.feed_id],
            "tasks": _id_ranges(feed_source),
            "version": feed_source.board.version,
        }
    }


def form_description(client: Client) -> dict[str, Any]:
    """Return what our extension must know to show a form's saved state, as a mime bundle."""
    return {
        MIME_TYPE: {
            "layout": "form",
            "welcome": msgspec.to_builtins(source_of(client).welcome()),
            "engines": [],
            "tasks": [],
            "version": 0,
        }
    }


def _id_ranges(feed_source: BoardSource) -> list[tuple[str, str]]:
    """Return ranges of ids, each with a first and a last one, that contain those of the tasks.

    If all of the board is shown, they contain the tasks to come, too.
    """
    if feed_source.numbers is None:
        prefixes = [writer.id_prefix for writer in feed_source.board.writers]
        return [
            (prefix.ljust(_ID_LENGTH, "0"), prefix.ljust(_ID_LENGTH, "f")) for prefix in prefixes
        ]
    ids = [record.task_id for record in feed_source.records]
    return [(min(ids), max(ids))] if ids else []


def _tracebacks(feed_source: BoardSource, task_ids: list[TaskId]) -> dict[TaskId, str]:
    """Return the tracebacks of these tasks that can be read within `TRACEBACKS_TIMEOUT`.

    Unpickling an exception runs code of its class, so a thread of its own does it.
    """
    found: dict[TaskId, str] = {}

    def read() -> None:
        for task_id in task_ids:
            try:
                found[task_id] = feed_source.traceback(task_id)
            except Exception:
                log.debug("the exception of task %s could not be read", task_id, exc_info=True)

    if task_ids:
        thread = threading.Thread(target=read, name="scaler_lab-tracebacks", daemon=True)
        thread.start()
        thread.join(TRACEBACKS_TIMEOUT)
    return dict(found)
