import { expect, test } from "vitest";

import { groupEta, progressEta, roughly, TotalEta } from "../src/eta.js";
import { exportRows } from "../src/exportRows.js";
import { Group } from "../src/group.js";
import { lastLine } from "../src/glimpses.js";
import { nameParts } from "../src/name.js";
import { EPOCH, task } from "./feedFixtures.js";

test.each([
  [0.2, "~1 s"],
  [8.4, "~8 s"],
  [42, "~40 s"],
  [58, "~1 min"],
  [89, "~1 min 30 s"],
  [299, "~5 min"],
  [3599, "~1 h"],
  [7799, "~2 h 10 min"],
  [7150, "~2 h"],
])("%s seconds are roughly %s", (seconds, text) => {
  expect(roughly(seconds)).toBe(text);
});

test("how long a task takes still is known from its progress", () => {
  const of = (done: number, total: number | null): number | null =>
    progressEta(
      task(1, { status: "running", startedAt: EPOCH, progress: { done, total, note: "" } }),
      EPOCH + 30,
    );
  expect([of(25, 100), of(0, 100), of(7, null), of(100, 100)]).toEqual([90, null, null, null]);
});

test("how long a group takes still is known from its settled tasks", () => {
  const row = task(1, { name: "fit[0]", groupName: "fit" });
  const group = new Group("group:1", row);
  for (let n = 0; n < 10; n += 1) {
    const status = n < 4 ? "succeeded" : n < 6 ? "running" : "queued";
    const startedAt = n < 6 ? EPOCH : null;
    const of = task(n + 1, { groupName: "fit", status, startedAt });
    group.add({ row: of, group });
  }
  expect(groupEta(group, EPOCH + 20)).toBe(30);
  group.lastEndedAt = EPOCH + 20;
  expect(groupEta(group, EPOCH + 40)).toBe(60);
  expect(groupEta(group, EPOCH + 400)).toBeNull(); // nothing has ended for long
});

test("how long all takes still is known from the last minute", () => {
  const eta = new TotalEta();
  expect(eta.of(10, 100, 0)).toBeNull(); // what had ended before says nothing
  expect(eta.of(11, 100, 1)).toBeNull();
  expect(eta.of(20, 100, 10)).toBe(80);
  expect(eta.of(20, 100, 200)).toBeNull(); // nothing ends any more
  expect(eta.of(100, 100, 201)).toBeNull();
});

test.each([
  ["fit[3]", "fit", true, "", "[3]"],
  ["fit[3]", "fit", false, "fit", "[3]"],
  ["fit[3]", "other", true, "fit", "[3]"],
  ["simulate_the_whole_market[12]", "", false, "simulate_the_whole_", "market[12]"],
  ["plot", "", false, "plot", ""],
  ["मूल्य_का_पूर्वानुमान_लगाना[1]", "", false, "मूल्य_का_पूर्वानुमान_लगाना", "[1]"],
])("of %s in group %s the end stays", (name, group, isBelow, stem, tail) => {
  expect(nameParts(name, group, isBelow)).toEqual({ stem, tail });
});

test("rows are exported as text that a spreadsheet does not compute", () => {
  const rows = [
    task(1, { name: "=1+1", error: 'a "b",\nc', startedAt: EPOCH, endedAt: EPOCH + 1.5 }),
  ];
  const [, line] = exportRows(rows, "csv").split(/\n(?=\d)/);
  expect(line).toContain(`1,'=1+1,queued,,2023-11-14T22:13:20.000Z`);
  expect(line).toContain('1.5,1,"a ""b"",\nc"');
  expect(exportRows(rows, "tsv").split("\n")).toHaveLength(3);
});

test("the last line is the one that a terminal would show last", () => {
  expect(lastLine("one\ntwo 10 %\rtwo 20 %\n\n")).toBe("two 20 %");
  expect(lastLine("")).toBe("");
});
