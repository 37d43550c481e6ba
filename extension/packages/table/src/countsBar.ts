/** The counts of many tasks as one bar with a segment for each state. */

import { element } from "./dom.js";
import { type Counts, type Status, STATUSES } from "./types.js";

/** Left to right: settled, then running, then waiting tasks. */
const ORDER: readonly Status[] = [
  "succeeded",
  "failed",
  "cancelled",
  "cancelling",
  "running",
  "retrying",
  "queued",
  "waiting",
];
const MIN_SHARE = 0.004; // so that one failed task of thousands is visible

export class CountsBar {
  readonly node = element("div", "scl-bar");
  private readonly segments = new Map<Status, HTMLElement>();

  constructor() {
    for (const status of ORDER) {
      const segment = element("span", "scl-segment", { "data-status": status, hidden: "" });
      this.segments.set(status, segment);
      this.node.append(segment);
    }
  }

  draw(counts: Readonly<Counts>): void {
    const size = STATUSES.reduce((sum, status) => sum + counts[status], 0);
    for (const [status, segment] of this.segments) {
      const share = size === 0 ? 0 : counts[status] / size;
      const grow = share === 0 ? "0" : String(Math.max(share, MIN_SHARE));
      if (segment.style.flexGrow !== grow) {
        segment.style.flexGrow = grow;
        segment.hidden = share === 0; // otherwise it keeps its gaps
      }
    }
  }
}
