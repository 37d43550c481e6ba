import { expect, test } from "vitest";

import { pathIn } from "../src/rootPath.js";

test.each([
  ["/home/me/work", "/home/me/work/src/fit.py", "src/fit.py"],
  ["/home/me/work/", "/home/me/work/fit.py", "fit.py"],
  ["/", "/etc/fit.py", "etc/fit.py"],
  ["/home/me/work", "/home/me/work2/fit.py", ""],
  ["/home/me/work", "/home/me/work/../secret.py", ""],
  ["", "/home/me/fit.py", ""],
])("from %s, %s is %j", (root, file, path) => {
  expect(pathIn(root, file)).toBe(path);
});
