import { beforeEach, expect, test } from "vitest";

import { RowModel, TaskStore } from "../src/index.js";
import { changes, snapshot, task, welcome } from "./feedFixtures.js";

let store: TaskStore;
let rowModel: RowModel;

const numbers = (): number[] => rowModel.ids.map((id) => store.get(id)?.number ?? -1);

beforeEach(() => {
  store = new TaskStore({ resync: () => undefined });
  store.apply(welcome());
  store.apply(
    snapshot(10, [
      task(1, { status: "succeeded", name: "load", worker: "worker 2" }),
      task(2, { status: "failed", name: "fit", error: "ValueError: no such column" }),
      task(3, { status: "running", name: "fit", worker: "worker 1" }),
      task(4, { name: "Predict" }),
      task(5, { name: "plot" }),
    ]),
  );
  rowModel = new RowModel(store);
});

test("at first it lists what a person looks for: what runs, what went wrong, what is to come", () => {
  expect(numbers()).toEqual([3, 2, 4, 5, 1]);
});

test("sorting by a column turns round, then goes back", () => {
  rowModel.sortBy("number");
  expect(numbers()).toEqual([1, 2, 3, 4, 5]);
  rowModel.sortBy("number");
  expect(numbers()).toEqual([5, 4, 3, 2, 1]);
  rowModel.sortBy("number");
  expect(numbers()).toEqual([3, 2, 4, 5, 1]);
  rowModel.sortBy("name");
  expect(numbers()).toEqual([2, 3, 1, 5, 4]);
});

test("a search wants all its words, in any case, anywhere in a row", () => {
  rowModel.find("FIT column");
  expect(numbers()).toEqual([2]);
  rowModel.find("worker");
  expect(numbers()).toEqual([3, 1]);
  rowModel.find("#4");
  expect(numbers()).toEqual([4]);
});

test("states chosen are listed, all of them being none", () => {
  rowModel.toggleStatus("failed");
  rowModel.toggleStatus("running");
  expect(numbers()).toEqual([3, 2]);
  rowModel.toggleStatus("failed");
  expect(numbers()).toEqual([3]);
  rowModel.showAll();
  expect(numbers()).toHaveLength(5);
});

test("while held nothing moves: new rows come last, forgotten ones go", () => {
  expect(numbers()).toEqual([3, 2, 4, 5, 1]);
  rowModel.hold(true);
  store.apply(
    changes(10, 12, [task(3, { status: "succeeded" }), task(6, { status: "running" })], ["id-2"]),
  );
  expect(numbers()).toEqual([3, 4, 5, 1, 6]);
  rowModel.hold(false);
  expect(numbers()).toEqual([6, 4, 5, 1, 3]);
});

test("a range is selected from the last row picked, in the listed order", () => {
  rowModel.selectOnly("id-4");
  rowModel.extendTo("id-1");
  expect(rowModel.selection.rows.map((row) => row.number)).toEqual([4, 5, 1]);
  rowModel.extendTo("id-3");
  expect(rowModel.selection.rows.map((row) => row.number)).toEqual([3, 2, 4]);
  rowModel.toggle("id-1");
  expect(rowModel.selection.size).toBe(4);
  expect(rowModel.selection.stoppable).toEqual(["id-3", "id-4"]);
});

test("what can be stopped is what is listed and not done", () => {
  expect(rowModel.stoppable(false)).toEqual(["id-3", "id-4", "id-5"]);
  expect(rowModel.stoppable(true)).toEqual(["id-4", "id-5"]);
  rowModel.find("plot");
  expect(rowModel.stoppable(false)).toEqual(["id-5"]);
});

test("a selected task that is forgotten is selected no more", () => {
  rowModel.selectOnly("id-1");
  store.apply(changes(10, 11, [], ["id-1"]));
  expect(rowModel.selection.rows).toEqual([]);
  expect(rowModel.selection.size).toBe(0);
});

test("moving begins at an end and stays inside", () => {
  expect(rowModel.move(1)).toBe("id-3");
  expect(rowModel.move(-1)).toBe("id-3");
  expect(rowModel.move(Infinity)).toBe("id-1");
  expect(rowModel.move(1)).toBe("id-1");
  expect(rowModel.move(-Infinity)).toBe("id-3");
});
