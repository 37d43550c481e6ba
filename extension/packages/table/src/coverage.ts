/**
 * How many workers were busy when, and with what became of it: the ribbon over the rows.  No DOM.
 *
 * Time is cut into as many columns as there are pixels.  All rows are read, but nothing is made for
 * each of them, so that 100,000 rows take a few milliseconds.
 */

import { type Row, type Status, STATUSES } from "./types.js";

export interface Coverage {
  readonly from: number;
  readonly to: number;
  /** How many workers were busy on average, by state of their tasks and by column. */
  readonly busy: Readonly<Record<Status, Float32Array>>;
  /** The largest sum of all states. */
  readonly peak: number;
  /** The columns in which a task failed, however short it was. */
  readonly failures: ReadonlySet<number>;
}

/** Return the coverage in *columns* columns, up to *now* if something runs; null: none has started. */
export function coverageOf(rows: readonly Row[], now: number, columns: number): Coverage | null {
  const extent = extentOf(rows, now);
  if (extent === null) {
    return null;
  }
  const { from, to } = extent;
  const busy = Object.fromEntries(
    STATUSES.map((status) => [status, new Float32Array(columns + 1)]),
  ) as Record<Status, Float32Array>;
  const steps = Object.fromEntries(
    STATUSES.map((status) => [status, new Float32Array(columns + 1)]),
  ) as Record<Status, Float32Array>;
  const failures = new Set<number>();
  const scale = columns / (to - from);
  for (const row of rows) {
    if (row.startedAt === null) {
      continue;
    }
    const left = (row.startedAt - from) * scale;
    const right = Math.max(left, ((row.endedAt ?? now) - from) * scale);
    cover(busy[row.status], steps[row.status], left, right);
    if (row.status === "failed") {
      failures.add(Math.min(Math.floor(right), columns - 1));
    }
  }
  return { from, to, busy, failures, peak: sumUp(busy, steps, columns) };
}

function extentOf(rows: readonly Row[], now: number): { from: number; to: number } | null {
  let from = Infinity;
  let to = -Infinity;
  for (const { startedAt, endedAt } of rows) {
    if (startedAt !== null) {
      from = Math.min(from, startedAt);
      to = Math.max(to, endedAt ?? now);
    }
  }
  return from === Infinity ? null : { from, to: Math.max(to, from + MIN_SECONDS) };
}

const MIN_SECONDS = 1e-4;

/** Add one task: its two ends to their columns, and a step up and down for those between. */
function cover(busy: Float32Array, steps: Float32Array, left: number, right: number): void {
  const first = Math.floor(left);
  const last = Math.floor(right);
  if (first === last) {
    add(busy, first, right - left);
    return;
  }
  add(busy, first, first + 1 - left);
  add(busy, last, right - last);
  add(steps, first + 1, 1);
  add(steps, last, -1);
}

function add(to: Float32Array, at: number, by: number): void {
  to[at] = (to[at] ?? 0) + by;
}

/** Turn the steps into what is busy; return the peak. */
function sumUp(
  busy: Record<Status, Float32Array>,
  steps: Record<Status, Float32Array>,
  columns: number,
): number {
  const sums = new Float32Array(columns);
  for (const status of STATUSES) {
    let level = 0;
    for (let n = 0; n < columns; n += 1) {
      level += steps[status][n] ?? 0;
      add(busy[status], n, level);
      add(sums, n, busy[status][n] ?? 0);
    }
  }
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}
