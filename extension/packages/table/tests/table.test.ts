import { expect, test, vi } from "vitest";

import { mountTable, type Row, type TaskDetails } from "../src/index.js";
import { changes, EPOCH, snapshot, task, welcome } from "./feedFixtures.js";
import { TablePage, grouped } from "./tablePage.js";

const page = TablePage.forEachTest();

test("a row shows its state as a word and an icon, its name, worker and time", () => {
  page.show(task(1, { status: "running", name: "fit", worker: "worker 2", startedAt: EPOCH + 2 }));
  const row = page.rowOf(1);
  expect(row.querySelector(".scl-c-state")?.textContent).toBe("▸running");
  expect(row.querySelector(".scl-c-name")?.textContent).toBe("fit");
  expect(row.querySelector(".scl-c-time")?.textContent).toBe("3.0 s");
  page.now += 1;
  page.table.draw();
  expect(row.querySelector(".scl-c-time")?.textContent).toBe("4.0 s");
});

test("tasks of clients that share an engine have the client's name beside their own", () => {
  page.show(task(1, { client: "prices" }), task(2, { client: "prices" }));
  const extra = (n: number): string => page.rowOf(n).querySelector(".scl-extra")?.textContent ?? "";
  expect(extra(1)).toBe("");
  page.show(task(1, { client: "prices" }), task(2, { client: "b.ipynb" }));
  expect([extra(1), extra(2)]).toEqual(["prices", "b.ipynb"]);
});

test("it is a grid: rows and columns are counted, the active row is named", () => {
  page.show(task(1), task(2));
  const grid = page.one(".scl-grid");
  expect(grid.getAttribute("role")).toBe("grid");
  expect(grid.getAttribute("aria-rowcount")).toBe("3");
  page.press("ArrowDown");
  page.press("ArrowDown");
  expect(grid.getAttribute("aria-activedescendant")).toBe(page.rowOf(2).id);
  expect(page.rowOf(2).getAttribute("aria-selected")).toBe("true");
  expect(page.rowOf(2).getAttribute("aria-rowindex")).toBe("3");
});

test("who reads is at work with the table, for some time", () => {
  vi.useFakeTimers({ now: 0 });
  page.table.dispose();
  const keepAlive = vi.fn();
  page.table = mountTable(page.root, page.store, { ...page.actions, keepAlive });
  vi.advanceTimersByTime(5000);
  expect(keepAlive).not.toHaveBeenCalled(); // nobody was here
  page.one(".scl-grid").focus();
  page.press("Home");
  keepAlive.mockClear();
  vi.advanceTimersByTime(5000);
  expect(keepAlive).toHaveBeenCalled();
  vi.advanceTimersByTime(600_000);
  keepAlive.mockClear();
  vi.advanceTimersByTime(5000);
  expect(keepAlive).not.toHaveBeenCalled(); // gone for lunch
  page.press("Home");
  page.one(".scl-grid").blur();
  keepAlive.mockClear();
  vi.advanceTimersByTime(5000);
  expect(keepAlive).not.toHaveBeenCalled();
  vi.useRealTimers();
});

test("a click on cancel sends a request; the row shows cancelling once the board does", async () => {
  page.show(task(1, { status: "running" }));
  const stop = page.rowOf(1).querySelector<HTMLButtonElement>(".scl-stop");
  stop?.click();
  page.table.draw();
  expect(page.pending).toEqual([{ ids: ["id-1"], force: false }]);
  expect(stop?.disabled).toBe(true);
  expect(page.rowOf(1).textContent).toContain("running");
  await page.answer;
  page.store.apply(
    changes(10, 11, [task(1, { status: "cancelling", cancelRequestedAt: page.now })]),
  );
  page.table.draw();
  expect(page.rowOf(1).textContent).toContain("cancelling");
  stop?.click();
  expect(page.pending).toHaveLength(1);
});

test("a done task has no button", () => {
  page.show(task(1, { status: "succeeded" }));
  expect(page.rowOf(1).querySelector<HTMLButtonElement>(".scl-stop")?.disabled).toBe(true);
});

test("a failed or cancelled task can be retried", () => {
  page.show(task(1, { status: "failed" }), task(2, { status: "cancelled" }));
  for (const number of [1, 2]) {
    const again = page.rowOf(number).querySelector<HTMLButtonElement>(".scl-stop");
    expect(again?.dataset.do).toBe("retry");
    again?.click();
  }
  expect(page.retried).toEqual(["id-1", "id-2"]);
  expect(page.pending).toEqual([]);
});

