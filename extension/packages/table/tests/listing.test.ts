import { beforeEach, expect, test } from "vitest";

import { Listing, TaskStore } from "../src/index.js";
import { changes, snapshot, task, welcome } from "./feedOf.js";

let store: TaskStore;
let listing: Listing;

const numbers = (): number[] => listing.ids.map((id) => store.get(id)?.number ?? -1);

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
  listing = new Listing(store);
});

test("at first it lists what a person looks for: what runs, what went wrong, what is to come", () => {
  expect(numbers()).toEqual([3, 2, 4, 5, 1]);
});

test("sorting by a column turns round, then goes back", () => {
  listing.sortBy("number");
  expect(numbers()).toEqual([1, 2, 3, 4, 5]);
  listing.sortBy("number");
  expect(numbers()).toEqual([5, 4, 3, 2, 1]);
  listing.sortBy("number");
  expect(numbers()).toEqual([3, 2, 4, 5, 1]);
  listing.sortBy("name");
  expect(numbers()).toEqual([2, 3, 1, 5, 4]);
});

test("a search wants all its words, in any case, anywhere in a row", () => {
  listing.find("FIT column");
  expect(numbers()).toEqual([2]);
  listing.find("worker");
  expect(numbers()).toEqual([3, 1]);
  listing.find("#4");
  expect(numbers()).toEqual([4]);
});

test("states chosen are listed, all of them being none", () => {
  listing.toggleStatus("failed");
  listing.toggleStatus("running");
  expect(numbers()).toEqual([3, 2]);
  listing.toggleStatus("failed");
  expect(numbers()).toEqual([3]);
  listing.showAll();
  expect(numbers()).toHaveLength(5);
});

test("while held nothing moves: new rows come last, forgotten ones go", () => {
  expect(numbers()).toEqual([3, 2, 4, 5, 1]);
  listing.hold(true);
  store.apply(
    changes(10, 12, [task(3, { status: "succeeded" }), task(6, { status: "running" })], ["id-2"]),
  );
  expect(numbers()).toEqual([3, 4, 5, 1, 6]);
  listing.hold(false);
  expect(numbers()).toEqual([6, 4, 5, 1, 3]);
});

test("a range is selected from the last row picked, in the listed order", () => {
  listing.selectOnly("id-4");
  listing.extendTo("id-1");
  expect(listing.selected.map((row) => row.number)).toEqual([4, 5, 1]);
  listing.extendTo("id-3");
  expect(listing.selected.map((row) => row.number)).toEqual([3, 2, 4]);
  listing.toggle("id-1");
  expect(listing.selectedCount).toBe(4);
  expect(listing.selectedStoppable).toEqual(["id-3", "id-4"]);
});

test("what can be stopped is what is listed and not done", () => {
  expect(listing.stoppable(false)).toEqual(["id-3", "id-4", "id-5"]);
  expect(listing.stoppable(true)).toEqual(["id-4", "id-5"]);
  listing.find("plot");
  expect(listing.stoppable(false)).toEqual(["id-5"]);
});

test("a selected task that is forgotten is selected no more", () => {
  listing.selectOnly("id-1");
  store.apply(changes(10, 11, [], ["id-1"]));
  expect(listing.selected).toEqual([]);
  expect(listing.selectedCount).toBe(0);
});

test("moving begins at an end and stays inside", () => {
  expect(listing.move(1)).toBe("id-3");
  expect(listing.move(-1)).toBe("id-3");
  expect(listing.move(Infinity)).toBe("id-1");
  expect(listing.move(1)).toBe("id-1");
  expect(listing.move(-Infinity)).toBe("id-3");
});
