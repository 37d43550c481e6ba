import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type LiveUsage, readMessage } from "../src/index.js";
import { changes, EPOCH, snapshot, task, welcome } from "./feedFixtures.js";
import { TablePage } from "./tablePage.js";

const MIB = 1024 ** 2;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance", "Date"] });
});

const page = TablePage.forEachTest();
let requests = 0;

beforeEach(() => {
  requests = 0;
  page.mount({
    requestUsage: () => {
      requests += 1;
    },
    details: () =>
      Promise.resolve({ traceback: "", output: "", outputBefore: 0, profile: null, stack: null }),
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function show(facts = { reportsUsage: true }): void {
  page.store.apply(welcome(facts));
  page.store.apply(
    snapshot(10, [
      task(1, { status: "running", groupName: "fit", name: "fit[0]", startedAt: EPOCH }),
      task(2, { status: "running", groupName: "fit", name: "fit[1]", startedAt: EPOCH }),
      task(3),
    ]),
  );
  page.table.draw();
}

function report(number: number, cpuPercent: number | null, memory: number | null): void {
  const usage: LiveUsage = { cpuPercent, memory, children: 0 };
  page.store.apply({ kind: "usage", usage: new Map([[`id-${number}`, usage]]) });
  page.table.draw();
}

function cells(number: number): (string | undefined)[] {
  const row = page.rowOf(number);
  return ["cpu", "memory"].map((name) => row.querySelector(`.scl-c-${name}`)?.textContent);
}

test("a report is read, and a value that is not known is null", () => {
  expect(readMessage(["usage", { a: [12.5, 1024, 2], b: [null, null, null] }])).toEqual({
    kind: "usage",
    usage: new Map([
      ["a", { cpuPercent: 12.5, memory: 1024, children: 2 }],
      ["b", { cpuPercent: null, memory: null, children: null }],
    ]),
  });
});

test("usage is requested once a second while it is shown and a task runs", () => {
  show();
  vi.advanceTimersByTime(5000);
  expect(requests).toBe(0); // the table is too narrow to show it unless it is turned on
  page.choose("column-usage");
  vi.advanceTimersByTime(5000);
  expect(requests).toBe(5);
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  vi.advanceTimersByTime(5000);
  expect(requests).toBe(5);
  vi.spyOn(document, "hidden", "get").mockReturnValue(false);
  page.store.apply(
    changes(10, 11, [task(1, { status: "succeeded" }), task(2, { status: "failed" })]),
  );
  vi.advanceTimersByTime(5000);
  expect(requests).toBe(5);
});

test("an engine that doesn't report usage isn't requested to, and has no columns", () => {
  show({ reportsUsage: false });
  expect(page.menu).not.toContain("Columns: CPU and memory");
  page.rowOf(2).querySelector<HTMLButtonElement>(".scl-more")?.click();
  page.table.draw();
  vi.advanceTimersByTime(5000);
  expect(requests).toBe(0);
});

test("a running task's row shows what it uses, and a group's the sum", () => {
  show();
  page.choose("column-usage");
  report(1, 97.6, 512 * MIB);
  report(2, 50, 1.5 * 1024 * MIB);
  expect(cells(2)).toEqual(["50%", "1.5 GiB"]);
  const group = page.one(".scl-group");
  expect(group.querySelector(".scl-c-cpu")?.textContent).toBe("148%");
  expect(group.querySelector(".scl-c-memory")?.textContent).toBe("2 GiB");
  const { revision } = page.store;
  report(2, null, 3 * MIB);
  expect(cells(2)).toEqual(["", "3 MiB"]);
  expect(page.store.revision).toBe(revision); // no change of the board
  page.store.apply(changes(10, 11, [task(2, { status: "succeeded" })]));
  page.table.draw();
  expect(cells(2)).toEqual(["", ""]);
});

test("what was reported long ago isn't shown as what is", () => {
  show();
  page.choose("column-usage");
  report(2, 97.6, 512 * MIB);
  expect(cells(2)).toEqual(["98%", "512 MiB"]);
  page.now += 10;
  page.table.draw();
  expect(cells(2)).toEqual(["", ""]);
});

test("the details of a running task request its usage, and draw the last minute", () => {
  show();
  page.rowOf(2).querySelector<HTMLButtonElement>(".scl-more")?.click();
  page.table.draw();
  vi.advanceTimersByTime(1000);
  expect(requests).toBeGreaterThan(0);
  for (const [memory, seconds] of [
    [400, 1],
    [100, 10],
    [200, 0],
  ] as const) {
    report(2, 50, memory * MIB);
    page.now += seconds;
  }
  page.table.draw();
  const usage = page.one(".scl-usage");
  expect(usage.textContent).toBe("CPU50% of a coreMemory200 MiB, up to 400 MiB");
  const [cpu, memory] = [...usage.querySelectorAll(".scl-spark-line")].map((line) =>
    line.getAttribute("d"),
  );
  expect(cpu).toBe("M98.0 11.0L100.0 11.0M120.0 11.0"); // with a gap of ten seconds
  expect(memory).toBe("M98.0 1.0L100.0 16.0M120.0 11.0");
  page.store.apply(changes(10, 11, [task(2, { status: "succeeded" })]));
  page.table.draw();
  expect(usage.hidden).toBe(true);
});
