/** Counts the tasks that are queued before a task, in the order of submission.  No DOM. */

import type { TaskStore } from "./taskStore.js";
import { isToCome } from "./types.js";

const MIN_INTERVAL_MS = 500;

export class QueuePlaces {
  private numbers: number[] = []; // of the queued tasks, sorted
  private madeOf = -1;
  private madeAt = -Infinity;

  constructor(private readonly store: TaskStore) {}

  /** How many queued tasks have a lower number; updated at most twice a second. */
  before(number: number): number {
    const now = performance.now();
    if (this.madeOf !== this.store.revision && now - this.madeAt >= MIN_INTERVAL_MS) {
      this.numbers = [];
      for (const row of this.store.rows) {
        if (isToCome(row.status)) {
          this.numbers.push(row.number);
        }
      }
      this.madeOf = this.store.revision;
      this.madeAt = now;
    }
    let low = 0;
    let high = this.numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.numbers[middle] ?? Infinity) < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
