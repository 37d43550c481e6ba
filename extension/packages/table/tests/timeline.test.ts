import { beforeEach, expect, test } from "vitest";

import { type Row, TaskStore, Timeline } from "../src/index.js";
import { coverageOf } from "../src/coverage.js";
import { changes, EPOCH, snapshot, task, welcome } from "./feedFixtures.js";

let store: TaskStore;
let timeline: Timeline;
let now: number;

function ran(
  number: number,
  worker: string,
  from: number,
  to: number | null,
  facts: Partial<Row> = {},
): Row {
  return task(number, {
    status: to === null ? "running" : "succeeded",
    worker,
    startedAt: EPOCH + from,
    endedAt: to === null ? null : EPOCH + to,
    ...facts,
  });
}

function show(...rows: Row[]): void {
  store.apply(welcome({ workerCount: 4 }));
  store.apply(snapshot(10, rows));
}

function laneOf(worker: string): Timeline["lanes"][number] {
  const lane = timeline.lanes.find((one) => one.worker === worker);
  if (lane === undefined) {
    throw new Error(`no lane of ${worker}`);
  }
  return lane;
}

beforeEach(() => {
  now = EPOCH + 10;
  store = new TaskStore({ resync: () => undefined, clock: () => now });
  timeline = new Timeline(store);
});

test("each worker has a lane, in the order people count in; what never started has none", () => {
  show(ran(1, "worker 10", 0, 1), ran(2, "worker 2", 0, 1), ran(3, "worker 2", -1, 0), task(4));
  expect(timeline.lanes.map(({ worker }) => worker)).toEqual(["worker 2", "worker 10"]);
  expect(laneOf("worker 2").spans.map(({ id }) => id)).toEqual(["id-3", "id-2"]);
});

const KILLED: Partial<Row> = {
  status: "cancelled",
  cancelResolution: "killed",
  cancelRequestedAt: EPOCH + 1.5,
};

function slots(): (readonly string[])[] {
  return timeline.lanes.map(({ workers }) => workers);
}

test("the successor of a killed worker stays in its lane", () => {
  show(
    ran(1, "worker 1", 0, 3),
    ran(2, "worker 2", 0, 2, KILLED),
    ran(3, "worker 5", 1.6, null), // it starts while the other is being killed
    ran(4, "worker 1", 3, null),
  );
  expect(slots()).toEqual([["worker 1"], ["worker 2", "worker 5"]]);
  expect(laneOf("worker 5").spans.map(({ id }) => id)).toEqual(["id-2", "id-3"]);
});

test("a lane outlives several workers, and a worker that died by itself", () => {
  const died = { status: "failed", error: "WorkerDied: worker 1 (pid 7) was killed" } as const;
  show(
    ran(1, "worker 1", 0, 1, died),
    ran(2, "worker 3", 1, 2, { ...KILLED, cancelRequestedAt: EPOCH + 2 }),
    ran(3, "worker 4", 2, null),
    ran(4, "worker 2", 0, 9),
  );
  expect(slots()).toEqual([["worker 1", "worker 3", "worker 4"], ["worker 2"]]);
});

test("more workers than run at a time: the last one idle has given its lane away", () => {
  store.apply(welcome({ workerCount: 2 }));
  const rows = [ran(1, "worker 1", 0, 1), ran(2, "worker 2", 0, 3), ran(3, "worker 3", 4, 5)];
  store.apply(snapshot(10, rows));
  expect(slots()).toEqual([["worker 1"], ["worker 2", "worker 3"]]);
  store.apply(changes(10, 11, [ran(4, "worker 2", 4.5, null)])); // it was only idle
  expect(slots()).toEqual([["worker 1", "worker 3"], ["worker 2"]]);
});

test("a worker that runs again, or is of another program, is nobody's successor", () => {
  show(
    ran(1, "a.py, worker 1", 0, 1, { ...KILLED, cancelRequestedAt: EPOCH + 1 }),
    ran(2, "b.py, worker 1", 2, 3),
    ran(3, "b.py, worker 2", 4, 5),
  );
  expect(slots()).toEqual([["a.py, worker 1"], ["b.py, worker 1"], ["b.py, worker 2"]]);
});

