"""`LocalRef`: a reference to a scattered value, kept as a file in the local engine's folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaler_lab.core.shared_ref import SharedRef
from scaler_lab.engines.local.worker.shared_data import fetch


class LocalRef(SharedRef):
    """A reference to a scattered value; a task that receives it gets the value itself.

    It is pickled as a call that reads the file *name* in *folder*.
    """

    def __init__(
        self, folder: str, name: str, nbytes: int, kind: str, discard: Callable[[], None]
    ) -> None:
        super().__init__(nbytes, kind, discard)
        self._where = folder, name

    def __reduce__(self) -> tuple[Callable[[str, str], Any], tuple[str, str]]:
        if self.is_released:
            raise ValueError(f"{self!r} can't be sent: scatter the value again")
        return fetch, self._where
