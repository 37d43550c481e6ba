import { expect, it } from "vitest";

import { type Row, TaskStore } from "@scaler-lab/table";
import { WorkerBars } from "../src/workerBars.js";
import { ENGLISH } from "./serverMessages.js";
import { snapshot, task, welcome } from "../../table/tests/feedFixtures.js";

const MIB = 1024 ** 2;

function storeOf(...rows: Row[]): TaskStore {
  const store = new TaskStore({ resync: () => undefined });
  store.apply(welcome({ reportsUsage: true }));
  store.apply(snapshot(1, rows));
  return store;
}

function report(store: TaskStore, number: number, cpuPercent: number): void {
  const usage = { cpuPercent, memory: 10 * MIB, children: 0 };
  store.apply({ kind: "usage", usage: new Map([[`id-${number}`, usage]]) });
}

function widths(bars: WorkerBars): string[] {
  return [...bars.node.querySelectorAll<HTMLElement>(".scl-worker > span")].map(
    ({ style }) => style.width,
  );
}

it("shows each worker's share of a core, and keeps its place", () => {
  const bars = new WorkerBars(ENGLISH);
  const two = task(2, { status: "running", worker: "worker 2" });
  const store = storeOf(task(1, { status: "running", worker: "worker 1" }), two);
  report(store, 1, 250);
  report(store, 2, 40);
  bars.draw(store, 3);
  expect(widths(bars)).toEqual(["100%", "40%", "0%"]);
  expect(bars.node.textContent).toBe("290% · 20 MiB");
  expect(bars.node.querySelector("[role=img]")?.getAttribute("aria-label")).toBe(
    "2 of 3 workers busy: 290% · 20 MiB",
  );
  expect(bars.node.querySelectorAll<HTMLElement>(".scl-worker")[1]?.title).toBe(
    "worker 2: #2 task[2]\n40%, 10 MiB",
  );
  const done = task(1, { status: "succeeded", worker: "worker 1" });
  store.apply(snapshot(2, [done, two]));
  bars.draw(store, 3);
  expect(widths(bars)).toEqual(["0%", "40%", "0%"]);
});

it("is not shown for an engine that doesn't report usage, or has no workers", () => {
  const bars = new WorkerBars(ENGLISH);
  const store = storeOf();
  bars.draw(store, 0);
  expect(bars.node.hidden).toBe(true);
  bars.draw(store, 2);
  expect(bars.node.hidden).toBe(false);
  store.apply(welcome({ reportsUsage: false }));
  bars.draw(store, 2);
  expect(bars.node.hidden).toBe(true);
});
