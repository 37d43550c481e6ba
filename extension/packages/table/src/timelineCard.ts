/** What there is to say of the task under the pointer, or that the timeline's keys are at. */

import { clean } from "./clean.js";
import { element, setText } from "./dom.js";
import { elapsed, span, tasks, whatHappened } from "./format.js";
import { isDone, ICONS, type Row } from "./types.js";

const GAP = 4; // pixels between the bar and the card

export class TimelineCard {
  readonly node: HTMLElement;
  private readonly name = element("strong");
  private readonly facts = element("div");
  private readonly time = element("div");
  private readonly what = element("div", "scl-card-what");
  private readonly more = element("div");

  constructor() {
    // What ticks is not in the part that is read aloud.
    const said = element("div", "", { role: "status" }, this.name, this.facts);
    this.node = element("div", "scl-card", {}, said, this.time, this.what, this.more);
    this.node.hidden = true;
  }

  hide(): void {
    this.node.hidden = true;
  }

  /** Show *row*; *origin* is the time from which times count, *more* how many tasks the bar hides. */
  show(row: Row, now: number, origin: number, more: number): void {
    this.node.hidden = false;
    this.node.dataset.status = row.status;
    setText(this.name, `${ICONS[row.status]} ${clean(row.name)}`);
    const facts = [row.status, clean(row.worker), row.attempt > 1 ? `attempt ${row.attempt}` : ""];
    setText(this.facts, facts.filter((fact) => fact !== "").join(", "));
    setText(this.time, timesOf(row, now, origin));
    setText(this.what, isDone(row.status) ? clean(whatHappened(row, now)) : "");
    setText(this.more, more > 0 ? `and ${tasks(more)} more here: zoom in` : "");
  }

  /** Place it under a bar from *left* to *right* whose lower edge is at *bottom*, within *width*. */
  place(left: number, right: number, bottom: number, width: number): void {
    const middle = (Math.max(left, 0) + Math.min(right, width)) / 2;
    const own = this.node.offsetWidth;
    const x = Math.max(0, Math.min(middle - own / 2, width - own));
    this.node.style.transform = `translate(${Math.round(x)}px, ${Math.round(bottom + GAP)}px)`;
  }
}

/** `1.2 s, from 3.4 s to 4.6 s`. */
function timesOf(row: Row, now: number, origin: number): string {
  if (row.startedAt === null) {
    return "";
  }
  const from = span(row.startedAt - origin);
  const took = elapsed(row, now);
  return row.endedAt === null
    ? `${took}, since ${from}`
    : `${took}, from ${from} to ${span(row.endedAt - origin)}`;
}
