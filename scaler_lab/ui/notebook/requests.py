"""Receives requests from pages, on two channels that work while a cell runs.

control channel   ipykernel (6.x and 7.x) serves it in its own thread, even while a cell runs
comm              used if the front end offers no control channel; if the kernel has subshells
                  (ipykernel 7) messages arrive while a cell runs, otherwise after the cell

A cancel is requested immediately, in the thread that receives the message.  That takes
microseconds, while the publisher may be busy with a large snapshot.  All other messages are put
into the publisher's inbox.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from weakref import WeakValueDictionary

import msgspec

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import STACK_TIMEOUT, TaskStack, gather_stacks
from scaler_lab.feed import messages
from scaler_lab.ui import page_encoding
from scaler_lab.ui.notebook.arguments import (
    MAX_GLIMPSES,
    ArgumentsRequest,
    ArgumentsResponse,
    Glimpse,
    GlimpsesRequest,
    GlimpsesResponse,
    arguments_of,
    glimpse_of,
    result_of,
)
from scaler_lab.ui.notebook.flames import FlameRequest, FlameRequests, FlameStop
from scaler_lab.ui.notebook.publisher import Publisher, TableOutput
from scaler_lab.ui.notebook.static_view import StaticRequest, StaticResponse

log = logging.getLogger(__name__)

REQUEST = "scaler_lab_request"
REPLY = "scaler_lab_reply"
SOURCE = "notebook"
MAX_OUTPUT_BYTES = 256 * 1024  # of one task's output, in a response to a page
ARGUMENTS_GONE = "They are not kept any more: the task succeeded, or nobody holds its future."

publisher = Publisher()

# Called when the main thread ends, while other threads still run; atexit would be too late.
threading._register_atexit(publisher.close)  # type: ignore[attr-defined]

_tables: WeakValueDictionary[str, TableOutput] = WeakValueDictionary()
_flames = FlameRequests()


class _Session(Protocol):
    def send(self, stream: Any, msg_or_type: Any, /, **kwargs: Any) -> object: ...


class Kernel(Protocol):
    """The part of ipykernel's kernel that is used here."""

    control_handlers: dict[str, Any]

    @property
    def session(self) -> _Session: ...


def make_reachable(view: str, table: TableOutput) -> None:
    """Register *table*, so that pages can send requests to it under the id *view*."""
    _tables[view] = table


def listen(kernel: Kernel) -> None:
    """Make *kernel* answer requests on its control channel.  Idempotent."""

    def on_request(stream: Any, ident: Any, parent: dict[str, Any]) -> None:
        content = _reply(parent.get("content"))
        kernel.session.send(stream, REPLY, content=content, parent=parent, ident=ident)

    kernel.control_handlers[REQUEST] = on_request


def receive(content: object) -> list[messages.FromPublisher]:
    """Process a page's request from either channel.

    Returns:
        The responses that are available at once.

    Raises:
        msgspec.ValidationError: The request is not a valid message.
        LookupError: Its table no longer exists.
    """
    request = msgspec.convert(content, _Request)
    table = _tables.get(request.view)
    if table is None:
        raise LookupError("this table is not of this kernel, or its client is gone")
    replies: list[messages.FromPublisher] = []
    for message in page_encoding.from_page(request.messages):
        if isinstance(message, messages.CancelRequest):
            replies.append(_cancel(table, message))
            publisher.receive(table, message)
        elif isinstance(message, messages.RetryRequest):
            feed_source = table.feed_source
            feed_source.retry(message.task_ids, source=SOURCE)
            n_requested, version = len(message.task_ids), feed_source.board.version
            replies.append(messages.Response(message.request, n_requested, version=version))
            publisher.receive(table, message)
        elif isinstance(message, messages.DetailsRequest):
            _send_details(table, message)
            publisher.receive(table)
        elif isinstance(message, messages.UsageRequest):
            _send_usage(table)
        elif isinstance(message, ArgumentsRequest):
            _send_arguments(table, message)
            publisher.receive(table)
        elif isinstance(message, GlimpsesRequest):
            _send_glimpses(table, message)
        elif isinstance(message, StaticRequest):
            _send_static(table, message)
        elif isinstance(message, FlameRequest):
            _flames.begin(table.feed_source, message, table.stream.send)
            publisher.receive(table)
        elif isinstance(message, FlameStop):
            _flames.stop(message)
        else:
            publisher.receive(table, message)
    return replies


