"""REST: the engines there are, a task's details, and the commands.

    GET   scaler-lab/hosts
    GET   scaler-lab/hosts/ID/tasks/TASK
    POST  scaler-lab/hosts/ID/cancel   {"task_ids": [...]} or {"all": true}, "force", "only_queued"
    POST  scaler-lab/hosts/ID/retry    {"task_ids": [...]}

Whether a request is let in is Jupyter's to say: its login, its token, its XSRF cookie, its
checks of origin and host, and its authorizer, asked for reading or writing `scaler_lab`.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado import web

from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.messages import TaskId
from scaler_lab.feed import messages
from scaler_lab.feed.mirror import MOST_IDS
from scaler_lab.ui.jupyterlab.engine_feed import HostGone, HostSilent
from scaler_lab.ui.jupyterlab.engine_registry import Hosts

if TYPE_CHECKING:
    from scaler_lab.ui.jupyterlab.app import ScalerLabApp

RESOURCE = "scaler_lab"
ID = r"([0-9a-f]{32})"
MOST_BODY_BYTES = 1024 * 1024

T = TypeVar("T")

_Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Ids = Annotated[list[_Id], msgspec.Meta(max_length=MOST_IDS)]


class _Cancel(msgspec.Struct, forbid_unknown_fields=True):
    task_ids: _Ids = []
    all: bool = False
    force: bool = False
    only_queued: bool = False


class _Retry(msgspec.Struct, forbid_unknown_fields=True):
    task_ids: _Ids


_encode = lenient(msgspec.json.Encoder().encode)


class _Handler(ExtensionHandlerMixin, APIHandler):  # pyright: ignore[reportIncompatibleVariableOverride]
    auth_resource = RESOURCE

    @property
    def hosts(self) -> Hosts:
        return cast("ScalerLabApp", self.extensionapp).hosts

    def body_as(self, kind: type[T]) -> T:
        """The request's body.  Raises a 400, or a 413."""
        body = self.request.body
        if len(body) > MOST_BODY_BYTES:
            raise web.HTTPError(413, f"more than {MOST_BODY_BYTES} bytes")
        try:
            return strict(msgspec.json.Decoder(kind).decode)(body or b"{}")
        except msgspec.MsgspecError as error:
            raise web.HTTPError(400, _logged(str(error))) from None

    async def answered(self, answer: Awaitable[T]) -> T:
        """What an engine answers.  Raises a 404 where it is gone, a 504 where it is silent."""
        try:
            return await answer
        except HostGone as error:
            raise web.HTTPError(404, _logged(str(error))) from None
        except HostSilent as error:
            raise web.HTTPError(504, _logged(str(error))) from None

    def reply(self, value: Any) -> None:
        self.finish(_encode(value))


class HostsHandler(_Handler):
    """The engines of this user that run."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.reply({"hosts": self.hosts.known()})


class TaskHandler(_Handler):
    """One task: its row, its traceback, the end of what it wrote, and what it took."""

    @web.authenticated
    @authorized
    async def get(self, host_id: str, task_id: str) -> None:
        details = await self.answered(self._details(host_id, TaskId(task_id)))
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
            }
        )

    async def _details(self, host_id: str, task_id: TaskId) -> messages.Details:
        return await self.hosts.feed(host_id).details(task_id)


class CancelHandler(_Handler):
    """Stop tasks."""

    @web.authenticated
    @authorized
    async def post(self, host_id: str) -> None:
        ask = self.body_as(_Cancel)
        answer = await self.answered(self._cancel(host_id, ask))
        self.reply({"accepted": answer.accepted, "trouble": answer.trouble})

    async def _cancel(self, host_id: str, ask: _Cancel) -> messages.Answer:
        host = self.hosts.feed(host_id)
        if ask.all:
            return await host.cancel_all(force=ask.force, only_queued=ask.only_queued)
        task_ids = [TaskId(i) for i in ask.task_ids]
        return await host.cancel(task_ids, force=ask.force, only_queued=ask.only_queued)


class RetryHandler(_Handler):
    """Submit the calls of failed and cancelled tasks again."""

    @web.authenticated
    @authorized
    async def post(self, host_id: str) -> None:
        ask = self.body_as(_Retry)
        answer = await self.answered(self._retry(host_id, ask))
        self.reply({"accepted": answer.accepted, "trouble": answer.trouble})

    async def _retry(self, host_id: str, ask: _Retry) -> messages.Answer:
        return await self.hosts.feed(host_id).retry([TaskId(i) for i in ask.task_ids])


def _logged(text: str) -> str:
    """*text* for `HTTPError`, which takes it as a format."""
    return text.replace("%", "%%")


ROUTES = [
    (r"/scaler-lab/hosts", HostsHandler),
    (rf"/scaler-lab/hosts/{ID}/tasks/{ID}", TaskHandler),
    (rf"/scaler-lab/hosts/{ID}/cancel", CancelHandler),
    (rf"/scaler-lab/hosts/{ID}/retry", RetryHandler),
]
