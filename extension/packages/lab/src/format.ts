/** Formats counts as text. */

import { type Counts, ICONS } from "@scaler-lab/table";

/** `12,345`, in every locale, as in the table. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The text of the status bar; empty if there are no tasks. */
export function inShort({
  running,
  cancelling,
  queued,
  waiting,
  retrying,
  failed,
}: Counts): string {
  const parts: string[] = [];
  if (running > 0) {
    parts.push(`${count(running)} running`);
  }
  if (cancelling > 0) {
    parts.push(`${count(cancelling)} cancelling`);
  }
  if (queued > 0) {
    parts.push(`${count(queued)} queued`);
  }
  if (waiting > 0) {
    parts.push(`${count(waiting)} waiting`);
  }
  if (retrying > 0) {
    parts.push(`${count(retrying)} retrying`);
  }
  if (failed > 0) {
    parts.push(`${count(failed)} failed`);
  }
  return parts.join(", ");
}

/** The same in icons and numbers, as `▸6 ·27 ✗1`; what is done if nothing is open. */
export function inIcons(counts: Counts | null): string {
  if (counts === null) {
    return "";
  }
  const shown = ["failed", "running", "cancelling", "queued", "waiting"] as const;
  const parts = shown.filter((status) => counts[status] > 0);
  const all = parts.map((status) => `${ICONS[status]}\u2009${count(counts[status])}`);
  const done = counts.succeeded + counts.cancelled;
  if (all.length === 0 && done > 0) {
    all.push(`${ICONS.succeeded}\u2009${count(done)}`);
  }
  return all.join("  ");
}

/** The description of an engine in a list. */
export function formatEngine(counts: Counts | null, trouble = ""): string {
  if (trouble !== "") {
    return "can't be read";
  }
  if (counts === null) {
    return "…";
  }
  const shown = inShort(counts);
  if (shown !== "") {
    return shown;
  }
  const done = counts.succeeded + counts.cancelled;
  return done === 0 ? "no tasks yet" : `${count(done)} done`;
}
