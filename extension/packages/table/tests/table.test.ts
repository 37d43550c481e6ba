import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { type Actions, type MountedTable, mountTable, type Row, TaskStore } from "../src/index.js";
import { changes, EPOCH, snapshot, task, welcome } from "./feedFixtures.js";

let root: HTMLElement;
let store: TaskStore;
let table: MountedTable;
let pending: { ids: readonly string[]; force: boolean }[];
let allPending: { onlyQueued: boolean }[];
let answer: Promise<{ accepted: number; trouble: string }>;
let retried: string[];
let now = EPOCH + 5;

const actions: Actions = {
  cancel: (ids, force) => {
    pending.push({ ids, force });
    return answer;
  },
  cancelAll: (onlyQueued) => {
    allPending.push({ onlyQueued });
    return answer;
  },
  retry: (ids) => {
    retried.push(...ids);
    return answer;
  },
  traceback: () => Promise.resolve(TRACEBACK),
};

const TRACEBACK = `Traceback (most recent call last):
  File "/home/me/fit.py", line 3, in fit
    frame.loc[column]
  File "/usr/lib/python3.11/site-packages/pandas/core/indexing.py", line 1, in loc
    raise KeyError
  File "/usr/lib/python3.11/site-packages/pandas/core/frame.py", line 2, in get
    raise KeyError
KeyError: 'price'`;

beforeAll(() => {
  // A page without a layout has no heights: the rows in sight would be none.
  for (const [name, value] of [
    ["offsetHeight", 400],
    ["clientHeight", 400],
    ["offsetWidth", 800],
    ["clientWidth", 800],
  ] as const) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
  }
});

beforeEach(() => {
  sessionStorage.clear();
  pending = [];
  allPending = [];
  retried = [];
  answer = Promise.resolve({ accepted: 1, trouble: "" });
  now = EPOCH + 5;
  root = document.createElement("div");
  document.body.append(root);
  store = new TaskStore({ resync: () => undefined, clock: () => now });
  table = mountTable(root, store, actions);
});

afterEach(() => {
  table.dispose();
  root.remove();
});

function show(...rows: Row[]): void {
  store.apply(welcome());
  store.apply(snapshot(10, rows));
  table.draw();
}

function one(selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (found === null) {
    throw new Error(`no ${selector} in ${root.textContent}`);
  }
  return found;
}

function rowOf(number: number): HTMLElement {
  const rows = [...root.querySelectorAll<HTMLElement>(".scl-body .scl-row")];
  const found = rows.find((row) => row.querySelector(".scl-c-number")?.textContent === `${number}`);
  if (found === undefined) {
    throw new Error(`no row #${number}`);
  }
  return found;
}

function press(key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  one(".scl-grid").dispatchEvent(event);
  table.draw();
  return event;
}

test("a row says its state by word and icon, its name, worker and time", () => {
  show(task(1, { status: "running", name: "fit", worker: "worker 2", startedAt: EPOCH + 2 }));
  const row = rowOf(1);
  expect(row.querySelector(".scl-c-state")?.textContent).toBe("▸running");
  expect(row.querySelector(".scl-c-name")?.textContent).toBe("fit");
  expect(row.querySelector(".scl-c-time")?.textContent).toBe("3.0 s");
  now += 1;
  table.draw();
  expect(row.querySelector(".scl-c-time")?.textContent).toBe("4.0 s");
});

test("it is a grid: rows and columns are counted, the active row is named", () => {
  show(task(1), task(2));
  const grid = one(".scl-grid");
  expect(grid.getAttribute("role")).toBe("grid");
  expect(grid.getAttribute("aria-rowcount")).toBe("3");
  press("ArrowDown");
  press("ArrowDown");
  expect(grid.getAttribute("aria-activedescendant")).toBe(rowOf(2).id);
  expect(rowOf(2).getAttribute("aria-selected")).toBe("true");
  expect(rowOf(2).getAttribute("aria-rowindex")).toBe("3");
});

test("who reads is at work with the table, for some time", () => {
  vi.useFakeTimers({ now: 0 });
  table.dispose();
  const keepAlive = vi.fn();
  table = mountTable(root, store, { ...actions, keepAlive });
  vi.advanceTimersByTime(5000);
  expect(keepAlive).not.toHaveBeenCalled(); // nobody was here
  one(".scl-grid").focus();
  press("Home");
  keepAlive.mockClear();
  vi.advanceTimersByTime(5000);
  expect(keepAlive).toHaveBeenCalled();
  vi.advanceTimersByTime(600_000);
  keepAlive.mockClear();
  vi.advanceTimersByTime(5000);
  expect(keepAlive).not.toHaveBeenCalled(); // gone for lunch
  press("Home");
  one(".scl-grid").blur();
  keepAlive.mockClear();
  vi.advanceTimersByTime(5000);
  expect(keepAlive).not.toHaveBeenCalled();
  vi.useRealTimers();
});

