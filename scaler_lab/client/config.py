"""The settings that `Client()` uses by default, from the environment or from a file.

    a keyword          Client(grace=2)                               first
    the environment    SCALER_LAB_GRACE=2                            then
    the file           grace = 2  in ~/.config/scaler_lab/config.toml
    the built-in default

==========  ===========================  =======================================================
setting     variable                     meaning
==========  ===========================  =======================================================
engine      SCALER_LAB_ENGINE            the address of the engine that ``Client()`` uses
n_workers   SCALER_LAB_N_WORKERS         worker processes, 1 to 1024
grace       SCALER_LAB_GRACE             seconds that an interrupted task has to end
echo        SCALER_LAB_ECHO              whether to print here what tasks write
progress    SCALER_LAB_PROGRESS          whether waits show a progress bar
==========  ===========================  =======================================================

*n_workers* and *grace* apply to a local engine that `Client` or ``scaler-lab engine start`` starts.
A running engine already has its settings.  *echo* applies if the engine reports task output.  If it
does not, a configured *echo* is ignored, while ``Client(echo=True)`` raises an error.  *progress*
is about the bar that `wait`, `gather`, `as_completed`, `result` and `results` draw in a terminal
or in the cell of a notebook.  A keyword of the local engine, as in ``Client(n_workers=2)``, selects
a local engine, whatever *engine* is configured.

The file is ``scaler_lab/config.toml`` in the user's configuration folder: ``$XDG_CONFIG_HOME`` or
``~/.config`` on Linux.  ``SCALER_LAB_CONFIG`` names another file; if it is empty, no file is read.

``SCALER_LAB_RUNTIME_DIR``, the folder in which engines keep their sockets, can't be set in the
file, because programs must agree on it to find each other.

The settings are read when a client is made, never at import, so that a program can set the
variables first.  An invalid setting raises `BadConfiguration`, which names the variable or the
file.  Otherwise you would notice a misspelt key too late.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import UNSET, Meta, UnsetType

from scaler_lab.engines.local.settings import MAX_GRACE_SECONDS, MAX_WORKERS
from scaler_lab.errors import BadConfiguration

PREFIX = "SCALER_LAB_"
_FILE_VARIABLE = "SCALER_LAB_CONFIG"
_FOLDER_VARIABLE = "SCALER_LAB_RUNTIME_DIR"  # read by `runtime.runtime_dir`
_SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}


class _Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings, and the values that they may have."""

    engine: Annotated[str, Meta(pattern=r"\S")] | UnsetType = UNSET
    n_workers: Annotated[int, Meta(ge=1, le=MAX_WORKERS)] | UnsetType = UNSET
    grace: Annotated[float, Meta(ge=0, le=MAX_GRACE_SECONDS)] | UnsetType = UNSET
    echo: bool | UnsetType = UNSET
    progress: bool | UnsetType = UNSET


SETTINGS = _Settings.__struct_fields__
OF_CLIENT = ("engine", "echo", "progress")  # the other ones are of a local engine
_OF_SWITCHES = ("echo", "progress")


class Configured(NamedTuple):
    """A value and its source: the name of a variable, or the path of a file."""

    value: Any
    source: str


def fill_in(
    n_workers: int | None, settings: Mapping[str, Any]
) -> tuple[str | None, int | None, dict[str, Any]]:
    """Return the engine, n_workers and settings for a `Client` that was given no engine.

    Args:
        n_workers: The keyword argument of `Client`.
        settings: Its further keyword arguments for the engine.

    Returns:
        ``(engine, n_workers, settings)``; *engine* is an address, or None for a local engine.

    Raises:
        BadConfiguration: A setting is unknown or invalid.
    """
    configured = read()
    engine = configured.get("engine")
    if engine is not None and n_workers is None and not settings:
        return engine.value, None, {}
    filled = _of_engine(configured) | dict(settings)
    configured_workers = filled.pop("n_workers", None)
    return None, configured_workers if n_workers is None else n_workers, filled


def echo() -> bool | None:
    """Return whether to echo task output, as configured; None if it is not configured.

    Raises:
        BadConfiguration: The file is invalid, or this setting is.
    """
    return _switch("echo")


def progress() -> bool:
    """Return whether waits show a progress bar, as configured; True if it is not configured.

    Raises:
        BadConfiguration: The file is invalid, or this setting is.
    """
    return _switch("progress") is not False


def _switch(name: str) -> bool | None:
    found = _from_environment(name) or _from_file().get(name)
    return None if found is None else bool(found.value)


def of_engine() -> dict[str, Any]:
    """Return the configured settings for a local engine, by name.

    Raises:
        BadConfiguration: A setting is unknown or invalid.
    """
    return _of_engine(read())


def _of_engine(configured: Mapping[str, Configured]) -> dict[str, Any]:
    return {name: entry.value for name, entry in configured.items() if name not in OF_CLIENT}


def read() -> dict[str, Configured]:
    """Return the configured settings, checked, by name.

    Raises:
        BadConfiguration: A setting is unknown or invalid, or the file can't be read.
    """
    found = _from_file()
    for name in SETTINGS:
        if configured := _from_environment(name):
            found[name] = configured
    return found


def file_path() -> Path | None:
    """Return the path of the configuration file, whether or not it exists; None if none is read."""
    named = os.environ.get(_FILE_VARIABLE)
    if named is not None:
        return Path(named).expanduser() if named else None
    import platformdirs

    try:
        folder = platformdirs.user_config_path("scaler_lab")
    except RuntimeError:  # the user has no home, as in some containers
        return None
    # Older versions of platformdirs return a path that starts with "~" then.
    return folder / "config.toml" if folder.is_absolute() else None


def variables() -> list[str]:
    """Return the names of the environment variables that are read."""
    return [*(PREFIX + name.upper() for name in SETTINGS), _FILE_VARIABLE, _FOLDER_VARIABLE]


def unknown_variables() -> list[str]:
    """Return the environment variables that start with the prefix but are not read: misspelt ones.

    `read` can't reject them, because programs may have their own variables with this prefix.
    """
    return sorted(
        name for name in os.environ if name.startswith(PREFIX) and name not in variables()
    )


def _from_environment(name: str) -> Configured | None:
    variable = PREFIX + name.upper()
    text = os.environ.get(variable, "").strip()
    if not text:
        return None
    try:
        settings = msgspec.convert(
            {name: _SWITCHES.get(text.lower(), text) if name in _OF_SWITCHES else text},
            _Settings,
            strict=False,  # reads numbers and booleans from text
        )
    except msgspec.ValidationError as error:
        expected = str(error).partition(" - at ")[0]
        raise BadConfiguration(f"{variable} is {text!r}: {expected}") from error
    return Configured(getattr(settings, name), variable)


def _from_file() -> dict[str, Configured]:
    path = file_path()
    if path is None:
        return {}
    try:
        settings = msgspec.toml.decode(path.read_bytes(), type=_Settings)
    except FileNotFoundError:
        if _FILE_VARIABLE in os.environ:
            raise BadConfiguration(f"{_FILE_VARIABLE} names {path}, which does not exist") from None
        return {}
    except OSError as error:
        raise BadConfiguration(f"{path} can't be read: {error}") from error
    except msgspec.ValidationError as error:
        raise BadConfiguration(
            f"{path}: {error}; the settings are {', '.join(SETTINGS)}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadConfiguration(f"{path} is not TOML: {error}") from error
    return {
        name: Configured(value, str(path))
        for name in SETTINGS
        if (value := getattr(settings, name)) is not UNSET
    }
