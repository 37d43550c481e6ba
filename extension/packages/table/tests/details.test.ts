import { expect, test, vi } from "vitest";

import { ansiLines } from "../src/ansi.js";
import type { Profile } from "../src/index.js";
import { changes, EPOCH, task } from "./feedFixtures.js";
import { TablePage } from "./tablePage.js";

const page = TablePage.forEachTest();

function open(number: number): void {
  page.rowOf(number).querySelector<HTMLButtonElement>(".scl-more")?.click();
  page.table.draw();
}

function detailsOf(output: () => string) {
  const profile: Profile = {
    ...{ cpuSeconds: 1.5, peakMemory: 45_000_000, bytesIn: null, bytesOut: null },
    ...{ queueSeconds: 0, runSeconds: 1, worker: "worker 1", attempt: 1 },
  };
  return () =>
    Promise.resolve({
      traceback: "",
      output: output(),
      outputBefore: 12_345,
      profile,
      stack: null,
    });
}

test("output is shown as it grows, as a terminal would show it", async () => {
  let written = "10 %\r\u001b[31m20 %\u001b[0m\nnext\n";
  page.mount({ details: detailsOf(() => written) });
  page.show(task(1, { status: "running", outputBytes: 9 }));
  open(1);
  const output = page.one(".scl-output");
  await vi.waitFor(() => {
    expect(output.textContent).toBe("20 %\nnext\n");
  });
  expect(output.querySelector(".scl-ansi-red")?.textContent).toBe("20 %");
  expect(page.one(".scl-pane").textContent).toContain("Output, after 12 kB more");
  expect(page.one(".scl-facts").textContent).toContain(
    "1.5 s of CPU, 45 MB of memory in its worker",
  );
  expect(page.one(".scl-facts").textContent).toContain("client.resource_usage()");
  const first = output.firstChild;
  written += "last\u202e\n";
  page.store.apply(changes(10, 11, [task(1, { status: "running", outputBytes: 30 })]));
  page.table.draw();
  await vi.waitFor(
    () => {
      expect(output.textContent).toBe("20 %\nnext\nlast\\u202e\n");
    },
    { timeout: 5000 },
  );
  expect(output.firstChild).toBe(first); // so a selection in it survives
});

test("output can be searched", async () => {
  page.mount({ details: detailsOf(() => "one\ntwo\nTwo again\n") });
  page.show(task(1, { status: "running", outputBytes: 9 }));
  open(1);
  await vi.waitFor(() => {
    expect(page.one(".scl-output").textContent).toContain("again");
  });
  const field = page.one(".scl-find") as HTMLInputElement;
  field.value = "two";
  field.dispatchEvent(new Event("input"));
  expect([...page.root.querySelectorAll(".scl-hit")].map((hit) => hit.textContent)).toEqual([
    "\ntwo",
    "\nTwo again",
  ]);
});

test("arguments and the result are shown as text, also when the result comes later", async () => {
  const parts = { arguments: [["path", "'<b>data</b>'"]] as const, trouble: "" };
  let result: { type: string; bytes: number | null; text: string } | null = null;
  page.mount({ arguments: () => Promise.resolve({ ...parts, result }) });
  page.show(task(1, { status: "running" }));
  open(1);
  const shown = page.one(".scl-arguments");
  await vi.waitFor(() => {
    expect(shown.textContent).toBe("Argumentspath'<b>data</b>'");
  });
  result = { type: "DataFrame", bytes: 12_000, text: "price\n1" };
  page.store.apply(changes(10, 11, [task(1, { status: "succeeded" })]));
  page.table.draw();
  await vi.waitFor(() => {
    expect(shown.textContent).toBe("Argumentspath'<b>data</b>'Result: DataFrame, 12 kBprice\n1");
  });
});

test("a traceback and an id can be copied", async () => {
  const copied: string[] = [];
  vi.stubGlobal("navigator", {
    clipboard: {
      writeText: (text: string) => {
        copied.push(text);
        return Promise.resolve();
      },
    },
  });
  page.show(task(1, { status: "failed", startedAt: EPOCH, error: "KeyError" }));
  open(1);
  await vi.waitFor(() => {
    expect(page.one(".scl-traceback").textContent).toContain("KeyError");
  });
  const buttons = [...page.root.querySelectorAll<HTMLButtonElement>(".scl-pane-head button")];
  for (const button of buttons.filter(({ textContent }) => textContent.startsWith("Copy"))) {
    button.click();
  }
  expect(copied).toEqual([await page.actions.traceback("id-1"), "id-1"]);
  vi.unstubAllGlobals();
});

test("a flame graph is sampled until a click stops that, and its picture runs nothing", async () => {
  const stack = { state: "in C", taken: "", problem: "", threads: [] };
  const asked: AbortSignal[] = [];
  page.mount({
    details: async () => ({ ...(await detailsOf(() => "")()), stack }),
    flame: (_id, stop) => {
      asked.push(stop);
      return new Promise((resolve) => {
        stop.addEventListener("abort", () => {
          resolve({ svg: SVG, problem: "" });
        });
      });
    },
  });
  page.show(task(1, { status: "running" }));
  open(1);
  const graph = page.one(".scl-flame");
  const button = graph.previousElementSibling as HTMLButtonElement;
  expect(button.hidden).toBe(true);
  await vi.waitFor(() => {
    expect(button.hidden).toBe(false);
  });
  button.click();
  expect(button.textContent).toBe("Sampling: 0 of 10 s. Stop");
  button.click();
  await vi.waitFor(() => {
    expect(graph.querySelector("text")?.textContent).toBe("fit <b>");
  });
  expect(button.textContent).toBe("Where it spends its time");
  expect(asked).toHaveLength(1);
  expect(graph.querySelector("rect")?.getAttributeNames()).toEqual(["width", "fill"]);
  expect(graph.querySelectorAll("script, a, [onload]")).toHaveLength(0);
});

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="100%" onload="alert(1)"><script>alert(2)</script>' +
  '<a href="javascript:alert(3)"><rect/></a><svg y="19"><title>fit.py, line 3</title>' +
  '<rect width="100%" fill="#f7b878" onclick="alert(4)"/><text x="4">fit &lt;b&gt;</text></svg></svg>';

test("the height of the details is kept", () => {
  page.show(task(1));
  open(1);
  page.one(".scl-handle").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" }));
  expect(page.one(".scl-pane").style.height).toBe("424px");
  page.mount();
  open(1);
  expect(page.one(".scl-pane").style.height).toBe("424px");
  page.one(".scl-handle").dispatchEvent(new Event("dblclick"));
  expect(page.one(".scl-pane").style.height).toBe("");
});

test("colours and styles of a terminal are kept, other sequences are dropped", () => {
  const shown = (text: string): string[] =>
    ansiLines(text).map((line) =>
      line.map((piece) => `${piece.classes.replaceAll("scl-ansi-", "")}:${piece.text}`).join("|"),
    );
  expect(
    shown("\u001b[1;32mok\u001b[0m done\n\u001b[2K\u001b[91mred\nstill\u001b[39m not"),
  ).toEqual(["green bold:ok|: done", "red:red", "red:still|: not"]);
  expect(shown("\u001b[38;5;196mx\u001b[48;2;1;2;3my\u001b]0;title\u0007z")).toEqual([":x|:y|:z"]);
  expect(shown("\u001b[31ma\rb\u001b[m")).toEqual(["red:b"]);
});
