/** The order of the listed tasks and groups.  No DOM. */

import type { TaskGroup } from "./group.js";
import { type Row, type Status, STATUSES } from "./types.js";

export const SORT_KEYS = ["state", "number", "name", "worker", "time", "note"] as const;

export type SortKey = (typeof SORT_KEYS)[number];

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const DEFAULT_SORT: Sort = { key: "state", descending: false };

/** A listed task or group. */
export type Thing = Row | TaskGroup;

export function isRow(thing: Thing): thing is Row {
  return "version" in thing;
}

export function idsOf(things: readonly { readonly id: string }[]): string[] {
  return things.map((thing) => thing.id);
}

function numberOf(thing: Thing): number {
  return isRow(thing) ? thing.number : thing.first;
}

export function byNumber(things: Thing[]): Thing[] {
  return things.sort((a, b) => numberOf(a) - numberOf(b));
}

/** Return *things*, which are in the order of their numbers, sorted; times are those at *now*. */
export function sorted<T extends Thing>(
  things: readonly T[],
  { key, descending }: Sort,
  now: number,
): readonly T[] {
  if (key === "state") {
    const bins = new Map<Status, T[]>(STATUSES.map((status) => [status, []]));
    for (const thing of things) {
      bins.get(thing.status)?.push(thing);
    }
    const order = descending ? [...STATUSES].reverse() : STATUSES;
    return order.flatMap((status) => bins.get(status) ?? []);
  }
  if (key === "number" && !descending) {
    return things;
  }
  const copy = [...things];
  if (key !== "number") {
    const keys = new Map(things.map((thing) => [thing.id, sortValue(thing, key, now)]));
    copy.sort((a, b) => compare(keys.get(a.id), keys.get(b.id)));
  }
  return descending ? copy.reverse() : copy;
}

function sortValue(thing: Thing, key: SortKey, now: number): string | number {
  switch (key) {
    case "state":
      return STATUSES.indexOf(thing.status);
    case "number":
      return numberOf(thing);
    case "name":
      return thing.name.toLowerCase();
    case "worker":
      return isRow(thing) ? thing.worker : "";
    case "time":
      return thing.startedAt === null ? -1 : (thing.endedAt ?? now) - thing.startedAt;
    case "note":
      return isRow(thing) ? (thing.cancelResolution ?? thing.error) : "";
  }
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === "string" && typeof b === "string") {
    // By code points: a locale's order takes fifty times as long.  Empty texts come last.
    return a === b ? 0 : a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1;
  }
  return Number(a) - Number(b);
}
