/**
 * What the output of a table contains besides the widget; `scaler_lab/ui/notebook/static_view.py`
 * makes it.  The table requests it from its kernel.  JupyterLab's extension saves it in the
 * notebook, and draws it if the page has no widget.
 */

import { readMessage, type Welcome } from "./feed.js";
import { FeedError, readList, readNumber, readText } from "./json.js";

export const SAVED_TABLE = "application/vnd.scaler-lab.table.v1+json";

/** Which tasks a table shows. */
export interface SavedTable {
  /** See `mountLayout`. */
  readonly layout: string;
  readonly welcome: Welcome;
  /** The ids of the engines that may have the tasks. */
  readonly engines: readonly string[];
  /** Ranges of task ids that contain all tasks of the table. */
  readonly tasks: readonly (readonly [first: string, last: string])[];
  /** The board's version at the time of the saved state. */
  readonly version: number;
}

export type MimeBundle = Readonly<Record<string, unknown>>;

/** The description in *value*; null if it has another version.  Never throws. */
export function readSavedTable(value: unknown): SavedTable | null {
  try {
    const { layout, welcome, engines, tasks, version } = (value ?? {}) as Record<string, unknown>;
    const message = readMessage(welcome);
    if (message.kind !== "welcome") {
      return null;
    }
    return {
      layout: readText(layout),
      welcome: message,
      engines: readList(engines).map(readText),
      tasks: readList(tasks).map(readRange),
      version: readNumber(version),
    };
  } catch (error) {
    if (error instanceof FeedError) {
      return null;
    }
    throw error;
  }
}

function readRange(value: unknown): [first: string, last: string] {
  const [first, last] = readList(value);
  return [readText(first), readText(last)];
}

/** Whether the table shows the task with this id. */
export function isOf({ tasks }: SavedTable, id: string): boolean {
  return tasks.some(([first, last]) => first <= id && id <= last);
}

// -- from the table to the output that contains it -------------------------------------------------

const EVENT = "scaler_lab-saved";
const OUTPUT = "scl-saved";

/** Mark *node* as an output that can be saved: *keep* is called with each new bundle. */
export function keepsSaved(node: HTMLElement, keep: (bundle: MimeBundle) => void): void {
  node.classList.add(OUTPUT);
  node.addEventListener(EVENT, (event) => {
    keep((event as CustomEvent<MimeBundle>).detail);
  });
}

/** Record which version *node* has. */
export function noteVersion(node: HTMLElement, version: number | null): void {
  node.dataset.version = version === null ? "" : String(version);
}

/** The saved version of the output around *node*; null if that output can't be saved. */
export function savedVersion(node: HTMLElement): string | null {
  return node.closest<HTMLElement>(`.${OUTPUT}`)?.dataset.version ?? null;
}

/** Save *bundle* in the output around *node*. */
export function offerSaved(node: HTMLElement, bundle: MimeBundle): void {
  node.dispatchEvent(new CustomEvent(EVENT, { bubbles: true, detail: bundle }));
}
