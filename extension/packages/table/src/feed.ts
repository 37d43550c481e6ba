/**
 * The host's messages of the feed, read from JSON.
 *
 * They are the arrays of `scaler_lab/ports/feed.py`, with one difference: rows travel as columns
 * (`[ids, numbers, names, ...]`, numbers and versions as differences), which is a third of the
 * bytes once deflated.  What doesn't have the right shape is refused as a whole: `FeedError`.
 */

import { type Counts, noCounts, type Progress, type Resolution, type Row, type Status, STATUSES } from "./facts.js";

export const PROTOCOL = 1;

export interface Welcome {
  readonly kind: "welcome";
  readonly protocol: number;
  readonly host: string;
  readonly label: string;
  readonly pid: number;
  readonly workerCount: number;
  readonly canStopRunning: boolean;
  readonly reportsStarts: boolean;
}

export interface Snapshot {
  readonly kind: "snapshot";
  readonly version: number;
  readonly part: number;
  readonly parts: number;
  readonly rows: readonly Row[];
  /** How many tasks the board has of each state; null where the rows themselves are to be counted. */
  readonly counts: Counts | null;
}

export interface Changes {
  readonly kind: "changes";
  readonly since: number;
  readonly version: number;
  readonly rows: readonly Row[];
  readonly forgotten: readonly string[];
  readonly counts: Counts | null;
}

export interface Answer {
  readonly kind: "answer";
  readonly request: number;
  readonly accepted: number;
  readonly trouble: string;
}

export interface Details {
  readonly kind: "details";
  readonly request: number;
  readonly taskId: string;
  readonly traceback: string;
  /** The end of what it wrote, and how many bytes came before that. */
  readonly output: string;
  readonly outputBefore: number;
  readonly profile: Profile | null;
}

/** What a task took; null where it isn't known. */
export interface Profile {
  readonly cpuSeconds: number | null;
  readonly peakMemory: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
}

export interface Ended {
  readonly kind: "ended";
  readonly reason: string;
}

export type HostMessage = Welcome | Snapshot | Changes | Answer | Details | Ended;

/** A message that isn't one: another version's, or not ours. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}

/** The message in *value*, which is JSON.  Throws `FeedError`. */
export function readMessage(value: unknown): HostMessage {
  const parts = array(value);
  switch (parts[0]) {
    case "welcome":
      return {
        kind: "welcome",
        protocol: number(parts[1]),
        host: text(parts[2]),
        label: text(parts[3]),
        pid: number(parts[4]),
        workerCount: number(parts[5]),
        canStopRunning: parts[6] === true,
        reportsStarts: parts[7] === true,
      };
    case "snapshot":
      return {
        kind: "snapshot",
        version: number(parts[1]),
        part: number(parts[2]),
        parts: number(parts[3]),
        rows: readColumns(parts[4]),
        counts: readCounts(parts[5]),
      };
    case "changes":
      return {
        kind: "changes",
        since: number(parts[1]),
        version: number(parts[2]),
        rows: readColumns(parts[3]),
        forgotten: array(parts[4]).map(text),
        counts: readCounts(parts[5]),
      };
    case "answer":
      return {
        kind: "answer",
        request: number(parts[1]),
        accepted: number(parts[2]),
        trouble: text(parts[3] ?? ""),
      };
    case "details-of":
      return {
        kind: "details",
        request: number(parts[1]),
        taskId: text(parts[2]),
        traceback: text(parts[4] ?? ""),
        output: text(parts[5] ?? ""),
        outputBefore: number(parts[6] ?? 0),
        profile: readProfile(parts[7]),
      };
    case "ended":
      return { kind: "ended", reason: text(parts[1]) };
    default:
      throw new FeedError(`not a message of this feed: ${String(parts[0])}`);
  }
}

/** The rows in *value*, columns in the order of the fields of Python's `TaskFacts`. */
export function readColumns(value: unknown): Row[] {
  const columns = array(value).map(array);
  if (columns.length === 0) {
    return [];
  }
  if (columns.length < 16) {
    throw new FeedError(`a row has 16 fields, not ${columns.length}`);
  }
  const column = (n: number): readonly unknown[] => columns[n] ?? [];
  const ids = column(0);
  let taskNumber = 0;
  let version = 0;
  return ids.map((id, n) => {
    taskNumber += number(column(1)[n]);
    version += number(column(4)[n]);
    return {
      id: text(id),
      number: taskNumber,
      name: text(column(2)[n]),
      status: status(column(3)[n]),
      version,
      submittedAt: number(column(5)[n]),
      groupName: text(column(6)[n]),
      worker: text(column(7)[n]),
      startedAt: numberOrNull(column(8)[n]),
      endedAt: numberOrNull(column(9)[n]),
      cancelAskedAt: numberOrNull(column(10)[n]),
      cancelAskedBy: text(column(11)[n]),
      cancelResolution: textOrNull(column(12)[n]) as Resolution | null,
      cancelSeconds: numberOrNull(column(13)[n]),
      error: text(column(14)[n]),
      detail: text(column(15)[n]),
      progress: readProgress(column(16)[n]),
      outputBytes: number(column(17)[n] ?? 0),
      attempt: column(18)[n] === undefined ? 1 : number(column(18)[n]),
      tags: array(column(19)[n] ?? []).map(text),
      cell: textOrNull(column(20)[n]) ?? "",
    };
  });
}

function readProgress(value: unknown): Progress | null {
  if (value === null || value === undefined) {
    return null;
  }
  const [done, total, note] = array(value);
  return { done: number(done), total: numberOrNull(total), note: text(note ?? "") };
}

function readProfile(value: unknown): Profile | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const of = value as Record<string, unknown>;
  return {
    cpuSeconds: numberOrNull(of.cpu_seconds),
    peakMemory: numberOrNull(of.peak_memory),
    bytesIn: numberOrNull(of.bytes_in),
    bytesOut: numberOrNull(of.bytes_out),
  };
}

/** The counts in *value*; null where it has none. */
function readCounts(value: unknown): Counts | null {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return null;
  }
  const found = noCounts();
  for (const [name, n] of Object.entries(value)) {
    found[status(name)] = number(n);
  }
  return found;
}

const KNOWN: ReadonlySet<unknown> = new Set(STATUSES);

function status(value: unknown): Status {
  if (!KNOWN.has(value)) {
    throw new FeedError(`not a status: ${String(value)}`);
  }
  return value as Status;
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new FeedError(`expected a list, not ${typeof value}`);
  }
  return value as readonly unknown[];
}

function number(value: unknown): number {
  if (typeof value !== "number") {
    throw new FeedError(`expected a number, not ${typeof value}`);
  }
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") {
    throw new FeedError(`expected a text, not ${typeof value}`);
  }
  return value;
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : number(value);
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}