class _Request(msgspec.Struct):
    view: str
    messages: list[Any]


def _reply(content: object) -> dict[str, Any]:
    try:
        replies: Sequence[messages.FromPublisher] = receive(content)
    except LookupError as error:
        replies = [messages.Closed(str(error))]
    except msgspec.ValidationError as error:
        log.warning("a page's request was not understood: %s", error)
        return {"status": "error", "messages": []}
    return {"status": "ok", "messages": [page_encoding.plain(reply) for reply in replies]}


def _cancel(table: TableOutput, message: messages.CancelRequest) -> messages.Response:
    feed_source = table.feed_source
    task_ids = feed_source.open_ids() if message.everything else message.task_ids
    if message.only_queued:
        task_ids = [task_id for task_id in task_ids if feed_source.is_queued(task_id)]
    try:
        accepted = feed_source.cancel(task_ids, force=message.force, source=SOURCE)
    except Exception as error:  # an engine's error must be shown to the person
        log.exception("a cancel requested in the notebook failed")
        return messages.Response(message.request, 0, f"{type(error).__name__}: {error}")
    return messages.Response(message.request, accepted, version=feed_source.board.version)


def _send_details(table: TableOutput, message: messages.DetailsRequest) -> None:
    """Send the details from a separate thread.

    Deserializing an exception runs code of its class, which may take any time.
    """
    task_id = message.task_id

    def send() -> None:
        try:
            text = table.feed_source.traceback(task_id)
        except Exception as error:
            text = f"(the exception could not be opened: {type(error).__name__}: {error})"
        output, before = table.feed_source.output(
            task_id, min(message.output_bytes, MAX_OUTPUT_BYTES)
        )
        stack: TaskStack | None = None
        if table.feed_source.runs(task_id):
            request = functools.partial(
                table.feed_source.request_stack, task_id, at_once=message.at_once
            )
            [stack] = gather_stacks([(task_id, request)], STACK_TIMEOUT)
        profile = table.feed_source.profile(task_id)
        table.stream.send(
            messages.Details(message.request, task_id, None, text, output, before, profile, stack)
        )

    threading.Thread(target=send, name="scaler_lab-details", daemon=True).start()


def _send_usage(table: TableOutput) -> None:
    """Send what the tasks use, from the thread in which the engine answers."""

    def send(usage: Mapping[TaskId, LiveUsage]) -> None:
        try:
            table.stream.send(messages.UsageReport(dict(usage)))
        except Exception:  # in a thread that other things depend on
            log.exception("a page could not be sent what tasks use")

    table.feed_source.request_usage(send)


def _send_arguments(table: TableOutput, message: ArgumentsRequest) -> None:
    """Send the arguments from a separate thread.

    A repr runs code of the value's class, which may take any time.
    """

    def send() -> None:
        future = table.feed_source.future(message.task_id)
        call = None if future is None else future.call
        found = [] if call is None else arguments_of(call)
        trouble = ARGUMENTS_GONE if call is None else ""
        result = None if future is None else result_of(future)
        table.stream.send(
            ArgumentsResponse(message.request, message.task_id, found, trouble, result)
        )

    threading.Thread(target=send, name="scaler_lab-arguments", daemon=True).start()


def _send_glimpses(table: TableOutput, message: GlimpsesRequest) -> None:
    """Send what rows show beyond the feed from a separate thread, like the arguments."""

    def send() -> None:
        futures = map(table.feed_source.future, message.task_ids[:MAX_GLIMPSES])
        found: list[Glimpse] = [glimpse_of(future) for future in futures if future is not None]
        table.stream.send(GlimpsesResponse(message.request, found))

    threading.Thread(target=send, name="scaler_lab-glimpses", daemon=True).start()


def _send_static(table: TableOutput, message: StaticRequest) -> None:
    """Send the static view from a separate thread: with many tasks, it takes a while to make."""

    def send() -> None:
        table.stream.send(StaticResponse(message.request, table.saved()))

    threading.Thread(target=send, name="scaler_lab-static", daemon=True).start()
