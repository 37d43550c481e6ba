/** The status bar's item: how many run, wait and failed; a click opens the panel. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IStatusBar } from "@jupyterlab/statusbar";
import { Widget } from "@lumino/widgets";

import { CommandIDs, ITasks, NAMESPACE } from "../tokens.js";
import { inShort } from "../format.js";

export const status: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:status`,
  description: "Says in the status bar how many tasks run, wait and failed.",
  autoStart: true,
  requires: [ITasks],
  optional: [IStatusBar],
  activate: (app: JupyterFrontEnd, tasks: ITasks, bar: IStatusBar | null): void => {
    if (bar === null) {
      return;
    }
    const { model, trans } = tasks;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "scl-status";
    button.title = trans.__("Tasks of every notebook, script and terminal: click to see them");
    button.addEventListener("click", () => {
      void app.commands.execute(CommandIDs.showPanel);
    });
    const item = new Widget();
    item.node.append(button);
    const draw = (): void => {
      const text = trans.__("Tasks: %1", inShort(trans, model.totals) || trans.__("none open"));
      if (button.textContent !== text) {
        button.textContent = text;
      }
    };
    draw();
    tasks.changed.connect(draw);
    item.disposed.connect(() => {
      tasks.changed.disconnect(draw);
    });
    bar.registerStatusItem(`${NAMESPACE}:status`, {
      item,
      align: "left",
      rank: 40,
      isActive: () => model.engines.length > 0,
      activeStateChanged: tasks.changed,
    });
  },
};
