/**
 * What the output of a table contains besides the widget; `scaler_lab/ui/notebook/static_view.py`
 * makes it.  The table requests it from its kernel, and JupyterLab's extension puts it into the
 * notebook and draws it if there is no widget.
 */

import { readMessage, type Welcome } from "./feed.js";
import { FeedError, readList, readNumber, readText } from "./json.js";

export const SAVED_TABLE = "application/vnd.scaler-lab.table.v1+json";

/** Which tasks a table shows. */
export interface SavedTable {
  /** See `mountLayout`. */
  readonly layout: string;
  readonly welcome: Welcome;
  /** The engines that may have the tasks, by the ids that the server knows. */
  readonly engines: readonly string[];
  /** Ranges of ids that contain those of the tasks. */
  readonly tasks: readonly (readonly [first: string, last: string])[];
  /** The board's version that the saved state is of. */
  readonly version: number;
}

export type MimeBundle = Readonly<Record<string, unknown>>;

/** The description in *value*; null if it is another version's.  Throws nothing. */
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

/** Whether the task with this id is one of those that the table shows. */
export function isOf({ tasks }: SavedTable, id: string): boolean {
  return tasks.some(([first, last]) => first <= id && id <= last);
}

// -- from the table to the output that contains it -------------------------------------------------

const EVENT = "scaler_lab-saved";
const OUTPUT = "scl-saved";

/** Mark *node* as an output that keeps what it is given: *keep* gets each new bundle. */
export function keepsSaved(node: HTMLElement, keep: (bundle: MimeBundle) => void): void {
  node.classList.add(OUTPUT);
  node.addEventListener(EVENT, (event) => {
    keep((event as CustomEvent<MimeBundle>).detail);
  });
}

/** Say which version *node* has. */
export function noteVersion(node: HTMLElement, version: number | null): void {
  node.dataset.version = version === null ? "" : String(version);
}

/** The version that the output around *node* has; null if no output there keeps one. */
export function savedVersion(node: HTMLElement): string | null {
  return node.closest<HTMLElement>(`.${OUTPUT}`)?.dataset.version ?? null;
}

/** Give the output around *node* what it is to keep. */
export function offerSaved(node: HTMLElement, bundle: MimeBundle): void {
  node.dispatchEvent(new CustomEvent(EVENT, { bubbles: true, detail: bundle }));
}
