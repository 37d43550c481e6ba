/**
 * What a window knows of tasks: the feed's row, and how each state looks.
 *
 * The words are the Python side's own (`Status`, `Resolution`); a state has a word, an icon and a
 * colour, so nothing is lost where one of them is.
 */

import type { Counts, Status } from "./feed.js";

export type { Counts, Progress, Resolution, Row, Status } from "./feed.js";

/** In the order in which a person looks for them. */
export const STATUSES = [
  "cancelling",
  "running",
  "failed",
  "queued",
  "waiting",
  "cancelled",
  "succeeded",
] as const satisfies readonly Status[];

/** No task in any state. */
export function noCounts(): Counts {
  return {
    cancelling: 0,
    running: 0,
    queued: 0,
    waiting: 0,
    failed: 0,
    cancelled: 0,
    succeeded: 0,
  };
}

/** Whether a task with this status has its verdict. */
export function isDone(status: Status): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

/** Whether somebody may still ask to stop it for the first time. */
export function isStoppable(status: Status): boolean {
  return isToCome(status) || status === "running";
}

/** How many of so many somebody may still ask to stop for the first time. */
export function stoppableOf(counts: Readonly<Counts>): number {
  return counts.queued + counts.waiting + counts.running;
}

/** Whether it has not begun: it waits for a worker, or for other tasks. */
export function isToCome(status: Status): boolean {
  return status === "queued" || status === "waiting";
}

/** Whether its call may be submitted again. */
export function isRetriable(status: Status): boolean {
  return status === "failed" || status === "cancelled";
}

/** One character for each state, the terminal's own; none has an emoji form. */
export const ICONS: Readonly<Record<Status, string>> = {
  cancelling: "◌",
  running: "▸",
  queued: "·",
  waiting: "○",
  failed: "✗",
  cancelled: "⊘",
  succeeded: "✓",
};
