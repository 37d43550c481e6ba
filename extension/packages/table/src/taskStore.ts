/**
 * The page's copy of a board, updated from the feed's messages.  No DOM.
 *
 *     welcome ─> connecting ── snapshot, all its parts ──> live ── ended ──> ended
 *                    ^                                       │
 *                    └── resync <── a gap in the versions ───┘
 *
 * One rule covers lost messages, late joiners and reloads: changes apply to one version of the board.
 * If the store has another version, it requests a snapshot and waits for it.
 */

import {
  type Counts,
  isDone,
  isRunning,
  isToCome,
  noCounts,
  type Row,
  type Status,
  STATUSES,
  stoppableOf,
} from "./types.js";
import type { FeedMessage, LiveUsage, Welcome } from "./feed.js";
import { Usages } from "./usages.js";
import { type Entry, Group, groupIdOf, inOrder, type TaskGroup } from "./group.js";

export type Phase = "connecting" | "live" | "ended";

const RATE_WINDOW_SECONDS = 5;
const RATE_NEEDS_SECONDS = 0.5;

interface Sample {
  readonly at: number;
  readonly settled: number;
}

export interface StoreOptions {
  /** Requests a snapshot. */
  readonly resync: () => void;
  /** Seconds since the epoch, by the page's clock. */
  readonly clock?: () => number;
}

export class TaskStore {
  private readonly byId = new Map<string, Entry>();
  private readonly byGroup = new Map<string, Group>();
  private readonly alone = new Set<Entry>(); // rows without a group
  private order: Row[] = []; // by number; may contain old rows until `rows` is read
  private orderIsStale = false;
  private tally: Counts = noCounts(); // of the current rows, and of done ones that the board has dropped
  private reported: Counts | null = null; // by the board
  private readonly listeners = new Set<() => void>();
  private readonly resync: () => void;
  private readonly clock: () => number;
  private staged: Row[] | null = null; // the received parts of a snapshot
  private stagedVersion = -1;
  private fillsEmpty = true;
  private pending = false; // for a snapshot that has not arrived yet
  private clockAhead: number | null = null; // the kernel's clock minus the page's
  private samples: Sample[] = []; // since the first sample, or since `restartRate`

  /** The board's version of the rows; -1 before the first snapshot. */
  version = -1;
  phase: Phase = "connecting";
  engine: Welcome | null = null;
  endReason = "";
  /** The names of the clients that have submitted tasks, if several share the engine. */
  readonly clients = new Set<string>();
  readonly usages: Usages;
  /** Increases with every change that may be visible. */
  revision = 0;

  constructor(options: StoreOptions) {
    this.resync = options.resync;
    this.clock = options.clock ?? (() => Date.now() / 1000);
    this.usages = new Usages(this.clock);
  }

  /** Call *listener* after each batch of changes; returns a function that stops this. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Every task, oldest first.  The same array until something changes. */
  get rows(): readonly Row[] {
    if (this.orderIsStale) {
      const rows: Row[] = [];
      for (const { row } of this.byId.values()) {
        rows.push(row);
      }
      this.order = inOrder(rows);
      this.orderIsStale = false;
    }
    return this.order;
  }

  /** Measure the rate anew: `counts` are of other tasks from now on. */
  restartRate(): void {
    this.samples = [];
  }

  /** The number of tasks.  May be ahead of `rows`, which arrive in batches when many change. */
  get size(): number {
    const { counts } = this;
    return STATUSES.reduce((sum, status) => sum + counts[status], 0);
  }

  get counts(): Readonly<Counts> {
    return this.reported ?? this.tally;
  }

  get settled(): number {
    const { succeeded, failed, cancelled } = this.counts;
    return succeeded + failed + cancelled;
  }

  get(id: string): Row | undefined {
    return this.byId.get(id)?.row;
  }

  /** The groups, oldest first. */
  get groups(): Iterable<TaskGroup> {
    return this.byGroup.values();
  }

  get hasGroups(): boolean {
    return this.byGroup.size > 0;
  }

  /** The group, if there is exactly one. */
  get onlyGroup(): TaskGroup | null {
    for (const group of this.byGroup.values()) {
      return this.byGroup.size === 1 ? group : null;
    }
    return null;
  }

  group(id: string): TaskGroup | undefined {
    return this.byGroup.get(id);
  }

