/** What the keys of the grid do.  `help.ts` lists them. */

import type { GridEvents } from "./grid.js";
import type { RowModel } from "./rowModel.js";
import { idsOf } from "./sorting.js";
import type { TaskStore } from "./taskStore.js";

const PAGE = 10; // rows

const STEPS: ReadonlyMap<string, number> = new Map([
  ["ArrowUp", -1],
  ["ArrowDown", 1],
  ["k", -1],
  ["j", 1],
  ["g", -Infinity],
  ["G", Infinity],
  ["PageUp", -PAGE],
  ["PageDown", PAGE],
  ["Home", -Infinity],
  ["End", Infinity],
]);

/** The methods of the grid that keys call. */
interface KeyTarget {
  /** Show a task's details; fold or unfold a group. */
  open(id: string): void;
  /** Scroll to the active row. */
  reveal(): void;
  /** How deep a row is in the tree of groups and tasks, from 1. */
  levelOf(id: string): number;
}

export class GridKeys {
  constructor(
    private readonly store: TaskStore,
    private readonly rowModel: RowModel,
    private readonly grid: KeyTarget,
    private readonly events: GridEvents,
  ) {}

  /** Run the command of the pressed key; return whether it has one. */
  press(event: KeyboardEvent): boolean {
    const step = STEPS.get(event.key);
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "a") {
        this.rowModel.selectAll();
        return true;
      }
      return step !== undefined && this.move(step, event.shiftKey, true);
    }
    if (step !== undefined) {
      return this.move(step, event.shiftKey, false);
    }
    const { active } = this.rowModel;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      return this.alongTree(active, event.key === "ArrowRight");
    }
    const command = this.keys[event.key === "Delete" && event.shiftKey ? "C" : event.key];
    command?.(active);
    return command !== undefined;
  }

  /** The command of each key, except the keys that move. */
  private readonly keys: Readonly<Record<string, ((active: string | null) => void) | undefined>> = {
    " ": (active) => {
      if (active !== null) {
        this.rowModel.toggle(active);
      }
    },
    Enter: (active) => {
      if (active !== null) {
        this.grid.open(active);
      }
    },
    c: () => {
      this.stopSelected(false);
    },
    Delete: () => {
      this.stopSelected(false);
    },
    Backspace: () => {
      this.stopSelected(false);
    },
    C: () => {
      this.stopSelected(true);
    },
    X: () => {
      this.events.stopQueued();
    },
    R: () => {
      this.events.retry(idsOf(this.rowModel.meant));
    },
    "*": () => {
      this.rowModel.selectAll();
    },
    f: () => {
      this.rowModel.cycleStatus(1);
    },
    F: () => {
      this.rowModel.cycleStatus(-1);
    },
    s: () => {
      this.rowModel.cycleSort();
    },
    S: () => {
      this.rowModel.reverseSort();
    },
    "/": () => {
      this.events.search();
    },
    "?": () => {
      this.events.help();
    },
    Escape: () => {
      this.rowModel.clearSelection();
    },
  };

  private move(step: number, extends_: boolean, keepsSelection: boolean): boolean {
    const { rowModel } = this;
    const before = rowModel.active;
    const id = rowModel.move(step);
    if (id !== null && extends_) {
      if (before !== null && rowModel.selection.size === 0) {
        rowModel.selectOnly(before);
      }
      rowModel.extendTo(id);
    } else if (id !== null && !keepsSelection) {
      rowModel.selectOnly(id);
    }
    this.grid.reveal();
    return true;
  }

  /** Right: into a group; left: out of it.  Returns whether the rows are a tree. */
  private alongTree(active: string | null, inwards: boolean): boolean {
    const { rowModel } = this;
    if (active === null || !rowModel.groupsAreListed || !this.store.hasGroups) {
      return false;
    }
    const group = this.store.group(active);
    const isOpen = group !== undefined && !rowModel.isFolded(group);
    if (group !== undefined && inwards !== isOpen) {
      rowModel.fold(active, !inwards);
    } else if (group !== undefined && inwards) {
      this.goTo(rowModel.move(1));
    } else if (group === undefined && !inwards && this.grid.levelOf(active) > 1) {
      this.goTo(this.store.groupOf(active)?.id ?? null);
    }
    return true;
  }

  private goTo(id: string | null): void {
    if (id !== null) {
      this.rowModel.selectOnly(id);
      this.grid.reveal();
    }
  }

  private stopSelected(force: boolean): void {
    this.events.stop(idsOf(this.rowModel.meant), force);
  }
}
