"""The Jupyter server extension.  Installing the package enables it."""

from __future__ import annotations

import os

from jupyter_server.extension.application import ExtensionApp

from scaler_lab._version import __version__
from scaler_lab.ui.jupyterlab import feed_handler, handlers
from scaler_lab.ui.jupyterlab.engine_registry import EngineRegistry


class ScalerLabApp(ExtensionApp):
    """Lists this user's engines and their tasks, and forwards commands.  It opens no port."""

    name = "scaler_lab"
    description = "Every task of every kernel and script, for JupyterLab's side panel"
    version = __version__
    open_browser = False

    engines: EngineRegistry

    def initialize_settings(self) -> None:
        self.engines = EngineRegistry()
        # For the page, which opens the files of tracebacks: where their paths begin.
        contents = getattr(self.serverapp, "contents_manager", None)
        root = getattr(contents, "root_dir", "")
        config = self.settings.setdefault("page_config_data", {})
        config["scalerLabRoot"] = root and os.path.realpath(root)

    def initialize_handlers(self) -> None:
        self.handlers.extend([*handlers.ROUTES, *feed_handler.ROUTES])

    async def stop_extension(self) -> None:
        await self.engines.close()