test("the ribbon shows how many workers were busy, with what, and every failure", () => {
  const rows = [
    ran(1, "a", 0, 10),
    ran(2, "b", 5, null),
    ran(3, "b", 2, 2.0001, { status: "failed" }),
    task(4),
  ];
  const coverage = coverageOf(rows, EPOCH + 10, 10);
  expect([...(coverage?.busy.succeeded ?? [])].slice(0, 10)).toEqual(Array(10).fill(1));
  const running = [...(coverage?.busy.running ?? [])].slice(0, 10);
  expect(running).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  expect(coverage?.peak).toBe(2);
  expect(coverage?.failures).toEqual(new Set([2]));
  expect(coverageOf([task(1)], EPOCH, 10)).toBeNull();
});

test("all of the time is shown: to the last end, or to now while something runs", () => {
  show(ran(1, "a", 0, 4));
  expect(timeline.lanes).toHaveLength(1);
  expect(timeline.range).toEqual({ from: EPOCH, to: EPOCH + 4 });
  store.apply(changes(10, 11, [ran(2, "a", 4, null)]));
  expect(timeline.lanes).toHaveLength(1);
  expect(timeline.range).toEqual({ from: EPOCH, to: EPOCH + 10 });
});

test("zooming leaves the time pointed at where it is, and ends at all of it", () => {
  show(ran(1, "a", 0, 8));
  expect(timeline.lanes).toHaveLength(1);
  timeline.zoom(2, EPOCH + 2);
  expect(timeline.range).toEqual({ from: EPOCH + 1, to: EPOCH + 5 });
  timeline.pan(-1);
  expect(timeline.range).toEqual({ from: EPOCH, to: EPOCH + 4 });
  timeline.zoom(0.1, EPOCH + 2);
  expect(timeline.isZoomed).toBe(false);
});

test("bars are where and as long as their tasks ran", () => {
  show(ran(1, "a", 0, 5), ran(2, "a", 5, null));
  expect(timeline.bars(laneOf("a"), 100)).toEqual([
    { left: 0, right: 50, status: "succeeded", id: "id-1", count: 1 },
    { left: 50, right: 100, status: "running", id: "id-2", count: 1 },
  ]);
  timeline.zoom(10, EPOCH + 10);
  expect(timeline.bars(laneOf("a"), 100)).toMatchObject([{ id: "id-2", left: 0, right: 100 }]);
});

test("of tasks too short to tell apart, the one that went wrong is shown", () => {
  const rows = Array.from({ length: 1000 }, (_, n) =>
    ran(n, "a", n / 100, (n + 1) / 100, n === 555 ? { status: "failed" } : {}),
  );
  show(...rows);
  const bars = timeline.bars(laneOf("a"), 50);
  expect(bars.length).toBeLessThanOrEqual(51);
  expect(bars.filter(({ status }) => status === "failed")).toMatchObject([{ id: "id-555" }]);
  expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
});

test("a task is found at its time, a thin one also near it", () => {
  show(ran(1, "a", 0, 2), ran(2, "a", 5, 5.001), ran(3, "a", 9, null));
  const lane = laneOf("a");
  expect(timeline.at(lane, EPOCH + 1, 0.1)?.id).toBe("id-1");
  expect(timeline.at(lane, EPOCH + 4.95, 0.1)?.id).toBe("id-2");
  expect(timeline.at(lane, EPOCH + 4, 0.1)).toBeNull();
  expect(timeline.at(lane, EPOCH + 9.5, 0.1)?.id).toBe("id-3");
  expect(timeline.at(lane, EPOCH + 4, Infinity)?.id).toBe("id-2");
});

test("ticks are round, and no more than there is room for", () => {
  show(ran(1, "a", 0, 95));
  expect(timeline.lanes).toHaveLength(1);
  expect(timeline.ticks(5).map(({ since }) => since)).toEqual([0, 30, 60, 90]);
  timeline.zoom(1000, EPOCH + 1);
  expect(timeline.ticks(5).length).toBeGreaterThan(0);
  expect(timeline.ticks(5).length).toBeLessThanOrEqual(6);
});

test("a hundred thousand tasks become no more bars than pixels", () => {
  const rows = Array.from({ length: 100_000 }, (_, n) =>
    ran(n, `w${n % 4}`, n / 1e4, n / 1e4 + 3e-4),
  );
  show(...rows);
  expect(timeline.lanes).toHaveLength(4);
  for (const lane of timeline.lanes) {
    expect(timeline.bars(lane, 800).length).toBeLessThanOrEqual(801);
  }
});

test("more workers than lanes are counted", () => {
  show(...Array.from({ length: 100 }, (_, n) => ran(n, `w${n}`, 0, 1)));
  expect(timeline.lanes).toHaveLength(64);
  expect(timeline.slotCount).toBe(100);
});