  /** A task's group; null if it has none. */
  groupOf(taskId: string): TaskGroup | null {
    return this.byId.get(taskId)?.group ?? null;
  }

  /** The tasks without a group, oldest first. */
  get ungrouped(): Row[] {
    const rows: Row[] = [];
    for (const { row } of this.alone) {
      rows.push(row);
    }
    return inOrder(rows);
  }

  /** The number of tasks without a group. */
  get ungroupedCount(): number {
    return this.alone.size;
  }

  /** Seconds since the epoch by the kernel's clock, as well as the page can estimate it. */
  now(): number {
    return this.clock() + (this.clockAhead ?? 0);
  }

  /** Tasks settled per second, in the last seconds; null if no task is open, or if it is unknown. */
  rate(): number | null {
    const now = this.clock();
    const samples = this.samples;
    while (samples.length > 2 && (samples[1]?.at ?? now) <= now - RATE_WINDOW_SECONDS) {
      samples.shift();
    }
    const first = samples[0];
    if (first === undefined || this.settled === this.size || now - first.at < RATE_NEEDS_SECONDS) {
      return null;
    }
    return (this.settled - first.settled) / (now - first.at);
  }

  /** Apply one message; *hostNow* is the kernel's clock when it was sent. */
  apply(message: FeedMessage, engineNow?: number): void {
    if (engineNow !== undefined) {
      const ahead = engineNow - this.clock();
      // The fastest message gives the best estimate; the others were delayed in transit.
      this.clockAhead = this.clockAhead === null ? ahead : Math.max(this.clockAhead, ahead);
    }
    switch (message.kind) {
      case "welcome":
        this.engine = message;
        this.phase = "connecting";
        this.endReason = "";
        this.pending = true; // a snapshot follows a welcome
        break;
      case "snapshot":
        this.reported = message.counts;
        if (this.version < 0 || message.counts === null) {
          this.samples = []; // tasks in the snapshot may have ended before
        }
        this.applySnapshot(message.version, message.part, message.parts, message.rows);
        break;
      case "changes":
        if (this.version < 0 || message.since !== this.version) {
          if (message.version > this.version) {
            this.requestSnapshot();
          }
          return;
        }
        this.reported = message.counts;
        for (const id of message.forgotten) {
          this.forget(id);
        }
        for (const row of message.rows) {
          this.put(row);
        }
        this.version = message.version;
        break;
      case "closed":
        this.end(message.reason, "engine ended");
        return;
      case "usage":
        this.usages.take(message.usage);
        this.ring(); // nothing else changed
        return;
      case "response":
      case "details":
        return; // for the session, which waits for them
    }
    this.sample();
    this.notify();
  }

  /** What a task uses; null if it doesn't run, or that is not known. */
  usageOf(row: Row): LiveUsage | null {
    return isRunning(row.status) ? this.usages.of(row.id) : null;
  }

  /**
   * End the feed because of *reason*.  Open tasks are lost with their engine, as their futures are:
   * they have failed, or their cancel was settled that way.  Their rows show *words*.
   */
  end(reason: string, words: string): void {
    this.phase = "ended";
    this.endReason = reason;
    const at = this.now();
    for (const { row } of [...this.byId.values()]) {
      if (!isDone(row.status)) {
        this.put(lost(row, words, at));
      }
    }
    if (this.reported !== null) {
      const { cancelling, ...reported } = this.reported;
      this.reported = {
        ...noCounts(),
        succeeded: reported.succeeded,
        failed: reported.failed + stoppableOf(this.reported),
        cancelled: reported.cancelled + cancelling,
      };
    }
    this.sample();
    this.notify();
  }

  /**
   * Apply rows from the Jupyter server while the kernel sends none.  Each replaces the row of its
   * task if it is newer.  Rows of other tasks are ignored, because the table may show only one group.
   */
  overtake(rows: readonly Row[]): void {
    let changed = false;
    for (const row of rows) {
      const here = this.byId.get(row.id)?.row;
      if (here === undefined || !isFurther(row, here)) {
        continue;
      }
      this.put({ ...row, number: here.number, version: here.version, cell: here.cell });
      if (this.reported !== null && row.status !== here.status) {
        this.reported = {
          ...this.reported,
          [here.status]: this.reported[here.status] - 1,
          [row.status]: this.reported[row.status] + 1,
        };
      }
      changed = true;
    }
    if (changed) {
      this.sample();
      this.notify();
    }
  }

