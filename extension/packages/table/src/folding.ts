/**
 * Which groups are folded.  Groups that fit into the visible rows start unfolded, until a person
 * folds them.
 *
 * A person's choice survives the view, and a reload of the page if the page has storage.
 */

import type { TaskGroup } from "./group.js";
import { type PageStorage, recall, remember } from "./pageStorage.js";

const KEY = "scaler_lab.folds";
const MAX_KEPT = 300;

export class Folding {
  private open: ReadonlySet<string> = new Set(); // because they fit into the visible rows
  private readonly shown: Map<string, boolean>; // the longest ago first

  /** *engine* names the program of the groups. */
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
   * Unfold as many of *groups*, from the first, as fit into *room* more rows.  This depends only on
   * sizes, not on states, so no group folds because a task ended.
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
    return []; // nothing is stored yet, or the text is not ours, or it is cut off
  }
}

function isPair(value: unknown): value is [string, boolean] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "boolean";
}