test("a click on cancel asks; the row is not called cancelling before the board says so", async () => {
  show(task(1, { status: "running" }));
  const stop = rowOf(1).querySelector<HTMLButtonElement>(".scl-stop");
  stop?.click();
  table.draw();
  expect(pending).toEqual([{ ids: ["id-1"], force: false }]);
  expect(stop?.disabled).toBe(true);
  expect(rowOf(1).textContent).toContain("running");
  await answer;
  store.apply(changes(10, 11, [task(1, { status: "cancelling", cancelRequestedAt: now })]));
  table.draw();
  expect(rowOf(1).textContent).toContain("cancelling");
  stop?.click();
  expect(pending).toHaveLength(1);
});

test("a done task has no button", () => {
  show(task(1, { status: "succeeded" }));
  expect(rowOf(1).querySelector<HTMLButtonElement>(".scl-stop")?.disabled).toBe(true);
});

test("a failed or cancelled task can be retried", () => {
  show(task(1, { status: "failed" }), task(2, { status: "cancelled" }));
  for (const number of [1, 2]) {
    const again = rowOf(number).querySelector<HTMLButtonElement>(".scl-stop");
    expect(again?.textContent).toBe("Retry");
    again?.click();
  }
  expect(retried).toEqual(["id-1", "id-2"]);
  expect(pending).toEqual([]);
});

test("the board's counts are shown, though rows come later when many change", () => {
  show(task(1), task(2));
  store.apply({ ...changes(10, 10, []), counts: { ...store.counts, queued: 0, succeeded: 2 } });
  table.draw();
  expect(one(".scl-headline").textContent).toBe("2 of 2 done");
});

test("a cancel that takes long says what it waits for, and offers the kill", () => {
  show(
    task(1, { status: "cancelling", cancelRequestedAt: EPOCH + 1, cancelRequestedBy: "notebook" }),
  );
  const stop = rowOf(1).querySelector<HTMLButtonElement>(".scl-stop");
  expect(stop?.textContent).toBe("Kill");
  expect(rowOf(1).textContent).toContain("asked 4.0 s ago by notebook");
  stop?.click();
  expect(pending).toEqual([{ ids: ["id-1"], force: true }]);
});

test("an engine that can't stop running code offers no kill", () => {
  store.apply(welcome({ canStopRunning: false }));
  store.apply(snapshot(1, [task(1, { status: "cancelling", cancelRequestedAt: EPOCH - 60 })]));
  table.draw();
  expect(rowOf(1).querySelector(".scl-stop")?.textContent).toBe("Cancel");
});

test("how a cancel was settled is in the row", () => {
  show(
    task(1, {
      status: "cancelled",
      cancelResolution: "finished first",
      cancelSeconds: 0.012,
      cancelRequestedBy: "notebook",
    }),
  );
  expect(rowOf(1).textContent).toContain("finished first, 12 ms after the ask by notebook");
});

function grouped(n: number, facts: Partial<Row> = {}): Row[] {
  return Array.from({ length: n }, (_, i) =>
    task(i + 1, { name: `fit[${i}]`, groupName: "fit", ...facts }),
  );
}

test("a group is a row that says how far its tasks are, in a tree", () => {
  show(...grouped(2), ...grouped(3, { status: "succeeded" }).slice(2), task(4, { name: "plot" }));
  const group = one(".scl-group");
  expect(one(".scl-grid").getAttribute("role")).toBe("treegrid");
  expect(group.querySelector(".scl-c-name")?.textContent).toBe("fit · 3 tasks");
  expect(group.querySelector(".scl-c-note")?.textContent).toBe("2 queued, 1 succeeded");
  expect(group.getAttribute("aria-expanded")).toBe("true");
  expect(group.getAttribute("aria-level")).toBe("1");
  expect(root.querySelectorAll('.scl-row[aria-level="2"]')).toHaveLength(3);
});

