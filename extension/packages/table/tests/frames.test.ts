import { afterEach, expect, test } from "vitest";

import { folded } from "../src/frames.js";
import { type Place, providePlaces } from "../src/places.js";

const TRACEBACK = `Traceback (most recent call last):
  Cell In[5], line 3, in outer
    fit()
  File "/home/me/project/<b>.py", line 40, in fit
    json.dumps(x)
  File "/usr/lib/python3.11/json/__init__.py", line 231, in dumps
    return encode(x)
  File "/usr/lib/python3.11/json/encoder.py", line 200, in encode
    raise error
TypeError: no`;

function draw(text: string): HTMLElement {
  const node = document.createElement("div");
  node.append(...folded(text, "cell-1"));
  document.body.replaceChildren(node);
  return node;
}

afterEach(() => {
  providePlaces({ canShow: () => false, show: () => undefined });
});

test("frames of libraries are folded, and no line is lost", () => {
  const node = draw(TRACEBACK);
  expect(node.querySelector("details summary")?.textContent).toBe("2 frames in libraries");
  const lines = [...node.querySelectorAll("pre")].map(({ textContent }) => textContent).join("\n");
  expect(lines).toBe(TRACEBACK);
  expect(node.querySelector("a")).toBeNull(); // nothing can show a place
});

test("a frame leads to its file or its notebook's cell", () => {
  const shown: Place[] = [];
  providePlaces({
    canShow: ({ file, label }) => file.startsWith("/home/me/project/") || label !== "",
    show: (place) => {
      shown.push(place);
    },
  });
  const node = draw(TRACEBACK);
  const links = [...node.querySelectorAll<HTMLAnchorElement>("a")];
  expect(links.map(({ textContent }) => textContent)).toEqual([
    "Cell In[5], line 3",
    'File "/home/me/project/<b>.py", line 40',
  ]);
  for (const link of links) {
    link.click();
  }
  expect(shown).toEqual([
    { file: "", label: "In[5]", line: 3, cell: "cell-1" },
    { file: "/home/me/project/<b>.py", label: "", line: 40, cell: "cell-1" },
  ]);
  expect(node.querySelector("pre")?.textContent.startsWith("Traceback")).toBe(true);
});

test("one frame in a library is one", () => {
  const text =
    '  File "/x/site-packages/a/b.py", line 1, in f\n    g()\n  File "mine.py", line 2, in h';
  expect(draw(text).querySelector("summary")?.textContent).toBe("1 frame in a library");
});
