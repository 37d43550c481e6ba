"""Resolves the *engine* argument of `Client` to an `Engine`.  Engines are imported only when used.

=========================================  =====================================================
given                                      becomes
=========================================  =====================================================
None                                       the configured engine (`scaler_lab.client.config`),
                                           else a local engine of the client's own
an `Engine`                                itself, or a connection to it if it can be shared
``"local://NAME"``                         a connection to a local engine that runs already
``"dask://..."``, ``"scaler://..."``, ...  what the scheme's adapter makes of it; Ray's refuses
an object of ``distributed``, ``ray``,     what its library's adapter makes of it
``scaler``, or the module ``ray`` itself
a ``concurrent.futures.Executor``, an      `ExecutorEngine`, which submits to it
object with its ``submit``, a pebble pool
=========================================  =====================================================

An adapter is a class with ``from_given(given, **settings)``.  It is chosen by names alone (the
scheme; the modules of the object's class and its bases), so that nothing is imported to examine an
object.  Other packages add adapters by entry points of the group `ENTRY_POINTS`, whose name is a
scheme (``slurm``) or a class with its package (``parsl.DataFlowKernel``)::

    [project.entry-points."scaler_lab.engines"]
    slurm = "my_package.engine:SlurmEngine"
    "my_package.Cluster" = "my_package.engine:SlurmEngine"
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import types
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, NamedTuple

from scaler_lab.client import config
from scaler_lab.client.engine_settings import LocalSettings
from scaler_lab.engines.base import Engine
from scaler_lab.errors import EngineMissing

LOCAL = "local://"
ENTRY_POINTS = "scaler_lab.engines"


class Adapter(NamedTuple):
    """Names the class that makes engines from the objects and addresses of one library."""

    home: str  # "module:class"
    schemes: tuple[str, ...] = ()
    things: tuple[str, ...] = ()  # "package", or "package.Class" with its bare name
    needs: str = ""  # the library's module, and the extra that installs it:
    extra: str = ""
    example: str = ""  # an address of its scheme; empty if it accepts none and explains why


_EXECUTOR = Adapter("scaler_lab.engines.executor:ExecutorEngine", things=("pebble",))

ADAPTERS = (
    Adapter(
        "scaler_lab.engines.dask:DaskEngine",
        ("dask",),
        ("distributed",),
        "distributed",
        "dask",
        "dask://HOST:PORT",
    ),
    Adapter(
        "scaler_lab.engines.opengris:OpenGrisEngine",
        ("scaler",),
        ("scaler",),
        "scaler",
        "scaler",
        "scaler://HOST:PORT",
    ),
    Adapter("scaler_lab.engines.ray:RayEngine", ("ray",), ("ray",), "ray", "ray"),
    _EXECUTOR,
)
"""The adapters of this package, which take precedence over those of other packages."""


def resolve(given: Any = None, *, n_workers: int | None = None, **settings: Any) -> Engine:
    """Return the engine that *given* means.

    Args:
        given: The *engine* argument of `Client`; None means the configured engine, or a local
            engine of the client's own.
        n_workers: The number of worker processes of a new local engine.
        **settings: Further settings of the engine.

    Raises:
        TypeError: *given* can't be an engine, or a setting does not apply to it.
        ValueError: *given* is an address of an unknown scheme.
        BadConfiguration: A configured setting is invalid.
        EngineMissing: The engine's library is not installed.
        Exception: Whatever the creation of the engine raises.
    """
    if given is None:
        given, n_workers, settings = config.fill_in(n_workers, settings)
    if given is None:
        from scaler_lab.engines.local import LocalEngine

        known = LocalSettings.__annotations__
        for setting in settings:
            if setting not in known:
                raise TypeError(
                    f"Client() got an unexpected keyword argument {setting!r}; the settings of a "
                    f"local engine are n_workers, {', '.join(known)}"
                )

        return LocalEngine(n_workers=n_workers, **settings)
    if n_workers is not None:
        settings = {"n_workers": n_workers, **settings}
    if isinstance(given, Engine):
        _refuse(settings, given)
        return given.for_client()
    if isinstance(given, str):
        return _at_address(given, settings)
    names = _names_of(given)
    if "scaler_lab.Client" in names:
        raise TypeError(f"{given!r} is a Client already; to share its engine, pass client.engine")
    adapter = _adapter_for_thing(names) or (_EXECUTOR if _looks_like_executor(given) else None)
    if adapter is not None:
        return _make(adapter, given, settings)
    raise TypeError(
        "Client() takes an Engine, an executor, a Dask, Ray or OpenGRIS Scaler client, "
        f"an address or nothing, not {type(given).__qualname__}"
    )


def _at_address(address: str, settings: dict[str, Any]) -> Engine:
    scheme, mark, rest = address.partition("://")
    if mark and scheme == "local":
        _refuse(settings, address)
        from scaler_lab.engines.local import AttachedEngine

        return AttachedEngine(rest)
    adapter = _adapter_for_scheme(scheme) if mark else None
    if adapter is None:
        known = ", ".join([*(a.example for a in ADAPTERS if a.example), *_schemes_of_others()])
        raise ValueError(
            f"{address!r} is not the address of an engine; expected {LOCAL}NAME for a running "
            f"local engine (list them with: scaler-lab engine list), or {known}"
        )
    return _make(adapter, address, settings)


# -- which adapter ---------------------------------------------------------------------------------


def _names_of(given: object) -> list[str]:
    """Return "package.Class" of an object's class and its bases, or the name of a module."""
    if isinstance(given, types.ModuleType):
        return [given.__name__]
    return [f"{k.__module__.partition('.')[0]}.{k.__qualname__}" for k in type(given).__mro__]


