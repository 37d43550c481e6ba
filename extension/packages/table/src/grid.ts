/**
 * The rows, as many as are in sight: a grid with one tab stop and one active row.
 *
 * `help.ts` lists the keys, which are those of `scaler-lab top`.  No key without Ctrl, Meta or Alt
 * reaches the page around, where it may mean something else: `d d` deletes a cell in JupyterLab.
 */

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";

import { element, freshId, setAttribute, setText } from "./dom.js";
import type { Row } from "./types.js";
import { isGroupId } from "./group.js";
import type { RowModel, SortKey } from "./rowModel.js";
import { type GroupCommand, KILL_OFFERED_AFTER_SECONDS, type Place, RowView } from "./rowView.js";
import type { TaskStore } from "./taskStore.js";

export const ROW_HEIGHT = 28;
const HEADER_HEIGHT = 28;
const OVERSCAN = 6;
const MAX_ROWS_HIGH = 12;
const PAGE = 10;

const COLUMNS: readonly (readonly [name: string, label: string, key: SortKey | null])[] = [
  ["check", "Selected", null],
  ["state", "State", "state"],
  ["number", "#", "number"],
  ["name", "Task", "name"],
  ["worker", "Worker", "worker"],
  ["time", "Time", "time"],
  ["note", "What happened", "note"],
  ["doing", "Actions", null],
];

export interface GridEvents {
  /** Something that isn't in the store changed: selection, order, the active row. */
  readonly changed: () => void;
  readonly stop: (taskIds: readonly string[], force: boolean) => void;
  readonly stopQueued: () => void;
  readonly retry: (taskIds: readonly string[]) => void;
  readonly search: () => void;
  readonly help: () => void;
  readonly toggleDetails: (taskId: string) => void;
}

export class Grid {
  readonly node: HTMLDivElement;
  private readonly body: HTMLDivElement;
  private readonly empty: HTMLDivElement;
  private readonly header: HTMLDivElement;
  private readonly pool: RowView[] = [];
  private readonly heads = new Map<SortKey, HTMLElement>();
  private readonly virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>;
  private readonly unmount: () => void;
  private readonly idStem = freshId("row");
  private count = -1;

  constructor(
    private readonly store: TaskStore,
    private readonly rowModel: RowModel,
    private readonly pending: ReadonlySet<string>,
    private readonly events: GridEvents,
  ) {
    this.header = element("div", "scl-row scl-header", { role: "row", "aria-rowindex": "1" });
    for (const [n, [name, label, key]] of COLUMNS.entries()) {
      this.header.append(this.columnHead(n, name, label, key));
    }
    this.body = element("div", "scl-body", { role: "rowgroup" });
    this.empty = element("div", "scl-empty");
    this.node = element(
      "div",
      "scl-grid",
      {
        role: "grid",
        tabindex: "0",
        "aria-label": "Tasks",
        "aria-multiselectable": "true",
        "aria-colcount": String(COLUMNS.length),
      },
      element("div", "scl-headgroup", { role: "rowgroup" }, this.header),
      this.body,
    );
    this.node.addEventListener("keydown", this.onKey);
    this.body.addEventListener("click", this.onClick);
    this.body.addEventListener("dblclick", this.onDoubleClick);
    this.body.addEventListener("contextmenu", this.onMenu);
    this.body.addEventListener("pointerenter", () => {
      this.rowModel.hold(true);
    });
    this.body.addEventListener("pointerleave", this.release);
    this.virtualizer = new Virtualizer<HTMLDivElement, HTMLDivElement>({
      count: 0,
      getScrollElement: () => this.node,
      estimateSize: () => ROW_HEIGHT,
      scrollPaddingStart: HEADER_HEIGHT,
      overscan: OVERSCAN,
      initialRect: { width: 0, height: ROW_HEIGHT * MAX_ROWS_HIGH },
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => {
        this.draw();
      },
    });
    this.unmount = this.virtualizer._didMount();
    this.virtualizer._willUpdate();
  }

  /** What is said in place of rows; shown while there are none. */
  get emptyNote(): HTMLDivElement {
    return this.empty;
  }

  dispose(): void {
    this.unmount();
  }

