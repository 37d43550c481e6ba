/** Messages of a feed, as short as tests like them. */

import type { Changes, Row, Snapshot, Welcome } from "../src/index.js";

export const EPOCH = 1_700_000_000;

export function task(number: number, facts: Partial<Row> = {}): Row {
  return {
    id: `id-${number}`,
    number,
    name: `task[${number}]`,
    status: "queued",
    version: number,
    submittedAt: EPOCH,
    groupName: "",
    worker: "",
    startedAt: null,
    endedAt: null,
    cancelRequestedAt: null,
    cancelRequestedBy: "",
    cancelResolution: null,
    cancelSeconds: null,
    error: "",
    detail: "",
    progress: null,
    outputBytes: 0,
    attempt: 1,
    client: "",
    tags: [],
    cell: "",
    ...facts,
  };
}

export function welcome(facts: Partial<Welcome> = {}): Welcome {
  return {
    kind: "welcome",
    protocol: 1,
    engineId: "a host",
    label: "local engine, 2 workers",
    pid: 1,
    workerCount: 2,
    canStopRunning: true,
    reportsStarts: true,
    program: "",
    reportsUsage: false,
    ...facts,
  };
}

export function snapshot(version: number, rows: readonly Row[], part = 0, parts = 1): Snapshot {
  return { kind: "snapshot", version, part, parts, rows, counts: null, isBehind: false };
}

export function changes(
  since: number,
  version: number,
  rows: readonly Row[],
  forgotten: readonly string[] = [],
): Changes {
  return { kind: "changes", since, version, rows, forgotten, counts: null };
}
