/** Notifications of failures and of long tasks that are done. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";

import { type Notice, Notices } from "../notices.js";
import { readSettings } from "../settings.js";
import { CommandIDs, ITasks, NAMESPACE } from "../tokens.js";

const DONE_CLOSES_AFTER_MS = 8000;
const FAILED_CLOSES_AFTER_MS = 15_000;

export const notifications: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:plugin`, // the settings' id
  description: "Notifies of tasks that failed, and of long ones that are done.",
  autoStart: true,
  requires: [ITasks],
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, { model }: ITasks, registry: ISettingRegistry | null): void => {
    const notices = new Notices((notice) => {
      show(app, notice);
    });
    model.onEnding((ending) => {
      notices.apply(ending);
    });
    registry?.load(`${NAMESPACE}:plugin`).then(
      (settings) => {
        const read = (): void => {
          notices.settings = readSettings({ ...settings.composite });
        };
        read();
        settings.changed.connect(read);
      },
      () => undefined, // the panel's plugin says so
    );
  },
};

function show(app: JupyterFrontEnd, { kind, text, engineId }: Notice): void {
  const isFailure = kind === "failed";
  Notification.emit(text, isFailure ? "error" : "success", {
    autoClose: isFailure ? FAILED_CLOSES_AFTER_MS : DONE_CLOSES_AFTER_MS,
    actions: [
      {
        label: "Show tasks",
        callback: () => {
          void app.commands.execute(CommandIDs.showPanel, { engine: engineId });
        },
      },
    ],
  });
}
