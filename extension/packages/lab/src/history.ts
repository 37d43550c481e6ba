/** Programs that ended and the rows of their tasks, until a person dismisses them.  No DOM. */

import { type Row, STATUSES, type TaskStore } from "@scaler-lab/table";

import type { EndedTask, Engine } from "./serverMessages.js";

const MAX_PROGRAMS = 20;
const MAX_FAILURES = 50; // of a program that was never opened in the panel

export class History {
  engines: readonly Engine[] = [];
  private readonly failures = new Map<string, EndedTask[]>(); // by engine, the oldest first

  /** Tasks ended: remember the failures, because their rows may never be sent. */
  note(engine: Engine, tasks: readonly EndedTask[]): void {
    const failed = tasks.filter(({ status }) => status === "failed");
    if (failed.length > 0) {
      const before = this.failures.get(engine.id) ?? [];
      this.failures.set(engine.id, [...before, ...failed].slice(0, MAX_FAILURES));
    }
  }

  has(engineId: string): boolean {
    return this.engines.some(({ id }) => id === engineId);
  }

  dismiss(engineId: string): void {
    this.engines = this.engines.filter(({ id }) => id !== engineId);
    this.failures.delete(engineId);
  }

  /** An engine ended.  Returns the ids of programs that are no longer kept. */
  end(engine: Engine | undefined, store: TaskStore): string[] {
    if (engine === undefined || !hadTasks(engine)) {
      return [];
    }
    const failed = this.failures.get(engine.id) ?? [];
    this.failures.delete(engine.id);
    if (store.size === 0 && failed.length > 0) {
      const rows = failed.map((task, n) => rowOf(task, n, store.now()));
      store.apply({
        kind: "snapshot",
        version: 0,
        part: 0,
        parts: 1,
        rows,
        counts: null,
        isBehind: false,
      });
      store.apply({
        kind: "closed",
        reason: "This engine has ended.  Only its failures are known.",
      });
    }
    const all = [engine, ...this.engines.filter(({ id }) => id !== engine.id)];
    this.engines = all.slice(0, MAX_PROGRAMS);
    return all.slice(MAX_PROGRAMS).map(({ id }) => id);
  }
}

function hadTasks({ counts }: Engine): boolean {
  return counts !== null && STATUSES.some((status) => counts[status] > 0);
}

function rowOf({ id, name, status, seconds, error }: EndedTask, n: number, now: number): Row {
  return {
    id,
    number: n + 1,
    name,
    status,
    version: n,
    submittedAt: now - seconds,
    groupName: "",
    worker: "",
    startedAt: now - seconds,
    endedAt: now,
    cancelRequestedAt: null,
    cancelRequestedBy: "",
    cancelResolution: null,
    cancelSeconds: null,
    error,
    detail: "",
    progress: null,
    outputBytes: 0,
    attempt: 1,
    client: "",
    tags: [],
    cell: "",
  };
}
