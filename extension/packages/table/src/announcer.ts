/** Announces changes of the counts to screen readers: politely, and at most every few seconds. */

import { element } from "./dom.js";
import type { Counts } from "./types.js";
import { inWords } from "./format.js";

const PAUSE_SECONDS = 5;

export class Announcer {
  readonly node = element("div", "scl-unseen", { role: "status", "aria-live": "polite" });
  private shown = "";
  private shownAt = -Infinity;
  private readonly clock: () => number;

  constructor(clock: () => number = () => performance.now() / 1000) {
    this.clock = clock;
  }

  draw(counts: Readonly<Counts>): void {
    const now = this.clock();
    if (now - this.shownAt < PAUSE_SECONDS) {
      return;
    }
    const words = inWords(counts);
    if (words !== "" && words !== this.shown) {
      this.shown = words;
      this.shownAt = now;
      this.node.textContent = words;
    }
  }
}
