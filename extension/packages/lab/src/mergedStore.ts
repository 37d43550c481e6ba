/** The tasks of several engines in one store, so that one table shows them.  No DOM. */

import {
  type Counts,
  type FeedMessage,
  noCounts,
  type Row,
  STATUSES,
  TaskStore,
} from "@scaler-lab/table";

import type { Engine } from "./serverMessages.js";

export class MergedStore {
  readonly store: TaskStore;
  private readonly ids = new Map<string, Set<string>>(); // by engine: its tasks in the store
  private readonly counts = new Map<string, Readonly<Counts>>(); // by engine, also of older tasks

  constructor() {
    this.store = new TaskStore({ resync: () => undefined });
    this.store.apply({
      kind: "welcome",
      protocol: 0,
      engineId: "",
      label: "All tasks",
      pid: 0,
      workerCount: 0,
      canStopRunning: true,
      reportsStarts: true,
      program: "",
      reportsUsage: true,
    });
    this.store.apply({
      kind: "snapshot",
      version: 0,
      part: 0,
      parts: 1,
      rows: [],
      counts: null,
      isBehind: false,
    });
  }

  /** *host*'s own store has just taken *message* in, and holds these ids. */
  merge(engine: Engine, message: FeedMessage, own: TaskStore, now: number): void {
    const ids = this.idsOf(engine.id);
    if (!this.counts.has(engine.id)) {
      this.store.restartRate();
    }
    this.counts.set(engine.id, own.counts);
    if (message.kind === "usage") {
      this.store.apply(message);
    } else if (message.kind === "snapshot") {
      const isLast = message.part === message.parts - 1;
      const gone = isLast ? [...ids].filter((id) => own.get(id) === undefined) : [];
      this.change(engine, message.rows, gone, now);
    } else if (message.kind === "changes") {
      this.change(engine, message.rows, message.forgotten, now);
    }
  }

  /** *hostId* is no longer watched. */
  drop(engineId: string): void {
    const ids = this.ids.get(engineId);
    if (ids !== undefined) {
      this.ids.delete(engineId);
      this.counts.delete(engineId);
      this.store.restartRate();
      this.apply([], [...ids]);
    }
  }

  private change(engine: Engine, rows: readonly Row[], gone: readonly string[], now: number): void {
    const ids = this.idsOf(engine.id);
    for (const row of rows) {
      ids.add(row.id);
    }
    for (const id of gone) {
      ids.delete(id);
    }
    this.apply(
      rows.map((row) => ({ ...row, worker: whereOf(engine, row) })),
      gone,
      now,
    );
  }

  private apply(rows: readonly Row[], forgotten: readonly string[], now?: number): void {
    const since = this.store.version;
    this.store.apply(
      { kind: "changes", since, version: since + 1, rows, forgotten, counts: this.sum() },
      now,
    );
  }

  private sum(): Counts {
    const sum = noCounts();
    for (const counts of this.counts.values()) {
      for (const status of STATUSES) {
        sum[status] += counts[status];
      }
    }
    return sum;
  }

  private idsOf(engineId: string): Set<string> {
    let ids = this.ids.get(engineId);
    if (ids === undefined) {
      ids = new Set();
      this.ids.set(engineId, ids);
    }
    return ids;
  }
}

function whereOf(engine: Engine, row: Row): string {
  return row.worker === "" ? engine.title : `${engine.title}, ${row.worker}`;
}
