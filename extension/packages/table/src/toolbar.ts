/** The line above the rows: the progress of all tasks, filters, and a menu of commands. */

import type { TaskCommands } from "./commands.js";
import { CountsBar } from "./countsBar.js";
import { button, copyText, download, element, setAttribute, setText } from "./dom.js";
import { exportRows } from "./exportRows.js";
import { clean } from "./clean.js";
import { count, inWords, tasks } from "./format.js";
import { Headline } from "./headline.js";
import { OPTIONAL_COLUMNS, type OptionalColumn } from "./layout.js";
import { Menu, type MenuItem } from "./menu.js";
import type { RowModel } from "./rowModel.js";
import type { SortKey } from "./sorting.js";
import type { TaskStore } from "./taskStore.js";
import { ICONS, type Status, toComeOf } from "./types.js";
import type { ViewState } from "./viewState.js";

export interface ToolbarEvents {
  readonly changed: () => void;
  readonly help: () => void;
  readonly notice: (text: string) => void;
}

/** The filters, in a fixed order: states that need a person, then open ones, then done ones. */
const CHIPS: readonly Status[] = [
  "failed",
  "running",
  "cancelling",
  "queued",
  "waiting",
  "retrying",
  "cancelled",
  "succeeded",
];

const COLUMN_LABELS: Readonly<Record<OptionalColumn, string>> = {
  number: "Column: number",
  worker: "Column: worker",
  arguments: "Arguments beside the name",
  usage: "Columns: CPU and memory",
};

const SORTS: readonly (readonly [key: SortKey, label: string])[] = [
  ["state", "Sort by state"],
  ["number", "Sort by number"],
  ["name", "Sort by name"],
  ["time", "Sort by time"],
];

export class Toolbar {
  readonly node: HTMLDivElement;
  private readonly title = element("span", "scl-title");
  private readonly summary = element("span", "scl-headline");
  private readonly bar = new CountsBar();
  private readonly tools = element("div", "scl-tools");
  private readonly chips = new Map<Status, { node: HTMLButtonElement; n: HTMLElement }>();
  /** The commands for several selected rows.  They are placed so that no row moves. */
  readonly selection = element("div", "scl-selection");
  private readonly selected = element("span");
  private readonly stopSelected: HTMLButtonElement;
  private readonly retrySelected: HTMLButtonElement;
  private readonly search: HTMLInputElement;
  private readonly headline = new Headline();

  constructor(
    private readonly store: TaskStore,
    private readonly rowModel: RowModel,
    private readonly view: ViewState,
    private readonly commands: TaskCommands,
    private readonly events: ToolbarEvents,
  ) {
    this.bar.node.setAttribute("role", "img");
    const chips = element("div", "scl-chips", { role: "group", "aria-label": "List only" });
    for (const status of CHIPS) {
      chips.append(this.chip(status));
    }
    this.stopSelected = button("scl-stop-selected", "Cancel", () => {
      commands.stop(rowModel.selection.stoppable);
    });
    this.retrySelected = button("scl-retry-selected", "Retry", () => {
      commands.retry(rowModel.selection.rows.map(({ id }) => id));
    });
    this.selection.append(this.selected, this.stopSelected, this.retrySelected);
    this.search = this.searchField();
    this.tools.append(chips);
    const menu = new Menu("More", () => this.menuItems());
    this.node = element(
      "div",
      "scl-head",
      {},
      element(
        "div",
        "scl-line",
        {},
        ...[this.title, this.bar.node, this.summary, this.search, menu.node],
      ),
      this.tools,
    );
  }

  draw(): void {
    const { store, rowModel } = this;
    const { counts } = store;
    setText(this.title, clean(store.engine?.label ?? "tasks"));
    this.title.title = this.title.textContent;
    setText(this.summary, this.headline.of(store));
    this.summary.title = inWords(counts);
    const shown = inWords(counts);
    setAttribute(this.bar.node, "aria-label", shown === "" ? "no tasks yet" : shown);
    this.bar.draw(counts);
    for (const [status, chip] of this.chips) {
      setText(chip.n, count(counts[status]));
      const isOn = rowModel.filter.has(status);
      setAttribute(chip.node, "aria-pressed", String(isOn));
      chip.node.classList.toggle("scl-none", counts[status] === 0 && !isOn);
    }
    this.drawSelection();
    if (document.activeElement !== this.search && this.search.value !== rowModel.query) {
      this.search.value = rowModel.query;
    }
  }