test("how far a task or a group is, is along its row's edge too, until it is settled", () => {
  const progress = { done: 1, total: 4, note: "" };
  show(
    ...grouped(4, { status: "succeeded" }).slice(0, 3),
    task(4, { name: "fit[3]", groupName: "fit", status: "running" }),
    task(5, { status: "running", progress }),
  );
  const edge = (row: HTMLElement): string =>
    row.classList.contains("scl-partly") ? row.style.getPropertyValue("--scl-share") : "";
  const group = one(".scl-group");
  expect([edge(group), edge(rowOf(5)), edge(rowOf(2))]).toEqual(["75%", "25%", ""]);
  store.apply(
    changes(10, 11, [
      ...grouped(4, { status: "succeeded" }),
      task(5, { status: "failed", progress }),
    ]),
  );
  table.draw();
  expect(root.querySelector(".scl-partly")).toBeNull();
});

test("keys fold and unfold a group, and lead into it and out of it", () => {
  show(...grouped(3));
  press("Home");
  expect(press("ArrowLeft").defaultPrevented).toBe(true);
  expect(one(".scl-group").getAttribute("aria-expanded")).toBe("false");
  expect(root.querySelectorAll(".scl-body .scl-row")).toHaveLength(1);
  press("ArrowRight");
  expect(root.querySelectorAll(".scl-body .scl-row")).toHaveLength(4);
  press("ArrowRight");
  expect(table.rowModel.active).toBe("id-1");
  press("ArrowLeft");
  expect(one(".scl-grid").getAttribute("aria-activedescendant")).toBe(one(".scl-group").id);
  press("Enter");
  expect(one(".scl-group").getAttribute("aria-expanded")).toBe("false");
});

test("a row that showed a group shows a task as if it never had", () => {
  show(...grouped(3));
  one(".scl-group .scl-c-name").click();
  one(".scl-toggle").click(); // groups no longer
  table.draw();
  expect(root.querySelector(".scl-group, [aria-expanded], [aria-level]")).toBeNull();
  expect(one(".scl-grid").getAttribute("role")).toBe("grid");
  expect(root.querySelectorAll(".scl-body .scl-row")).toHaveLength(3);
});

test("a group is cancelled as one, when clicked twice", () => {
  show(...grouped(30));
  const stop = one(".scl-group .scl-stop");
  stop.click();
  table.draw();
  expect(pending).toEqual([]);
  expect(stop.textContent).toBe("Sure?");
  stop.click();
  expect(pending).toHaveLength(1);
  expect(pending[0]?.ids).toHaveLength(30);
});

test("a group's failed and cancelled tasks are retried as one, when all are settled", () => {
  show(
    ...grouped(30, { status: "failed" }).slice(0, 29),
    task(30, { name: "fit[29]", groupName: "fit" }),
  );
  const button = one(".scl-group .scl-stop");
  expect(button.textContent).toBe("Cancel");
  store.apply(changes(10, 11, grouped(30, { status: "cancelled" }).slice(29)));
  table.draw();
  expect(button.textContent).toBe("Retry");
  button.click();
  table.draw();
  expect([button.textContent, button.title]).toEqual(["Sure?", "Click again: Retry 30 tasks"]);
  expect(retried).toEqual([]);
  button.click();
  expect(retried).toHaveLength(30);
});

test("the workers of a group's tasks that are cancelling long are killed as one", () => {
  const cancelling = { status: "cancelling", cancelRequestedAt: EPOCH + 4 } as const;
  show(
    ...grouped(3, cancelling).slice(0, 2),
    task(3, { name: "fit[2]", groupName: "fit", status: "failed" }),
  );
  const button = one(".scl-group .scl-stop") as HTMLButtonElement;
  expect([button.textContent, button.disabled]).toEqual(["Cancel", true]);
  now += 2;
  table.draw();
  expect([button.textContent, button.disabled]).toEqual(["Kill", false]);
  expect(button.getAttribute("aria-label")).toBe("Kill the workers of 2 tasks of fit");
  button.click();
  expect(pending).toEqual([]);
  button.click();
  expect(pending).toEqual([{ ids: ["id-1", "id-2"], force: true }]);
});

test("to be sure of one thing is not to be sure of another", () => {
  show(...grouped(3));
  const button = one(".scl-group .scl-stop");
  button.click();
  store.apply(changes(10, 11, grouped(3, { status: "failed" })));
  table.draw();
  expect(button.textContent).toBe("Retry");
  button.click();
  expect([pending, retried]).toEqual([[], []]);
});

test("a group whose tasks wait for others can be cancelled", () => {
  show(...grouped(3, { status: "waiting" }));
  expect(one(".scl-group .scl-stop").textContent).toBe("Cancel");
  expect((one(".scl-group .scl-stop") as HTMLButtonElement).disabled).toBe(false);
});