test("the board's counts are shown, though rows come later when many change", () => {
  page.show(task(1), task(2));
  page.store.apply({
    ...changes(10, 10, []),
    counts: { ...page.store.counts, queued: 0, succeeded: 2 },
  });
  page.table.draw();
  expect(page.one(".scl-headline").textContent).toBe("2/2");
});

test("a cancel that takes long shows what it waits for, and offers the kill", () => {
  page.show(
    task(1, { status: "cancelling", cancelRequestedAt: EPOCH + 1, cancelRequestedBy: "notebook" }),
  );
  const stop = page.rowOf(1).querySelector<HTMLButtonElement>(".scl-stop");
  expect(stop?.dataset.do).toBe("kill");
  expect(page.rowOf(1).querySelector(".scl-c-now")?.textContent).toBe(
    "cancelling4.0 s, from notebook",
  );
  stop?.click();
  page.confirm("Kill the workers of 1 task?");
  expect(page.pending).toEqual([{ ids: ["id-1"], force: true }]);
});

test("an engine that can't stop running code offers no kill", () => {
  page.store.apply(welcome({ canStopRunning: false }));
  page.store.apply(snapshot(1, [task(1, { status: "cancelling", cancelRequestedAt: EPOCH - 60 })]));
  page.table.draw();
  expect(page.rowOf(1).querySelector<HTMLElement>(".scl-stop")?.dataset.do).toBe("stop");
});

test("a group is a row in a tree that shows the progress of its tasks", () => {
  page.show(
    ...grouped(2),
    ...grouped(3, { status: "succeeded" }).slice(2),
    task(4, { name: "plot" }),
  );
  const group = page.one(".scl-group");
  expect(page.one(".scl-grid").getAttribute("role")).toBe("treegrid");
  expect(group.querySelector(".scl-c-name")?.textContent).toBe("fit3 tasks");
  expect(group.querySelector(".scl-c-now")?.textContent).toBe("1/3");
  expect(page.rowOf(2).querySelector(".scl-c-name")?.textContent).toBe("[1]");
  expect(group.getAttribute("aria-expanded")).toBe("true");
  expect(group.getAttribute("aria-level")).toBe("1");
  expect(page.root.querySelectorAll('.scl-row[aria-level="2"]')).toHaveLength(3);
});

test("keys fold and unfold a group, and lead into it and out of it", () => {
  page.show(...grouped(3));
  page.press("Home");
  expect(page.press("ArrowLeft").defaultPrevented).toBe(true);
  expect(page.one(".scl-group").getAttribute("aria-expanded")).toBe("false");
  expect(page.root.querySelectorAll(".scl-body .scl-row")).toHaveLength(1);
  page.press("ArrowRight");
  expect(page.root.querySelectorAll(".scl-body .scl-row")).toHaveLength(4);
  page.press("ArrowRight");
  expect(page.table.rowModel.active).toBe("id-1");
  page.press("ArrowLeft");
  expect(page.one(".scl-grid").getAttribute("aria-activedescendant")).toBe(
    page.one(".scl-group").id,
  );
  page.press("Enter");
  expect(page.one(".scl-group").getAttribute("aria-expanded")).toBe("false");
});

test("a row that showed a group shows a task as if it never had", () => {
  page.show(...grouped(3));
  page.one(".scl-group .scl-c-name").click();
  page.choose("groups"); // no longer
  page.table.draw();
  expect(page.root.querySelector(".scl-group, .scl-row[aria-expanded], [aria-level]")).toBeNull();
  expect(page.one(".scl-grid").getAttribute("role")).toBe("grid");
  expect(page.root.querySelectorAll(".scl-body .scl-row")).toHaveLength(3);
});

test("a group whose tasks wait for others can be cancelled", () => {
  page.show(...grouped(3, { status: "waiting" }));
  expect(page.one(".scl-group .scl-stop").dataset.do).toBe("stop");
  expect((page.one(".scl-group .scl-stop") as HTMLButtonElement).disabled).toBe(false);
});

test("a queued task shows that its engine reports no starts", () => {
  page.show(task(1, { detail: "may run: its engine doesn't tell when it starts" }));
  expect(page.rowOf(1).textContent).toContain("may run: its engine doesn't tell when it starts");
  expect(page.rowOf(1).querySelector<HTMLElement>(".scl-c-state")?.title).toContain("may run");
});

test("the timeline comes and goes by the menu, and stays so for the next view", () => {
  page.show(task(1, { status: "running", worker: "worker 1", startedAt: EPOCH }));
  expect(page.one(".scl-timeline").hidden).toBe(true);
  page.choose("timeline");
  expect(page.one(".scl-tl-name").textContent).toBe("worker 1");
  page.mount();
  expect(page.one(".scl-timeline").hidden).toBe(false);
});

