/** scaler_lab in JupyterLab: small plugins that only wire; each does without the services it can. */

import type { JupyterFrontEndPlugin } from "@jupyterlab/application";

import { cells } from "./plugins/cells.js";
import { notifications } from "./plugins/notifications.js";
import { outputs } from "./plugins/outputs.js";
import { panel } from "./plugins/panel.js";
import { places } from "./plugins/places.js";
import { running } from "./plugins/running.js";
import { status } from "./plugins/status.js";
import { tasks } from "./plugins/tasks.js";

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  ...[tasks, panel, status, running, notifications, cells, places, outputs],
];

export default plugins;
