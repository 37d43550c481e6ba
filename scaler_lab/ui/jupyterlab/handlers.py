"""REST: the running engines, a task's details, and the commands.

    GET   scaler-lab/engines
    GET   scaler-lab/engines/ID/tasks/TASK
    GET   scaler-lab/engines/ID/tasks/TASK/flame   takes ten seconds
    DELETE     same path                           end that now
    POST  scaler-lab/engines/ID/cancel   {"task_ids": [...]} or {"all": true}, "force",
                                         "only_queued"
    POST  scaler-lab/engines/ID/retry    {"task_ids": [...]}

Jupyter decides whether a request is allowed: its login, its token, its XSRF cookie, its checks of
origin and host, and its authorizer, for reading or writing `scaler_lab`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado import web

from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages
from scaler_lab.feed.flame_sampler import FlameSampler
from scaler_lab.ui.jupyterlab.engine_feed import EngineTimeout, EngineUnavailable
from scaler_lab.ui.jupyterlab.engine_registry import EngineRegistry
from scaler_lab.ui.jupyterlab.requests import CancelBody, RetryBody
from scaler_lab.ui.notebook.flames import graph_of
from scaler_lab.ui.page_encoding import stack_for_page

if TYPE_CHECKING:
    from scaler_lab.ui.jupyterlab.app import ScalerLabApp

RESOURCE = "scaler_lab"
ID = r"([0-9a-f]{32})"
MAX_BODY_BYTES = 1024 * 1024

T = TypeVar("T")

_encode = lenient(msgspec.json.Encoder().encode)


class _Handler(ExtensionHandlerMixin, APIHandler):  # pyright: ignore[reportIncompatibleVariableOverride]
    auth_resource = RESOURCE

    @property
    def engines(self) -> EngineRegistry:
        return cast("ScalerLabApp", self.extensionapp).engines

    def body_as(self, kind: type[T]) -> T:
        """Return the request's body.  Raises a 400 or a 413."""
        body = self.request.body
        if len(body) > MAX_BODY_BYTES:
            raise web.HTTPError(413, f"more than {MAX_BODY_BYTES} bytes")
        try:
            return strict(msgspec.json.Decoder(kind).decode)(body or b"{}")
        except msgspec.MsgspecError as error:
            raise web.HTTPError(400, _logged(str(error))) from None

    async def response_of(self, response: Awaitable[T]) -> T:
        """Return an engine's response.

        Raises a 404 if the engine is gone, and a 504 if it doesn't answer.
        """
        try:
            return await response
        except EngineUnavailable as error:
            raise web.HTTPError(404, _logged(str(error))) from None
        except EngineTimeout as error:
            raise web.HTTPError(504, _logged(str(error))) from None

    async def details_of(self, engine_id: str, task_id: str) -> tuple[TaskInfo, messages.Details]:
        """Return a task's row and details.  Raises a 404 if the engine doesn't know the task."""

        async def details() -> messages.Details:
            return await self.engines.feed(engine_id).details(TaskId(task_id))

        found = await self.response_of(details())
        if found.row is None:
            raise web.HTTPError(404, f"the engine knows no task {task_id} (any more)")
        return found.row, found

    def reply(self, value: Any) -> None:
        self.finish(_encode(value))


class EnginesHandler(_Handler):
    """Lists the running engines of this user."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.reply({"engines": self.engines.known()})


class TaskHandler(_Handler):
    """Returns one task: its row, traceback, last output and profile."""

    @web.authenticated
    @authorized
    async def get(self, engine_id: str, task_id: str) -> None:
        row, details = await self.details_of(engine_id, task_id)
        self.reply(
            {
                "task": {f: getattr(row, f) for f in row.__struct_fields__},
                "traceback": details.traceback,
                "output": details.output,
                "output_before": details.output_before,
                "profile": msgspec.to_builtins(details.profile),
                "stack": None if details.stack is None else stack_for_page(details.stack),
            }
        )


class FlameHandler(_Handler):
    """Samples where a running task spends its time, and returns the flame graph as SVG."""

    sampler: FlameSampler | None = None

    @web.authenticated
    @authorized
    async def get(self, engine_id: str, task_id: str) -> None:
        row, _ = await self.details_of(engine_id, task_id)
        self.sampler = await self.response_of(self._begin(engine_id, row))
        flame = await asyncio.wrap_future(self.sampler.result)
        svg, problem = await asyncio.to_thread(graph_of, flame)
        self.reply({"svg": svg, "problem": problem})

    @web.authenticated
    @authorized
    async def delete(self, engine_id: str, task_id: str) -> None:
        del engine_id  # a task's id is unique
        self.engines.stop_flames(TaskId(task_id))
        self.reply({})

    async def _begin(self, engine_id: str, row: TaskInfo) -> FlameSampler:
        return self.engines.sample_flame(engine_id, row.task_id, row.name)

    def on_connection_close(self) -> None:
        if self.sampler is not None:
            self.sampler.stop()


class CancelHandler(_Handler):
    """Cancels tasks."""

    @web.authenticated
    @authorized
    async def post(self, engine_id: str) -> None:
        command = self.body_as(CancelBody)
        response = await self.response_of(self._cancel(engine_id, command))
        self.reply({"accepted": response.accepted, "trouble": response.trouble})

    async def _cancel(self, engine_id: str, command: CancelBody) -> messages.Response:
        engine = self.engines.feed(engine_id)
        if command.all:
            return await engine.cancel_all(force=command.force, only_queued=command.only_queued)
        task_ids = [TaskId(i) for i in command.task_ids]
        return await engine.cancel(task_ids, force=command.force, only_queued=command.only_queued)


class RetryHandler(_Handler):
    """Submits the calls of failed and cancelled tasks again."""

    @web.authenticated
    @authorized
    async def post(self, engine_id: str) -> None:
        command = self.body_as(RetryBody)
        response = await self.response_of(self._retry(engine_id, command))
        self.reply({"accepted": response.accepted, "trouble": response.trouble})

    async def _retry(self, engine_id: str, command: RetryBody) -> messages.Response:
        return await self.engines.feed(engine_id).retry([TaskId(i) for i in command.task_ids])


def _logged(text: str) -> str:
    """Escape *text* for `HTTPError`, which uses it as a format string."""
    return text.replace("%", "%%")


ROUTES = [
    (r"/scaler-lab/engines", EnginesHandler),
    (rf"/scaler-lab/engines/{ID}/tasks/{ID}", TaskHandler),
    (rf"/scaler-lab/engines/{ID}/tasks/{ID}/flame", FlameHandler),
    (rf"/scaler-lab/engines/{ID}/cancel", CancelHandler),
    (rf"/scaler-lab/engines/{ID}/retry", RetryHandler),
]