test("keys go from task to task in the timeline, and select a row that a group hid", () => {
  page.show(
    ...grouped(30, {
      status: "succeeded",
      worker: "worker 1",
      startedAt: EPOCH,
      endedAt: EPOCH + 1,
    }),
    task(31, { status: "running", worker: "worker 2", startedAt: EPOCH + 2, name: "plot" }),
  );
  page.choose("timeline");
  const area = page.one(".scl-tl-area");
  const type = (key: string): void => {
    area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    page.table.draw();
  };
  type("ArrowDown");
  expect(page.one(".scl-card").innerText).toBe("▸ plot\nrunning, worker 2\n3.0 s, since 2.0 s");
  type("ArrowUp");
  expect(page.one(".scl-card").textContent).toContain("fit[");
  type("Enter");
  expect(page.table.rowModel.active).toMatch(/^id-/);
  expect(page.one(".scl-group").getAttribute("aria-expanded")).toBe("true");
});

test("the card of a failed task in the timeline has its error and its times", () => {
  page.show(
    task(1, {
      status: "failed",
      worker: "worker 1",
      startedAt: EPOCH,
      endedAt: EPOCH + 2,
      error: "KeyError: 'price'",
    }),
  );
  page.choose("timeline");
  expect(page.one(".scl-card").hidden).toBe(true);
  const key = new KeyboardEvent("keydown", { key: "End", bubbles: true });
  page.one(".scl-tl-area").dispatchEvent(key);
  page.table.draw();
  const text = page.one(".scl-card").textContent;
  expect(text).toContain("2.0 s, from 0 ms to 2.0 s");
  expect(text).toContain("KeyError: 'price'");
});

test("a drag over the ribbon lists the tasks of that time only, until the chip is clicked", () => {
  const ran = (from: number, to: number): Partial<Row> => ({
    status: "succeeded",
    startedAt: EPOCH + from,
    endedAt: EPOCH + to,
  });
  page.show(task(1, ran(0, 2)), task(2, ran(3, 5)), task(3, ran(6, 8)), task(4));
  const ribbon = page.one(".scl-ribbon");
  ribbon.setPointerCapture = () => undefined;
  const point = (type: string, clientX: number): void => {
    ribbon.dispatchEvent(new PointerEvent(type, { clientX, pointerId: 1, bubbles: true }));
    page.table.draw();
  };
  const listed = (): number => page.root.querySelectorAll(".scl-body .scl-row").length;
  expect(listed()).toBe(4);
  point("pointerdown", 250); // of 800 pixels, which are 8 seconds
  point("pointermove", 550);
  point("pointerup", 550);
  expect(listed()).toBe(1);
  expect(page.one(".scl-during").textContent).toBe("2.5 s – 5.5 s ✕");
  page.one(".scl-during").click();
  page.table.draw();
  expect(listed()).toBe(4);
  expect(page.one(".scl-during").hidden).toBe(true);
});

test("a ribbon that was drawn before it had a width is drawn again once it has one", () => {
  const observed: (() => void)[] = [];
  class Observer extends ResizeObserver {
    constructor(resized: ResizeObserverCallback) {
      super(resized);
      observed.push(() => {
        resized([], this);
      });
    }
  }
  vi.stubGlobal("ResizeObserver", Observer);
  page.mount();
  vi.unstubAllGlobals();
  const ribbon = page.one(".scl-ribbon");
  Object.defineProperty(ribbon, "clientWidth", { value: 0, configurable: true });
  page.show(task(1, { status: "failed", startedAt: EPOCH, endedAt: EPOCH + 2 }));
  const canvas = page.one(".scl-ribbon-canvas") as HTMLCanvasElement;
  expect(canvas.width).toBe(1);
  Object.defineProperty(ribbon, "clientWidth", { value: 600, configurable: true });
  for (const resized of observed) {
    resized();
  }
  page.table.draw();
  expect(canvas.width).toBe(600);
});

test("a chip lists one state only, and has the pressed state for screen readers", () => {
  page.show(task(1), task(2, { status: "failed" }));
  const chip = page.one('.scl-chip[data-status="failed"]');
  chip.click();
  page.table.draw();
  expect(chip.getAttribute("aria-pressed")).toBe("true");
  expect(page.root.querySelectorAll(".scl-body .scl-row")).toHaveLength(1);
});

