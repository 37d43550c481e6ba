"""REST: the running engines, a task's details, and the commands.

    GET   scaler-lab/engines
    GET   scaler-lab/engines/ID/tasks/TASK
    POST  scaler-lab/engines/ID/cancel   {"task_ids": [...]} or {"all": true}, "force",
                                         "only_queued"
    POST  scaler-lab/engines/ID/retry    {"task_ids": [...]}

Jupyter decides whether a request is allowed: its login, its token, its XSRF cookie, its checks of
origin and host, and its authorizer, for reading or writing `scaler_lab`.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado import web

from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.messages import TaskId
from scaler_lab.feed import messages
from scaler_lab.ui.jupyterlab.engine_feed import EngineTimeout, EngineUnavailable
from scaler_lab.ui.jupyterlab.engine_registry import EngineRegistry
from scaler_lab.ui.jupyterlab.requests import CancelBody, RetryBody
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
        details = await self.response_of(self._details(engine_id, TaskId(task_id)))
        if details.row is None:
            raise web.HTTPError(404, f"the engine knows no task {task_id} (any more)")
        row = {f: getattr(details.row, f) for f in details.row.__struct_fields__}
        self.reply(
            {
                "task": row,
                "traceback": details.traceback,
                "output": details.output,
                "output_before": details.output_before,
                "profile": msgspec.to_builtins(details.profile),
                "stack": None if details.stack is None else stack_for_page(details.stack),
            }
        )

    async def _details(self, engine_id: str, task_id: TaskId) -> messages.Details:
        return await self.engines.feed(engine_id).details(task_id)


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
    (rf"/scaler-lab/engines/{ID}/cancel", CancelHandler),
    (rf"/scaler-lab/engines/{ID}/retry", RetryHandler),
]
