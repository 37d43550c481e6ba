import { expect, test } from "vitest";

import { clean, cleanLines } from "../src/clean.js";
import cases from "./cleanCases.json";

test.each(cases)("%j is shown as in terminals", (text, shown) => {
  expect(clean(text)).toBe(shown);
});

test("lines and tabs stay in text of several lines", () => {
  expect(cleanLines("a\n\tb\u202e")).toBe("a\n\tb\\u202e");
});

test("a name of any length costs no more than what is shown of it", () => {
  expect(clean("x".repeat(5000))).toHaveLength(2006);
});
