/** Above the rows: how far it all is, what to list, and what to stop. */

import { CountsBar } from "./countsBar.js";
import { button, element, setAttribute, setText } from "./dom.js";
import { ICONS, type Status, STATUSES } from "./facts.js";
import type { Listing } from "./listing.js";
import type { TaskStore } from "./taskStore.js";
import { clean, count, inWords, rate, tasks } from "./words.js";

const SURE_SECONDS = 4;

export interface HeadEvents {
  readonly changed: () => void;
  readonly stop: (taskIds: readonly string[], onlyQueued: boolean) => void;
  readonly toggleTimeline: () => void;
}

export class Head {
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
    private readonly listing: Listing,
    private readonly events: HeadEvents,
  ) {
    this.bar.node.setAttribute("role", "img");
    const chips = element("div", "scl-chips", { role: "group", "aria-label": "List only" });
    for (const status of STATUSES) {
      chips.append(this.chip(status));
    }
    const ask = (taskIds: readonly string[]): void => {
      this.events.stop(taskIds, false);
    };
    const askQueued = (taskIds: readonly string[]): void => {
      this.events.stop(taskIds, true);
    };
    this.selected = new BulkButton("Cancel selected", ask, () => listing.selectedStoppable);
    this.queued = new BulkButton("Cancel queued", askQueued, () => listing.stoppable(true));
    this.all = new BulkButton("Cancel all", ask, () => listing.stoppable(false));
    const bulk = element(
      "div",
      "scl-bulk",
      {},
      this.selected.node,
      this.queued.node,
      this.all.node,
    );
    this.groups = button("scl-toggle", "Groups", () => {
      listing.listGroups(!listing.groupsAreWanted);
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
    const { store, listing } = this;
    const { counts, size } = store;
    setText(this.title, clean(store.host?.label ?? "tasks"));
    const perSecond = store.rate();
    const parts = [`${count(store.settled)} of ${count(size)} done`];
    if (perSecond !== null && perSecond > 0) {
      parts.push(`${rate(perSecond)} tasks/s`);
    }
    setText(this.headline, parts.join("   "));
    const said = inWords(counts);
    setAttribute(this.bar.node, "aria-label", said === "" ? "no tasks yet" : said);
    this.bar.draw(counts);
    for (const [status, chip] of this.chips) {
      setText(chip.n, count(counts[status]));
      const isOn = listing.filter.has(status);
      setAttribute(chip.node, "aria-pressed", String(isOn));
      chip.node.classList.toggle("scl-none", counts[status] === 0 && !isOn);
    }
    this.groups.hidden = !store.hasGroups;
    setAttribute(this.groups, "aria-pressed", String(listing.groupsAreWanted));
    setAttribute(this.timeline, "aria-pressed", String(timelineIsShown));
    const isOver = store.phase === "ended";
    this.selected.draw(listing.selectedCount > 1 && !isOver ? listing.selectedStoppableCount : 0);
    this.selected.node.hidden = listing.selectedCount < 2;
    const toCome = counts.queued + counts.waiting;
    this.queued.draw(isOver || counts.running === 0 ? 0 : toCome);
    this.queued.node.hidden = toCome === 0 || counts.running === 0;
    this.all.draw(isOver ? 0 : toCome + counts.running);
    const what = listing.isFiltered ? "listed" : "all";
    this.all.label = `Cancel ${what}`;
    this.queued.label = listing.isFiltered ? "Cancel listed queued" : "Cancel queued";
    this.selected.label = "Cancel selected";
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
      this.listing.toggleStatus(status);
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
      this.listing.find(field.value);
      this.events.changed();
    });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // letters are letters here, not the notebook's commands
      if (event.key === "Escape" && field.value !== "") {
        field.value = "";
        this.listing.find("");
        this.events.changed();
      }
    });
    return field;
  }
}

/** Stops many at once; asks once more where there is more than one, for nothing brings them back. */
class BulkButton {
  readonly node: HTMLButtonElement;
  private n = 0;
  private sureUntil = 0;
  private timer = 0;

  constructor(
    public label: string,
    stop: (taskIds: readonly string[]) => void,
    which: () => readonly string[],
  ) {
    this.node = button("scl-bulk-stop", label, () => {
      const ids = which();
      if (ids.length > 1 && Date.now() > this.sureUntil) {
        this.sureUntil = Date.now() + SURE_SECONDS * 1000;
        setText(this.node, `Really cancel ${tasks(ids.length)}?`);
        this.node.classList.add("scl-sure");
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => {
          this.relax();
        }, SURE_SECONDS * 1000);
        return;
      }
      this.relax();
      stop(ids);
    });
  }

  draw(n: number): void {
    this.n = n;
    const isDisabled = n === 0;
    if (this.node.disabled !== isDisabled) {
      this.node.disabled = isDisabled;
    }
    if (Date.now() > this.sureUntil) {
      this.say();
    }
  }

  private relax(): void {
    window.clearTimeout(this.timer);
    this.sureUntil = 0;
    this.say();
  }

  private say(): void {
    this.node.classList.remove("scl-sure");
    setText(this.node, this.n > 1 ? `${this.label} (${count(this.n)})` : this.label);
  }
}