  draw(): void {
    const ids = this.rowModel.ids;
    if (ids.length !== this.count) {
      this.count = ids.length;
      this.virtualizer.setOptions({ ...this.virtualizer.options, count: ids.length });
      this.virtualizer._willUpdate();
      setAttribute(this.node, "aria-rowcount", String(ids.length + 1));
      this.body.style.height = `${ids.length * ROW_HEIGHT}px`;
      const high = Math.min(Math.max(ids.length, 1), MAX_ROWS_HIGH);
      this.node.style.setProperty("--scl-rows-high", `${high * ROW_HEIGHT + HEADER_HEIGHT + 2}px`);
    }
    this.drawHeads();
    this.drawRows(ids);
  }

  private drawHeads(): void {
    const { key: sorted, descending } = this.rowModel.sort;
    for (const [key, head] of this.heads) {
      const direction = descending ? "descending" : "ascending";
      setAttribute(head, "aria-sort", key === sorted ? direction : "none");
    }
  }

  private drawRows(ids: readonly string[]): void {
    const items = this.virtualizer.getVirtualItems();
    const now = this.store.now();
    const canKill = this.store.engine?.canStopRunning ?? false;
    let used = 0;
    let activeRow: string | null = null;
    const isTree = this.rowModel.groupsAreListed && this.store.hasGroups;
    setAttribute(this.node, "role", isTree ? "treegrid" : "grid");
    for (const item of items) {
      const id = ids[item.index];
      if (id === undefined || (this.store.get(id) ?? this.store.group(id)) === undefined) {
        continue;
      }
      const view = this.viewAt(used);
      used += 1;
      const isActive = id === this.rowModel.active;
      if (isActive) {
        activeRow = view.node.id;
      }
      this.drawRow(view, id, canKill, {
        index: item.index,
        top: item.start,
        now,
        isActive,
        isSelected: this.rowModel.isSelected(id),
        level: isTree ? this.levelOf(id) : null,
        isOver: this.store.phase === "ended",
      });
    }
    for (const spare of this.pool.splice(used)) {
      spare.node.remove();
    }
    setAttribute(this.node, "aria-activedescendant", activeRow);
  }

  private drawRow(view: RowView, id: string, canKill: boolean, place: Place): void {
    const row = this.store.get(id);
    if (row !== undefined) {
      view.update(row, { ...place, isPending: this.pending.has(id), canKill });
      return;
    }
    const group = this.store.group(id);
    if (group !== undefined) {
      const isFolded = this.rowModel.isFolded(group);
      view.updateGroup(group, { ...place, isFolded, canKill });
    }
  }

  private levelOf(id: string): number {
    const group = this.store.groupOf(id);
    return group !== null && group.size > 1 ? 2 : 1;
  }

  private viewAt(n: number): RowView {
    let view = this.pool[n];
    if (view === undefined) {
      view = new RowView(`${this.idStem}-${n}`);
      this.pool.push(view);
      this.body.append(view.node);
    }
    return view;
  }

  /** Bring the active row into sight. */
  reveal(): void {
    const index = this.rowModel.indexOf(this.rowModel.active);
    if (index >= 0) {
      this.virtualizer.scrollToIndex(index, { align: "auto" });
    }
  }

  // -- heads -------------------------------------------------------------------------------------

  private columnHead(n: number, name: string, label: string, key: SortKey | null): HTMLElement {
    const head = element("div", `scl-cell scl-c-${name}`, {
      role: "columnheader",
      "aria-colindex": String(n + 1),
    });
    if (key === null) {
      head.append(element("span", "scl-unseen", {}, label));
      return head;
    }
    const sort = element(
      "button",
      "scl-sort",
      { type: "button", tabindex: key === "state" ? "0" : "-1" },
      label,
    );
    sort.addEventListener("click", () => {
      this.rowModel.sortBy(key);
      this.events.changed();
    });
    sort.addEventListener("keydown", (event) => {
      this.onHeadKey(event, sort);
    });
    head.append(sort);
    this.heads.set(key, head);
    return head;
  }

  private onHeadKey(event: KeyboardEvent, sort: HTMLElement): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const all = [...this.header.querySelectorAll<HTMLElement>(".scl-sort")].filter(
      (one) => one.offsetParent !== null,
    );
    const next = all[all.indexOf(sort) + (event.key === "ArrowLeft" ? -1 : 1)];
    if (next !== undefined) {
      sort.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  }

  // -- pointer -----------------------------------------------------------------------------------

