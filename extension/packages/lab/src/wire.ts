/** What the server says to a page; `scaler_lab/ui/jupyterlab/page_session.py` has the other side. */

import {
  type Counts,
  FeedError,
  type HostMessage,
  readCounts,
  readList,
  readMessage,
  readNumber,
  readStatus,
  readText,
  type Status,
} from "@scaler-lab/table";

export type Kind = "notebook" | "script" | "terminal" | "engine";

/** A task without a verdict, in a word. */
export interface OpenTask {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly status: Status;
  /** Seconds since the epoch; null while it has not begun. */
  readonly startedAt: number | null;
}

/** An engine that runs, and whose it is. */
export interface Host {
  readonly id: string;
  readonly name: string;
  readonly program: string;
  readonly title: string;
  readonly kind: Kind;
  readonly pid: number;
  readonly workers: number;
  readonly startedAt: number;
  /** Null until the server knows. */
  readonly counts: Counts | null;
  /** Why nothing is known of it, nor will be; empty where all is well. */
  readonly trouble: string;
  /** Some of its open tasks, those that run first. */
  readonly open: readonly OpenTask[];
}

export interface EndedTask {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  readonly seconds: number;
  readonly error: string;
}

export type ServerMessage =
  | { readonly kind: "hosts"; readonly now: number; readonly hosts: readonly Host[] }
  | {
      readonly kind: "feed";
      readonly hostId: string;
      readonly now: number;
      readonly messages: readonly HostMessage[];
    }
  | {
      readonly kind: "ended";
      readonly hostId: string;
      readonly tasks: readonly EndedTask[];
      /** How many failed in all; some of them may not be among `tasks`. */
      readonly failed: number;
    };

/** The message in *text*, which is JSON.  Throws `FeedError`, or `SyntaxError`. */
export function readServerMessage(text: string): ServerMessage {
  const parts = readList(JSON.parse(text));
  switch (parts[0]) {
    case "hosts":
      return { kind: "hosts", now: readNumber(parts[1]), hosts: readList(parts[2]).map(readHost) };
    case "feed":
      return {
        kind: "feed",
        hostId: readText(parts[1]),
        now: readNumber(parts[2]),
        messages: readList(parts[3]).map(readMessage),
      };
    case "ended":
      return {
        kind: "ended",
        hostId: readText(parts[1]),
        tasks: readList(parts[2]).map(readEnded),
        failed: readNumber(parts[3]),
      };
    default:
      throw new FeedError(`not a message of this server: ${String(parts[0])}`);
  }
}

function readHost(value: unknown): Host {
  if (typeof value !== "object" || value === null) {
    throw new FeedError("a host is an object");
  }
  const host = value as Record<string, unknown>;
  return {
    id: readText(host.id),
    name: readText(host.name),
    program: readText(host.program),
    title: readText(host.title),
    kind: readKind(host.kind),
    pid: readNumber(host.pid),
    workers: readNumber(host.workers),
    startedAt: readNumber(host.startedAt),
    counts: readCounts(host.counts),
    trouble: readText(host.trouble ?? ""),
    open: readList(host.open ?? []).map(readOpen),
  };
}

function readKind(value: unknown): Kind {
  return value === "notebook" || value === "script" || value === "terminal" ? value : "engine";
}

function readOpen(value: unknown): OpenTask {
  const [id, taskNumber, name, status, startedAt] = readList(value);
  return {
    id: readText(id),
    number: readNumber(taskNumber),
    name: readText(name),
    status: readStatus(status),
    startedAt: typeof startedAt === "number" ? startedAt : null,
  };
}

function readEnded(value: unknown): EndedTask {
  const [id, name, status, seconds, error] = readList(value);
  return {
    id: readText(id),
    name: readText(name),
    status: readStatus(status),
    seconds: readNumber(seconds),
    error: readText(error),
  };
}