  /** Request a snapshot, because the connection was interrupted and rows may be old. */
  reconnect(): void {
    this.pending = false;
    this.requestSnapshot();
  }

  private applySnapshot(version: number, part: number, parts: number, rows: readonly Row[]): void {
    if (part === 0) {
      this.staged = [];
      this.stagedVersion = version;
      this.fillsEmpty = this.byId.size === 0;
    }
    const staged = this.staged;
    if (staged === null || version !== this.stagedVersion) {
      this.staged = null;
      this.pending = false;
      this.requestSnapshot();
      return;
    }
    const isLast = part === parts - 1;
    for (const row of rows) {
      staged.push(row);
    }
    if (this.fillsEmpty) {
      for (const row of rows) {
        this.put(row); // the first snapshot is shown as it arrives
      }
    } else if (isLast) {
      this.replace(staged);
    }
    if (isLast) {
      this.staged = null;
      this.pending = false;
      this.version = version;
      this.phase = "live";
    }
  }

  private replace(rows: readonly Row[]): void {
    this.byId.clear();
    this.clients.clear();
    this.byGroup.clear();
    this.alone.clear();
    this.tally = noCounts();
    for (const row of rows) {
      this.add(row);
    }
  }

  /** The client that submitted a task or group; empty unless there are several. */
  clientOf({ client }: Row | TaskGroup): string {
    return this.clients.size > 1 ? client : "";
  }

  private put(row: Row): void {
    const entry = this.byId.get(row.id);
    if (entry === undefined) {
      this.add(row);
      return;
    }
    const before = entry.row;
    entry.row = row;
    entry.group?.change(before, row);
    this.tally[before.status] -= 1;
    this.tally[row.status] += 1;
    this.orderIsStale = true;
  }

  private add(row: Row): void {
    this.clients.add(row.client);
    const groupId = groupIdOf(row);
    let group: Group | null = null;
    if (groupId !== null) {
      group = this.byGroup.get(groupId) ?? new Group(groupId, row);
      this.byGroup.set(groupId, group);
    }
    const entry: Entry = { row, group };
    this.byId.set(row.id, entry);
    if (group === null) {
      this.alone.add(entry);
    } else {
      group.add(entry);
    }
    this.tally[row.status] += 1;
    this.orderIsStale = true;
  }

  /** Remove a task that the board has dropped.  If it was done, the counts still include it. */
  private forget(id: string): void {
    const entry = this.byId.get(id);
    if (entry === undefined) {
      return;
    }
    if (!isDone(entry.row.status)) {
      this.tally[entry.row.status] -= 1;
    }
    this.byId.delete(id);
    this.alone.delete(entry);
    const { group } = entry;
    if (group !== null) {
      group.remove(entry);
      if (group.isEmpty) {
        this.byGroup.delete(group.id);
      }
    }
    this.orderIsStale = true;
  }

  private sample(): void {
    const now = this.clock();
    const last = this.samples.at(-1);
    if (this.settled === this.size) {
      this.samples = [{ at: now, settled: this.settled }]; // the next tasks start a new measurement
    } else if (last === undefined || now - last.at >= 0.1) {
      this.samples.push({ at: now, settled: this.settled });
    }
  }

  private requestSnapshot(): void {
    if (!this.pending) {
      this.pending = true;
      this.resync();
    }
  }

  private notify(): void {
    this.revision += 1;
    this.ring();
  }

  private ring(): void {
    for (const listener of [...this.listeners]) {
      listener();
    }
  }
}

/** Whether *row* is a later state of a task than *here*. */
function isFurther(row: Row, here: Row): boolean {
  if (isDone(here.status)) {
    return false;
  }
  if (row.attempt !== here.attempt) {
    return row.attempt > here.attempt;
  }
  const steps = stepOf(row.status) - stepOf(here.status);
  return steps > 0 || (steps === 0 && row.outputBytes > here.outputBytes);
}

function stepOf(status: Status): number {
  if (isToCome(status)) {
    return status === "retrying" ? 3 : 0;
  }
  return status === "running" ? 1 : status === "cancelling" ? 2 : 4;
}

function lost(row: Row, words: string, at: number): Row {
  return row.status === "cancelling"
    ? { ...row, status: "cancelled", cancelResolution: "lost", detail: words, endedAt: at }
    : { ...row, status: "failed", error: words, detail: "", endedAt: at };
}
