/**
 * Which groups are folded: those that fit into the room begin unfolded, until a person chooses.
 *
 * What a person said outlives the view, and a reload of the page where it has a storage to offer.
 */

import type { TaskGroup } from "./group.js";
import { type PageStorage, recall, remember } from "./pageStorage.js";

const KEY = "scaler_lab.folds";
const MAX_KEPT = 300;

export class Folding {
  private open: ReadonlySet<string> = new Set(); // because there is room for them
  private readonly shown: Map<string, boolean>; // the longest ago first

  /** *host* names the program whose groups these are. */
  constructor(
    private readonly engine: () => string = () => "",
    private readonly storage: PageStorage | null = null,
  ) {
    this.shown = new Map(read(storage));
  }

  isFolded(group: TaskGroup): boolean {
    return this.shown.get(this.key(group)) ?? !this.open.has(group.id);
  }

  /**
   * Open those of *groups*, the first ones first, that fit into so many rows more.  It depends on
   * sizes only, not on states, so nothing folds because a task ended.
   */
  fit(groups: readonly TaskGroup[], rows: number): void {
    let left = rows;
    const open = new Set<string>();
    for (const group of groups) {
      if (group.size <= left) {
        open.add(group.id);
        left -= group.size;
      }
    }
    this.open = open;
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
