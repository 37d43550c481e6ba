"""`ClientDisplay`: how clients and watched futures are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scaler_lab.core.notebook_display import NotebookDisplay

if TYPE_CHECKING:
    from scaler_lab.client.client import Client
    from scaler_lab.client.watch import Watched
    from scaler_lab.ui.terminal.board_view import BoardView


class ClientDisplay(NotebookDisplay):
    """Shows a `Client` or a `Watched` in notebooks and by rich."""

    def __rich__(self) -> BoardView:
        from scaler_lab.ui.terminal.renderables import of_client

        return of_client(cast("Client | Watched", self))
