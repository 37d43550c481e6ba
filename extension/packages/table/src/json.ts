/** Reads the parts of messages from JSON.  A value of another type raises a `FeedError`. */

import { type Counts, noCounts, type Status, STATUSES } from "./types.js";

/** An invalid message: from another version, or from another program. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}

export function readList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new FeedError(`expected a list, not ${typeof value}`);
  }
  return value as readonly unknown[];
}

export function readNumber(value: unknown): number {
  if (typeof value !== "number") {
    throw new FeedError(`expected a number, not ${typeof value}`);
  }
  return value;
}

export function readText(value: unknown): string {
  if (typeof value !== "string") {
    throw new FeedError(`expected a text, not ${typeof value}`);
  }
  return value;
}

export function readFlag(value: unknown): boolean {
  if (typeof value !== "boolean") {
    throw new FeedError(`expected true or false, not ${typeof value}`);
  }
  return value;
}

export function readNumberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : readNumber(value);
}

export function readTextOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : readText(value);
}

const KNOWN: ReadonlySet<unknown> = new Set(STATUSES);

export function readStatus(value: unknown): Status {
  if (!KNOWN.has(value)) {
    throw new FeedError(`not a status: ${String(value)}`);
  }
  return value as Status;
}

/** The counts in *value*; null if it isn't an object. */
export function readCounts(value: unknown): Counts | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const counts = noCounts();
  for (const [name, n] of Object.entries(value)) {
    counts[readStatus(name)] = readNumber(n);
  }
  return counts;
}

/** The counts in *value*; null if it is empty.  It is for a group's table, which counts its rows. */
export function readCountsIfAny(value: unknown): Counts | null {
  const counts = readCounts(value);
  return counts === null || Object.keys(value as object).length === 0 ? null : counts;
}
