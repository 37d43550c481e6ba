"""The keyword arguments of `Client` that set up its engine, for editors and type checkers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict


class LocalSettings(TypedDict, total=False):
    """Settings of a local engine of the client's own: see `LocalEngine`."""

    grace: float
    reserve: int | str | None
    initializer: Callable[..., object] | None
    initargs: tuple[Any, ...]
    capture: bool


class DaskSettings(TypedDict, total=False):
    """Settings of the connection to a Dask cluster."""

    security: Any
    timeout: float


class OpenGrisSettings(TypedDict, total=False):
    """Settings of the connection to an OpenGRIS Scaler scheduler."""

    tls: bool
    tls_cert: str | None
    tls_key: str | None
    timeout_seconds: int | None
    object_storage_address: str | None
    monitor_address: str | None


class ExecutorSettings(TypedDict, total=False):
    """Settings for an executor of `concurrent.futures`' kind."""

    in_process: bool | None


class RaySettings(TypedDict, total=False):
    """Settings of Ray's tasks."""

    options: Mapping[str, Any] | None


class EngineSettings(
    LocalSettings, DaskSettings, OpenGrisSettings, ExecutorSettings, RaySettings, total=False
):
    """The settings of all engines; each engine accepts its own."""
