import { expect, test } from "vitest";

import { FeedError, noCounts, readMessage, type Row, TaskStore } from "../src/index.js";
import { changes, EPOCH, snapshot, task, welcome } from "./feedFixtures.js";

function made(rows: readonly Row[] = []): {
  store: TaskStore;
  asks: number[];
  clock: { now: number };
} {
  const asks: number[] = [];
  const clock = { now: EPOCH };
  const store = new TaskStore({
    resync: () => {
      asks.push(store.version);
    },
    clock: () => clock.now,
  });
  store.apply(welcome());
  store.apply(snapshot(10, rows));
  return { store, asks, clock };
}

test("a snapshot makes the store live, and counts by state", () => {
  const { store } = made([task(1, { status: "running" }), task(2), task(3)]);
  expect(store.phase).toBe("live");
  expect(store.counts).toMatchObject({ running: 1, queued: 2, succeeded: 0 });
  expect(store.rows.map((row) => row.number)).toEqual([1, 2, 3]);
});

test("changes to the current version are applied, others request a snapshot, once", () => {
  const { store, asks } = made([task(1), task(2)]);
  store.apply(changes(10, 12, [task(1, { status: "running" })]));
  expect(store.get("id-1")?.status).toBe("running");
  store.apply(changes(15, 16, [task(2, { status: "running" })]));
  store.apply(changes(16, 17, [task(2, { status: "failed" })]));
  expect(asks).toEqual([12]);
  expect(store.get("id-2")?.status).toBe("queued");
  store.apply(snapshot(20, [task(2, { status: "failed" })]));
  expect(store.version).toBe(20);
  expect(store.get("id-1")).toBeUndefined();
  expect(store.counts).toMatchObject({ failed: 1, running: 0, queued: 0 });
});

test("changes that are older than what is at hand change nothing", () => {
  const { store, asks } = made([task(1)]);
  store.apply(changes(7, 9, [task(1, { status: "failed" })]));
  expect(asks).toEqual([]);
  expect(store.get("id-1")?.status).toBe("queued");
});

test("a piece of changes that ends at its own beginning leaves the version as it is", () => {
  const { store, asks } = made([task(1), task(2)]);
  store.apply(changes(10, 10, [], ["id-1"]));
  store.apply(changes(10, 11, [], ["id-2"]));
  expect(asks).toEqual([]);
  expect(store.size).toBe(0);
  expect(store.version).toBe(11);
});

test("a snapshot is shown part by part in an empty table, at once where it replaces rows", () => {
  const { store } = made([task(1), task(2)]);
  const first = new TaskStore({ resync: () => undefined });
  first.apply(snapshot(5, [task(1)], 0, 2));
  expect([first.size, first.version]).toEqual([1, -1]);
  first.apply(snapshot(5, [task(2)], 1, 2));
  expect([first.size, first.version, first.phase]).toEqual([2, 5, "live"]);
  store.apply(snapshot(30, [task(7)], 0, 2));
  expect(store.rows.map((row) => row.number)).toEqual([1, 2]);
  store.apply(snapshot(30, [task(8)], 1, 2));
  expect(store.rows.map((row) => row.number)).toEqual([7, 8]);
});

test("a part of another snapshot than the current one requests a new one", () => {
  const { store, asks } = made();
  store.apply(snapshot(30, [task(7)], 0, 3));
  store.apply(snapshot(31, [task(8)], 1, 3));
  expect(asks).toEqual([10]);
});

test("forgotten tasks go", () => {
  const { store } = made([task(1, { status: "succeeded" }), task(2)]);
  store.apply(changes(10, 11, [], ["id-1"]));
  expect(store.rows.map((row) => row.number)).toEqual([2]);
  expect(store.counts.succeeded).toBe(1); // it still counts, so that no bar runs backwards
  store.apply(changes(11, 12, [], ["id-2"])); // withdrawn
  expect(store.counts.queued).toBe(0);
});

test("after the end the store has the reason", () => {
  const { store } = made([task(1)]);
  store.apply({ kind: "closed", reason: "the client was shut down" });
  expect([store.phase, store.endReason]).toEqual(["ended", "the client was shut down"]);
});

