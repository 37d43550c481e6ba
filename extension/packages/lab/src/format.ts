/** Formats counts as text. */

import { count, type Counts, ICONS, type Status } from "@scaler-lab/table";
import type { TranslationBundle } from "@jupyterlab/translation";

/** The text of the status bar; empty if there are no tasks. */
export function inShort(trans: TranslationBundle, counts: Counts): string {
  const texts: readonly (readonly [Status, string])[] = [
    ["running", trans.__("%1 running", count(counts.running))],
    ["cancelling", trans.__("%1 cancelling", count(counts.cancelling))],
    ["queued", trans.__("%1 queued", count(counts.queued))],
    ["waiting", trans.__("%1 waiting", count(counts.waiting))],
    ["retrying", trans.__("%1 retrying", count(counts.retrying))],
    ["failed", trans.__("%1 failed", count(counts.failed))],
  ];
  return texts
    .filter(([status]) => counts[status] > 0)
    .map(([, text]) => text)
    .join(", ");
}

/** The word for the state of an open task. */
export function stateWord(trans: TranslationBundle, status: Status): string {
  const words: Partial<Record<Status, string>> = {
    running: trans.__("running"),
    cancelling: trans.__("cancelling"),
    queued: trans.__("queued"),
    waiting: trans.__("waiting"),
    retrying: trans.__("retrying"),
  };
  return words[status] ?? status;
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
export function formatEngine(
  trans: TranslationBundle,
  counts: Counts | null,
  trouble = "",
): string {
  if (trouble !== "") {
    return trans.__("can't be read");
  }
  if (counts === null) {
    return "…";
  }
  const shown = inShort(trans, counts);
  if (shown !== "") {
    return shown;
  }
  const done = counts.succeeded + counts.cancelled;
  return done === 0 ? trans.__("no tasks yet") : trans.__("%1 done", count(done));
}
