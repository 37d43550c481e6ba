"""From what the caller gave to `Client` to an `Engine`.  Engines are imported only when used."""

from __future__ import annotations

from typing import Any

from scaler_lab.ports.engine import Engine

LOCAL = "local://"


def resolve(given: Engine | str | None, *, n_workers: int | None = None, **settings: Any) -> Engine:
    """The engine that *given* means; None is a local engine of the client's own.

    Raises TypeError or ValueError where it means none, or where a setting doesn't apply.
    """
    if given is None:
        from scaler_lab.engines.local import LocalEngine

        return LocalEngine(n_workers=n_workers, **settings)
    if n_workers is not None or settings:
        names = [*(["n_workers"] if n_workers is not None else []), *settings]
        raise TypeError(
            f"{', '.join(names)}: only for an engine that this Client starts; "
            f"the one given ({given!r}) has its settings already"
        )
    if isinstance(given, Engine):
        return given.for_client()
    if isinstance(given, str):
        if given.startswith(LOCAL):
            from scaler_lab.engines.local import AttachedEngine

            return AttachedEngine(given.removeprefix(LOCAL))
        raise ValueError(
            f"{given!r} is no engine's address; a running local engine's is {LOCAL}NAME "
            "(list them with: scaler-lab engine list)"
        )
    raise TypeError(
        f"Client() takes an Engine, an address or nothing, not {type(given).__qualname__}"
    )