test("the details tell all, with library frames folded", async () => {
  page.show(task(1, { status: "failed", error: "KeyError: 'price'", worker: "worker 1" }));
  page.rowOf(1).querySelector<HTMLButtonElement>(".scl-more")?.click();
  page.table.draw();
  await vi.waitFor(() => {
    expect(page.one(".scl-traceback").textContent).toContain("KeyError");
  });
  expect(page.one(".scl-error").textContent).toBe("KeyError: 'price'");
  expect(page.one(".scl-traceback details summary").textContent).toBe("2 frames in libraries");
  expect(page.one(".scl-traceback pre").textContent).toContain("fit.py");
  page.press("Enter");
  expect(page.one(".scl-pane").hidden).toBe(true);
});

test("the details of a running task show where it is", async () => {
  page.table.dispose();
  const frame = { file: "/home/me/parse.py", line: 40, name: "parse", source: "match(text)" };
  const library = { file: "/usr/lib/python3.11/re.py", line: 166, name: "match", source: "" };
  page.table = mountTable(page.root, page.store, {
    ...page.actions,
    details: () =>
      Promise.resolve({
        traceback: "",
        output: "",
        outputBefore: 0,
        profile: null,
        stack: { state: "in C", taken: "", problem: "", threads: [[frame, library]] },
      }),
  });
  page.show(task(1, { status: "running" }));
  page.rowOf(1).querySelector<HTMLButtonElement>(".scl-more")?.click();
  page.table.draw();
  const where = '[aria-label="Where it is"]';
  await vi.waitFor(() => {
    expect(page.one(where).textContent).toContain("where it is: in C");
  });
  expect(page.one(where).textContent).toContain("line 40, in parse\n    match(text)");
  expect(page.one(`${where} details`).textContent).toContain("1 frame in a library");
  page.store.apply(changes(10, 11, [task(1, { status: "succeeded" })]));
  page.table.draw();
  await vi.waitFor(() => {
    expect(page.one(where).textContent).toBe("");
  });
});

test("the progress of a running task is shown as a bar and as text", () => {
  const running = { status: "running", startedAt: EPOCH } as const; // five seconds ago
  page.show(
    task(1, { ...running, progress: { done: 25, total: 100, note: "epoch 3" } }),
    task(2, { ...running, progress: { done: 12, total: null, note: "" } }),
    task(3, { ...running, progress: { done: 0.25, total: 0.5, note: "" } }),
    task(4, { status: "succeeded", progress: { done: 5, total: 5, note: "" } }),
  );
  const shown = (n: number): [string, boolean] => [
    page.rowOf(n).querySelector(".scl-c-now")?.textContent ?? "",
    page.rowOf(n).querySelector<HTMLElement>(".scl-progress")?.hidden ?? true,
  ];
  expect(shown(1)).toEqual(["25/100 · ~15 s left · epoch 3", false]);
  expect(page.rowOf(1).querySelector<HTMLElement>(".scl-filled")?.style.width).toBe("25%");
  expect(shown(2)).toEqual(["12", true]);
  expect(shown(3)).toEqual(["50 % · ~5 s left", false]);
  expect(shown(4)).toEqual(["", true]);
});

test("a row shows what its task does now", () => {
  const cancelled = { status: "cancelled", cancelRequestedBy: "JupyterLab" } as const;
  page.show(
    task(1, { status: "running" }),
    task(2),
    task(3),
    task(4, { status: "waiting" }),
    task(5, { status: "failed", error: "KeyError: 'price'" }),
    task(6, { ...cancelled, cancelResolution: "interrupted", cancelSeconds: 0.004 }),
    task(7, { ...cancelled, cancelResolution: "never_started" }),
    task(8, { ...cancelled, cancelResolution: "killed", cancelSeconds: 1.2 }),
    task(9, { ...cancelled, cancelResolution: "finished_first", cancelSeconds: 0.01 }),
    task(10, { ...cancelled, cancelResolution: "lost" }),
    task(11, { status: "queued", attempt: 2, detail: "" }),
  );
  const said = [...Array(11).keys()].map(
    (n) => page.rowOf(n + 1).querySelector(".scl-c-now")?.textContent,
  );
  expect(said).toEqual([
    "",
    "first in the queue",
    "1 queued before it",
    "waits for other tasks",
    "failedKeyError: 'price'",
    "stopped in 4.0 ms, from JupyterLab",
    "never started, from JupyterLab",
    "killed in 1200 ms, from JupyterLab",
    "finished first, result discarded, from JupyterLab",
    "lost with its engine, from JupyterLab",
    "attempt 2 · 3 queued before it",
  ]);
});

