/** Says how things go to a screen reader: politely, at most every few seconds, only what changed. */

import { element } from "./dom.js";
import type { Counts } from "./facts.js";
import { inWords } from "./words.js";

const PAUSE_SECONDS = 5;

export class Announcer {
  readonly node = element("div", "scl-unseen", { role: "status", "aria-live": "polite" });
  private said = "";
  private saidAt = -Infinity;
  private readonly clock: () => number;

  constructor(clock: () => number = () => performance.now() / 1000) {
    this.clock = clock;
  }

  draw(counts: Readonly<Counts>): void {
    const now = this.clock();
    if (now - this.saidAt < PAUSE_SECONDS) {
      return;
    }
    const words = inWords(counts);
    if (words !== "" && words !== this.said) {
      this.said = words;
      this.saidAt = now;
      this.node.textContent = words;
    }
  }
}
