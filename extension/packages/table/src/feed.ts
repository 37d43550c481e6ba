/**
 * The host's messages of the feed, read from JSON.
 *
 * They are the arrays of `scaler_lab/feed/messages.py`, with one difference: rows travel as columns
 * (`[ids, numbers, names, ...]`, numbers and versions as differences), which is a third of the
 * bytes once deflated.  What doesn't have the right shape is refused as a whole: `FeedError`.
 */

import type { Counts, Progress, Resolution, Row } from "./types.js";
import {
  FeedError,
  readCounts,
  readList,
  readNumber,
  readNumberOrNull,
  readStatus,
  readText,
  readTextOrNull,
} from "./json.js";

export const PROTOCOL = 1;

export interface Welcome {
  readonly kind: "welcome";
  readonly protocol: number;
  readonly engineId: string;
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

export interface Response {
  readonly kind: "response";
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

export interface Closed {
  readonly kind: "closed";
  readonly reason: string;
}

export type FeedMessage = Welcome | Snapshot | Changes | Response | Details | Closed;

/** The message in *value*, which is JSON.  Throws `FeedError`. */
export function readMessage(value: unknown): FeedMessage {
  const parts = readList(value);
  switch (parts[0]) {
    case "welcome":
      return {
        kind: "welcome",
        protocol: readNumber(parts[1]),
        engineId: readText(parts[2]),
        label: readText(parts[3]),
        pid: readNumber(parts[4]),
        workerCount: readNumber(parts[5]),
        canStopRunning: parts[6] === true,
        reportsStarts: parts[7] === true,
      };
    case "snapshot":
      return {
        kind: "snapshot",
        version: readNumber(parts[1]),
        part: readNumber(parts[2]),
        parts: readNumber(parts[3]),
        rows: readColumns(parts[4]),
        counts: readOwnCounts(parts[5]),
      };
    case "changes":
      return {
        kind: "changes",
        since: readNumber(parts[1]),
        version: readNumber(parts[2]),
        rows: readColumns(parts[3]),
        forgotten: readList(parts[4]).map(readText),
        counts: readOwnCounts(parts[5]),
      };
    case "response":
      return {
        kind: "response",
        request: readNumber(parts[1]),
        accepted: readNumber(parts[2]),
        trouble: readText(parts[3] ?? ""),
      };
    case "details-of":
      return {
        kind: "details",
        request: readNumber(parts[1]),
        taskId: readText(parts[2]),
        traceback: readText(parts[4] ?? ""),
        output: readText(parts[5] ?? ""),
        outputBefore: readNumber(parts[6] ?? 0),
        profile: readProfile(parts[7]),
      };
    case "closed":
      return { kind: "closed", reason: readText(parts[1]) };
    default:
      throw new FeedError(`not a message of this feed: ${String(parts[0])}`);
  }
}

/** The rows in *value*, columns in the order of the fields of Python's `TaskFacts`. */
export function readColumns(value: unknown): Row[] {
  const columns = readList(value).map(readList);
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
    taskNumber += readNumber(column(1)[n]);
    version += readNumber(column(4)[n]);
    return {
      id: readText(id),
      number: taskNumber,
      name: readText(column(2)[n]),
      status: readStatus(column(3)[n]),
      version,
      submittedAt: readNumber(column(5)[n]),
      groupName: readText(column(6)[n]),
      worker: readText(column(7)[n]),
      startedAt: readNumberOrNull(column(8)[n]),
      endedAt: readNumberOrNull(column(9)[n]),
      cancelRequestedAt: readNumberOrNull(column(10)[n]),
      cancelRequestedBy: readText(column(11)[n]),
      cancelResolution: readTextOrNull(column(12)[n]) as Resolution | null,
      cancelSeconds: readNumberOrNull(column(13)[n]),
      error: readText(column(14)[n]),
      detail: readText(column(15)[n]),
      progress: readProgress(column(16)[n]),
      outputBytes: readNumber(column(17)[n] ?? 0),
      attempt: column(18)[n] === undefined ? 1 : readNumber(column(18)[n]),
      tags: readList(column(19)[n] ?? []).map(readText),
      cell: readTextOrNull(column(20)[n]) ?? "",
    };
  });
}

function readProgress(value: unknown): Progress | null {
  if (value === null || value === undefined) {
    return null;
  }
  const [done, total, note] = readList(value);
  return { done: readNumber(done), total: readNumberOrNull(total), note: readText(note ?? "") };
}

function readProfile(value: unknown): Profile | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const of = value as Record<string, unknown>;
  return {
    cpuSeconds: readNumberOrNull(of.cpu_seconds),
    peakMemory: readNumberOrNull(of.peak_memory),
    bytesIn: readNumberOrNull(of.bytes_in),
    bytesOut: readNumberOrNull(of.bytes_out),
  };
}

/** The counts in *value*; null where there are none, as in a group's page, which counts its rows. */
function readOwnCounts(value: unknown): Counts | null {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0
    ? readCounts(value)
    : null;
}
