/** Above the rows: how far it all is, what to list, and what to stop. */

import { CountsBar } from "./countsBar.js";
import { button, element, setAttribute, setText } from "./dom.js";
import { ICONS, type Status, STATUSES } from "./types.js";
import type { RowModel } from "./rowModel.js";
import type { TaskStore } from "./taskStore.js";
import { clean, count, inWords, rate } from "./format.js";

export interface ToolbarEvents {
  readonly changed: () => void;
  readonly stopSelected: () => void;
  readonly stopQueued: () => void;
  readonly stopListed: () => void;
  readonly toggleTimeline: () => void;
}

export class Toolbar {
  readonly node: HTMLDivElement;
  private readonly title = element("span", "scl-title");
  private readonly headline = element("span", "scl-headline");
  private readonly bar = new CountsBar();
  private readonly chips = new Map<Status, { node: HTMLButtonElement; n: HTMLElement }>();
  private readonly groups: HTMLButtonElement;
  private readonly timeline: HTMLButtonElement;
  private readonly selected: BulkButton;
  private readonly queued: BulkButton;
  private readonly all: BulkButton;

  constructor(
    private readonly store: TaskStore,
    private readonly rowModel: RowModel,
    private readonly events: ToolbarEvents,
  ) {
    this.bar.node.setAttribute("role", "img");
    const chips = element("div", "scl-chips", { role: "group", "aria-label": "List only" });
    for (const status of STATUSES) {
      chips.append(this.chip(status));
    }
    this.selected = new BulkButton(events.stopSelected);
    this.queued = new BulkButton(events.stopQueued);
    this.all = new BulkButton(events.stopListed);
    const bulk = element(
      "div",
      "scl-bulk",
      {},
      this.selected.node,
      this.queued.node,
      this.all.node,
    );
    this.groups = button("scl-toggle", "Groups", () => {
      rowModel.listGroups(!rowModel.groupsAreWanted);
      this.events.changed();
    });
    this.timeline = button("scl-toggle", "Timeline", () => {
      this.events.toggleTimeline();
    });
    this.node = element(
      "div",
      "scl-head",
      {},
      element("div", "scl-line", {}, this.title, this.headline, bulk),
      this.bar.node,
      element("div", "scl-tools", {}, chips, this.groups, this.timeline, this.searchField()),
    );
  }

  draw(timelineIsShown: boolean): void {
    const { store, rowModel } = this;
    const { counts, size } = store;
    setText(this.title, clean(store.engine?.label ?? "tasks"));
    const perSecond = store.rate();
    const parts = [`${count(store.settled)} of ${count(size)} done`];
    if (perSecond !== null && perSecond > 0) {
      parts.push(`${rate(perSecond)} tasks/s`);
    }
    setText(this.headline, parts.join("   "));
    const shown = inWords(counts);
    setAttribute(this.bar.node, "aria-label", shown === "" ? "no tasks yet" : shown);
    this.bar.draw(counts);
    for (const [status, chip] of this.chips) {
      setText(chip.n, count(counts[status]));
      const isOn = rowModel.filter.has(status);
      setAttribute(chip.node, "aria-pressed", String(isOn));
      chip.node.classList.toggle("scl-none", counts[status] === 0 && !isOn);
    }
    this.groups.hidden = !store.hasGroups;
    setAttribute(this.groups, "aria-pressed", String(rowModel.groupsAreWanted));
    setAttribute(this.timeline, "aria-pressed", String(timelineIsShown));
    const isOver = store.phase === "ended";
    const n = rowModel.selectedCount > 1 && !isOver ? rowModel.selectedStoppableCount : 0;
    this.selected.draw("Cancel selected", n);
    this.selected.node.hidden = rowModel.selectedCount < 2;
    const toCome = counts.queued + counts.waiting;
    const { isFiltered } = rowModel; // then how many is looked up when it is clicked
    this.queued.node.hidden = toCome === 0 || counts.running === 0;
    this.queued.draw(
      isFiltered ? "Cancel listed queued" : "Cancel queued",
      isOver || counts.running === 0 ? 0 : toCome,
      !isFiltered,
    );
    this.all.draw(
      isFiltered ? "Cancel listed" : "Cancel all",
      isOver ? 0 : toCome + counts.running,
      !isFiltered,
    );
  }

  private chip(status: Status): HTMLElement {
    const n = element("span", "scl-n");
    const node = element(
      "button",
      "scl-chip",
      { type: "button", "data-status": status, "aria-pressed": "false", title: status },
      element("span", "scl-icon", { "aria-hidden": "true" }, ICONS[status]),
      n,
      element("span", "scl-word", {}, status),
    );
    node.addEventListener("click", () => {
      this.rowModel.toggleStatus(status);
      this.events.changed();
    });
    this.chips.set(status, { node, n });
    return node;
  }

  /** Put the cursor into the search field. */
  search(): void {
    this.node.querySelector<HTMLInputElement>(".scl-search")?.focus();
  }

  private searchField(): HTMLElement {
    const field = element("input", "scl-search", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search tasks by name, worker, number or error",
      spellcheck: "false",
    });
    field.addEventListener("input", () => {
      this.rowModel.find(field.value);
      this.events.changed();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && field.value !== "") {
        field.value = "";
        this.rowModel.find("");
        this.events.changed();
      }
    });
    return field;
  }
}

/** Stops many tasks at once. */
class BulkButton {
  readonly node: HTMLButtonElement;

  constructor(onClick: () => void) {
    this.node = button("scl-bulk-stop", "", onClick);
  }

  /** *n* may be more than it stops; then it is not shown. */
  draw(label: string, n: number, isShown = true): void {
    if (this.node.disabled !== (n === 0)) {
      this.node.disabled = n === 0;
    }
    setText(this.node, isShown && n > 1 ? `${label} (${count(n)})` : label);
  }
}