test("Shift+R retries what is selected and can be, once however often it is pressed", () => {
  show(
    task(1, { status: "failed" }),
    task(2, { status: "succeeded" }),
    task(3, { status: "cancelled" }),
  );
  press("a", { ctrlKey: true });
  press("R", { shiftKey: true });
  press("R", { shiftKey: true });
  expect(retried).toEqual(["id-1", "id-3"]);
});

test("a queued task of an engine that tells no starts says so", () => {
  show(task(1, { detail: "may run: its engine doesn't tell when it starts" }));
  expect(rowOf(1).textContent).toContain("may run: its engine doesn't tell when it starts");
  expect(rowOf(1).querySelector<HTMLElement>(".scl-c-state")?.title).toContain("may run");
});

test("the timeline comes and goes with its button, and stays so for the next view", () => {
  show(task(1, { status: "running", worker: "worker 1", startedAt: EPOCH }));
  expect(one(".scl-timeline").hidden).toBe(true);
  const toggle = [...root.querySelectorAll<HTMLElement>(".scl-toggle")].at(-1);
  toggle?.click();
  table.draw();
  expect(toggle?.getAttribute("aria-pressed")).toBe("true");
  expect(one(".scl-tl-name").textContent).toBe("worker 1");
  table.dispose();
  table = mountTable(root, store, actions);
  expect(one(".scl-timeline").hidden).toBe(false);
});

test("keys go from task to task in the timeline, and select a row that a group hid", () => {
  show(
    ...grouped(30, {
      status: "succeeded",
      worker: "worker 1",
      startedAt: EPOCH,
      endedAt: EPOCH + 1,
    }),
    task(31, { status: "running", worker: "worker 2", startedAt: EPOCH + 2, name: "plot" }),
  );
  [...root.querySelectorAll<HTMLElement>(".scl-toggle")].at(-1)?.click();
  table.draw();
  const area = one(".scl-tl-area");
  const type = (key: string): void => {
    area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    table.draw();
  };
  type("ArrowDown");
  expect(one(".scl-tl-said").textContent).toContain("plot, running, 3.0 s, worker 2");
  type("ArrowUp");
  expect(one(".scl-tl-said").textContent).toContain("fit[");
  type("Enter");
  expect(table.rowModel.active).toMatch(/^id-/);
  expect(one(".scl-group").getAttribute("aria-expanded")).toBe("true");
});

test("all at once is asked about first, and is one ask", () => {
  show(task(1), task(2, { status: "running" }));
  const all = [...root.querySelectorAll<HTMLButtonElement>(".scl-bulk-stop")].at(-1);
  expect(all?.textContent).toBe("Cancel all (2)");
  all?.click();
  expect(pending).toEqual([]);
  expect(all?.textContent).toBe("Really cancel 2 tasks?");
  all?.click();
  expect(allPending).toEqual([{ onlyQueued: false }]);
  expect(pending).toEqual([]);
  table.draw();
  expect(root.querySelectorAll(".scl-row .scl-stop:enabled").length).toBe(0);
});

test("all is all, also what the page has not been told of yet", () => {
  show(task(1, { status: "running" }));
  const others = { cancelling: 0, succeeded: 0, failed: 0, cancelled: 0 };
  const counts = { queued: 1000, waiting: 20, running: 2, ...others };
  store.apply({ ...changes(10, 11, []), counts });
  table.draw();
  const [queued, all] = [...root.querySelectorAll<HTMLButtonElement>(".scl-bulk-stop")].slice(-2);
  for (const [button, n] of [
    [queued, "1,020"],
    [all, "1,022"],
  ] as const) {
    button?.click();
    expect(button?.textContent).toBe(`Really cancel ${n} tasks?`);
    button?.click();
  }
  expect(allPending).toEqual([{ onlyQueued: true }, { onlyQueued: false }]);
});

test("of what is listed only that is cancelled", () => {
  show(task(1, { name: "fit" }), task(2, { status: "running", name: "plot" }));
  table.rowModel.find("plot");
  table.draw();
  const all = [...root.querySelectorAll<HTMLButtonElement>(".scl-bulk-stop")].at(-1);
  expect(all?.textContent).toBe("Cancel listed");
  all?.click();
  expect(pending).toEqual([{ ids: ["id-2"], force: false }]);
  expect(allPending).toEqual([]);
});

