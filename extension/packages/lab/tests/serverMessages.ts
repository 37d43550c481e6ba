/** What a server would say, for tests. */

import { nullTranslator } from "@jupyterlab/translation";
import type { Row, Status } from "@scaler-lab/table";

import type { Engine, ServerMessage } from "../src/serverMessages.js";

export const ENGLISH = nullTranslator.load("scaler_lab");

export const A = "a".repeat(32);
export const B = "b".repeat(32);

export function engine(id: string, counts: Partial<Record<Status, number>> = {}): Engine {
  return {
    id,
    name: `engine-${id[0] ?? ""}`,
    program: `${id[0] ?? ""}.ipynb`,
    place: "",
    title: `${id[0] ?? ""}.ipynb`,
    kind: "notebook",
    pid: 1,
    workers: 2,
    startedAt: 0,
    counts: {
      ...{
        cancelling: 0,
        running: 0,
        failed: 0,
        queued: 0,
        waiting: 0,
        retrying: 0,
        cancelled: 0,
        succeeded: 0,
      },
      ...counts,
    },
    trouble: "",
    open: [],
  };
}

export function row(id: string, number: number, status: Status = "queued", version = number): Row {
  return {
    id,
    number,
    name: `task ${id}`,
    status,
    version,
    submittedAt: 0,
    groupName: "",
    worker: "worker 1",
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
  };
}

export function engines(...found: Engine[]): ServerMessage {
  return { kind: "engines", now: 0, engines: found };
}

export function snapshot(engineId: string, version: number, ...rows: Row[]): ServerMessage {
  const message = {
    kind: "snapshot",
    version,
    part: 0,
    parts: 1,
    rows,
    counts: null,
    isBehind: false,
  } as const;
  return { kind: "feed", engineId, now: 0, messages: [message] };
}

export function changes(
  engineId: string,
  since: number,
  version: number,
  rows: Row[],
  forgotten: string[] = [],
): ServerMessage {
  const message = { kind: "changes", since, version, rows, forgotten, counts: null } as const;
  return { kind: "feed", engineId, now: 0, messages: [message] };
}
