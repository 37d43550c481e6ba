"""The compared systems: name, adapter, and how to install what each one needs.

Adapters are imported only in the probe, one per process.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from .system import System

OURS = "scaler_lab"
STANDARD = "process_pool"


@dataclass(frozen=True)
class Entry:
    """One system of the list."""

    name: str
    title: str
    adapter: str  # "module:class"
    distribution: str  # its version is shown; empty for the standard library
    install: str


_HERE = __name__

_LIST = (
    Entry(OURS, "scaler_lab", f"{_HERE}.local:Local", "scaler-lab", "pip install -e ."),
    Entry(STANDARD, "ProcessPoolExecutor", f"{_HERE}.executor:ProcessPoolSystem", "", ""),
    Entry("loky", "loky", f"{_HERE}.loky:Loky", "loky", "pip install loky"),
    Entry("pebble", "pebble", f"{_HERE}.pebble:Pebble", "Pebble", "pip install pebble"),
    Entry(
        "opengris",
        "OpenGRIS Scaler",
        f"{_HERE}.opengris:OpenGris",
        "opengris-scaler",
        "pip install opengris-scaler",
    ),
    Entry("dask", "Dask", f"{_HERE}.dask:Dask", "distributed", "pip install distributed"),
    Entry("ray", "Ray", f"{_HERE}.ray:Ray", "ray", "pip install ray"),
)

SYSTEMS = {entry.name: entry for entry in _LIST}


def load(adapter: str) -> type[System]:
    """Return the adapter class called *adapter*: ``"module:class"``.

    Raises:
        ModuleNotFoundError: The adapted system is not installed.
    """
    module, _, name = adapter.partition(":")
    found = getattr(import_module(module), name)
    if not (isinstance(found, type) and issubclass(found, System)):
        raise TypeError(f"{adapter} is no System")
    return found
