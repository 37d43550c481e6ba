/**
 * The messages of the feed, read from JSON.
 *
 * Written by `python tests/support/typescript_feed.py` from scaler_lab/feed/messages.py.  A test
 * compares them. A message that doesn't have the expected form throws `FeedError`.
 */

import {
  FeedError,
  readCountsIfAny,
  readFlag,
  readList,
  readNumber,
  readNumberOrNull,
  readStatus,
  readText,
  readTextOrNull,
} from "./json.js";
import { readStack, type TaskStack } from "./stack.js";

export const PROTOCOL = 5;

export type Status =
  | "waiting"
  | "retrying"
  | "queued"
  | "running"
  | "cancelling"
  | "succeeded"
  | "failed"
  | "cancelled";

export type Resolution = "never_started" | "interrupted" | "killed" | "finished_first" | "lost";

/** How many tasks have each status. */
export type Counts = Record<Status, number>;

export interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly note: string;
}

export interface Profile {
  readonly queueSeconds: number | null;
  readonly runSeconds: number | null;
  readonly cpuSeconds: number | null;
  readonly peakMemory: number | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly worker: string;
  readonly attempt: number;
}

export interface LiveUsage {
  readonly cpuPercent: number | null;
  readonly memory: number | null;
  readonly children: number | null;
}

export interface Row {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly status: Status;
  readonly version: number;
  readonly submittedAt: number;
  readonly groupName: string;
  readonly worker: string;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly cancelRequestedAt: number | null;
  readonly cancelRequestedBy: string;
  readonly cancelResolution: Resolution | null;
  readonly cancelSeconds: number | null;
  readonly error: string;
  readonly detail: string;
  readonly progress: Progress | null;
  readonly outputBytes: number;
  readonly attempt: number;
  readonly client: string;
  readonly tags: readonly string[];
  readonly cell: string;
}

export interface Welcome {
  readonly kind: "welcome";
  readonly protocol: number;
  readonly engineId: string;
  readonly label: string;
  readonly pid: number;
  readonly workerCount: number;
  readonly canStopRunning: boolean;
  readonly reportsStarts: boolean;
  readonly program: string;
  readonly reportsUsage: boolean;
}

export interface Snapshot {
  readonly kind: "snapshot";
  readonly version: number;
  readonly part: number;
  readonly parts: number;
  readonly rows: readonly Row[];
  readonly counts: Counts | null;
  readonly isBehind: boolean;
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
  readonly version: number;
}

export interface Details {
  readonly kind: "details";
  readonly request: number;
  readonly taskId: string;
  readonly traceback: string;
  readonly output: string;
  readonly outputBefore: number;
  readonly profile: Profile | null;
  readonly stack: TaskStack | null;
}

export interface UsageReport {
  readonly kind: "usage";
  readonly usage: ReadonlyMap<string, LiveUsage>;
}

export interface Closed {
  readonly kind: "closed";
  readonly reason: string;
}

export type FeedMessage = Welcome | Snapshot | Changes | Response | Details | UsageReport | Closed;

/** Return the message in *value*, which is JSON.  Throws `FeedError`. */
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
        workerCount: readNumber(parts[5] ?? 0),
        canStopRunning: readFlag(parts[6] ?? true),
        reportsStarts: readFlag(parts[7] ?? true),
        program: readText(parts[8] ?? ""),
        reportsUsage: readFlag(parts[9] ?? false),
      };
    case "snapshot":
      return {
        kind: "snapshot",
        version: readNumber(parts[1]),
        part: readNumber(parts[2]),
        parts: readNumber(parts[3]),
        rows: readColumns(parts[4]),
        counts: readCountsIfAny(parts[5]),
        isBehind: readFlag(parts[7] ?? false),
      };
    case "changes":
      return {
        kind: "changes",
        since: readNumber(parts[1]),
        version: readNumber(parts[2]),
        rows: readColumns(parts[3]),
        forgotten: readList(parts[4]).map(readText),
        counts: readCountsIfAny(parts[5]),
      };
    case "response":
      return {
        kind: "response",
        request: readNumber(parts[1]),
        accepted: readNumber(parts[2]),
        trouble: readText(parts[3] ?? ""),
        version: readNumber(parts[4] ?? 0),
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
        stack: readStack(parts[8]),
      };
    case "usage":
      return {
        kind: "usage",
        usage: readUsages(parts[1]),
      };
    case "ended":
      return {
        kind: "closed",
        reason: readText(parts[1]),
      };
    default:
      throw new FeedError(`not a message of this feed: ${String(parts[0])}`);
  }
}

/** Return the rows in *value*: one list for each field of a row, in this order. */
export function readColumns(value: unknown): Row[] {
  const columns = readList(value).map(readList);
  if (columns.length === 0) {
    return [];
  }
  if (columns.length < 6) {
    throw new FeedError(`a row has 6 fields, not ${columns.length}`);
  }
  const column = (n: number): readonly unknown[] => columns[n] ?? [];
  let number = 0;
  let version = 0;
  return column(0).map((_id, n) => {
    number += readNumber(column(1)[n]);
    version += readNumber(column(4)[n]);
    return {
      id: readText(column(0)[n]),
      number,
      name: readText(column(2)[n]),
      status: readStatus(column(3)[n]),
      version,
      submittedAt: readNumber(column(5)[n]),
      groupName: readText(column(6)[n] ?? ""),
      worker: readText(column(7)[n] ?? ""),
      startedAt: readNumberOrNull(column(8)[n]),
      endedAt: readNumberOrNull(column(9)[n]),
      cancelRequestedAt: readNumberOrNull(column(10)[n]),
      cancelRequestedBy: readText(column(11)[n] ?? ""),
      cancelResolution: readTextOrNull(column(12)[n]) as Resolution | null,
      cancelSeconds: readNumberOrNull(column(13)[n]),
      error: readText(column(14)[n] ?? ""),
      detail: readText(column(15)[n] ?? ""),
      progress: readProgress(column(16)[n]),
      outputBytes: readNumber(column(17)[n] ?? 0),
      attempt: readNumber(column(18)[n] ?? 1),
      client: readText(column(19)[n] ?? ""),
      tags: readList(column(20)[n] ?? []).map(readText),
      cell: readText(column(21)[n] ?? ""),
    };
  });
}

function readProgress(value: unknown): Progress | null {
  if (value === null || value === undefined) {
    return null;
  }
  const parts = readList(value);
  return {
    done: readNumber(parts[0]),
    total: readNumberOrNull(parts[1]),
    note: readText(parts[2] ?? ""),
  };
}

function readUsages(value: unknown): ReadonlyMap<string, LiveUsage> {
  return new Map(
    Object.entries(value ?? {}).map(([id, fields]) => {
      const parts = readList(fields);
      return [
        id,
        {
          cpuPercent: readNumberOrNull(parts[0]),
          memory: readNumberOrNull(parts[1]),
          children: readNumberOrNull(parts[2]),
        },
      ];
    }),
  );
}

function readProfile(value: unknown): Profile | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const of = value as Record<string, unknown>;
  return {
    queueSeconds: readNumberOrNull(of.queue_seconds),
    runSeconds: readNumberOrNull(of.run_seconds),
    cpuSeconds: readNumberOrNull(of.cpu_seconds),
    peakMemory: readNumberOrNull(of.peak_memory),
    bytesIn: readNumberOrNull(of.bytes_in),
    bytesOut: readNumberOrNull(of.bytes_out),
    worker: readText(of.worker ?? ""),
    attempt: readNumber(of.attempt ?? 1),
  };
}