  private drawSelection(): void {
    const { rowModel } = this;
    const n = rowModel.selection.size;
    const isShown = n > 1 && this.store.phase !== "ended";
    this.selection.hidden = !isShown;
    if (isShown) {
      setText(this.selected, `${count(n)} selected`);
      this.stopSelected.disabled = rowModel.selection.stoppableCount === 0;
      this.retrySelected.disabled = rowModel.selection.retriableCount === 0;
    }
  }

  // -- the menu ----------------------------------------------------------------------------------

  private menuItems(): readonly (readonly MenuItem[])[] {
    const { rowModel, store, view } = this;
    const { isFiltered } = rowModel;
    const listed = isFiltered ? " listed" : "";
    const { counts } = store;
    const toCome = toComeOf(counts);
    const isOver = store.phase === "ended";
    const n = (of: number): string => (isFiltered || of < 2 ? "" : ` (${count(of)})`);
    const { changed } = this.events;
    const toggles: MenuItem[] = [
      {
        id: "timeline",
        label: "Timeline",
        isOn: view.timeline,
        act: () => {
          view.timeline = !view.timeline;
          changed();
        },
      },
    ];
    if (store.hasGroups) {
      toggles.push({
        id: "groups",
        label: "Groups",
        isOn: rowModel.groupsAreWanted,
        act: () => {
          view.listGroups(!rowModel.groupsAreWanted);
          changed();
        },
      });
    }
    for (const column of OPTIONAL_COLUMNS) {
      if (column === "usage" && store.engine?.reportsUsage !== true) {
        continue;
      }
      toggles.push({
        id: `column-${column}`,
        label: COLUMN_LABELS[column],
        isOn: view.shows(column),
        act: () => {
          view.toggleColumn(column);
          changed();
        },
      });
    }
    return [
      [
        {
          id: "cancel-queued",
          label: `Cancel${listed} queued${n(toCome)}`,
          isEnabled: !isOver && toCome > 0,
          act: () => {
            this.commands.stopQueued();
          },
        },
        {
          id: "cancel-all",
          label: isFiltered ? "Cancel listed" : `Cancel all${n(toCome + counts.running)}`,
          isEnabled: !isOver && toCome + counts.running > 0,
          isDanger: true,
          act: () => {
            this.commands.stopListed();
          },
        },
      ],
      toggles,
      SORTS.map(([key, label]) => ({
        id: `sort-${key}`,
        label,
        isOn: rowModel.sort.key === key,
        act: () => {
          rowModel.sortBy(key);
          changed();
        },
      })),
      this.outputItems(),
    ];
  }

  private outputItems(): readonly MenuItem[] {
    const { rowModel, store } = this;
    const { changed, notice } = this.events;
    return [
      {
        id: "copy",
        label: "Copy the listed tasks",
        act: () => {
          const text = exportRows(rowModel.listedRows, "tsv");
          copyText(text).then(
            () => {
              notice(`Copied ${tasks(rowModel.listedRows.length)}`);
            },
            () => {
              notice("The browser does not allow to copy here");
            },
          );
        },
      },
      {
        id: "export",
        label: "Export the listed tasks (CSV)",
        act: () => {
          download("tasks.csv", exportRows(rowModel.listedRows, "csv"));
        },
      },
      rowModel.clearedCount === 0
        ? {
            id: "clear",
            label: "Hide what is done",
            isEnabled: store.settled > 0,
            act: () => {
              rowModel.clearDone();
              changed();
            },
          }
        : {
            id: "clear",
            label: `Show ${tasks(rowModel.clearedCount)} again`,
            act: () => {
              rowModel.showAll();
              changed();
            },
          },
      { id: "help", label: "Keys (?)", act: this.events.help },
    ];
  }

  // -- what to list ------------------------------------------------------------------------------

  private chip(status: Status): HTMLElement {
    const n = element("span", "scl-n");
    const node = element(
      "button",
      "scl-chip",
      { type: "button", "data-status": status, "aria-pressed": "false", title: status },
      element("span", "scl-icon", { "aria-hidden": "true" }, ICONS[status]),
      n,
      element("span", "scl-chip-word", {}, status),
    );
    node.addEventListener("click", () => {
      this.rowModel.toggleStatus(status);
      this.events.changed();
    });
    this.chips.set(status, { node, n });
    return node;
  }

  /** Show a filter beside the chips. */
  addFilter(node: HTMLElement): void {
    this.tools.append(node);
  }

  /** Put the cursor into the search field. */
  focusSearch(): void {
    this.search.focus();
  }

  private searchField(): HTMLInputElement {
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
