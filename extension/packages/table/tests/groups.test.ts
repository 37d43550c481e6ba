import { beforeEach, expect, test } from "vitest";

import { Folding, RowModel, type PageStorage, type Row, TaskStore } from "../src/index.js";
import { changes, snapshot, task, welcome } from "./feedFixtures.js";

let store: TaskStore;
let rowModel: RowModel;

function members(name: string, first: number, n: number, facts: Partial<Row> = {}): Row[] {
  return Array.from({ length: n }, (_, i) =>
    task(first + i, { name: `${name}[${i}]`, groupName: name, ...facts }),
  );
}

function listed(): string[] {
  return rowModel.ids.map((id) => {
    const group = store.group(id);
    return group === undefined ? `${store.get(id)?.number}` : `${group.name} x${group.size}`;
  });
}

function groupId(name: string): string {
  const found = [...store.groups].find((group) => group.name === name);
  if (found === undefined) {
    throw new Error(`no group ${name}`);
  }
  return found.id;
}

beforeEach(() => {
  store = new TaskStore({ resync: () => undefined });
  store.apply(welcome());
  store.apply(
    snapshot(10, [
      task(1, { status: "running" }),
      ...members("fit", 2, 3),
      ...members("many", 5, 50),
      task(55),
    ]),
  );
  rowModel = new RowModel(store);
});

test("a small group is listed with its tasks, a big one as one row", () => {
  expect(listed()).toEqual(["1", "fit x3", "2", "3", "4", "many x50", "55"]);
});

test("folding and unfolding leaves the rest where it is", () => {
  rowModel.fold(groupId("fit"), true);
  expect(listed()).toEqual(["1", "fit x3", "many x50", "55"]);
  rowModel.fold(groupId("many"), false);
  expect(listed()).toHaveLength(54);
  rowModel.fold(groupId("many"), true);
  expect(listed()).toEqual(["1", "fit x3", "many x50", "55"]);
});

test("a group stands where its most pressing task would", () => {
  rowModel.fold(groupId("fit"), true);
  const [first] = members("many", 5, 1, { status: "cancelling" });
  store.apply(changes(10, 11, first === undefined ? [] : [first]));
  expect(listed()).toEqual(["many x50", "1", "fit x3", "55"]);
});

test("two groups of one name are two groups", () => {
  store.apply(changes(10, 12, members("fit", 56, 2)));
  expect([...store.groups].map(({ name, first, size }) => [name, first, size])).toEqual([
    ["fit", 2, 3],
    ["many", 5, 50],
    ["fit", 56, 2],
  ]);
});

test("a group's counts and times follow its tasks", () => {
  const group = store.group(groupId("fit"));
  const ended = members("fit", 2, 3, { status: "succeeded", startedAt: 5, endedAt: 7 });
  store.apply(changes(10, 11, ended.slice(0, 2)));
  expect(group?.counts).toMatchObject({ succeeded: 2, queued: 1 });
  expect([group?.startedAt, group?.endedAt]).toEqual([5, null]);
  store.apply(changes(11, 12, ended.slice(2)));
  expect([group?.settled, group?.endedAt, group?.status]).toEqual([3, 7, "succeeded"]);
  store.apply(changes(12, 13, [], ["id-2", "id-3", "id-4"]));
  expect([...store.groups].map(({ name }) => name)).toEqual(["many"]);
});

test("a filter, a search and a setting list tasks without groups", () => {
  rowModel.find("many[7]");
  expect(listed()).toEqual(["12"]);
  rowModel.showAll();
  rowModel.toggleStatus("running");
  expect(listed()).toEqual(["1"]);
  rowModel.showAll();
  rowModel.listGroups(false);
  expect(listed()).toHaveLength(55);
});

test("a selected group is its tasks, whether folded or not, and each only once", () => {
  rowModel.selectOnly(groupId("many"));
  expect(rowModel.selection.size).toBe(50);
  expect(rowModel.selection.stoppableCount).toBe(50);
  rowModel.toggle("id-1");
  rowModel.fold(groupId("many"), false);
  rowModel.toggle("id-5"); // one of them no longer
  expect(rowModel.selection.has(groupId("many"))).toBe(false);
  expect(rowModel.selection.size).toBe(50);
  rowModel.selectAll();
  expect(rowModel.selection.size).toBe(55);
  expect(new Set(rowModel.selection.stoppable).size).toBe(55);
});

test("cancel all reaches into folded groups", () => {
  expect(rowModel.stoppable(false)).toHaveLength(55);
  expect(rowModel.stoppable(true)).toHaveLength(54);
});