def _adapter_for_thing(names: list[str]) -> Adapter | None:
    for name in names:
        for adapter in ADAPTERS:
            if name in adapter.things or name.partition(".")[0] in adapter.things:
                return adapter
    if all(name.startswith(_OF_NOBODY) for name in names):  # entry points cost milliseconds to read
        return None
    offered = entry_points(group=ENTRY_POINTS)
    for name in names:
        if name in offered.names:
            return Adapter(offered[name].value)
    return None


def _looks_like_executor(given: object) -> bool:
    """Return whether it has `submit`: some executors don't derive from the standard library's."""
    return callable(getattr(type(given), "submit", None))


_OF_NOBODY = ("builtins.", "concurrent.")  # packages that no entry point is for


def _adapter_for_scheme(scheme: str) -> Adapter | None:
    for adapter in ADAPTERS:
        if scheme in adapter.schemes:
            return adapter
    offered = entry_points(group=ENTRY_POINTS)
    return Adapter(offered[scheme].value) if scheme in offered.names else None


def _schemes_of_others() -> list[str]:
    return [f"{name}://..." for name in entry_points(group=ENTRY_POINTS).names if "." not in name]


# -- making it -------------------------------------------------------------------------------------


def _make(adapter: Adapter, given: object, settings: dict[str, Any]) -> Engine:
    if adapter.needs and importlib.util.find_spec(adapter.needs) is None:
        raise EngineMissing(
            f"{given!r} needs {adapter.needs!r}, which is not installed here: "
            f"pip install 'scaler-lab[{adapter.extra}]'"
        )
    module, _, name = adapter.home.partition(":")
    from_given: Callable[..., Engine] = getattr(importlib.import_module(module), name).from_given
    parameters = inspect.signature(from_given).parameters
    if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        _refuse({name: value for name, value in settings.items() if name not in parameters}, given)
    return from_given(given, **settings)


def _refuse(settings: dict[str, Any], given: object) -> None:
    if settings:
        raise TypeError(
            f"{', '.join(settings)}: only allowed if the Client starts the engine; "
            f"{given!r} has its own settings"
        )
