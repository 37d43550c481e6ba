/** The side panel and the commands. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
} from "@jupyterlab/application";
import { Dialog, ICommandPalette, Notification, showDialog } from "@jupyterlab/apputils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import {
  clean,
  count,
  type Deed,
  needsConfirmation,
  question,
  type StopPlan,
  stoppableOf,
} from "@scaler-lab/table";
import type { TranslationBundle } from "@jupyterlab/translation";

import { tasksIcon } from "../icon.js";
import { TasksPanel } from "../panel.js";
import { readSettings } from "../settings.js";
import { addStyles } from "../styles.js";
import { CommandIDs, ITasks, NAMESPACE } from "../tokens.js";
import type { TasksModel } from "../tasksModel.js";

const RANK = 210; // after the file browser and the running sessions

/** The commands for the selected tasks of the panel. */
function commandsOf(
  trans: TranslationBundle,
): readonly (readonly [command: string, deed: Deed, label: string, caption: string])[] {
  return [
    [
      CommandIDs.showDetails,
      "details",
      trans.__("Show Details of the Selected Task"),
      trans.__("Times, traceback, output and cost of the task that is selected in the panel"),
    ],
    [
      CommandIDs.cancelSelected,
      "cancel",
      trans.__("Cancel Selected Tasks"),
      trans.__("Request a cancel of the tasks that are selected in the panel"),
    ],
    [
      CommandIDs.killSelected,
      "kill",
      trans.__("Kill Selected Tasks"),
      trans.__(
        "Stop the workers of the tasks that are selected in the panel, without asking the tasks",
      ),
    ],
    [
      CommandIDs.retrySelected,
      "retry",
      trans.__("Retry Selected Tasks"),
      trans.__("Submit the failed and cancelled ones of the selected tasks again"),
    ],
  ];
}

export const panel: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:panel`,
  description: "The side panel of tasks, and its commands.",
  autoStart: true,
  requires: [ITasks],
  optional: [ILayoutRestorer, ICommandPalette, ISettingRegistry],
  activate: async (
    app: JupyterFrontEnd,
    service: ITasks,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    registry: ISettingRegistry | null,
  ): Promise<void> => {
    addStyles();
    const { model, trans } = service;
    const widget = new TasksPanel(model, trans, {
      goToCell: (cellId) => {
        void service.goToCell?.(cellId).then((isFound) => {
          if (!isFound) {
            Notification.info(trans.__("That cell is in no notebook that is open here."), {
              autoClose: 4000,
            });
          }
        });
      },
      cancelAll: (engineId) => {
        void cancelAll(service, engineId);
      },
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
      label: trans.__("Show Tasks"),
      caption: trans.__("Show the tasks of every notebook, script and terminal"),
      icon: tasksIcon,
      execute: ({ host: engine, task }) => {
        show(engine);
        if (typeof task === "string" && task !== "") {
          widget.showTask(task);
        }
      },
    });
    commands.addCommand(CommandIDs.search, {
      label: trans.__("Search Tasks"),
      execute: () => {
        show(undefined);
        widget.search();
      },
    });
    commands.addCommand(CommandIDs.cancelAll, {
      label: trans.__("Cancel All Tasks …"),
      caption: trans.__("Cancel every open task of every notebook, script and terminal"),
      isEnabled: () => model.engines.length > 0,
      execute: () => cancelAll(service, null),
    });
    for (const [command, taskCommand, label, caption] of commandsOf(trans)) {
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
      palette?.addItem({ command, category: trans.__("Tasks") });
    }
    const { area } = readSettings(await loaded(registry));
    app.shell.add(widget, area, { rank: RANK, type: "Tasks" });
  },
};

/** Cancel the open tasks of one program, or of all, after a confirmation if several run. */
async function cancelAll({ model, trans }: ITasks, engineId: string | null): Promise<void> {
  const plan = planOf(model, engineId);
  if (needsConfirmation(plan)) {
    const answer = await showDialog({
      title: question(plan),
      buttons: [
        Dialog.cancelButton({ label: trans.__("Keep them") }),
        Dialog.warnButton({ label: trans.__("Cancel them") }),
      ],
    });
    if (!answer.button.accept) {
      return;
    }
  }
  try {
    const { accepted, trouble } = await model.cancelAll(engineId);
    const requested = trans._n(
      "Requested the cancel of %2 task",
      "Requested the cancel of %2 tasks",
      ...[accepted, count(accepted)],
    );
    Notification.info(trouble || requested, { autoClose: 4000 });
  } catch (error) {
    Notification.error(trans.__("The cancel was not sent: %1", String(error)));
  }
}

/** What a cancel of all tasks would stop: the number of tasks by program. */
function planOf(model: TasksModel, engineId: string | null): StopPlan {
  const owners = new Map<string, number>();
  let running = 0;
  for (const { id, title, counts } of model.engines) {
    if (counts !== null && (engineId === null || id === engineId)) {
      const open = stoppableOf(counts);
      running += counts.running;
      if (open > 0) {
        owners.set(clean(title), (owners.get(clean(title)) ?? 0) + open);
      }
    }
  }
  const total = [...owners.values()].reduce((sum, n) => sum + n, 0);
  return { ids: [], force: false, running, toCome: [], total, owners };
}

/** The composed settings; empty if they can't be loaded, because all have defaults. */
async function loaded(registry: ISettingRegistry | null): Promise<Record<string, unknown>> {
  try {
    return { ...(await registry?.load(`${NAMESPACE}:plugin`))?.composite };
  } catch (error) {
    console.warn("scaler_lab: the settings could not be read, so defaults hold", error);
    return {};
  }
}
