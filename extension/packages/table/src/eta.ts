/** Estimates of the time left: for a task that reports progress, for a group, for all.  No DOM. */

import { shareOf } from "./format.js";
import type { TaskGroup } from "./group.js";
import type { Row } from "./types.js";

const MIN_SHARE = 0.005;
const MIN_SECONDS = 0.5;
const SAMPLE_INTERVAL_SECONDS = 1;
const WINDOW_SECONDS = 60;
const MIN_SETTLED = 2;
const MAX_QUIET_SECONDS = 3;
const MAX_QUIET_GAPS = 8; // between the ends of two tasks

/** Seconds until a task that reports progress is done; null if that can't be estimated. */
export function progressEta(row: Row, time: number): number | null {
  const share = row.progress ? shareOf(row.progress) : null;
  const elapsed = row.startedAt === null ? 0 : time - row.startedAt;
  if (share === null || share < MIN_SHARE || share >= 1 || elapsed < MIN_SECONDS) {
    return null;
  }
  return (elapsed * (1 - share)) / share;
}

/** Seconds until a group's tasks are settled, at their speed so far; null if unknown. */
export function groupEta(group: TaskGroup, time: number): number | null {
  const { settled, size, startedAt, counts } = group;
  const elapsed = startedAt === null ? 0 : time - startedAt;
  const isMoving = counts.running + counts.cancelling > 0;
  if (!isMoving || settled < MIN_SETTLED || settled === size || elapsed < MIN_SECONDS) {
    return null;
  }
  const last = group.lastEndedAt ?? time;
  const gap = (last - (startedAt ?? last)) / settled;
  if (time - last > Math.max(MAX_QUIET_SECONDS, MAX_QUIET_GAPS * gap)) {
    return null; // the tasks that are left take longer than the others did
  }
  return ((size - settled) * elapsed) / settled;
}

/** Estimates the time until all tasks are settled, from the speed in the last minute. */
export class TotalEta {
  private samples: { readonly at: number; readonly settled: number }[] = [];

  /** Seconds until *size* tasks are settled, of which *settled* are at *time*; null if unknown. */
  of(settled: number, size: number, time: number): number | null {
    const last = this.samples.at(-1);
    if (settled === size || (last !== undefined && settled < last.settled)) {
      this.samples = [];
      return null;
    }
    if (last === undefined || time - last.at >= SAMPLE_INTERVAL_SECONDS) {
      this.samples.push({ at: time, settled });
    }
    while ((this.samples[1]?.at ?? time) <= time - WINDOW_SECONDS) {
      this.samples.shift();
    }
    const first = this.samples[0];
    const done = settled - (first?.settled ?? settled);
    if (first === undefined || done < MIN_SETTLED || time - first.at < MIN_SECONDS) {
      return null;
    }
    return ((size - settled) * (time - first.at)) / done;
  }
}

/** A rough duration: `~8 s`, `~40 s`, `~1 min 30 s`, `~12 min`, `~2 h 10 min`. */
export function roughly(seconds: number): string {
  if (seconds < 10) {
    return `~${Math.max(1, Math.round(seconds))} s`;
  }
  if (seconds < 57.5) {
    return `~${Math.round(seconds / 5) * 5} s`;
  }
  if (seconds < 295) {
    const tens = Math.round(seconds / 10);
    const rest = (tens % 6) * 10;
    return `~${Math.floor(tens / 6)} min${rest === 0 ? "" : ` ${rest} s`}`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return `~${minutes} min`;
  }
  const rest = Math.round((minutes % 60) / 10) * 10;
  const hours = Math.floor(minutes / 60) + (rest === 60 ? 1 : 0);
  return `~${hours} h${rest % 60 === 0 ? "" : ` ${rest} min`}`;
}
