/** The views that a notebook may show, by the kernel's names for them. */

import type { Actions } from "./actions.js";
import { mountLine, mountTask } from "./lineView.js";
import { mountTable } from "./table.js";
import type { TaskStore } from "./taskStore.js";

const MOUNTS = new Map([
  ["line", mountLine],
  ["task", mountTask],
]);

export interface MountedView {
  notice(text: string): void;
  dispose(): void;
}

/** Show *store* in *root* as *layout*; any other name than these is the table. */
export function mountLayout(
  layout: string,
  root: HTMLElement,
  store: TaskStore,
  actions: Actions,
): MountedView {
  return (MOUNTS.get(layout) ?? mountTable)(root, store, actions);
}
