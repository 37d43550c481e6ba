/** Reads the server's messages, which `scaler_lab/ui/jupyterlab/page_session.py` sends. */

import {
  type Counts,
  FeedError,
  type FeedMessage,
  readCounts,
  readList,
  readMessage,
  readNumber,
  readStatus,
  readText,
  type Status,
} from "@scaler-lab/table";

export type Kind = "notebook" | "script" | "terminal" | "engine";

/** A few fields of an open task. */
export interface OpenTask {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly status: Status;
  /** Seconds since the epoch; null before it starts. */
  readonly startedAt: number | null;
}

/** A running engine and its program. */
export interface Engine {
  readonly id: string;
  readonly name: string;
  readonly program: string;
  /** Differs from that of another program with the same name. */
  readonly place: string;
  readonly title: string;
  readonly kind: Kind;
  readonly pid: number;
  readonly workers: number;
  readonly startedAt: number;
  /** Null until the server knows them. */
  readonly counts: Counts | null;
  /** Why the server can't read its tasks; empty if it can. */
  readonly trouble: string;
  /** Some of its open tasks, running ones first. */
  readonly open: readonly OpenTask[];
}

export interface EndedTask {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  readonly seconds: number;
  readonly error: string;
  /** Empty if the task has no group. */
  readonly groupName: string;
}

export type ServerMessage =
  | { readonly kind: "engines"; readonly now: number; readonly engines: readonly Engine[] }
  | {
      readonly kind: "feed";
      readonly engineId: string;
      readonly now: number;
      readonly messages: readonly FeedMessage[];
    }
  | {
      readonly kind: "ended";
      readonly engineId: string;
      /** The name of the engine's program.  The engine may have ended, or not be known yet. */
      readonly title: string;
      readonly tasks: readonly EndedTask[];
      /** How many failed in all; some of them may not be among `tasks`. */
      readonly failed: number;
    };

/** The message in *text*, which is JSON.  Throws `FeedError`, or `SyntaxError`. */
export function readServerMessage(text: string): ServerMessage {
  const parts = readList(JSON.parse(text));
  switch (parts[0]) {
    case "engines":
      return {
        kind: "engines",
        now: readNumber(parts[1]),
        engines: readList(parts[2]).map(readEngine),
      };
    case "feed":
      return {
        kind: "feed",
        engineId: readText(parts[1]),
        now: readNumber(parts[2]),
        messages: readList(parts[3]).map(readMessage),
      };
    case "ended":
      return {
        kind: "ended",
        engineId: readText(parts[1]),
        title: readText(parts[2]),
        tasks: readList(parts[3]).map(readEnded),
        failed: readNumber(parts[4]),
      };
    default:
      throw new FeedError(`not a message of this server: ${String(parts[0])}`);
  }
}

function readEngine(value: unknown): Engine {
  if (typeof value !== "object" || value === null) {
    throw new FeedError("an engine must be an object");
  }
  const engine = value as Record<string, unknown>;
  return {
    id: readText(engine.id),
    name: readText(engine.name),
    program: readText(engine.program),
    place: readText(engine.place ?? ""),
    title: readText(engine.title),
    kind: readKind(engine.kind),
    pid: readNumber(engine.pid),
    workers: readNumber(engine.workers),
    startedAt: readNumber(engine.startedAt),
    counts: readCounts(engine.counts),
    trouble: readText(engine.trouble ?? ""),
    open: readList(engine.open ?? []).map(readOpen),
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
  const [id, name, status, seconds, error, groupName] = readList(value);
  return {
    id: readText(id),
    name: readText(name),
    status: readStatus(status),
    seconds: readNumber(seconds),
    error: readText(error),
    groupName: readText(groupName),
  };
}
