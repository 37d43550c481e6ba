/**
 * Access to tasks through the Jupyter server, which works while a kernel is stuck.  JupyterLab's
 * extension provides it to the tables of the page, which are loaded separately.
 */

import type { CancelOutcome, FlameGraph, TaskDetails } from "./actions.js";
import type { UsageReport } from "./feed.js";
import type { Row } from "./types.js";

export interface Follower {
  /** Called with all rows of an engine, then with each changed row. */
  readonly rows: (rows: readonly Row[]) => void;
  readonly usage: (report: UsageReport) => void;
}

export interface ServerTasks {
  /** Call *follower* with an engine's rows and usage; returns a function that stops this. */
  follow(engineId: string, follower: Follower): () => void;
  /** Request the usage of the tasks of a followed engine. */
  requestUsage(engineId: string): void;
  cancel(
    engineId: string,
    taskIds: readonly string[],
    force: boolean,
    onlyQueued: boolean,
  ): Promise<CancelOutcome>;
  retry(engineId: string, taskIds: readonly string[]): Promise<CancelOutcome>;
  details(engineId: string, taskId: string): Promise<TaskDetails>;
  flame(engineId: string, taskId: string, stop: AbortSignal): Promise<FlameGraph>;
}

const KEY = Symbol.for("scaler_lab.serverTasks");

type Holder = typeof globalThis & { [KEY]?: ServerTasks };

/** The access to the server; null if the extension isn't loaded in this page. */
export function serverTasks(): ServerTasks | null {
  return (globalThis as Holder)[KEY] ?? null;
}

/** Provide the access to all tables of the page. */
export function provideServerTasks(tasks: ServerTasks): void {
  (globalThis as Holder)[KEY] = tasks;
}
