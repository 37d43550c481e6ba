/**
 * A person's settings of the table: columns, widths, height, order and filter.  No DOM.
 *
 * They survive a reload of the page.  Columns and widths apply to every table of the page; the order,
 * the filter and the height are kept for each program.
 */

import { OPTIONAL_COLUMNS, type OptionalColumn } from "./layout.js";
import { type PageStorage, recall, remember } from "./pageStorage.js";
import type { RowModel } from "./rowModel.js";
import { SORT_KEYS, type SortKey } from "./sorting.js";
import { STATUSES, type Status } from "./types.js";

const LOOKS = "scaler_lab.looks";
const LISTS = "scaler_lab.lists";
const MAX_LISTS = 40;

type ChosenColumn = Exclude<OptionalColumn, "usage">;

const CHOSEN_COLUMNS = OPTIONAL_COLUMNS.filter((column) => column !== "usage");

interface Looks {
  columns: ChosenColumn[];
  usage: boolean | null; // null: where there is room
  nameWidth: number | null;
  paneHeight: number | null;
  timeline: boolean;
  groups: boolean;
}

interface List {
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly statuses: readonly Status[];
  readonly query: string;
  readonly height: string;
}

export class ViewState {
  private readonly looks: Looks;
  private height = "";
  private scope = ""; // the program of the table
  private saved = "";

  constructor(
    private readonly storage: PageStorage | null,
    private readonly rowModel: RowModel,
  ) {
    this.looks = readLooks(recall(storage, LOOKS));
    rowModel.listGroups(this.looks.groups);
  }

  /** Whether the table is wide enough for columns that need not be turned on. */
  isRoomy = false;

  shows(column: OptionalColumn): boolean {
    const { columns, usage } = this.looks;
    return column === "usage" ? (usage ?? this.isRoomy) : columns.includes(column);
  }

  toggleColumn(column: OptionalColumn): void {
    const { columns } = this.looks;
    if (column === "usage") {
      this.looks.usage = !this.shows(column);
    } else {
      this.looks.columns = this.shows(column)
        ? columns.filter((one) => one !== column)
        : [...columns, column];
    }
    this.saveLooks();
  }

  /** The width of the column of names in pixels; null fits it to the names. */
  get nameWidth(): number | null {
    return this.looks.nameWidth;
  }

  set nameWidth(width: number | null) {
    this.looks.nameWidth = width;
    this.saveLooks();
  }

  /** The height of the details in pixels; null uses the height from the style sheet. */
  get paneHeight(): number | null {
    return this.looks.paneHeight;
  }

  set paneHeight(height: number | null) {
    this.looks.paneHeight = height;
    this.saveLooks();
  }

  get timeline(): boolean {
    return this.looks.timeline;
  }

  set timeline(isShown: boolean) {
    this.looks.timeline = isShown;
    this.saveLooks();
  }

  listGroups(wanted: boolean): void {
    this.rowModel.listGroups(wanted);
    this.looks.groups = wanted;
    this.saveLooks();
  }

  /** Note the height after a person dragged the table's corner. */
  noteHeight(height: string): void {
    if (height !== "") {
      this.height = height;
    }
  }

  /** Restore the settings for the program *scope*.  Returns the height; empty if none is stored. */
  enter(scope: string): string {
    if (scope === this.scope) {
      return "";
    }
    this.scope = scope;
    const list = readLists(recall(this.storage, LISTS)).get(scope);
    if (list === undefined) {
      return "";
    }
    this.height = list.height;
    this.rowModel.restore(
      { key: list.sort, descending: list.descending },
      list.statuses,
      list.query,
    );
    this.saved = JSON.stringify(this.list());
    return list.height;
  }

  /** Keep the order, the filter and the height, if they changed. */
  save(): void {
    const list = this.list();
    const now = JSON.stringify(list);
    if (this.scope === "" || now === this.saved) {
      return;
    }
    this.saved = now;
    const lists = readLists(recall(this.storage, LISTS));
    lists.delete(this.scope);
    lists.set(this.scope, list);
    remember(this.storage, LISTS, JSON.stringify([...lists].slice(-MAX_LISTS)));
  }

  private list(): List {
    const { sort, filter, query } = this.rowModel;
    return {
      sort: sort.key,
      descending: sort.descending,
      statuses: [...filter],
      query,
      height: this.height,
    };
  }

  private saveLooks(): void {
    remember(this.storage, LOOKS, JSON.stringify(this.looks));
  }
}

function readLooks(text: string): Looks {
  const found = parsed(text);
  const of = typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  return {
    columns: Array.isArray(of.columns)
      ? CHOSEN_COLUMNS.filter((column) => (of.columns as unknown[]).includes(column))
      : ["arguments"],
    usage: typeof of.usage === "boolean" ? of.usage : null,
    nameWidth: typeof of.nameWidth === "number" ? of.nameWidth : null,
    paneHeight: typeof of.paneHeight === "number" ? of.paneHeight : null,
    timeline: of.timeline === true,
    groups: of.groups !== false,
  };
}

function readLists(text: string): Map<string, List> {
  const found = parsed(text);
  const lists = new Map<string, List>();
  for (const pair of Array.isArray(found) ? (found as unknown[]) : []) {
    const [scope, value] = Array.isArray(pair) ? (pair as unknown[]) : [];
    if (typeof scope === "string" && typeof value === "object" && value !== null) {
      lists.set(scope, readList(value as Record<string, unknown>));
    }
  }
  return lists;
}

function readList(of: Record<string, unknown>): List {
  return {
    sort: SORT_KEYS.find((key) => key === of.sort) ?? "state",
    descending: of.descending === true,
    statuses: Array.isArray(of.statuses)
      ? STATUSES.filter((status) => (of.statuses as unknown[]).includes(status))
      : [],
    query: typeof of.query === "string" ? of.query : "",
    height: typeof of.height === "string" ? of.height : "",
  };
}

/** The value of the JSON in *text*; null if it isn't valid: empty, not ours, or cut off. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
