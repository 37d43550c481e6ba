/** A page with a mounted table, and a person who clicks and types in it. */

import { afterEach, beforeAll, beforeEach, expect } from "vitest";

import { type Actions, type MountedTable, mountTable, type Row, TaskStore } from "../src/index.js";
import { EPOCH, snapshot, task, welcome } from "./feedFixtures.js";

export const TRACEBACK = `Traceback (most recent call last):
  File "/home/me/fit.py", line 3, in fit
    frame.loc[column]
  File "/usr/lib/python3.11/site-packages/pandas/core/indexing.py", line 1, in loc
    raise KeyError
  File "/usr/lib/python3.11/site-packages/pandas/core/frame.py", line 2, in get
    raise KeyError
KeyError: 'price'`;

export class TablePage {
  root = document.createElement("div");
  now = EPOCH + 5;
  store!: TaskStore;
  table!: MountedTable;
  /** The cancels that were sent. */
  pending: { ids: readonly string[]; force: boolean }[] = [];
  allPending: { onlyQueued: boolean }[] = [];
  retried: string[] = [];
  answer: Promise<{ accepted: number; trouble: string }> = Promise.resolve({
    accepted: 1,
    trouble: "",
  });

  readonly actions: Actions = {
    cancel: (ids, force) => {
      this.pending.push({ ids, force });
      return this.answer;
    },
    cancelAll: (onlyQueued) => {
      this.allPending.push({ onlyQueued });
      return this.answer;
    },
    retry: (ids) => {
      this.retried.push(...ids);
      return this.answer;
    },
    traceback: () => Promise.resolve(TRACEBACK),
  };

  /** A page that is set up before each test and taken down after it. */
  static forEachTest(): TablePage {
    const page = new TablePage();
    beforeAll(() => {
      // A page without a layout has no heights: the rows in sight would be none.
      for (const [name, value] of SIZES) {
        Object.defineProperty(HTMLElement.prototype, name, {
          configurable: true,
          get: () => value,
        });
      }
    });
    beforeEach(() => {
      page.reset();
    });
    afterEach(() => {
      page.table.dispose();
      page.root.remove();
    });
    return page;
  }

  private reset(): void {
    sessionStorage.clear();
    this.pending = [];
    this.allPending = [];
    this.retried = [];
    this.answer = Promise.resolve({ accepted: 1, trouble: "" });
    this.now = EPOCH + 5;
    this.root = document.createElement("div");
    document.body.append(this.root);
    this.store = new TaskStore({ resync: () => undefined, clock: () => this.now });
    this.table = mountTable(this.root, this.store, this.actions);
  }

  /** Mount the table again, with other actions beside the usual ones. */
  mount(actions: Partial<Actions> = {}): void {
    this.table.dispose();
    this.table = mountTable(this.root, this.store, { ...this.actions, ...actions });
  }

  show(...rows: Row[]): void {
    this.store.apply(welcome());
    this.store.apply(snapshot(10, rows));
    this.table.draw();
  }

  one(selector: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(selector);
    if (found === null) {
      throw new Error(`no ${selector} in ${this.root.textContent}`);
    }
    return found;
  }

  /** The row of the task with that number. */
  rowOf(number: number): HTMLElement {
    const rows = [...this.root.querySelectorAll<HTMLElement>(".scl-body .scl-row")];
    const found = rows.find(
      (row) => row.querySelector(".scl-c-number")?.textContent === String(number),
    );
    if (found === undefined) {
      throw new Error(`no row #${number}`);
    }
    return found;
  }

  /** Press a key in the grid. */
  press(key: string, init: KeyboardEventInit = {}): KeyboardEvent {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
    this.one(".scl-grid").dispatchEvent(event);
    this.table.draw();
    return event;
  }

  /** Choose an item of the menu. */
  choose(item: string): void {
    this.open().get(item)?.click();
    this.table.draw();
  }

  /** The labels in the menu; those that can't be chosen in brackets. */
  get menu(): string[] {
    const labels = [...this.open().values()].map(({ textContent, disabled }) =>
      disabled ? `[${textContent}]` : textContent,
    );
    this.one(".scl-dots").click();
    return labels;
  }

  private open(): Map<string, HTMLButtonElement> {
    this.one(".scl-dots").click();
    const items = [...this.root.querySelectorAll<HTMLButtonElement>(".scl-menu-item")];
    return new Map(items.map((item) => [item.dataset.item ?? "", item]));
  }

  /** The question that is asked; empty if there is none. */
  get question(): string {
    const node = this.one(".scl-confirm");
    return node.hidden ? "" : (node.querySelector(".scl-question")?.textContent ?? "");
  }

  /** Expect this question, and answer yes. */
  confirm(question: string): void {
    expect(this.question).toBe(question);
    this.one(".scl-yes").click();
    expect(this.question).toBe("");
  }
}

const SIZES = [
  ["offsetHeight", 400],
  ["clientHeight", 400],
  ["offsetWidth", 800],
  ["clientWidth", 800],
] as const;

/** The tasks of a group called `fit`. */
export function grouped(n: number, facts: Partial<Row> = {}): Row[] {
  return Array.from({ length: n }, (_, i) =>
    task(i + 1, { name: `fit[${i}]`, groupName: "fit", ...facts }),
  );
}
