/**
 * Who ran what when: a lane for each worker slot, a stretch for each task, and the window of time
 * that is looked at.  No DOM.
 *
 *     rows ──lanes()──> spans by slot ──bars()──> at most one bar a pixel
 *
 * A lane is made of all rows, however many: again when something changed, and not before a multiple
 * of the time that it took.  What is drawn is bounded by pixels: tasks that share one are one bar,
 * in the state that a person would look for first.
 */

import { type Row, type Status, STATUSES } from "./types.js";
import type { TaskStore } from "./taskStore.js";
import { workerLanes, type WorkerRun } from "./workerLanes.js";

export interface Span {
  readonly id: string;
  readonly start: number;
  readonly end: number | null; // null: it runs
  readonly status: Status;
}

export interface Lane {
  /** The worker that has the slot; the last one that had it, if that has ended. */
  readonly worker: string;
  /** All that had it, in the order in which they ran. */
  readonly workers: readonly string[];
  /** The first to start first. */
  readonly spans: readonly Span[];
}

export interface Bar {
  readonly left: number;
  readonly right: number;
  readonly status: Status;
  /** Its task; the first one's where there are several. */
  readonly id: string;
  readonly count: number;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export const MAX_LANES = 64;

const MIN_SECONDS = 1e-4;
const REST = 8; // pauses between makings, each as long as the last making took
const MIN_PIXELS = 1;

export class Timeline {
  private lanesMade: readonly Lane[] = [];
  private madeOf = -1;
  private dearUntil = 0;
  private total = 0;
  private extent: Stretch | null = null; // of all spans that ended, and the starts of those that run
  private chosen: Stretch | null = null; // null: all of it

  constructor(private readonly store: TaskStore) {}

  /** The worker slots by name, at most `MAX_LANES` of them. */
  get lanes(): readonly Lane[] {
    if (this.madeOf !== this.store.revision && performance.now() >= this.dearUntil) {
      const began = performance.now();
      this.make();
      this.madeOf = this.store.revision;
      const took = performance.now() - began;
      this.dearUntil = took < 2 ? 0 : began + took * (1 + REST);
    }
    return this.lanesMade;
  }

  /** How many worker slots there are, with those that have no lane. */
  get slotCount(): number {
    return this.total;
  }

  /** Whether what was made is older than what is known. */
  get isBehind(): boolean {
    return this.madeOf !== this.store.revision;
  }

  private make(): void {
    const byWorker = new Map<string, { run: WorkerRun; spans: Span[] }>();
    let from = Infinity;
    let to = -Infinity;
    for (const row of this.store.rows) {
      const span = spanOf(row);
      if (span === null) {
        continue;
      }
      const made = byWorker.get(row.worker);
      if (made === undefined) {
        const run = { name: row.worker, first: span.start, last: row };
        byWorker.set(row.worker, { run, spans: [span] });
      } else {
        made.spans.push(span);
        made.run.first = Math.min(made.run.first, span.start);
        made.run.last = span.start >= (made.run.last.startedAt ?? 0) ? row : made.run.last;
      }
      from = Math.min(from, span.start);
      to = Math.max(to, span.end ?? span.start);
    }
    this.extent = from <= to ? { from, to } : null;
    const runs = [...byWorker.values()].map(({ run }) => run);
    const slots = workerLanes(runs, this.store.engine?.workerCount ?? 0);
    this.total = slots.length;
    this.lanesMade = slots.slice(0, MAX_LANES).map((workers) => ({
      worker: workers.at(-1) ?? "",
      workers,
      spans: workers
        .flatMap((worker) => byWorker.get(worker)?.spans ?? [])
        .sort((a, b) => a.start - b.start),
    }));
  }

  // -- the window ----------------------------------------------------------------------------------

  /** From the first start to now, or to the last end where nothing runs. */
  get whole(): Stretch {
    const { extent } = this;
    const now = this.store.now();
    if (extent === null) {
      return { from: now - 1, to: now };
    }
    const { running, cancelling } = this.store.counts;
    const to = running + cancelling > 0 ? Math.max(now, extent.to) : extent.to;
    return { from: extent.from, to: Math.max(to, extent.from + MIN_SECONDS) };
  }

  /** What is looked at. */
  get range(): Stretch {
    return this.chosen ?? this.whole;
  }

  get isZoomed(): boolean {
    return this.chosen !== null;
  }

  /** Look at this stretch, or at all of it. */
  look(stretch: Stretch | null): void {
    this.chosen = stretch;
  }

