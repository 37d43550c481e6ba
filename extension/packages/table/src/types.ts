/**
 * The types of tasks in a view: the feed's row, and the appearance of each state.
 *
 * The words are the same as in Python (`Status`, `Resolution`).  A state has a word, an icon and a
 * colour, so it can be recognised without one of them.
 */

import type { Counts, Status } from "./feed.js";

export type { Counts, Progress, Resolution, Row, Status } from "./feed.js";

/** In the order of their importance to a person. */
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

/** Counts of zero for every state. */
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

/** Whether a task with this status has its final outcome. */
export function isDone(status: Status): boolean {
  return status === "succeeded" || status === "failed" || status === "cancelled";
}

/** Whether its code runs, also if a cancel was requested. */
export function isRunning(status: Status): boolean {
  return status === "running" || status === "cancelling";
}

/** Whether a cancel of the task can still be requested for the first time. */
export function isStoppable(status: Status): boolean {
  return isToCome(status) || status === "running";
}

/** For how many of these tasks a cancel can still be requested for the first time. */
export function stoppableOf(counts: Readonly<Counts>): number {
  return toComeOf(counts) + counts.running;
}

/** How many of these tasks have not started, or wait for their next attempt. */
export function toComeOf({ queued, waiting, retrying }: Readonly<Counts>): number {
  return queued + waiting + retrying;
}

/** Whether the task waits for a worker, for other tasks, or for its next attempt. */
export function isToCome(status: Status): boolean {
  return status === "queued" || status === "waiting" || status === "retrying";
}

/** Whether the task's call can be submitted again. */
export function isRetriable(status: Status): boolean {
  return status === "failed" || status === "cancelled";
}

/** One character for each state, as in the terminal; none of them has an emoji form. */
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
