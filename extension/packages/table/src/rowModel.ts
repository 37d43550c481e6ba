/**
 * Which tasks are listed, in which order, and which of them are selected.  No DOM.
 *
 * The order doesn't change while the pointer is over the rows (`hold`): rows change in place, new
 * rows are added at the end, and no row moves under the pointer on its way to a cancel button.
 *
 * A group of two or more tasks is listed with an id of its own (`isGroupId`), followed by its tasks
 * unless it is folded.  A folded group costs the same however many tasks it has.  A search or a
 * filter lists tasks without groups.
 */

import { Folding } from "./folding.js";
import { isGroupId, type TaskGroup } from "./group.js";
import { Selection } from "./selection.js";
import {
  byNumber,
  DEFAULT_SORT,
  idsOf,
  isRow,
  type Sort,
  sorted,
  SORT_KEYS,
  type SortKey,
  type Thing,
} from "./sorting.js";
import type { TaskStore } from "./taskStore.js";
import { isDone, isStoppable, isToCome, type Row, type Status, STATUSES } from "./types.js";
import type { Stretch } from "./timeline.js";

const MAX_SORT_SHARE = 8; // after a sort that took t, the next one starts at least this many t later
const FEW_ROWS = 5000; // up to this many rows are always sorted at once

export class RowModel {
  private readonly store: TaskStore;
  private statuses: ReadonlySet<Status> = new Set();
  private search = "";
  private stretch: Stretch | null = null;
  private order: Sort = DEFAULT_SORT;
  private held = false;
  private listed: readonly string[] = [];
  private positions: Map<string, number> | null = null;
  private madeOf = -1; // the store's revision when the list was made
  private isStale = true;
  private dearUntil = 0;
  private isGrouped = true;
  private room = 12; // rows
  private readonly cleared = new Set<string>(); // tasks that a person removed from the list
  readonly selection: Selection;
  private anchor: string | null = null;
  /** The row that keys act on. */
  active: string | null = null;

  constructor(
    store: TaskStore,
    private readonly folding: Folding = new Folding(),
  ) {
    this.store = store;
    this.selection = new Selection(store);
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
    return this.statuses.size > 0 || this.search !== "" || this.stretch !== null;
  }

  /** The stretch of time whose tasks are listed; null: all. */
  get during(): Stretch | null {
    return this.stretch;
  }

  /** List only tasks that ran at some time of *stretch*; null: all. */
  listDuring(stretch: Stretch | null): void {
    this.stretch = stretch;
    this.isStale = true;
  }