test("keys select, and Delete cancels what is selected and not done", () => {
  show(task(1, { status: "running" }), task(2), task(3), task(4, { status: "succeeded" }));
  press("Home");
  press("ArrowDown", { shiftKey: true });
  press("End", { shiftKey: true });
  expect(table.rowModel.selectedCount).toBe(4);
  press("Delete");
  expect(pending).toEqual([{ ids: ["id-1", "id-2", "id-3"], force: false }]);
});

test("commands are for what is selected, where they make sense", () => {
  const can = (): string[] =>
    (["cancel", "kill", "retry", "details"] as const).filter((command) => table.can(command));
  show(task(1, { status: "running" }), task(2), task(3, { status: "failed" }));
  expect(can()).toEqual([]);
  const state: [number, string[]][] = [
    [1, ["cancel", "kill", "details"]],
    [2, ["cancel", "details"]],
    [3, ["retry", "details"]],
  ];
  for (const [number, commands] of state) {
    rowOf(number).dispatchEvent(new MouseEvent("contextmenu", { bubbles: true }));
    expect(can()).toEqual(commands);
  }
  press("a", { ctrlKey: true });
  table.perform("cancel");
  table.perform("kill");
  table.perform("retry");
  expect(pending.map(({ ids, force }) => [...ids].sort().join() + (force ? "!" : ""))).toEqual([
    "id-1,id-2",
    "id-1!",
  ]);
  expect(retried).toEqual(["id-3"]);
  table.perform("details");
  table.draw();
  expect(one(".scl-pane").hidden).toBe(false);
  store.apply({ kind: "closed", reason: "gone" });
  expect(can()).toEqual(["details"]);
});

test("an engine that can't stop running code has nothing to kill", () => {
  store.apply(welcome({ canStopRunning: false }));
  store.apply(snapshot(1, [task(1, { status: "running" })]));
  press("Home");
  expect([table.can("cancel"), table.can("kill")]).toEqual([true, false]);
});

test("the table's keys stay in the table, others pass", () => {
  show(task(1));
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  expect(press("ArrowDown").defaultPrevented).toBe(true);
  expect(press("a", { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(heard).not.toHaveBeenCalled();
  press("s", { ctrlKey: true });
  expect(heard).toHaveBeenCalledTimes(1);
  document.body.removeEventListener("keydown", heard);
});

test("letters typed in the search are not the notebook's commands", () => {
  show(task(1));
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  one(".scl-search").dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true }));
  expect(heard).not.toHaveBeenCalled();
  document.body.removeEventListener("keydown", heard);
});

test("a chip lists one state only, and says so to those who don't see it", () => {
  show(task(1), task(2, { status: "failed" }));
  const chip = one('.scl-chip[data-status="failed"]');
  chip.click();
  table.draw();
  expect(chip.getAttribute("aria-pressed")).toBe("true");
  expect(root.querySelectorAll(".scl-body .scl-row")).toHaveLength(1);
});

test("the details tell all, with library frames folded", async () => {
  show(task(1, { status: "failed", error: "KeyError: 'price'", worker: "worker 1" }));
  rowOf(1).querySelector<HTMLButtonElement>(".scl-more")?.click();
  table.draw();
  await vi.waitFor(() => {
    expect(one(".scl-traceback").textContent).toContain("KeyError");
  });
  expect(one(".scl-traceback details summary").textContent).toBe("2 frames in libraries");
  expect(one(".scl-traceback pre").textContent).toContain("fit.py");
  press("Enter");
  expect(one(".scl-pane").hidden).toBe(true);
});

test("arguments are asked for by who wants to see them, and are text", async () => {
  table.dispose();
  const asks: string[] = [];
  const told = { arguments: [["path", "'<b>data</b>'"]] as const, trouble: "" };
  table = mountTable(root, store, {
    ...actions,
    arguments: (id) => {
      asks.push(id);
      return Promise.resolve(told);
    },
  });
  show(task(1));
  rowOf(1).querySelector<HTMLButtonElement>(".scl-more")?.click();
  table.draw();
  expect(asks).toEqual([]);
  one(".scl-show").focus();
  one(".scl-show").click();
  one(".scl-show").click();
  await vi.waitFor(() => {
    expect(one(".scl-arguments").textContent).toBe("path'<b>data</b>'");
  });
  expect(asks).toEqual(["id-1"]);
  expect(document.activeElement).toBe(one(".scl-arguments"));
});

