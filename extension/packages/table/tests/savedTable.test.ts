import { expect, test } from "vitest";

import { isOf, readSavedTable } from "../src/savedTable.js";

const WELCOME = ["welcome", 2, "engine", "local engine", 1, 4, true, true, "a.ipynb"];

test("a saved table names its engines and contains the tasks of its ranges of ids", () => {
  const saved = readSavedTable({
    layout: "table",
    welcome: WELCOME,
    engines: ["e1"],
    tasks: [
      ["a0", "af"],
      ["c3", "c3"],
    ],
    version: 7,
  });
  expect(saved?.engines).toEqual(["e1"]);
  expect(saved?.welcome.label).toBe("local engine");
  const found = ["a0", "a7", "b0", "c3", "c4"].filter((id) => saved !== null && isOf(saved, id));
  expect(found).toEqual(["a0", "a7", "c3"]);
});

test("what another version saved is not read", () => {
  for (const value of [
    undefined,
    null,
    3,
    {},
    { layout: "", welcome: WELCOME, engines: [], tasks: [[1]] },
  ]) {
    expect(readSavedTable(value)).toBeNull();
  }
});
