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
echo        SCALER_LAB_ECHO              whether to print here what tasks write: yes or no
==========  ===========================  =======================================================

*n_workers* and *grace* apply to a local engine that `Client` or ``scaler-lab engine start`` starts.
A running engine already has its settings.  *echo* applies if the engine reports task output.  If it
does not, a configured *echo* is ignored, while ``Client(echo=True)`` raises an error.  A keyword of
the local engine, as in ``Client(n_workers=2)``, selects a local engine, whatever *engine* is
configured.

The file is ``scaler_lab/config.toml`` in ``$XDG_CONFIG_HOME`` or ``~/.config``.
``SCALER_LAB_CONFIG`` names another file; if it is empty, no file is read.

``SCALER_LAB_RUNTIME_DIR``, the folder in which engines keep their sockets, can't be set in the
file, because programs must agree on it to find each other.

The settings are read when a client is made, never at import, so that a program can set the
variables first.  An invalid setting raises `BadConfiguration`, which names the variable or the
file.  Otherwise you would notice a misspelt key too late.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scaler_lab.errors import BadConfiguration

PREFIX = "SCALER_LAB_"
_FILE_VARIABLE = "SCALER_LAB_CONFIG"
_FOLDER_VARIABLE = "SCALER_LAB_RUNTIME_DIR"  # read by `runtime.runtime_dir`


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
    engine = configured.pop("engine", None)
    configured.pop("echo", None)
    if engine is not None and n_workers is None and not settings:
        return engine.value, None, {}
    filled = {name: entry.value for name, entry in configured.items()} | dict(settings)
    configured_workers = filled.pop("n_workers", None)
    return None, configured_workers if n_workers is None else n_workers, filled


def echo() -> bool | None:
    """Return whether to echo task output, as configured; None if it is not configured.

    Only this setting is read and checked, because clients on any engine need it.

    Raises:
        BadConfiguration: The setting is invalid.
    """
    found = read(names=("echo",)).get("echo")
    return None if found is None else bool(found.value)


def of_engine() -> dict[str, Any]:
    """Return the configured settings for a local engine, by name.

    Raises:
        BadConfiguration: A setting is unknown or invalid.
    """
    return {name: entry.value for name, entry in read().items() if name not in ("engine", "echo")}


def read(
    environ: Mapping[str, str] = os.environ, names: Collection[str] | None = None
) -> dict[str, Configured]:
    """Return the configured settings, checked, by name.

    Args:
        environ: The environment variables.
        names: The settings to return; None means all.

    Raises:
        BadConfiguration: A setting is unknown or invalid, or the file can't be read.
    """
    found: dict[str, Configured] = {}
    path = file_path(environ)
    if path is not None:
        for name, value in _read_file(path, is_named=_FILE_VARIABLE in environ).items():
            if name not in SETTINGS:
                raise BadConfiguration(
                    f"{path}: {name!r} is no setting; there are: {', '.join(SETTINGS)}"
                )
            if names is None or name in names:
                found[name] = Configured(_checked(SETTINGS[name], value, str(path)), str(path))
    for name, setting in SETTINGS.items():
        if names is not None and name not in names:
            continue
        variable = PREFIX + name.upper()
        text = environ.get(variable)
        if text:
            found[name] = Configured(_checked(setting, setting.parse(text), variable), variable)
    return found


def file_path(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the path of the configuration file, whether or not it exists; None if none is read."""
    named = environ.get(_FILE_VARIABLE)
    if named is not None:
        return Path(named).expanduser() if named else None
    home = environ.get("XDG_CONFIG_HOME")
    if home and os.path.isabs(home):  # the XDG specification says to ignore a relative path
        return Path(home) / "scaler_lab" / "config.toml"
    user = os.path.expanduser("~")
    return Path(user) / ".config" / "scaler_lab" / "config.toml" if user != "~" else None


def variables() -> list[str]:
    """Return the names of the environment variables that are read."""
    return [*(PREFIX + name.upper() for name in SETTINGS), _FILE_VARIABLE, _FOLDER_VARIABLE]


def unknown_variables(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the environment variables that start with the prefix but are not read: misspelt ones.

    `read` can't reject them, because programs may have their own variables with this prefix.
    """
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in variables())


def _read_file(path: Path, *, is_named: bool) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if is_named:
            raise BadConfiguration(f"{_FILE_VARIABLE} names {path}, which is not there") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"{path} can't be read: {error}") from error
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadConfiguration(f"{path} is not TOML: {error}") from error


# -- the settings --------------------------------------------------------------------------------


class _Setting(NamedTuple):
    parse: Callable[[str], object]  # converts a variable's text to the value that a file would have
    check: Callable[[Any], object]  # raises TypeError or ValueError


def _number(text: str) -> object:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text  # the check reports what is wrong with it


def _check_workers(value: Any) -> int:
    from scaler_lab.engines.local.settings import check_workers

    return check_workers(value)


def _check_grace(value: Any) -> float:
    from scaler_lab.engines.local.settings import check_grace

    return check_grace(value)


def _check_address(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f'engine must be an address, such as "local://night", not {value!r}')
    return value.strip()


_SWITCHES = {"1": True, "yes": True, "true": True, "on": True} | {
    "0": False, "no": False, "false": False, "off": False
}  # fmt: skip


def _switch(text: str) -> object:
    return _SWITCHES.get(text.strip().lower(), text)


def _check_switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"it must be yes or no (true or false in the file), not {value!r}")
    return value


SETTINGS = {
    "engine": _Setting(str, _check_address),
    "n_workers": _Setting(_number, _check_workers),
    "grace": _Setting(_number, _check_grace),
    "echo": _Setting(_switch, _check_switch),
}


def _checked(setting: _Setting, value: object, source: str) -> object:
    try:
        return setting.check(value)
    except (TypeError, ValueError) as error:
        raise BadConfiguration(f"{source}: {error}") from error