test("with its engine, what was open is lost, and its clock stops", () => {
  const { store, clock } = made([
    task(1, { status: "running", startedAt: EPOCH }),
    task(2, { status: "cancelling", startedAt: EPOCH }),
    task(3),
    task(4, { status: "succeeded" }),
  ]);
  clock.now += 5;
  store.end("the kernel was restarted", "program ended");
  expect(store.phase).toBe("ended");
  expect(store.rows.map(({ status, error, detail }) => [status, error, detail])).toEqual([
    ["failed", "program ended", ""],
    ["cancelled", "", "program ended"],
    ["failed", "program ended", ""],
    ["succeeded", "", ""],
  ]);
  expect(store.get("id-1")?.endedAt).toBe(EPOCH + 5);
  expect(store.get("id-2")?.cancelResolution).toBe("lost");
  expect(store.counts).toMatchObject({ running: 0, cancelling: 0, failed: 2, cancelled: 1 });
});

test("the end counts what the page does not list, too", () => {
  const { store } = made([task(1, { status: "running" })]);
  const counts = { ...noCounts(), running: 1, queued: 500, cancelling: 2, succeeded: 9 };
  store.apply({ ...changes(10, 11, []), counts });
  store.end("gone", "engine ended");
  expect(store.counts).toEqual({ ...noCounts(), failed: 501, cancelled: 2, succeeded: 9 });
});

test("what had ended before the store looked is no rate", () => {
  const clock = { now: EPOCH };
  const store = new TaskStore({ resync: () => undefined, clock: () => clock.now });
  store.apply(welcome());
  const done = Array.from({ length: 300 }, (_, n) => task(n, { status: "succeeded" }));
  clock.now += 0.5;
  store.apply(snapshot(10, [...done, task(300, { status: "running" })]));
  for (let step = 0; step < 20; step += 1) {
    clock.now += 0.1;
    store.apply(changes(10 + step, 11 + step, []));
  }
  expect(store.rate()).toBe(0);
});

test("the rate is that of the last seconds, and null once nothing is open", () => {
  const { store, clock } = made(Array.from({ length: 40 }, (_, n) => task(n)));
  for (let step = 0; step < 20; step += 1) {
    clock.now += 0.1;
    store.apply(changes(10 + step, 11 + step, [task(step, { status: "succeeded" })]));
  }
  expect(store.rate()).toBeCloseTo(10, 0);
  const rest = Array.from({ length: 20 }, (_, n) => task(20 + n, { status: "succeeded" }));
  store.apply(changes(30, 31, rest));
  expect(store.rate()).toBeNull();
});

test("times follow the kernel's clock, which may be ahead of the page's", () => {
  const { store } = made();
  store.apply(changes(10, 11, []), EPOCH + 100);
  expect(store.now()).toBe(EPOCH + 100);
  store.apply(changes(11, 12, []), EPOCH + 99.8); // it was on its way for a while
  expect(store.now()).toBe(EPOCH + 100);
});

test("a message is read from the columns that the kernel sends", () => {
  const message = readMessage([
    "changes",
    3,
    9,
    [
      ["a", "b"],
      [5, 1],
      ["fit", "fit"],
      ["running", "cancelled"],
      [7, 2],
      [1, 2],
      ["", "grid"],
      ["worker 1", ""],
      [1.5, null],
      [null, null],
      [null, 2],
      ["", "notebook"],
      [null, "never_started"],
      [null, 0.004],
      ["", ""],
      ["", ""],
    ],
    [],
    {},
    [],
  ]);
  expect(message).toMatchObject({
    since: 3,
    rows: [
      { id: "a", number: 5, version: 7, status: "running", startedAt: 1.5 },
      { id: "b", number: 6, version: 9, cancelResolution: "never_started", cancelSeconds: 0.004 },
    ],
  });
});

test.each([[null], [[]], [["snapshot", 1]], [["changes", 1, 2, [["a"]], []]], [["hello"]]])(
  "what is no message is refused: %j",
  (value) => {
    expect(() => readMessage(value)).toThrow(FeedError);
  },
);
