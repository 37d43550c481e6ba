/**
 * Which tasks are listed, in which order, and which of them are selected.  No DOM.
 *
 * The order holds still while a person aims at a row (`hold`): rows change in place, new ones come
 * last, and nothing moves under the pointer on its way to a cancel button.
 */

import { isStoppable, type Row, type Status, STATUSES } from "./facts.js";
import type { TaskStore } from "./taskStore.js";

export type SortKey = "state" | "number" | "name" | "worker" | "time" | "note";

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const DEFAULT_SORT: Sort = { key: "state", descending: false };

const SLOW_SORT_PAUSES = 8; // a sort that takes t is done again after this many t at the soonest
const FEW_ROWS = 5000; // that many are always sorted at once

export class Listing {
  private readonly store: TaskStore;
  private statuses: ReadonlySet<Status> = new Set();
  private search = "";
  private order: Sort = DEFAULT_SORT;
  private held = false;
  private listed: readonly string[] = [];
  private positions: Map<string, number> | null = null;
  private madeOf = -1; // the store's revision
  private isStale = true;
  private dearUntil = 0;
  private readonly chosen = new Set<string>();
  private anchor: string | null = null;
  /** The row that keys act on. */
  active: string | null = null;

  constructor(store: TaskStore) {
    this.store = store;
  }

  // -- what is listed ----------------------------------------------------------------------------

  get filter(): ReadonlySet<Status> {
    return this.statuses;
  }

  get query(): string {
    return this.search;
  }

  get sort(): Sort {
    return this.order;
  }

  get isFiltered(): boolean {
    return this.statuses.size > 0 || this.search !== "";
  }

  /** List tasks in this state too, or no longer; none chosen lists all. */
  toggleStatus(status: Status): void {
    const next = new Set(this.statuses);
    if (!next.delete(status)) {
      next.add(status);
    }
    this.statuses = next.size === STATUSES.length ? new Set() : next;
    this.isStale = true;
  }

  /** List only tasks whose name, worker, number or note has all of these words. */
  find(words: string): void {
    this.search = words.trim().toLowerCase();
    this.isStale = true;
  }

  showAll(): void {
    this.statuses = new Set();
    this.search = "";
    this.isStale = true;
  }

  /** Order by *key*; again, the other way round; a third time, by state as at first. */
  sortBy(key: SortKey): void {
    if (this.order.key !== key) {
      this.order = { key, descending: false };
    } else if (!this.order.descending) {
      this.order = { key, descending: true };
    } else {
      this.order = DEFAULT_SORT;
    }
    this.isStale = true;
  }

  /** Keep the order as it is, or no longer. */
  hold(held: boolean): void {
    if (this.held !== held) {
      this.held = held;
      this.isStale ||= !held && this.madeOf !== this.store.revision;
      if (!held) {
        this.madeOf = -1;
      }
    }
  }

  /** The ids of the listed tasks, in their order.  The same array until it changes. */
  get ids(): readonly string[] {
    if (!this.isStale && this.madeOf === this.store.revision) {
      return this.listed;
    }
    if (this.held && !this.isStale) {
      this.listed = this.kept();
    } else if (!this.isStale && performance.now() < this.dearUntil) {
      return this.listed; // old for a moment, rather than slow
    } else {
      const began = performance.now();
      this.listed = this.arranged();
      const took = performance.now() - began;
      const isCheap = this.listed.length < FEW_ROWS || took < 4;
      this.dearUntil = isCheap ? 0 : began + took * (1 + SLOW_SORT_PAUSES);
    }
    this.isStale = false;
    this.madeOf = this.store.revision;
    this.positions = null;
    return this.listed;
  }

  /** Whether what is listed is older than what is known: look again in a moment. */
  get isBehind(): boolean {
    return !this.held && this.madeOf !== this.store.revision;
  }

  /** Where a task is listed; -1 where it isn't. */
  indexOf(id: string | null): number {
    if (id === null) {
      return -1;
    }
    const ids = this.ids;
    this.positions ??= new Map(ids.map((listed, n) => [listed, n]));
    return this.positions.get(id) ?? -1;
  }

  private kept(): readonly string[] {
    const had = new Set(this.listed);
    const kept = this.listed.filter((id) => this.store.get(id) !== undefined);
    for (const row of this.store.rows) {
      if (!had.has(row.id) && this.matches(row)) {
        kept.push(row.id);
      }
    }
    return kept;
  }

