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
const MOST_KEPT = 300;

export class Folding {
  private readonly said: Map<string, boolean>; // the longest ago first

  /** *host* names the program whose groups these are. */
  constructor(
    private readonly host: () => string = () => "",
    private readonly storage: PageStorage | null = null,
  ) {
    this.said = new Map(read(storage));
  }

  isFolded(group: TaskGroup): boolean {
    return this.said.get(this.key(group)) ?? group.size > OPEN_UP_TO;
  }

  set(group: TaskGroup, isFolded: boolean): void {
    const key = this.key(group);
    this.said.delete(key);
    this.said.set(key, isFolded);
    for (const oldest of this.said.keys()) {
      if (this.said.size <= MOST_KEPT) {
        break;
      }
      this.said.delete(oldest);
    }
    remember(this.storage, KEY, JSON.stringify([...this.said]));
  }

  private key(group: TaskGroup): string {
    return `${this.host()} ${group.id}`;
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
