/** The column headers: a click sorts, dragging the edge sets the width of the names. */

import { element, setAttribute } from "./dom.js";
import type { RowModel } from "./rowModel.js";
import type { SortKey } from "./sorting.js";

export const COLUMNS: readonly (readonly [name: string, label: string, key: SortKey | null])[] = [
  ["check", "Selected", null],
  ["state", "State", "state"],
  ["number", "#", "number"],
  ["name", "Task", "name"],
  ["worker", "Worker", "worker"],
  ["now", "Now", "note"],
  ["cpu", "CPU", null],
  ["memory", "Memory", null],
  ["time", "Time", "time"],
  ["doing", "Actions", null],
];

/** Columns with a head, although they can't be sorted by. */
const HEADED: ReadonlySet<string> = new Set(["cpu", "memory"]);
const STEP_PIXELS = 16;

export interface HeaderEvents {
  readonly changed: () => void;
  /** Make the column of names *by* pixels wider; null: fit it to the names. */
  readonly resize: (by: number | null) => void;
}

export class Header {
  readonly node: HTMLDivElement;
  private readonly heads = new Map<SortKey, HTMLElement>();

  constructor(
    private readonly rowModel: RowModel,
    private readonly events: HeaderEvents,
  ) {
    this.node = element("div", "scl-row scl-header", { role: "row", "aria-rowindex": "1" });
    for (const [n, [name, label, key]] of COLUMNS.entries()) {
      this.node.append(this.columnHead(n, name, label, key));
    }
  }

  draw(): void {
    const { key: sorted, descending } = this.rowModel.sort;
    for (const [key, head] of this.heads) {
      const direction = descending ? "descending" : "ascending";
      setAttribute(head, "aria-sort", key === sorted ? direction : "none");
    }
  }

  private columnHead(n: number, name: string, label: string, key: SortKey | null): HTMLElement {
    const head = element("div", `scl-cell scl-c-${name}`, {
      role: "columnheader",
      "aria-colindex": String(n + 1),
    });
    if (key === null) {
      head.append(element("span", HEADED.has(name) ? "" : "scl-unseen", {}, label));
      return head;
    }
    const isState = key === "state";
    const sort = element(
      "button",
      "scl-sort",
      { type: "button", tabindex: isState ? "0" : "-1", title: `Sort by ${label.toLowerCase()}` },
      element("span", isState ? "scl-unseen" : "", {}, label),
    );
    sort.addEventListener("click", () => {
      this.rowModel.sortBy(key);
      this.events.changed();
    });
    sort.addEventListener("keydown", (event) => {
      this.onHeadKey(event, sort);
    });
    head.append(sort);
    if (key === "name") {
      head.append(this.resizer());
    }
    this.heads.set(key, head);
    return head;
  }

  private onHeadKey(event: KeyboardEvent, sort: HTMLElement): void {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") {
      return;
    }
    event.preventDefault();
    const by = event.key === "ArrowLeft" ? -1 : 1;
    if (event.shiftKey) {
      this.events.resize(by * STEP_PIXELS);
      return;
    }
    const all = [...this.node.querySelectorAll<HTMLElement>(".scl-sort")].filter(
      (one) => one.offsetParent !== null,
    );
    const next = all[all.indexOf(sort) + by];
    if (next !== undefined) {
      sort.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  }

  /** An edge to drag; a double click undoes that.  Keys: Shift and an arrow, on a header. */
  private resizer(): HTMLElement {
    const edge = element("span", "scl-resizer", {
      "aria-hidden": "true",
      title: "Drag to resize; double-click to fit",
    });
    let from: number | null = null;
    edge.addEventListener("pointerdown", (event) => {
      from = event.clientX;
      edge.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    edge.addEventListener("pointermove", (event) => {
      if (from !== null) {
        this.events.resize(event.clientX - from);
        from = event.clientX;
      }
    });
    edge.addEventListener("pointerup", () => {
      from = null;
    });
    edge.addEventListener("dblclick", () => {
      this.events.resize(null);
    });
    return edge;
  }
}
