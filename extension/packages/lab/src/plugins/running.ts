/** A section "Tasks" in Running Terminals and Kernels, where to shut down is to cancel. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { IRunningSessionManagers, type IRunningSessions } from "@jupyterlab/running";
import { Signal } from "@lumino/signaling";

import { tasksIcon } from "../icon.js";
import type { Lookout } from "../lookout.js";
import { CommandIDs, ITasks, NAMESPACE } from "../tokens.js";
import type { Host, OpenTask } from "../wire.js";
import { clean, inShort } from "../words.js";

const MOST_ITEMS = 50; // the panel has them all
const EVERY_MS = 1000;

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
  readonly name = "Tasks";
  readonly shutdownLabel = "Cancel";
  readonly shutdownAllLabel = "Cancel All";
  readonly runningChanged: Signal<this, undefined>;
  private readonly lookout: Lookout;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private shown = "";

  constructor(
    private readonly app: JupyterFrontEnd,
    tasks: ITasks,
  ) {
    this.lookout = tasks.lookout;
    this.runningChanged = new Signal<this, undefined>(this);
    tasks.changed.connect(() => {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.refreshRunning();
      }, EVERY_MS);
    });
  }

  readonly shutdownAllConfirmationText = (): string =>
    `Cancel every open task? ${inShort({ ...this.lookout.totals, failed: 0 })}`;

  running(): IRunningSessions.IRunningItem[] {
    return this.open()
      .slice(0, MOST_ITEMS)
      .map(([host, task]) => ({
        label: () => clean(task.name),
        labelTitle: () => clean(`${task.name}: ${task.status} in ${host.title}`),
        detail: () => `${task.status}, ${clean(host.title)}`,
        icon: () => tasksIcon,
        context: "scaler-lab-task",
        open: () => {
          void this.app.commands.execute(CommandIDs.showPanel, { host: host.id });
        },
        shutdown: () => {
          told(this.lookout.cancel(host.id, task.id));
        },
      }));
  }

  shutdownAll(): void {
    told(this.lookout.cancelAll(null));
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

  private open(): [Host, OpenTask][] {
    return this.lookout.hosts.flatMap((host) =>
      host.open.map((task): [Host, OpenTask] => [host, task]),
    );
  }
}

function told(asked: Promise<{ readonly trouble: string }>): void {
  asked.then(
    ({ trouble }) => {
      if (trouble !== "") {
        Notification.warning(trouble);
      }
    },
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      Notification.error(`The cancel was not sent: ${why}`);
    },
  );
}
