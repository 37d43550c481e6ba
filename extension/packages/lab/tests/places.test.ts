import { expect, test } from "vitest";

import { pathIn } from "../src/rootPath.js";

test.each([
  ["/home/me/project", "/home/me/project/src/fit.py", "src/fit.py"],
  ["/home/me/project/", "/home/me/project/fit.py", "fit.py"],
  ["/", "/etc/fit.py", "etc/fit.py"],
  ["/home/me/project", "/home/me/project2/fit.py", ""],
  ["/home/me/project", "/home/me/project/../secret.py", ""],
  ["", "/home/me/fit.py", ""],
])("from %s, %s is %j", (root, file, path) => {
  expect(pathIn(root, file)).toBe(path);
});
