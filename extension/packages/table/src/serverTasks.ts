/**
 * The Jupyter server's way to the tasks, which works while a kernel is stuck.  JupyterLab's extension
 * provides it to the tables of the page, which are loaded by other means.
 */

import type { CancelOutcome, TaskDetails } from "./actions.js";
import type { UsageReport } from "./feed.js";
import type { Row } from "./types.js";

export interface Follower {
  /** The rows of an engine, and those that change. */
  readonly rows: (rows: readonly Row[]) => void;
  readonly usage: (report: UsageReport) => void;
}

export interface ServerTasks {
  /** Call *follower* with what comes from an engine; returns the call that ends it. */
  follow(engineId: string, follower: Follower): () => void;
  /** Request what the tasks of an engine that is followed use. */
  requestUsage(engineId: string): void;
  cancel(
    engineId: string,
    taskIds: readonly string[],
    force: boolean,
    onlyQueued: boolean,
  ): Promise<CancelOutcome>;
  retry(engineId: string, taskIds: readonly string[]): Promise<CancelOutcome>;
  details(engineId: string, taskId: string): Promise<TaskDetails>;
}

const KEY = Symbol.for("scaler_lab.serverTasks");

type Holder = typeof globalThis & { [KEY]?: ServerTasks };

/** The server's tasks; null if the extension isn't loaded in this page. */
export function serverTasks(): ServerTasks | null {
  return (globalThis as Holder)[KEY] ?? null;
}

/** Offer the server's tasks to all tables of the page. */
export function provideServerTasks(tasks: ServerTasks): void {
  (globalThis as Holder)[KEY] = tasks;
}
