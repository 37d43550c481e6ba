/** The side panel and the commands. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { Dialog, ICommandPalette, Notification, showDialog } from "@jupyterlab/apputils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import type { Deed } from "@scaler-lab/table";

import { tasksIcon } from "../icon.js";
import { TasksPanel } from "../panel.js";
import { readSettings } from "../settings.js";
import { addStyles } from "../styles.js";
import { CommandIDs, ITasks, NAMESPACE } from "../tokens.js";
import { inShort } from "../format.js";

const RANK = 210; // after the file browser and the running sessions

/** Commands for the tasks that are selected in the panel. */
const COMMANDS: readonly (readonly [
  command: string,
  deed: Deed,
  label: string,
  caption: string,
])[] = [
  [
    CommandIDs.showDetails,
    "details",
    "Show Details of the Selected Task",
    "Times, traceback, output and cost of the task that is selected in the panel",
  ],
  [
    CommandIDs.cancelSelected,
    "cancel",
    "Cancel Selected Tasks",
    "Ask the tasks that are selected in the panel to stop",
  ],
  [
    CommandIDs.killSelected,
    "kill",
    "Kill Selected Tasks",
    "Stop the workers of the tasks that are selected in the panel, without asking the tasks",
  ],
  [
    CommandIDs.retrySelected,
    "retry",
    "Retry Selected Tasks",
    "Submit the failed and cancelled ones of the selected tasks again",
  ],
];

export const panel: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:panel`,
  description: "The side panel of tasks, and its commands.",
  autoStart: true,
  requires: [ITasks],
  optional: [ILayoutRestorer, ICommandPalette, ISettingRegistry],
  activate: async (
    app: JupyterFrontEnd,
    tasks: ITasks,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    registry: ISettingRegistry | null,
  ): Promise<void> => {
    addStyles();
    const { model } = tasks;
    const widget = new TasksPanel(model, (cellId) => {
      void tasks.goToCell?.(cellId).then((isFound) => {
        if (!isFound) {
          Notification.info("That cell is in no notebook that is open here.", { autoClose: 4000 });
        }
      });
    });
    restorer?.add(widget, widget.id);
    const show = (engine: unknown): void => {
      if (typeof engine === "string") {
        widget.choose(engine === "" ? null : engine);
      }
      app.shell.activateById(widget.id);
    };
    const { commands } = app;
    commands.addCommand(CommandIDs.showPanel, {
      label: "Show Tasks",
      caption: "Show the tasks of every notebook, script and terminal",
      icon: tasksIcon,
      execute: ({ host: engine }) => {
        show(engine);
      },
    });
    commands.addCommand(CommandIDs.search, {
      label: "Search Tasks",
      execute: () => {
        show(undefined);
        widget.search();
      },
    });
    commands.addCommand(CommandIDs.cancelAll, {
      label: "Cancel All Tasks …",
      caption: "Cancel every open task of every notebook, script and terminal",
      isEnabled: () => model.engines.length > 0,
      execute: async () => {
        const answer = await showDialog({
          title: "Cancel all tasks?",
          body: `${inShort({ ...model.totals, failed: 0 }) || "None is open now"}, in ${model.engines.length} engines.`,
          buttons: [
            Dialog.cancelButton({ label: "Keep them" }),
            Dialog.warnButton({ label: "Cancel all" }),
          ],
        });
        if (!answer.button.accept) {
          return;
        }
        try {
          const { accepted, trouble } = await model.cancelAll(null);
          Notification.info(trouble || `${accepted} tasks are or will be cancelled`, {
            autoClose: 4000,
          });
        } catch (error) {
          Notification.error(`The cancel was not sent: ${String(error)}`);
        }
      },
    });
    for (const [command, taskCommand, label, caption] of COMMANDS) {
      commands.addCommand(command, {
        label,
        caption,
        isEnabled: () => widget.can(taskCommand),
        execute: () => {
          widget.perform(taskCommand);
        },
      });
      app.contextMenu.addItem({ command, selector: "#scaler-lab-panel .scl-body .scl-row" });
    }
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({ command, category: "Tasks" });
    }
    const { area } = readSettings(await loaded(registry));
    app.shell.add(widget, area, { rank: RANK, type: "Tasks" });
  },
};

/** The composed settings; empty where there are none, for all of them have defaults. */
async function loaded(registry: ISettingRegistry | null): Promise<Record<string, unknown>> {
  try {
    return { ...(await registry?.load(`${NAMESPACE}:plugin`))?.composite };
  } catch (error) {
    console.warn("scaler_lab: the settings could not be read, so defaults hold", error);
    return {};
  }
}