test("folding a group that holds the active row makes the group the active row", () => {
  rowModel.selectOnly("id-3");
  rowModel.fold(groupId("fit"), true);
  expect(rowModel.active).toBe(groupId("fit"));
});

test("while held, new groups come last", () => {
  rowModel.fold(groupId("fit"), true);
  rowModel.hold(true);
  store.apply(changes(10, 11, members("new", 56, 2, { status: "running" })));
  expect(listed()).toEqual(["1", "fit x3", "many x50", "55", "new x2", "56", "57"]);
});

test("sorting sorts groups among tasks, and tasks within groups", () => {
  rowModel.sortBy("number");
  rowModel.sortBy("number");
  expect(listed()).toEqual(["55", "many x50", "fit x3", "4", "3", "2", "1"]);
});

test("what was folded is remembered, for this program only, and not without end", () => {
  const kept = new Map<string, string>();
  const storage: PageStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value);
    },
  };
  const fit = store.group(groupId("fit"));
  if (fit === undefined) {
    throw new Error("no group");
  }
  new Folding(() => "this", storage).set(fit, false);
  expect(new Folding(() => "this", storage).isFolded(fit)).toBe(false);
  expect(new Folding(() => "another", storage).isFolded(fit)).toBe(true);
  const folding = new Folding(() => "this", storage);
  for (let n = 0; n < 1000; n += 1) {
    folding.set({ ...fit, id: `group:${n} x`, size: 1 }, true);
  }
  expect(JSON.parse(kept.get("scaler_lab.folds") ?? "")).toHaveLength(300);
  kept.set("scaler_lab.folds", "{broken");
  expect(new Folding(() => "this", storage).isFolded(fit)).toBe(true);
});

test("groups are open that there is room for, the first ones first", () => {
  const of = new TaskStore({ resync: () => undefined });
  of.apply(welcome());
  const first = members("first", 1, 5);
  const second = members("second", 6, 9);
  const third = members("third", 15, 3);
  of.apply(snapshot(1, [...first, ...second, ...third]));
  const listing = new RowModel(of);
  const open = (): string[] =>
    [...of.groups].filter((group) => !listing.isFolded(group)).map(({ name }) => name);
  expect(listing.ids).toHaveLength(3 + 5 + 3); // of 12 rows
  expect(open()).toEqual(["first", "third"]);
  of.apply(
    changes(
      1,
      2,
      first.map((row) => ({ ...row, status: "succeeded" })),
    ),
  );
  expect(listing.ids).toHaveLength(3 + 5 + 3); // an end folds nothing
  listing.roomFor(20);
  expect(listing.ids).toHaveLength(3 + 17);
  expect(open()).toEqual(["first", "second", "third"]);
  listing.roomFor(7);
  expect(listing.ids).toHaveLength(3 + 3);
});

test("the tasks of a displayed group need no row for it", () => {
  const of = new TaskStore({ resync: () => undefined });
  of.apply(welcome({ label: "fit" }));
  of.apply(snapshot(1, members("fit", 1, 30)));
  const listing = new RowModel(of);
  expect(listing.ids).toHaveLength(30);
  of.apply(changes(1, 2, members("plot", 31, 2)));
  expect(of.get(listing.ids[0] ?? "")).toBeUndefined(); // but a group's row
});

test("what is done is no longer listed, until all is shown again", () => {
  const of = new TaskStore({ resync: () => undefined });
  of.apply(welcome());
  const rows = members("fit", 1, 3).map((row) => ({ ...row, status: "succeeded" as const }));
  of.apply(snapshot(1, [...rows, task(4), task(5, { status: "failed" })]));
  const listing = new RowModel(of);
  listing.clearDone();
  expect([listing.ids, listing.clearedCount]).toEqual([["id-4"], 4]);
  of.apply(changes(1, 2, [task(6, { status: "succeeded" })]));
  expect([...listing.ids].sort()).toEqual(["id-4", "id-6"]);
  listing.showAll();
  expect(listing.ids).toHaveLength(1 + 3 + 3);
});

test("a hundred thousand tasks of one group are listed in no time", () => {
  const big = new TaskStore({ resync: () => undefined });
  big.apply(welcome());
  big.apply(snapshot(1, members("big", 1, 100_000)));
  const of = new RowModel(big);
  expect(of.ids).toHaveLength(1);
  of.selectAll();
  expect(of.selection.size).toBe(100_000);
});
