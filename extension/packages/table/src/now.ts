/** What a row shows about a task right now, in one line.  No DOM. */

import { milliseconds, shareOf, ticking } from "./format.js";
import { count } from "./format.js";
import { progressEta, roughly } from "./eta.js";
import type { Progress, Row } from "./types.js";

/** What a row shows about a task beyond the feed. */
export interface Glimpse {
  /** The short reprs of its arguments, as `depth=8, lr=0.05`; empty if they are not known. */
  readonly arguments: string;
  /** The short repr of its result; empty if it is not known. */
  readonly result: string;
  /** The last line that it wrote; empty if there is none. */
  readonly line: string;
}

export const NO_GLIMPSE: Glimpse = { arguments: "", result: "", line: "" };

export interface Now {
  /** The state in a word, if it needs one: failed, cancelling. */
  readonly word: string;
  readonly text: string;
  /** How far it is, from 0 to 1; null if that is not known or it does not run. */
  readonly share: number | null;
}

/** What *row* shows at *time*; *before* is how many tasks are queued that were submitted earlier. */
export function nowOf(
  row: Row,
  time: number,
  glimpse: Glimpse = NO_GLIMPSE,
  before: number | null = null,
): Now {
  switch (row.status) {
    case "running":
      return running(row, time, glimpse);
    case "queued":
      return said(joined(retriedOf(row), row.detail === "" ? placeOf(before) : row.detail));
    case "waiting":
    case "retrying":
      return said(row.detail === "" ? "waits for other tasks" : row.detail);
    case "failed":
      return said(row.error, "failed");
    case "cancelling": {
      const since = ticking(time - (row.cancelRequestedAt ?? time));
      return said(joined(`${since}${from(row)}`, row.detail), "cancelling");
    }
    case "cancelled":
      return said(joined(settled(row) + from(row), row.detail));
    case "succeeded":
      return said(glimpse.result);
  }
}

function running(row: Row, time: number, glimpse: Glimpse): Now {
  const { progress } = row;
  if (!progress) {
    return said(joined(retriedOf(row), glimpse.line));
  }
  const left = progressEta(row, time);
  const text = joined(
    countsOf(progress),
    left === null ? "" : `${roughly(left)} left`,
    progress.note,
  );
  return { word: "", text: joined(retriedOf(row), text), share: shareOf(progress) };
}

/** `37/80`; `41 %` of what is not counted; `37` if the end is not known. */
function countsOf(progress: Progress): string {
  const { done, total } = progress;
  const share = shareOf(progress);
  const isCounted = Number.isInteger(done) && (total === null || Number.isInteger(total));
  if (share === null || total === null) {
    return Number.isInteger(done) ? count(done) : done.toPrecision(3);
  }
  return isCounted ? `${count(done)}/${count(total)}` : `${Math.floor(share * 100)} %`;
}

function retriedOf(row: Row): string {
  return row.attempt > 1 ? `attempt ${row.attempt}` : "";
}

function placeOf(before: number | null): string {
  if (before === null) {
    return "";
  }
  return before === 0 ? "first in the queue" : `${count(before)} queued before it`;
}

function settled(row: Row): string {
  const after = row.cancelSeconds === null ? "" : ` in ${milliseconds(row.cancelSeconds)}`;
  switch (row.cancelResolution) {
    case "never_started":
      return "never started";
    case "interrupted":
      return `stopped${after}`;
    case "killed":
      return `killed${after}`;
    case "finished_first":
      return "finished first, result discarded";
    case "lost":
      return "lost with its engine";
    case null:
      return "cancelled";
  }
}

function from(row: Row): string {
  return row.cancelRequestedBy === "" ? "" : `, from ${row.cancelRequestedBy}`;
}

function said(text: string, word = ""): Now {
  return { word, text, share: null };
}

/** The texts that are not empty. */
export function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" · ");
}