  private readonly release = (): void => {
    this.rowModel.hold(false);
    this.events.changed();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const [id, does] = this.target(event);
    if (id === null) {
      return;
    }
    const row = this.store.get(id);
    if (row === undefined && (does === "stop" || does === "kill" || does === "retry")) {
      this.actOnGroup(id, does);
      return;
    }
    if (does === "fold") {
      this.rowModel.active = id;
      this.toggleFold(id);
      this.events.changed();
      return;
    }
    if (does === "stop") {
      this.events.stop([id], row?.status === "cancelling");
      return;
    }
    if (does === "retry") {
      this.events.retry([id]);
      return;
    }
    if (does === "details") {
      this.rowModel.selectOnly(id);
      this.events.toggleDetails(id);
    } else if (event.shiftKey) {
      this.rowModel.extendTo(id);
    } else if (event.ctrlKey || event.metaKey || does === "check") {
      this.rowModel.toggle(id);
    } else {
      this.rowModel.selectOnly(id);
    }
    this.events.changed();
  };

  /** A menu of the page's own, if it has one, is about the row that it opens on. */
  private readonly onMenu = (event: MouseEvent): void => {
    const [id] = this.target(event);
    if (id !== null && !this.rowModel.isSelected(id)) {
      this.rowModel.selectOnly(id);
      this.events.changed();
    }
  };

  private readonly onDoubleClick = (event: MouseEvent): void => {
    const [id, does] = this.target(event);
    if (id !== null && does === "") {
      this.open(id);
    }
  };

  /** A task's details; a group's tasks. */
  private open(id: string): void {
    if (isGroupId(id)) {
      this.toggleFold(id);
      this.events.changed();
    } else {
      this.events.toggleDetails(id);
    }
  }

  private toggleFold(id: string): void {
    const group = this.store.group(id);
    if (group !== undefined) {
      this.rowModel.fold(id, !this.rowModel.isFolded(group));
    }
  }

  /** Stop, kill or retry a group's tasks. */
  private actOnGroup(id: string, does: GroupCommand): void {
    const group = this.store.group(id);
    if (group === undefined) {
      return;
    }
    switch (does) {
      case "stop":
        this.events.stop(idsOf(group.rows), false);
        break;
      case "kill": {
        const since = this.store.now() - KILL_OFFERED_AFTER_SECONDS;
        this.events.stop(idsOf(group.stillCancelling(since)), true);
        break;
      }
      case "retry":
        this.events.retry(idsOf(group.rows));
        break;
    }
  }

  private target(event: MouseEvent): [id: string | null, does: string] {
    if (!(event.target instanceof Element)) {
      return [null, ""];
    }
    const node = event.target.closest(".scl-row");
    const view = this.pool.find((one) => one.node === node);
    const does = event.target.closest<HTMLElement>("[data-do]")?.dataset.do;
    const isCheck = event.target.closest(".scl-c-check") !== null;
    return [view?.id ?? null, does ?? (isCheck ? "check" : "")];
  }

  // -- keys --------------------------------------------------------------------------------------

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.node || event.altKey) {
      return; // a button in a row or a head: its own keys are enough
    }
    if (this.pressed(event)) {
      event.preventDefault();
      event.stopPropagation();
      this.events.changed();
    }
  };

  private pressed(event: KeyboardEvent): boolean {
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

  /** What each key does, but for those that move. */
  private readonly keys: Readonly<Record<string, ((active: string | null) => void) | undefined>> = {
    " ": (active) => {
      if (active !== null) {
        this.rowModel.toggle(active);
      }
    },
    Enter: (active) => {
      if (active !== null) {
        this.open(active);
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
      if (before !== null && rowModel.selectedCount === 0) {
        rowModel.selectOnly(before);
      }
      rowModel.extendTo(id);
    } else if (id !== null && !keepsSelection) {
      rowModel.selectOnly(id);
    }
    this.reveal();
    return true;
  }

  /** Right: into a group; left: out of it.  Whether there was a way. */
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
    } else if (group === undefined && !inwards && this.levelOf(active) > 1) {
      this.goTo(this.store.groupOf(active)?.id ?? null);
    }
    return true;
  }

  private goTo(id: string | null): void {
    if (id !== null) {
      this.rowModel.selectOnly(id);
      this.reveal();
    }
  }

  private stopSelected(force: boolean): void {
    this.events.stop(idsOf(this.rowModel.meant), force);
  }
}

function idsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => row.id);
}

/** Say in the empty grid why it is so. */
export function showEmpty(grid: Grid, note: string): void {
  setText(grid.emptyNote, note);
  grid.emptyNote.hidden = note === "";
}

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