  /** Look at *factor* times less (or more, below 1), *at* staying where it is. */
  zoom(factor: number, at: number): void {
    const { from, to } = this.range;
    const seconds = Math.max((to - from) / factor, MIN_SECONDS);
    const share = (at - from) / (to - from);
    this.show(at - share * seconds, seconds);
  }

  /** Look earlier or later by this share of what is looked at. */
  pan(share: number): void {
    const { from, to } = this.range;
    this.show(from + share * (to - from), to - from);
  }

  /** Bring a task into sight. */
  reveal(span: Span): void {
    const { from, to } = this.range;
    const end = span.end ?? this.store.now();
    if (span.start < from || end > to) {
      const seconds = Math.max(to - from, (end - span.start) * 1.2);
      this.show((span.start + end - seconds) / 2, seconds);
    }
  }

  private show(from: number, seconds: number): void {
    const { whole } = this;
    const all = whole.to - whole.from;
    if (seconds >= all) {
      this.chosen = null;
      return;
    }
    const start = Math.min(Math.max(from, whole.from), whole.to - seconds);
    this.chosen = { from: start, to: start + seconds };
  }

  // -- what is in it -------------------------------------------------------------------------------

  /** A lane's bars in *width* pixels of the window, from left to right. */
  bars(lane: Lane, width: number): Bar[] {
    const { from, to } = this.range;
    const now = this.store.now();
    const scale = width / (to - from);
    const bars: Bar[] = [];
    for (let n = firstEndingAfter(lane.spans, from); n < lane.spans.length; n += 1) {
      const span = lane.spans[n];
      if (span === undefined || span.start > to) {
        break;
      }
      const left = Math.max((span.start - from) * scale, 0);
      const right = Math.min(((span.end ?? now) - from) * scale, width);
      if (right - left >= MIN_PIXELS) {
        bars.push({ left, right, status: span.status, id: span.id, count: 1 });
        continue;
      }
      const pixel = Math.floor(left);
      const narrow = { left: pixel, right: pixel + MIN_PIXELS };
      const before = bars.at(-1);
      if (before?.left === pixel && before.right === narrow.right) {
        const count = before.count + 1;
        bars[bars.length - 1] = { ...narrow, ...morePressing(before, span), count };
      } else {
        bars.push({ ...narrow, status: span.status, id: span.id, count: 1 });
      }
    }
    return bars;
  }

  /** The task of a lane at a time, or the nearest within *within* seconds. */
  at(lane: Lane, time: number, within: number): Span | null {
    const now = this.store.now();
    let best: Span | null = null;
    let bestGap = within;
    const start = firstEndingAfter(lane.spans, time - within);
    for (let n = start; n < lane.spans.length; n += 1) {
      const span = lane.spans[n];
      if (span === undefined || span.start > time + within) {
        break;
      }
      const gap = Math.max(span.start - time, time - (span.end ?? now), 0);
      if (gap < bestGap || (gap === 0 && bestGap === 0)) {
        best = span; // of two at the same time the later one, which is drawn over the other
        bestGap = gap;
      }
    }
    return best;
  }

  /** Times to write at: round ones, at most *most* of them, counted from the first start. */
  ticks(most: number): { readonly at: number; readonly since: number }[] {
    const { from, to } = this.range;
    const origin = this.whole.from;
    const step = roundStep((to - from) / Math.max(most, 1));
    const ticks: { at: number; since: number }[] = [];
    for (let n = Math.ceil((from - origin) / step); origin + n * step <= to; n += 1) {
      ticks.push({ at: origin + n * step, since: n * step });
    }
    return ticks;
  }
}

function spanOf(row: Row): Span | null {
  return row.startedAt === null
    ? null
    : { id: row.id, start: row.startedAt, end: row.endedAt, status: row.status };
}

/** Tasks of a lane follow each other, so their ends are in order as well. */
function firstEndingAfter(spans: readonly Span[], time: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? Infinity) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

type Shown = Pick<Bar, "status" | "id">;

function morePressing(a: Shown, b: Shown): Shown {
  const { status, id } = STATUSES.indexOf(b.status) < STATUSES.indexOf(a.status) ? b : a;
  return { status, id };
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400];

function roundStep(least: number): number {
  if (least < 1) {
    const power = 10 ** Math.floor(Math.log10(Math.max(least, MIN_SECONDS)));
    return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= least) ?? 1;
  }
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;
}
