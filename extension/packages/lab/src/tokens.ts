/** What the plugins share. */

import { Token } from "@lumino/coreutils";
import type { ISignal } from "@lumino/signaling";
import type { TranslationBundle } from "@jupyterlab/translation";

import type { TasksModel } from "./tasksModel.js";
import type { NoticeSettings } from "./notices.js";

export const NAMESPACE = "@scaler-lab/lab";

export interface ITasks {
  readonly model: TasksModel;
  /**
   * Translates the extension's texts.  Those of the shared table are in English everywhere, because
   * it has no translator in a notebook's page: a second mechanism would be needed for them.
   */
  readonly trans: TranslationBundle;
  /** Shows a notebook's cell; null without notebooks, and false if the notebook isn't open. */
  goToCell: ((cellId: string) => Promise<boolean>) | null;
  /** Emitted when engines, counts or the connection changed. */
  readonly changed: ISignal<ITasks, void>;
}

export const ITasks = new Token<ITasks>(
  `${NAMESPACE}:ITasks`,
  "Every task of every engine of this user's, as the Jupyter server sees them.",
);

/** The user's settings; the defaults without a registry. */
export interface Settings extends NoticeSettings {
  readonly area: "left" | "right";
}

export const CommandIDs = {
  showPanel: "scaler-lab:show-panel",
  search: "scaler-lab:search",
  cancelAll: "scaler-lab:cancel-all",
  showDetails: "scaler-lab:show-details",
  cancelSelected: "scaler-lab:cancel-selected",
  killSelected: "scaler-lab:kill-selected",
  retrySelected: "scaler-lab:retry-selected",
} as const;
