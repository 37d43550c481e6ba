"""The websocket: sends a page updates about all engines, and the rows that it watches.

It accepts no commands.  Commands are POST requests, for which Jupyter checks the XSRF cookie.
Jupyter's own `WebSocketMixin` checks the origin; it must be the first of the base classes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from scaler_lab.ui.jupyterlab.handlers import RESOURCE
from scaler_lab.ui.jupyterlab.page_session import PageError, PageSession

if TYPE_CHECKING:
    from scaler_lab.ui.jupyterlab.app import ScalerLabApp

MAX_BYTES = 64 * 1024  # of one message from a page
POLICY_VIOLATION = 1008

_may_read: Callable[[Callable[..., Any]], Callable[..., Any]] = authorized(action="read")


class FeedHandler(  # pyright: ignore[reportIncompatibleVariableOverride,reportIncompatibleMethodOverride]
    ExtensionHandlerMixin, WebSocketMixin, WebSocketHandler, JupyterHandler
):
    """The websocket of one page."""

    auth_resource = RESOURCE
    _page: PageSession | None = None

    @ws_authenticated
    @_may_read
    async def get(self, *args: Any, **kwargs: Any) -> None:
        await super().get(*args, **kwargs)

    def get_compression_options(self) -> dict[str, Any]:
        return {"compression_level": 1, "mem_level": 8}  # the rows of a batch are similar

    def open(self, *args: str, **kwargs: str) -> None:
        super().open(*args, **kwargs)  # pyright: ignore[reportUnknownMemberType]
        self._page = cast("ScalerLabApp", self.extensionapp).engines.join(self._send_text)

    def on_message(self, message: str | bytes) -> None:
        if self._page is None:
            return
        try:
            if len(message) > MAX_BYTES:
                raise PageError(f"more than {MAX_BYTES} bytes")
            self._page.receive(message)
        except PageError as error:
            self.log.warning(
                "scaler_lab: closed the feed of a page, because its message is invalid: %s", error
            )
            self.close(POLICY_VIOLATION, "not in the feed's words")

    def on_close(self) -> None:
        if self._page is not None:
            cast("ScalerLabApp", self.extensionapp).engines.leave(self._page)
            self._page = None
        super().on_close()

    async def _send_text(self, text: bytes) -> None:
        try:
            sent = asyncio.ensure_future(self.write_message(text))
            sent.add_done_callback(_heed)
            await sent
        except WebSocketClosedError:
            pass  # `on_close` ends the page


def _heed(sent: asyncio.Future[None]) -> None:
    """Retrieve the error of a write that is no longer awaited.

    The coroutine that waits for it may have been cancelled, and asyncio reports errors that were
    never retrieved.
    """
    if not sent.cancelled():
        sent.exception()


ROUTES = [(r"/scaler-lab/feed", FeedHandler)]
