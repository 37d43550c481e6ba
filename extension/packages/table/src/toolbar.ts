/** Above the rows: how far it all is, what to list, and what to stop. */

import { CountsBar } from "./countsBar.js";
import { button, element, setAttribute, setText } from "./dom.js";
import { ICONS, type Status, STATUSES } from "./types.js";
import type { RowModel } from "./rowModel.js";
import type { TaskStore } from "./taskStore.js";
import { clean, count, inWords, rate, tasks } from "./format.js";

const CONFIRM_WINDOW_SECONDS = 4;

export interface ToolbarEvents {
  readonly changed: () => void;
  readonly stop: (taskIds: readonly string[], onlyQueued: boolean) => void;
  readonly stopAll: (onlyQueued: boolean) => void;
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
    this.selected = new BulkButton("Cancel selected", () =>
      this.those(rowModel.selectedStoppable, false),
    );
    this.queued = new BulkButton("Cancel queued", () => this.listedOrAll(true));
    this.all = new BulkButton("Cancel all", () => this.listedOrAll(false));
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

  private those(taskIds: readonly string[], onlyQueued: boolean): Bulk {
    return {
      n: taskIds.length,
      stop: () => {
        this.events.stop(taskIds, onlyQueued);
      },
    };
  }

  /** All means all: while many come, their rows are told of later than their number. */
  private listedOrAll(onlyQueued: boolean): Bulk {
    const { rowModel, store } = this;
    if (rowModel.isFiltered) {
      return this.those(rowModel.stoppable(onlyQueued), onlyQueued);
    }
    const { queued, waiting, running } = store.counts;
    return {
      n: queued + waiting + (onlyQueued ? 0 : running),
      stop: () => {
        this.events.stopAll(onlyQueued);
      },
    };
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
      event.stopPropagation(); // letters are letters here, not the notebook's commands
      if (event.key === "Escape" && field.value !== "") {
        field.value = "";
        this.rowModel.find("");
        this.events.changed();
      }
    });
    return field;
  }
}

interface Bulk {
  readonly n: number;
  readonly stop: () => void;
}

/** Stops many at once; asks once more where there is more than one, for nothing brings them back. */
class BulkButton {
  readonly node: HTMLButtonElement;
  private n = 0;
  private confirmUntil = 0;
  private timer = 0;

  constructor(
    private label: string,
    bulk: () => Bulk,
  ) {
    this.node = button("scl-bulk-stop", label, () => {
      const { n, stop } = bulk();
      if (n > 1 && Date.now() > this.confirmUntil) {
        this.confirmUntil = Date.now() + CONFIRM_WINDOW_SECONDS * 1000;
        setText(this.node, `Really cancel ${tasks(n)}?`);
        this.node.classList.add("scl-sure");
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => {
          this.relax();
        }, CONFIRM_WINDOW_SECONDS * 1000);
        return;
      }
      this.relax();
      stop();
    });
  }

  /** *n* may be of more than it stops; then it is not said. */
  draw(label: string, n: number, isSaid = true): void {
    this.label = label;
    this.n = isSaid ? n : 0;
    const isDisabled = n === 0;
    if (this.node.disabled !== isDisabled) {
      this.node.disabled = isDisabled;
    }
    if (Date.now() > this.confirmUntil) {
      this.say();
    }
  }

  private relax(): void {
    window.clearTimeout(this.timer);
    this.confirmUntil = 0;
    this.say();
  }

  private say(): void {
    this.node.classList.remove("scl-sure");
    setText(this.node, this.n > 1 ? `${this.label} (${count(this.n)})` : this.label);
  }
}
