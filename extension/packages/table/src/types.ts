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
  "retrying",
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
    retrying: 0,
    failed: 0,
    cancelled: 0,
    succeeded: 0,
  };
}

/** Whether a task with this status has its verdict. */
export function isDone(status: Status): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

/** Whether its code runs, also if a cancel was requested. */
export function isRunning(status: Status): boolean {
  return status === "running" || status === "cancelling";
}

/** Whether somebody may still ask to stop it for the first time. */
export function isStoppable(status: Status): boolean {
  return isToCome(status) || status === "running";
}

/** How many of so many somebody may still ask to stop for the first time. */
export function stoppableOf(counts: Readonly<Counts>): number {
  return toComeOf(counts) + counts.running;
}

/** How many of so many have not begun, or wait for their next attempt. */
export function toComeOf({ queued, waiting, retrying }: Readonly<Counts>): number {
  return queued + waiting + retrying;
}

/** Whether none of it runs: it waits for a worker, for other tasks, or for its next attempt. */
export function isToCome(status: Status): boolean {
  return status === "queued" || status === "waiting" || status === "retrying";
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
  retrying: "↻",
  failed: "✗",
  cancelled: "⊘",
  succeeded: "✓",
};
