/** Notifications of failures and of long tasks that are done. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import type { TranslationBundle } from "@jupyterlab/translation";

import { type Notice, Notices } from "../notices.js";
import { readSettings } from "../settings.js";
import { CommandIDs, ITasks, NAMESPACE } from "../tokens.js";

type Options = Notification.IOptions<never>;

const DONE_CLOSES_AFTER_MS = 8000;
const FAILED_CLOSES_AFTER_MS = 15_000;

export const notifications: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:plugin`, // the settings' id
  description: "Notifies of tasks that failed, and of long ones that are done.",
  autoStart: true,
  requires: [ITasks],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    { model, trans }: ITasks,
    registry: ISettingRegistry | null,
  ): void => {
    const shown = new Map<number, string>(); // the notifications, by the numbers of their notices
    const notices = new Notices(
      trans,
      (notice) => {
        const id = shown.get(notice.number);
        const options = optionsOf(app, trans, notice);
        if (id === undefined || !Notification.update({ id, message: notice.text, ...options })) {
          shown.set(notice.number, Notification.emit(notice.text, typeOf(notice), options));
        }
      },
      (engineId) => model.engine(engineId)?.counts ?? null,
    );
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
      () => undefined, // the panel's plugin shows that error
    );
  },
};

function typeOf({ kind }: Notice): "error" | "success" {
  return kind === "failed" ? "error" : "success";
}

function optionsOf(
  app: JupyterFrontEnd,
  trans: TranslationBundle,
  { kind, engineId, first }: Notice,
): Options {
  const isFailure = kind === "failed";
  const open = (task: string): void => {
    void app.commands.execute(CommandIDs.showPanel, { host: engineId, task });
  };
  return {
    autoClose: isFailure ? FAILED_CLOSES_AFTER_MS : DONE_CLOSES_AFTER_MS,
    actions: [
      ...(isFailure && first !== null
        ? [
            {
              label: trans.__("Show traceback"),
              callback: () => {
                open(first.id);
              },
            },
          ]
        : []),
      {
        label: trans.__("Show tasks"),
        callback: () => {
          open("");
        },
      },
    ],
  };
}
