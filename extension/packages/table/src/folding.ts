/**
 * Which groups are folded: few tasks are shown, many are summed up, until a person says otherwise.
 *
 * What a person said outlives the view, and a reload of the page where it has a storage to offer.
 */

import type { TaskGroup } from "./group.js";
import { type PageStorage, recall, remember } from "./pageStorage.js";

/** A group with more tasks than this begins folded. */
export const OPEN_UP_TO = 20;

const KEY = "scaler_lab.folds";
const MAX_KEPT = 300;

export class Folding {
  private readonly shown: Map<string, boolean>; // the longest ago first

  /** *host* names the program whose groups these are. */
  constructor(
    private readonly engine: () => string = () => "",
    private readonly storage: PageStorage | null = null,
  ) {
    this.shown = new Map(read(storage));
  }

  isFolded(group: TaskGroup): boolean {
    return this.shown.get(this.key(group)) ?? group.size > OPEN_UP_TO;
  }

  set(group: TaskGroup, isFolded: boolean): void {
    const key = this.key(group);
    this.shown.delete(key);
    this.shown.set(key, isFolded);
    for (const oldest of this.shown.keys()) {
      if (this.shown.size <= MAX_KEPT) {
        break;
      }
      this.shown.delete(oldest);
    }
    remember(this.storage, KEY, JSON.stringify([...this.shown]));
  }

  private key(group: TaskGroup): string {
    return `${this.engine()} ${group.id}`;
  }
}

function read(storage: PageStorage | null): [string, boolean][] {
  try {
    const kept: unknown = JSON.parse(recall(storage, KEY));
    return Array.isArray(kept) ? kept.filter(isPair) : [];
  } catch {
    return []; // nothing yet, somebody else's, or cut off
  }
}

function isPair(value: unknown): value is [string, boolean] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "boolean";
}
