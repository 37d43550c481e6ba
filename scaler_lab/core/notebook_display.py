"""`NotebookDisplay`: shows an object in notebooks, as the last line of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from scaler_lab.ui.notebook.display import Displayable


class NotebookDisplay:
    """The methods that IPython calls.  For the classes that `Displayable` names."""

    __slots__ = ()

    def _ipython_display_(self) -> None:
        from scaler_lab.ui.notebook.display import show

        show(cast("Displayable", self))

    def _repr_mimebundle_(self, **_kinds: Any) -> dict[str, Any]:
        from scaler_lab.ui.notebook.display import mimebundle

        return mimebundle(cast("Displayable", self))
