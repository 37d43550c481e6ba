/** The views that a notebook can show, by the names that the kernel uses. */

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

/** Show *store* in *root* as *layout*; an unknown name shows the table. */
export function mountLayout(
  layout: string,
  root: HTMLElement,
  store: TaskStore,
  actions: Actions,
): MountedView {
  return (MOUNTS.get(layout) ?? mountTable)(root, store, actions);
}
