/** The progress of many tasks as text: `26/33 · 2 failed · ~1 min 30 s`. */

import { roughly, TotalEta } from "./eta.js";
import { count } from "./format.js";
import type { TaskStore } from "./taskStore.js";

export class Headline {
  private readonly eta = new TotalEta();

  of(store: TaskStore): string {
    const { counts, size, settled } = store;
    const left = store.phase === "ended" ? null : this.eta.of(settled, size, store.now());
    const parts = [`${count(settled)}/${count(size)}`];
    if (counts.failed > 0) {
      parts.push(`${count(counts.failed)} failed`);
    }
    if (left !== null) {
      parts.push(roughly(left));
    }
    return parts.join(" · ");
  }
}
