"""What a page sends to the Jupyter server: messages on the websocket, and bodies of commands.

`python tests/support/typescript_feed.py` writes their TypeScript types.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from scaler_lab.feed.mirror import MAX_IDS

MAX_WATCHED = 200

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Ids = Annotated[list[Id], msgspec.Meta(max_length=MAX_IDS)]
EngineIds = Annotated[list[Id], msgspec.Meta(max_length=MAX_WATCHED)]


class WatchRequest(msgspec.Struct, array_like=True, tag="watch", frozen=True):
    """Requests the rows of these engines from now on, and of no others."""

    engine_ids: EngineIds


class EngineResync(msgspec.Struct, array_like=True, tag="resync", frozen=True):
    """Requests all rows of this engine again."""

    engine_id: Id


class EngineUsageRequest(msgspec.Struct, array_like=True, tag="usage", frozen=True):
    """Requests once what the running tasks of these engines use, as far as they are watched."""

    engine_ids: EngineIds


class CancelBody(msgspec.Struct, forbid_unknown_fields=True):
    """Requests a cancel of these tasks, or of all open tasks of the engine."""

    task_ids: Ids = []
    all: bool = False
    force: bool = False
    only_queued: bool = False


class RetryBody(msgspec.Struct, forbid_unknown_fields=True):
    """Requests that the calls of these tasks are submitted again."""

    task_ids: Ids


FeedRequest = WatchRequest | EngineResync | EngineUsageRequest