test("output is shown as it grows, as a terminal would show it", async () => {
  table.dispose();
  const written = ["10 %\r\u001b[31m20 %\u001b[0m\nnext\n", "10 %\r20 %\nnext\nlast\u202e\n"];
  table = mountTable(root, store, {
    ...actions,
    details: () =>
      Promise.resolve({
        traceback: "",
        output: written.shift() ?? "",
        outputBefore: 12_345,
        profile: { cpuSeconds: 1.5, peakMemory: 45_000_000, bytesIn: null, bytesOut: null },
      }),
  });
  show(task(1, { status: "running", outputBytes: 9 }));
  rowOf(1).querySelector<HTMLButtonElement>(".scl-more")?.click();
  table.draw();
  await vi.waitFor(() => {
    expect(one(".scl-output").textContent).toBe("20 %\nnext\n");
  });
  expect(one(".scl-pane").textContent).toContain("output, after 12 kB more");
  expect(one(".scl-facts").textContent).toContain("1.5 s of CPU, 45 MB of memory in its worker");
  store.apply(changes(10, 11, [task(1, { status: "running", outputBytes: 30 })]));
  table.draw();
  await vi.waitFor(
    () => {
      expect(one(".scl-output").textContent).toBe("20 %\nnext\nlast\\u202e\n");
    },
    { timeout: 5000 },
  );
});

test("how far a running task says it is, is a bar and words", () => {
  const running = { status: "running", startedAt: EPOCH } as const;
  show(
    task(1, { ...running, progress: { done: 37, total: 100, note: "epoch 3" } }),
    task(2, { ...running, progress: { done: 12, total: null, note: "" } }),
    task(3, { ...running, progress: { done: 0.25, total: 0.5, note: "" } }),
    task(4, { status: "succeeded", progress: { done: 5, total: 5, note: "" } }),
  );
  const shown = (n: number): [string, boolean] => [
    rowOf(n).querySelector(".scl-c-note")?.textContent ?? "",
    rowOf(n).querySelector<HTMLElement>(".scl-progress")?.hidden ?? true,
  ];
  expect(shown(1)).toEqual(["37 of 100, epoch 3", false]);
  expect(rowOf(1).querySelector<HTMLElement>(".scl-filled")?.style.width).toBe("37%");
  expect(shown(2)).toEqual(["12", true]);
  expect(shown(3)).toEqual(["50 %", false]);
  expect(shown(4)).toEqual(["", true]);
});

test.each([
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "<svg/onload=alert(1)>",
  "javascript:alert(1)",
  "&lt;b&gt;",
  '"><iframe srcdoc="<script>alert(1)</script>">',
])("text is text: %s", (payload) => {
  show(task(1, { status: "failed", name: payload, worker: payload, error: payload }));
  rowOf(1).querySelector<HTMLButtonElement>(".scl-more")?.click();
  table.draw();
  expect(root.querySelector("img, script, svg, iframe, b, a")).toBeNull();
  expect(rowOf(1).querySelector(".scl-c-name")?.textContent).toBe(payload);
});

test("what can't be seen is shown as its escape", () => {
  show(task(1, { name: "a\u202Eb\u200Bc\u001b[2J\n" }));
  expect(rowOf(1).querySelector(".scl-c-name")?.textContent).toBe("a\\u202eb\\u200bc\\x1b[2J\\x0a");
});

test("of a hundred thousand tasks only those in sight have elements", () => {
  show(...Array.from({ length: 100_000 }, (_, n) => task(n + 1)));
  expect(one(".scl-grid").getAttribute("aria-rowcount")).toBe("100001");
  expect(root.querySelectorAll(".scl-body .scl-row").length).toBeLessThan(40);
});

test("after the end nothing can be asked, and it says why", () => {
  show(task(1, { status: "running" }));
  store.apply({ kind: "closed", reason: "The kernel was restarted" });
  table.draw();
  expect(rowOf(1).querySelector<HTMLButtonElement>(".scl-stop")?.disabled).toBe(true);
  expect(one(".scl-foot").textContent).toBe("The kernel was restarted");
});

test("a cancel that fails on its way is told of", async () => {
  answer = Promise.reject(new Error("the connection is closed"));
  show(task(1));
  rowOf(1).querySelector<HTMLButtonElement>(".scl-stop")?.click();
  await vi.waitFor(() => {
    table.draw();
    expect(one(".scl-foot").textContent).toContain("the connection is closed");
  });
});

test("disposed of, it leaves nothing in the page", () => {
  show(task(1));
  table.dispose();
  expect(root.childNodes).toHaveLength(0);
  store.apply(changes(10, 11, [task(1, { status: "running" })]));
});
