/** Formats durations, rates and task states as text.  The terminal uses the same words. */

import { cleanLines } from "./clean.js";
import { type Counts, type Progress, type Row, STATUSES } from "./types.js";

/** A duration in at most six characters: `12 ms`, `1.2 s`, `4m05s`, `3h02m`, `2d03h`. */
export function span(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 0.9995) {
    return `${Math.round(s * 1000)} ms`;
  }
  if (s < 59.95) {
    return `${s.toFixed(1)} s`;
  }
  const whole = Math.round(s);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (whole < 3600) {
    return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  }
  if (whole < 86400) {
    return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
  }
  return `${Math.floor(whole / 86400)}d${two(Math.floor((whole % 86400) / 3600))}h`;
}

/** A duration that counts up: whole seconds from ten on, so that it doesn't flicker. */
export function ticking(seconds: number): string {
  return seconds >= 10 && seconds < 59.5 ? `${Math.round(seconds)} s` : span(seconds);
}

/** How long an answer took: `0.4 ms`, `1003 ms`; as a span from ten seconds on. */
export function milliseconds(seconds: number): string {
  if (seconds >= 10) {
    return span(seconds);
  }
  return `${(seconds * 1000).toFixed(seconds < 0.00995 ? 1 : 0)} ms`;
}

/** Tasks a second: `0.25`, `4.1`, `41`, `28,000`. */
export function rate(perSecond: number): string {
  if (perSecond < 1) {
    return perSecond.toFixed(2);
  }
  return perSecond < 9.95 ? perSecond.toFixed(1) : count(Math.round(perSecond));
}

/** `12,345`, in every locale: the terminal's way. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 task`, `12,345 tasks`. */
export function tasks(n: number): string {
  return n === 1 ? "1 task" : `${count(n)} tasks`;
}

/** `1 failed, 20 queued`; empty if there are no tasks. */
export function inWords(counts: Readonly<Counts>): string {
  return STATUSES.filter((status) => counts[status] > 0)
    .map((status) => `${count(counts[status])} ${status}`)
    .join(", ");
}

/** A note about a task in one line: its error, or the progress of its cancel. */
export function whatHappened(row: Row, now: number): string {
  const by = row.cancelRequestedBy === "" ? "" : ` by ${row.cancelRequestedBy}`;
  switch (row.status) {
    case "failed":
      return row.error;
    case "cancelling": {
      const ago = `asked ${ticking(now - (row.cancelRequestedAt ?? now))} ago${by}`;
      return row.detail === "" ? ago : `${row.detail} (${ago})`;
    }
    case "cancelled": {
      let text: string = row.cancelResolution ?? "cancelled";
      if (row.cancelSeconds !== null) {
        text += `, ${milliseconds(row.cancelSeconds)} after the request`;
      }
      return row.detail === "" ? text + by : `${text}${by}: ${row.detail}`;
    }
    case "waiting":
    case "retrying": // how its last attempt ended
    case "queued": // that it may run, if its engine doesn't report starts
      return row.detail;
    case "running":
      return progressInWords(row.progress ?? null);
    case "succeeded":
      return "";
  }
}

/** `37 of 100, epoch 3`; `41 %` of a fraction; `37` if the total isn't known. */
export function progressInWords(progress: Progress | null): string {
  if (progress === null) {
    return "";
  }
  const { done, total, note } = progress;
  const share = shareOf(progress);
  let text = Number.isInteger(done) ? count(done) : done.toPrecision(3);
  if (share !== null && total !== null) {
    const isCounted = Number.isInteger(done) && Number.isInteger(total);
    text = isCounted ? `${text} of ${count(total)}` : `${Math.floor(share * 100)} %`;
  }
  return note === "" ? text : `${text}, ${note}`;
}

/** The share that is done, from 0 to 1; null if the total isn't known. */
export function shareOf({ done, total }: Progress): number | null {
  return total === null || total <= 0 ? null : Math.min(1, Math.max(0, done / total));
}

/** `12 kB`, `3.4 MB`. */
export function bytes(n: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let size = n;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 9.95 ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ""}`;
}

/**
 * A program's output as a terminal would show it at the end: without colours, and if a line was
 * rewritten several times (a progress bar), its last state.
 */
export function outputLines(written: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = written.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/\r+\n/g, "\n");
  const lines = plain.split("\n").map((line) => {
    const states = line.split("\r").filter((state) => state !== "");
    return states.at(-1) ?? "";
  });
  return cleanLines(lines.join("\n"));
}

/** How long it has run; empty before it started, or if the engine doesn't report starts. */
export function elapsed(row: Pick<Row, "startedAt" | "endedAt">, now: number): string {
  if (row.startedAt === null) {
    return "";
  }
  return row.endedAt === null ? ticking(now - row.startedAt) : span(row.endedAt - row.startedAt);
}
