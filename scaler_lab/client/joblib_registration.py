"""Registers the backend for ``joblib.parallel_config("scaler_lab")`` without importing joblib.

joblib looks a backend up by its name in a table, and knows no backends outside this table.  Users
may import joblib and scaler_lab in either order, and joblib takes a quarter of a second to import.
So if joblib is already imported, the name is added to the table at once.  Otherwise it is added
when joblib is imported: `_RegistrationFinder` waits for that one module and then removes itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Loader, MetaPathFinder
    from importlib.machinery import ModuleSpec
else:  # importing them takes too long for what they give
    Loader = MetaPathFinder = object

NAME = "scaler_lab"

_TABLE_OF_BACKENDS = "joblib.parallel"


def install() -> None:
    """Register the backend with joblib, now or as soon as joblib is imported.  Idempotent."""
    module = sys.modules.get(_TABLE_OF_BACKENDS)
    if module is not None and hasattr(module, "register_parallel_backend"):
        _register(module)
    elif not any(isinstance(finder, _RegistrationFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _RegistrationFinder())


def limit_threads(variables: Mapping[str, str]) -> None:
    """Run in a worker before numpy is imported: set how many threads its libraries may start."""
    os.environ.update(variables)


def _register(module: ModuleType) -> None:
    module.register_parallel_backend(NAME, _backend)


def _backend(**params: Any) -> Any:
    from scaler_lab.client.joblib_backend import ScalerLabBackend

    return ScalerLabBackend(**params)


class _RegistrationFinder(MetaPathFinder):
    """Finds no modules itself, but wraps the loader that other finders return for joblib."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _TABLE_OF_BACKENDS:
            return None
        sys.meta_path.remove(self)
        for finder in list(sys.meta_path):
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _RegisteringLoader(spec.loader)
                return spec
        return None


class _RegisteringLoader(Loader):
    """Loads a module with joblib's own loader, then registers the backend."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        _register(module)
