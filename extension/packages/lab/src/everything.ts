/** The tasks of several engines in one store, so that one table shows them.  No DOM. */

import { type HostMessage, type Row, TaskStore } from "@scaler-lab/table";

import type { Host } from "./wire.js";

export class Everything {
  readonly store: TaskStore;
  private readonly ids = new Map<string, Set<string>>(); // by host: its tasks in the store

  constructor() {
    this.store = new TaskStore({ resync: () => undefined });
    this.store.apply({
      kind: "welcome",
      protocol: 0,
      host: "",
      label: "All tasks",
      pid: 0,
      workerCount: 0,
      canStopRunning: true,
      reportsStarts: true,
    });
    this.store.apply({ kind: "snapshot", version: 0, part: 0, parts: 1, rows: [], counts: null });
  }

  /** *host*'s own store has just taken *message* in, and holds these ids. */
  take(host: Host, message: HostMessage, own: TaskStore, now: number): void {
    const ids = this.idsOf(host.id);
    if (message.kind === "snapshot") {
      const isLast = message.part === message.parts - 1;
      const gone = isLast ? [...ids].filter((id) => own.get(id) === undefined) : [];
      this.change(host, message.rows, gone, now);
    } else if (message.kind === "changes") {
      this.change(host, message.rows, message.forgotten, now);
    }
  }

  /** *hostId* is not looked at any more. */
  drop(hostId: string): void {
    const ids = this.ids.get(hostId);
    if (ids !== undefined) {
      this.ids.delete(hostId);
      this.apply([], [...ids]);
    }
  }

  private change(host: Host, rows: readonly Row[], gone: readonly string[], now: number): void {
    const ids = this.idsOf(host.id);
    for (const row of rows) {
      ids.add(row.id);
    }
    for (const id of gone) {
      ids.delete(id);
    }
    this.apply(
      rows.map((row) => ({ ...row, worker: whereOf(host, row) })),
      gone,
      now,
    );
  }

  private apply(rows: readonly Row[], forgotten: readonly string[], now?: number): void {
    const since = this.store.version;
    this.store.apply(
      { kind: "changes", since, version: since + 1, rows, forgotten, counts: null },
      now,
    );
  }

  private idsOf(hostId: string): Set<string> {
    let ids = this.ids.get(hostId);
    if (ids === undefined) {
      ids = new Set();
      this.ids.set(hostId, ids);
    }
    return ids;
  }
}

function whereOf(host: Host, row: Row): string {
  return row.worker === "" ? host.title : `${host.title}, ${row.worker}`;
}
