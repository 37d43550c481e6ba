/**
 * Which workers share a lane of the timeline: a worker takes the lane of one that has ended.  No DOM.
 *
 * The feed names workers, not the slots that they fill.  A worker has certainly ended if its last
 * task was killed or reports its death.  And if there were more workers than run at a time, the one
 * that was idle last gives its lane away.
 */

import type { Row } from "./types.js";

/** What one worker ran. */
export interface WorkerRun {
  readonly name: string;
  /** When its first task started. */
  first: number;
  /** The task that started last. */
  last: Row;
}

interface Slot {
  readonly names: string[];
  last: Row;
}

const SLACK_SECONDS = 0.1; // the next worker may start before the end of the last one is reported

/**
 * Return the names of the workers of each lane, in the order in which they ran.
 *
 * *atOnce* is how many workers run at a time; 0 if that is not known.
 */
export function workerLanes(runs: Iterable<WorkerRun>, atOnce: number): string[][] {
  const slots: Slot[] = [];
  for (const run of [...runs].sort(
    (a, b) => a.first - b.first || inCountingOrder(a.name, b.name),
  )) {
    const slot = freeSlot(slots, run, atOnce);
    if (slot === undefined) {
      slots.push({ names: [run.name], last: run.last });
    } else {
      slot.names.push(run.name);
      slot.last = run.last;
    }
  }
  return slots.map(({ names }) => names).sort(([a = ""], [b = ""]) => inCountingOrder(a, b));
}

function freeSlot(slots: readonly Slot[], run: WorkerRun, atOnce: number): Slot | undefined {
  const own = slots.filter(
    ({ names, last }) =>
      familyOf(names[0] ?? "") === familyOf(run.name) && freeFrom(last) <= run.first,
  );
  const dead = own.filter(({ last }) => endedWithWorker(last));
  if (dead.length > 0 || atOnce === 0 || slots.length < atOnce) {
    return dead.sort((a, b) => freeFrom(a.last) - freeFrom(b.last))[0];
  }
  return own.sort((a, b) => freeFrom(b.last) - freeFrom(a.last))[0];
}

/** From when on the worker of a task that was its last has a successor. */
function freeFrom(last: Row): number {
  if (last.endedAt === null) {
    return Infinity;
  }
  const killed = last.cancelResolution === "killed" ? last.cancelRequestedAt : null;
  return Math.min(last.endedAt, killed ?? Infinity) - SLACK_SECONDS;
}

function endedWithWorker({ cancelResolution, error }: Row): boolean {
  return cancelResolution === "killed" || /^(WorkerDied|TaskOverMemory)\b/.test(error);
}

/** Workers whose names differ only in the number at the end follow each other. */
function familyOf(name: string): string {
  return name.replace(/\d+$/, "");
}

const collator = new Intl.Collator("en", { numeric: true });

function inCountingOrder(a: string, b: string): number {
  return collator.compare(a, b);
}
