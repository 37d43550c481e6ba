/** A section "Tasks" in Running Terminals and Kernels.  To shut down a task cancels it. */

import { clean } from "@scaler-lab/table";
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { IRunningSessionManagers, type IRunningSessions } from "@jupyterlab/running";
import type { TranslationBundle } from "@jupyterlab/translation";
import { Signal } from "@lumino/signaling";

import { tasksIcon } from "../icon.js";
import type { TasksModel } from "../tasksModel.js";
import { CommandIDs, ITasks, NAMESPACE } from "../tokens.js";
import type { Engine, OpenTask } from "../serverMessages.js";
import { inShort, stateWord } from "../format.js";

const MAX_ITEMS = 50; // the panel has them all
const INTERVAL_MS = 1000;

export const running: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:running`,
  description: "Lists open tasks among the running sessions.",
  autoStart: true,
  requires: [ITasks],
  optional: [IRunningSessionManagers],
  activate: (
    app: JupyterFrontEnd,
    tasks: ITasks,
    managers: IRunningSessionManagers | null,
  ): void => {
    managers?.add(new RunningTasks(app, tasks));
  },
};

class RunningTasks implements IRunningSessions.IManager {
  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly runningChanged: Signal<this, undefined>;
  private readonly model: TasksModel;
  private readonly trans: TranslationBundle;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private shown = "";

  constructor(
    private readonly app: JupyterFrontEnd,
    tasks: ITasks,
  ) {
    this.model = tasks.model;
    this.trans = tasks.trans;
    this.name = this.trans.__("Tasks");
    this.shutdownLabel = this.trans.__("Cancel");
    this.shutdownAllLabel = this.trans.__("Cancel All");
    this.runningChanged = new Signal<this, undefined>(this);
    tasks.changed.connect(() => {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.refreshRunning();
      }, INTERVAL_MS);
    });
  }

  readonly shutdownAllConfirmationText = (): string =>
    this.trans.__(
      "Cancel every open task? %1",
      inShort(this.trans, { ...this.model.totals, failed: 0 }),
    );

  running(): IRunningSessions.IRunningItem[] {
    return this.open()
      .slice(0, MAX_ITEMS)
      .map(([engine, task]) => ({
        label: () => clean(task.name),
        labelTitle: () => {
          const state = stateWord(this.trans, task.status);
          return clean(this.trans.__("%1: %2 in %3", task.name, state, engine.title));
        },
        detail: () => `${stateWord(this.trans, task.status)}, ${clean(engine.title)}`,
        icon: () => tasksIcon,
        context: "scaler-lab-task",
        open: () => {
          void this.app.commands.execute(CommandIDs.showPanel, { host: engine.id });
        },
        shutdown: () => {
          this.report(this.model.cancel(engine.id, task.id));
        },
      }));
  }

  shutdownAll(): void {
    this.report(this.model.cancelAll(null));
  }

  refreshRunning(): void {
    const shown = this.open()
      .map(([, { id, status }]) => `${id}${status}`)
      .join(" ");
    if (shown !== this.shown) {
      this.shown = shown;
      this.runningChanged.emit(undefined);
    }
  }

  private open(): [Engine, OpenTask][] {
    return this.model.engines.flatMap((engine) =>
      engine.open.map((task): [Engine, OpenTask] => [engine, task]),
    );
  }

  private report(outcome: Promise<{ readonly trouble: string }>): void {
    outcome.then(
      ({ trouble }) => {
        if (trouble !== "") {
          Notification.warning(trouble);
        }
      },
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        Notification.error(this.trans.__("The cancel was not sent: %1", why));
      },
    );
  }
}
