/**
 * The visible rows: a grid with one tab stop and one active row.
 *
 * `help.ts` lists the keys; `scaler-lab top` has the same.  Keys without Ctrl, Meta or Alt don't
 * reach the surrounding page, which may use them: `d d` deletes a cell in JupyterLab.
 */

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";

import { element, freshId, setAttribute, setText } from "./dom.js";
import { isGroupId } from "./group.js";
import type { Glimpses } from "./glimpses.js";
import { GridKeys } from "./gridKeys.js";
import { COLUMNS, Header } from "./header.js";
import {
  hasRoomForUsage,
  headerHeight,
  NameColumn,
  OPTIONAL_COLUMNS,
  type Room,
  roomOf,
  rowHeight,
} from "./layout.js";
import { QueuePlaces } from "./queuePlaces.js";
import type { RowModel } from "./rowModel.js";
import { idsOf } from "./sorting.js";
import type { ViewState } from "./viewState.js";
import { type GroupCommand, KILL_OFFERED_AFTER_SECONDS, type Place, RowView } from "./rowView.js";
import type { LiveUsage } from "./feed.js";
import type { TaskStore } from "./taskStore.js";
import { plus } from "./usages.js";

const OVERSCAN = 6;
const MAX_ROWS_HIGH = 12;
const EM_A_COLUMN = 0.58; // of the font for code, in the font of the table
const MIN_NAME_PIXELS = 48;
const MAX_NAME_SHARE = "42%"; // of the width, so that the column "now" is readable too

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
  private readonly header: Header;
  private readonly pool: RowView[] = [];
  private readonly nameColumn = new NameColumn();
  private readonly queue: QueuePlaces;
  private readonly keys: GridKeys;
  private readonly resized: ResizeObserver;
  private room: Room = "wide";
  private hasUsage = false;
  private readonly virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>;
  private readonly unmount: () => void;
  private readonly idStem = freshId("row");
  private count = -1;

  constructor(
    private readonly store: TaskStore,
    private readonly rowModel: RowModel,
    private readonly pending: ReadonlySet<string>,
    private readonly glimpses: Glimpses,
    private readonly view: ViewState,
    private readonly events: GridEvents,
  ) {
    this.queue = new QueuePlaces(store);
    this.keys = new GridKeys(store, rowModel, this, events);
    this.header = new Header(rowModel, {
      changed: events.changed,
      resize: (by) => {
        this.resizeNames(by);
      },
    });
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
      element("div", "scl-headgroup", { role: "rowgroup" }, this.header.node),
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
      estimateSize: () => rowHeight(this.room),
      scrollPaddingStart: headerHeight(this.room),
      overscan: OVERSCAN,
      initialRect: { width: 0, height: rowHeight(this.room) * MAX_ROWS_HIGH },
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => {
        this.draw();
      },
    });
    this.unmount = this.virtualizer._didMount();
    this.virtualizer._willUpdate();
    this.resized = new ResizeObserver(() => {
      this.measure();
    });
    this.resized.observe(this.node);
  }

  /** The text that is shown while there are no rows. */
  get emptyNote(): HTMLDivElement {
    return this.empty;
  }

  dispose(): void {
    this.unmount();
    this.resized.disconnect();
  }

  /** Lay the rows out for the current width. */
  private measure(): void {
    const width = this.node.clientWidth;
    this.view.isRoomy = hasRoomForUsage(width);
    const room = roomOf(width, this.showsUsage);
    const high = this.node.clientHeight - headerHeight(room);
    this.rowModel.roomFor(Math.max(MAX_ROWS_HIGH, Math.floor(high / rowHeight(room))));
    this.view.noteHeight(this.node.style.height);
    if (room !== this.room) {
      this.room = room;
      this.count = -1;
      this.virtualizer.setOptions({
        ...this.virtualizer.options,
        scrollPaddingStart: headerHeight(room),
      });
      this.virtualizer.measure();
    }
    this.events.changed();
  }

  private resizeNames(by: number | null): void {
    const cell = this.header.node.querySelector<HTMLElement>(".scl-c-name");
    const now = this.view.nameWidth ?? cell?.offsetWidth ?? 0;
    this.view.nameWidth = by === null ? null : Math.max(MIN_NAME_PIXELS, now + by);
    this.events.changed();
  }

  draw(): void {
    if (this.hasUsage !== this.showsUsage) {
      this.hasUsage = this.showsUsage;
      this.measure(); // the rows may need another layout
    }
    const ids = this.rowModel.ids;
    const { room } = this;
    if (ids.length !== this.count) {
      this.count = ids.length;
      this.virtualizer.setOptions({ ...this.virtualizer.options, count: ids.length });
      this.virtualizer._willUpdate();
      setAttribute(this.node, "aria-rowcount", String(ids.length + 1));
      this.body.style.height = `${ids.length * rowHeight(room)}px`;
      const high = Math.min(Math.max(ids.length, 1), MAX_ROWS_HIGH) * rowHeight(room);
      this.node.style.setProperty("--scl-rows-high", `${high + headerHeight(room) + 2}px`);
    }
    this.node.dataset.room = room;
    for (const column of OPTIONAL_COLUMNS) {
      const isShown = column === "usage" ? this.hasUsage : this.view.shows(column);
      this.node.classList.toggle(`scl-has-${column}`, isShown);
    }
    this.header.draw();
    this.drawRows(ids);
    const { nameWidth } = this.view;
    const width =
      nameWidth === null
        ? `min(${this.nameColumn.width * EM_A_COLUMN + 3}em, ${MAX_NAME_SHARE})`
        : `${nameWidth}px`;
    if (this.node.style.getPropertyValue("--scl-names") !== width) {
      this.node.style.setProperty("--scl-names", width);
    }
  }

  /** Whether the rows show what tasks use. */
  get showsUsage(): boolean {
    return this.store.engine?.reportsUsage === true && this.view.shows("usage");
  }

  private drawRows(ids: readonly string[]): void {
    const items = this.virtualizer.getVirtualItems();
    const now = this.store.now();
    let used = 0;
    let activeRow: string | null = null;
    const usageOf = this.usagesInSight();
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
      this.drawRow(view, id, {
        index: item.index,
        top: item.start,
        now,
        isActive,
        isSelected: this.rowModel.selection.has(id),
        level: isTree ? this.levelOf(id) : null,
        isOver: this.store.phase === "ended",
        canKill: this.store.engine?.canStopRunning ?? false,
        usage: usageOf(id),
      });
      this.nameColumn.fit(view.wants);
    }
    for (const spare of this.pool.splice(used)) {
      spare.node.remove();
    }
    setAttribute(this.node, "aria-activedescendant", activeRow);
  }

  private drawRow(view: RowView, id: string, place: Place): void {
    const row = this.store.get(id);
    if (row !== undefined) {
      const isQueued = row.status === "queued" && row.detail === "";
      view.update(row, {
        ...place,
        isPending: this.pending.has(id),
        glimpse: this.glimpses.of(row),
        client: this.store.clientOf(row),
        isBelow: place.level === 2 || this.rowModel.isOneGroup,
        before: isQueued ? this.queue.before(row.number) : null,
      });
      return;
    }
    const group = this.store.group(id);
    if (group !== undefined) {
      view.updateGroup(group, {
        ...place,
        isFolded: this.rowModel.isFolded(group),
        client: this.store.clientOf(group),
      });
    }
  }

  /** What tasks use, and groups: the sum of their tasks. */
  private usagesInSight(): (id: string) => LiveUsage | null {
    const { store } = this;
    const found = new Map<string, LiveUsage>();
    for (const id of this.showsUsage ? store.usages.ids : []) {
      const row = store.get(id);
      const usage = row === undefined ? null : store.usageOf(row);
      if (usage !== null) {
        found.set(id, usage);
        const group = store.groupOf(id)?.id;
        if (group !== undefined) {
          const others = found.get(group);
          found.set(group, others === undefined ? usage : plus(others, usage));
        }
      }
    }
    return (id) => found.get(id) ?? null;
  }

  /** How deep a row is in the tree of groups and tasks, from 1. */
  levelOf(id: string): number {
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

  /** Scroll to the active row. */
  reveal(): void {
    const index = this.rowModel.indexOf(this.rowModel.active);
    if (index >= 0) {
      this.virtualizer.scrollToIndex(index, { align: "auto" });
    }
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.target !== this.node || event.altKey) {
      return; // a button in a row or in the header handles its own keys
    }
    if (this.keys.press(event)) {
      event.preventDefault();
      event.stopPropagation();
      this.events.changed();
    }
  };

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
    if (does === "stop" || does === "kill") {
      this.events.stop([id], does === "kill");
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

  /** Select the row that the page's context menu, if it has one, opens on. */
  private readonly onMenu = (event: MouseEvent): void => {
    const [id] = this.target(event);
    if (id !== null && !this.rowModel.selection.has(id)) {
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

  /** Show a task's details; fold or unfold a group. */
  open(id: string): void {
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
}

/** Show in the empty grid why it is empty. */
export function showEmpty(grid: Grid, note: string): void {
  setText(grid.emptyNote, note);
  grid.emptyNote.hidden = note === "";
}