  /** Add this state to the listed ones, or remove it.  Without any, all tasks are listed. */
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
    this.cleared.clear();
    this.statuses = new Set();
    this.search = "";
    this.stretch = null;
    this.isStale = true;
  }

  /** Order by *key*; the second time in reverse; the third time by state again. */
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

  /** List only tasks in the next (or previous) state that some task is in; after the last, all. */
  cycleStatus(step: 1 | -1): void {
    const { counts } = this.store;
    const choices = [null, ...STATUSES.filter((status) => counts[status] > 0)];
    const [only] = this.statuses.size === 1 ? this.statuses : [null];
    const at = Math.max(choices.indexOf(only ?? null), 0);
    const next = choices[(at + step + choices.length) % choices.length] ?? null;
    this.statuses = next === null ? new Set() : new Set([next]);
    this.isStale = true;
  }

  /** Order by the next column. */
  cycleSort(): void {
    const at = SORT_KEYS.indexOf(this.order.key);
    this.order = { key: SORT_KEYS[(at + 1) % SORT_KEYS.length] ?? "state", descending: false };
    this.isStale = true;
  }

  reverseSort(): void {
    this.order = { ...this.order, descending: !this.order.descending };
    this.isStale = true;
  }

  /** Restore the order and the filter from before a reload of the page. */
  restore(sort: Sort, statuses: readonly Status[], query: string): void {
    this.order = sort;
    this.statuses = new Set(statuses);
    this.find(query);
  }

  /** Remove the tasks that are done now from the list. */
  clearDone(): void {
    for (const { id, status } of this.store.rows) {
      if (isDone(status)) {
        this.cleared.add(id);
      }
    }
    this.isStale = true;
  }

  /** How many tasks `clearDone` removed from the list. */
  get clearedCount(): number {
    return this.cleared.size;
  }

  // -- groups ------------------------------------------------------------------------------------

  /** Whether groups are listed as rows; a filter lists only tasks. */
  get groupsAreListed(): boolean {
    return this.isGrouped && !this.isFiltered;
  }

  get groupsAreWanted(): boolean {
    return this.isGrouped;
  }

  /** List groups as rows, or only tasks. */
  listGroups(wanted: boolean): void {
    this.isGrouped = wanted;
    this.isStale = true;
  }

  isFolded(group: TaskGroup): boolean {
    return this.folding.isFolded(group);
  }

  /** Set how many rows are visible.  Groups that fit into them start unfolded. */
  roomFor(rows: number): void {
    if (rows !== this.room) {
      this.room = rows;
      this.isStale = true;
    }
  }

  /** Whether all tasks belong to one group with the program's name, so that its row is not needed. */
  get isOneGroup(): boolean {
    const group = this.store.onlyGroup;
    return (
      group !== null && this.store.engine?.label === group.name && this.store.ungroupedCount === 0
    );
  }

  /** Fold or unfold a listed group; the rows above and below it stay the same. */
  fold(groupId: string, isFolded: boolean): void {
    const group = this.store.group(groupId);
    const at = this.indexOf(groupId);
    if (group === undefined || at < 0 || this.isFolded(group) === isFolded) {
      return;
    }
    this.folding.set(group, isFolded);
    const isMember = (id: string | undefined): boolean =>
      id !== undefined && this.store.groupOf(id)?.id === groupId;
    let end = at + 1;
    while (isMember(this.listed[end])) {
      end += 1;
    }
    const members = isFolded ? [] : idsOf(this.sorted(this.uncleared(group.rows)));
    this.listed = [...this.listed.slice(0, at + 1), ...members, ...this.listed.slice(end)];
    this.positions = null;
    if (this.active !== null && isFolded && isMember(this.active)) {
      this.active = groupId;
    }
  }

  // -- the order ---------------------------------------------------------------------------------

  /** Stop reordering the rows, or start again. */
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
      return this.listed; // a slightly old list is better than a slow page
    } else {
      const startedAt = performance.now();
      this.listed = this.arranged();
      const took = performance.now() - startedAt;
      const isCheap = this.listed.length < FEW_ROWS || took < 4;
      this.dearUntil = isCheap ? 0 : startedAt + took * (1 + MAX_SORT_SHARE);
    }
    this.isStale = false;
    this.madeOf = this.store.revision;
    this.positions = null;
    return this.listed;
  }

  /** Whether the list is older than the store, so that it must be read again soon. */
  get isBehind(): boolean {
    return !this.held && this.madeOf !== this.store.revision;
  }

  /** A task's index in the list; -1 if it isn't listed. */
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
    const kept = this.listed.filter((id) => this.isThere(id));
    const fresh = this.things().filter((thing) => !had.has(thing.id));
    return kept.concat(this.withMembers(fresh).filter((id) => !had.has(id)));
  }

  private isThere(id: string): boolean {
    return isGroupId(id) ? this.store.group(id) !== undefined : this.store.get(id) !== undefined;
  }

  private arranged(): readonly string[] {
    const things = this.sorted(this.things());
    return this.groupsAreListed ? this.withMembers(things) : idsOf(things);
  }

  /** The tasks and groups to list, without the members of listed groups. */
  private things(): readonly Thing[] {
    if (!this.groupsAreListed || this.isOneGroup) {
      const { rows } = this.store;
      return this.isFiltered || this.cleared.size > 0
        ? rows.filter((row) => !this.cleared.has(row.id) && this.matches(row))
        : rows;
    }
    const things: Thing[] = this.uncleared(this.store.ungrouped);
    const alone = things.length;
    const groups: TaskGroup[] = [];
    for (const group of this.store.groups) {
      if (this.cleared.size > 0 && group.rows.every(({ id }) => this.cleared.has(id))) {
        continue;
      }
      const only = group.size === 1 ? group.rows[0] : undefined;
      things.push(only ?? group);
      if (only === undefined) {
        groups.push(group);
      }
    }
    this.folding.fit(groups, this.room - things.length);
    return alone === 0 || alone === things.length ? things : byNumber(things);
  }

  private uncleared(rows: Row[]): Row[] {
    return this.cleared.size === 0 ? rows : rows.filter(({ id }) => !this.cleared.has(id));
  }

  private withMembers(things: readonly Thing[]): string[] {
    const ids: string[] = [];
    for (const thing of things) {
      ids.push(thing.id);
      if (!isRow(thing) && !this.isFolded(thing)) {
        for (const member of this.sorted(this.uncleared(thing.rows))) {
          ids.push(member.id);
        }
      }
    }
    return ids;
  }

  private sorted<T extends Thing>(things: readonly T[]): readonly T[] {
    return sorted(things, this.order, this.store.now());
  }

  private matches(row: Row): boolean {
    if (this.statuses.size > 0 && !this.statuses.has(row.status)) {
      return false;
    }
    if (this.stretch !== null && !ranDuring(row, this.stretch)) {
      return false;
    }
    if (this.search === "") {
      return true;
    }
    const number = `#${row.number}`;
    const texts = [row.name, row.worker, number, row.error, row.detail, row.client, ...row.tags];
    const text = texts.join("\n").toLowerCase();
    return this.search.split(/\s+/).every((word) => text.includes(word));
  }

  // -- what is selected --------------------------------------------------------------------------

  /** The tasks for a command: the selected tasks, else the active task or the active group's tasks. */
  get meant(): Row[] {
    const { active } = this;
    const selected = this.selection.rows;
    if (selected.length > 0 || active === null) {
      return selected;
    }
    const row = this.store.get(active);
    return row === undefined ? (this.store.group(active)?.rows ?? []) : [row];
  }

  /** Every listed task, including the members of folded groups. */
  get listedRows(): Row[] {
    const found: Row[] = [];
    for (const id of this.ids) {
      const group = isGroupId(id) ? this.store.group(id) : undefined;
      const row = this.store.get(id);
      if (row !== undefined) {
        found.push(row);
      } else if (group !== undefined && this.isFolded(group)) {
        found.push(...this.sorted(group.rows));
      }
    }
    return found;
  }

  /** Every listed task that a cancel could stop; *queuedOnly* excludes running tasks. */
  stoppable(queuedOnly: boolean): string[] {
    const found: string[] = [];
    const take = (row: Row | undefined): void => {
      if (row !== undefined && (queuedOnly ? isToCome(row.status) : isStoppable(row.status))) {
        found.push(row.id);
      }
    };
    for (const id of this.ids) {
      const group = isGroupId(id) ? this.store.group(id) : undefined;
      if (group === undefined) {
        take(this.store.get(id));
      } else if (this.isFolded(group)) {
        group.rows.forEach(take);
      }
    }
    return found;
  }

  /** Select this row only. */
  selectOnly(id: string): void {
    this.selection.clear();
    this.selection.add(id);
    this.anchor = id;
    this.active = id;
  }

  /** Select this row too, or deselect it. */
  toggle(id: string): void {
    if (this.selection.has(id)) {
      this.selection.remove(id);
    } else {
      this.selection.add(id);
    }
    this.anchor = id;
    this.active = id;
  }

  /** Select all rows from the last clicked one to this one. */
  extendTo(id: string): void {
    const from = this.indexOf(this.anchor ?? this.active ?? id);
    const to = this.indexOf(id);
    if (from < 0 || to < 0) {
      this.selectOnly(id);
      return;
    }
    this.selection.clear();
    const [low, high] = from < to ? [from, to] : [to, from];
    for (const between of this.ids.slice(low, high + 1)) {
      this.selection.add(between);
    }
    this.active = id;
  }

  selectAll(): void {
    for (const id of this.ids) {
      this.selection.add(id);
    }
  }

  clearSelection(): void {
    this.selection.clear();
    this.anchor = null;
  }

  /** Make the row that is *step* rows away the active one (Infinity: the last); return its id. */
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

function ranDuring({ startedAt, endedAt }: Row, { from, to }: Stretch): boolean {
  return startedAt !== null && startedAt <= to && (endedAt === null || endedAt >= from);
}
