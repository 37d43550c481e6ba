/**
 * The tasks of one `submit_each` as a group: its counts, times and state.  No DOM.
 *
 * Rows name their group, but two groups may have the same name.  Members are called `name[0]`,
 * `name[1]` and so on, and get consecutive numbers in that order.  So a member's number minus its
 * index is the same for the whole group, and differs from all other groups of the client.  The first
 * half of a task's id identifies its client.
 */

import { type Counts, isDone, noCounts, type Row, type Status, STATUSES } from "./types.js";

/** The store's entry for one task.  The entry stays the same when its row is replaced. */
export interface Entry {
  row: Row;
  readonly group: Group | null;
}

/** A group, for the views. */
export interface TaskGroup {
  /** Differs from every task's id. */
  readonly id: string;
  readonly name: string;
  /** The client that submitted it. */
  readonly client: string;
  /** The number of its first task. */
  readonly first: number;
  readonly size: number;
  readonly counts: Readonly<Counts>;
  readonly settled: number;
  /** When the first of its tasks started; null before. */
  readonly startedAt: number | null;
  /** When its last task ended; null while one is open. */
  readonly endedAt: number | null;
  /** When a task of the group last ended; null before. */
  readonly lastEndedAt: number | null;
  /** The most important state among its tasks. */
  readonly status: Status;
  /** Its tasks, oldest first. */
  readonly rows: Row[];
  /** The tasks whose cancel was requested before *time* and that still run.  Checks every task. */
  stillCancelling(time: number): Row[];
}

const GROUP = "group:";
const ID_LENGTH = 32;

/** Whether an id in a list is a group's, not a task's. */
export function isGroupId(id: string): boolean {
  return id.startsWith(GROUP);
}

/** The id of a task's group; null if it has no group. */
export function groupIdOf(row: Row): string | null {
  if (row.groupName === "") {
    return null;
  }
  const { name } = row;
  const open = name.endsWith("]") ? name.lastIndexOf("[") : -1;
  const place = open < 0 ? NaN : Number(name.slice(open + 1, -1));
  const first = Number.isInteger(place) && place >= 0 ? String(row.number - place) : "";
  const client = row.id.length === ID_LENGTH ? row.id.slice(0, ID_LENGTH / 2) : "";
  return `${GROUP}${client} ${first} ${row.groupName}`;
}

export class Group implements TaskGroup {
  readonly counts: Counts = noCounts();
  readonly name: string;
  readonly client: string;
  startedAt: number | null = null;
  lastEndedAt: number | null = null;
  private readonly members = new Set<Entry>();

  constructor(
    readonly id: string,
    row: Row,
  ) {
    this.name = row.groupName;
    this.client = row.client;
  }

  get first(): number {
    for (const { row } of this.members) {
      return row.number;
    }
    return 0;
  }

  get size(): number {
    return STATUSES.reduce((sum, status) => sum + this.counts[status], 0);
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  get settled(): number {
    const { succeeded, failed, cancelled } = this.counts;
    return succeeded + failed + cancelled;
  }

  get endedAt(): number | null {
    return this.settled === this.size ? this.lastEndedAt : null;
  }

  get status(): Status {
    return STATUSES.find((status) => this.counts[status] > 0) ?? "succeeded";
  }

  get rows(): Row[] {
    const rows: Row[] = [];
    for (const { row } of this.members) {
      rows.push(row);
    }
    return inOrder(rows);
  }

  stillCancelling(time: number): Row[] {
    const rows: Row[] = [];
    if (this.counts.cancelling > 0) {
      for (const { row } of this.members) {
        if (
          row.status === "cancelling" &&
          row.cancelRequestedAt !== null &&
          row.cancelRequestedAt < time
        ) {
          rows.push(row);
        }
      }
    }
    return rows;
  }

  add(entry: Entry): void {
    this.members.add(entry);
    this.counts[entry.row.status] += 1;
    this.note(entry.row);
  }

  /** Update the counts for a member whose row was *before* until now. */
  change(before: Row, now: Row): void {
    this.counts[before.status] -= 1;
    this.counts[now.status] += 1;
    this.note(now);
  }

  /** Remove a member.  If it was done, the counts still include it. */
  remove(entry: Entry): void {
    this.members.delete(entry);
    if (!isDone(entry.row.status)) {
      this.counts[entry.row.status] -= 1;
    }
  }

  private note(row: Row): void {
    if (row.startedAt !== null && (this.startedAt === null || row.startedAt < this.startedAt)) {
      this.startedAt = row.startedAt;
    }
    if (
      isDone(row.status) &&
      row.endedAt !== null &&
      (this.lastEndedAt === null || row.endedAt > this.lastEndedAt)
    ) {
      this.lastEndedAt = row.endedAt;
    }
  }
}

/** Return *rows*, after sorting them by number in place if necessary. */
export function inOrder(rows: Row[]): Row[] {
  for (let n = 1; n < rows.length; n += 1) {
    if ((rows[n - 1]?.number ?? 0) > (rows[n]?.number ?? 0)) {
      return rows.sort((a, b) => a.number - b.number);
    }
  }
  return rows;
}