  private arranged(): readonly string[] {
    const rows = this.isFiltered
      ? this.store.rows.filter((row) => this.matches(row))
      : this.store.rows;
    const { key, descending } = this.order;
    if (key === "state") {
      const bins = new Map<Status, string[]>(STATUSES.map((status) => [status, []]));
      for (const row of rows) {
        bins.get(row.status)?.push(row.id);
      }
      const order = descending ? [...STATUSES].reverse() : STATUSES;
      return order.flatMap((status) => bins.get(status) ?? []);
    }
    const ids = rows.map((row) => row.id);
    if (key !== "number") {
      const now = this.store.now();
      const keys = new Map(rows.map((row) => [row.id, sortValue(row, key, now)]));
      ids.sort((a, b) => compare(keys.get(a), keys.get(b)));
    }
    return descending ? ids.reverse() : ids;
  }

  private matches(row: Row): boolean {
    if (this.statuses.size > 0 && !this.statuses.has(row.status)) {
      return false;
    }
    if (this.search === "") {
      return true;
    }
    const text =
      `${row.name}\n${row.worker}\n#${row.number}\n${row.error}\n${row.detail}`.toLowerCase();
    return this.search.split(/\s+/).every((word) => text.includes(word));
  }

  // -- what is selected --------------------------------------------------------------------------

  isSelected(id: string): boolean {
    return this.chosen.has(id);
  }

  get selectedCount(): number {
    return this.chosen.size;
  }

  /** The selected tasks that are still there. */
  get selected(): Row[] {
    const rows: Row[] = [];
    for (const id of this.chosen) {
      const row = this.store.get(id);
      if (row === undefined) {
        this.chosen.delete(id);
      } else {
        rows.push(row);
      }
    }
    return rows;
  }

  /** The selected tasks that a cancel could stop. */
  get selectedStoppable(): string[] {
    return this.selected.filter((row) => isStoppable(row.status)).map((row) => row.id);
  }

  /** Every listed task that a cancel could stop; *queuedOnly* without those that run. */
  stoppable(queuedOnly: boolean): string[] {
    const wanted = (row: Row | undefined): boolean =>
      row !== undefined && (queuedOnly ? row.status === "queued" : isStoppable(row.status));
    return this.ids.filter((id) => wanted(this.store.get(id)));
  }

  /** Select this row only. */
  selectOnly(id: string): void {
    this.chosen.clear();
    this.chosen.add(id);
    this.anchor = id;
    this.active = id;
  }

  /** Select this row too, or no longer. */
  toggle(id: string): void {
    if (!this.chosen.delete(id)) {
      this.chosen.add(id);
    }
    this.anchor = id;
    this.active = id;
  }

  /** Select all rows from the last one picked to this one. */
  extendTo(id: string): void {
    const from = this.indexOf(this.anchor ?? this.active ?? id);
    const to = this.indexOf(id);
    if (from < 0 || to < 0) {
      this.selectOnly(id);
      return;
    }
    this.chosen.clear();
    const [low, high] = from < to ? [from, to] : [to, from];
    for (const between of this.ids.slice(low, high + 1)) {
      this.chosen.add(between);
    }
    this.active = id;
  }

  selectAll(): void {
    for (const id of this.ids) {
      this.chosen.add(id);
    }
  }

  clearSelection(): void {
    this.chosen.clear();
    this.anchor = null;
  }

  /** The row *step* away from the active one (Infinity: the last), made active. */
  move(step: number): string | null {
    const ids = this.ids;
    if (ids.length === 0) {
      return null;
    }
    const from = this.indexOf(this.active);
    const to = from < 0 ? (step > 0 && step !== Infinity ? 0 : from + step) : from + step;
    this.active = ids[Math.min(Math.max(to, 0), ids.length - 1)] ?? null;
    return this.active;
  }
}

function sortValue(row: Row, key: SortKey, now: number): string | number {
  switch (key) {
    case "state":
      return STATUSES.indexOf(row.status);
    case "number":
      return row.number;
    case "name":
      return row.name.toLowerCase();
    case "worker":
      return row.worker;
    case "time":
      return row.startedAt === null ? -1 : (row.endedAt ?? now) - row.startedAt;
    case "note":
      return row.cancelResolution ?? row.error;
  }
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === "string" && typeof b === "string") {
    // By code points: a locale's order costs fifty times as much.  Empty ones come last.
    return a === b ? 0 : a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1;
  }
  return Number(a) - Number(b);
}
