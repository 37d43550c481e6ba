/** What the server says to a page; `scaler_lab/windows/jupyterlab/page.py` has the other side. */

import {
  type Counts,
  FeedError,
  type HostMessage,
  noCounts,
  readMessage,
  type Status,
  STATUSES,
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
  const parts = list(JSON.parse(text));
  switch (parts[0]) {
    case "hosts":
      return { kind: "hosts", now: number(parts[1]), hosts: list(parts[2]).map(readHost) };
    case "feed":
      return {
        kind: "feed",
        hostId: words(parts[1]),
        now: number(parts[2]),
        messages: list(parts[3]).map(readMessage),
      };
    case "ended":
      return {
        kind: "ended",
        hostId: words(parts[1]),
        tasks: list(parts[2]).map(readEnded),
        failed: number(parts[3]),
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
    id: words(host.id),
    name: words(host.name),
    program: words(host.program),
    title: words(host.title),
    kind: readKind(host.kind),
    pid: number(host.pid),
    workers: number(host.workers),
    startedAt: number(host.startedAt),
    counts: readCounts(host.counts),
    trouble: words(host.trouble ?? ""),
    open: list(host.open ?? []).map(readOpen),
  };
}

function readKind(value: unknown): Kind {
  return value === "notebook" || value === "script" || value === "terminal" ? value : "engine";
}

function readCounts(value: unknown): Counts | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const counts = noCounts();
  for (const [name, n] of Object.entries(value)) {
    counts[readStatus(name)] = number(n);
  }
  return counts;
}

function readOpen(value: unknown): OpenTask {
  const [id, taskNumber, name, status, startedAt] = list(value);
  return {
    id: words(id),
    number: number(taskNumber),
    name: words(name),
    status: readStatus(status),
    startedAt: typeof startedAt === "number" ? startedAt : null,
  };
}

function readEnded(value: unknown): EndedTask {
  const [id, name, status, seconds, error] = list(value);
  return {
    id: words(id),
    name: words(name),
    status: readStatus(status),
    seconds: number(seconds),
    error: words(error),
  };
}

function readStatus(value: unknown): Status {
  const status = STATUSES.find((known) => known === value);
  if (status === undefined) {
    throw new FeedError(`not a status: ${String(value)}`);
  }
  return status;
}

function list(value: unknown): readonly unknown[] {
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

function words(value: unknown): string {
  if (typeof value !== "string") {
    throw new FeedError(`expected a text, not ${typeof value}`);
  }
  return value;
}