test("arguments, results and the last line are requested for the visible rows, once", async () => {
  const asked: string[] = [];
  page.mount({
    glimpses: (ids) => {
      asked.push(...ids);
      const glimpse = { arguments: "depth=8, lr=0.05", result: "", line: "epoch 3" };
      return Promise.resolve(new Map(ids.map((id) => [id, glimpse])));
    },
  });
  page.show(task(1, { status: "running" }), task(2));
  await vi.waitFor(() => {
    page.table.draw();
    expect(page.rowOf(1).querySelector(".scl-extra")?.textContent).toBe("depth=8, lr=0.05");
  });
  expect(page.rowOf(1).querySelector(".scl-c-now")?.textContent).toBe("epoch 3");
  page.table.draw();
  expect(asked).toEqual(["id-1", "id-2"]);
  page.choose("column-arguments");
  expect(page.one(".scl-grid").classList.contains("scl-has-arguments")).toBe(false);
});

test("a response after the table was disposed of is not drawn, and not followed by a request", async () => {
  let respond: () => void = () => undefined;
  const details = vi.fn(
    () =>
      new Promise<TaskDetails>((resolve) => {
        respond = () => {
          resolve({ traceback: "", output: "a", outputBefore: 0, profile: null, stack: null });
        };
      }),
  );
  vi.useFakeTimers();
  page.mount({ details });
  page.show(task(1, { status: "running", outputBytes: 1 }));
  page.rowOf(1).click();
  page.table.perform("details");
  page.table.draw();
  vi.advanceTimersByTime(5000);
  expect(details).toHaveBeenCalled();
  const before = details.mock.calls.length;
  page.table.dispose();
  page.store.apply(snapshot(11, [task(1, { status: "running", outputBytes: 9 })]));
  respond();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(details).toHaveBeenCalledTimes(before);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("columns, order, filter and height are as they were after a reload", () => {
  page.show(task(1), task(2, { status: "failed" }), task(3));
  page.choose("column-worker");
  page.choose("sort-number");
  page.one('.scl-chip[data-status="queued"]').click();
  page.table.rowModel.find("task");
  page.table.draw();
  page.mount();
  page.table.draw();
  expect(page.one(".scl-grid").classList.contains("scl-has-worker")).toBe(true);
  expect(page.table.rowModel.sort.key).toBe("number");
  expect([...page.table.rowModel.filter]).toEqual(["queued"]);
  expect(page.one(".scl-search")).toHaveProperty("value", "task");
  expect(page.table.rowModel.ids).toEqual(["id-1", "id-3"]);
});

test.each([
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "<svg/onload=alert(1)>",
  "javascript:alert(1)",
  "&lt;b&gt;",
  '"><iframe srcdoc="<script>alert(1)</script>">',
])("text is text: %s", (payload) => {
  page.show(task(1, { status: "failed", name: payload, worker: payload, error: payload }));
  page.rowOf(1).querySelector<HTMLButtonElement>(".scl-more")?.click();
  page.table.draw();
  expect(page.root.querySelector("img, script, svg:not(.scl-spark), iframe, b, a")).toBeNull();
  expect(page.rowOf(1).querySelector(".scl-c-name")?.textContent).toBe(payload);
});

test("what can't be seen is shown as its escape", () => {
  page.show(task(1, { name: "a\u202Eb\u200Bc\u001b[2J\n" }));
  expect(page.rowOf(1).querySelector(".scl-c-name")?.textContent).toBe(
    "a\\u202eb\\u200bc\\x1b[2J\\n",
  );
});

test("of a hundred thousand tasks only those in sight have elements", () => {
  page.show(...Array.from({ length: 100_000 }, (_, n) => task(n + 1)));
  expect(page.one(".scl-grid").getAttribute("aria-rowcount")).toBe("100001");
  expect(page.root.querySelectorAll(".scl-body .scl-row").length).toBeLessThan(40);
});

test("after the end no request is possible, and the table shows why", () => {
  page.show(task(1, { status: "running" }));
  page.store.apply({ kind: "closed", reason: "The kernel was restarted" });
  page.table.draw();
  expect(page.rowOf(1).querySelector<HTMLButtonElement>(".scl-stop")?.disabled).toBe(true);
  expect(page.one(".scl-foot span").textContent).toBe("The kernel was restarted");
});

test("disposed of, it leaves nothing in the page", () => {
  page.show(task(1));
  page.table.dispose();
  expect(page.root.childNodes).toHaveLength(0);
  page.store.apply(changes(10, 11, [task(1, { status: "running" })]));
});
