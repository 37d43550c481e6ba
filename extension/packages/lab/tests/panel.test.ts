import type { TranslationBundle } from "@jupyterlab/translation";
import { Widget } from "@lumino/widgets";
import { afterEach, describe, expect, it, vi } from "vitest";

import { TasksPanel } from "../src/panel.js";
import { type TasksApi, TasksModel } from "../src/tasksModel.js";
import { A, B, engine, ENGLISH, engines, row, snapshot } from "./serverMessages.js";

vi.mock("../src/icon.js", () => ({ tasksIcon: undefined })); // its package needs a real browser

const C = "c".repeat(32);

const NOBODY: TasksApi = {
  cancel: () => Promise.reject(new Error("nobody is there")),
  retry: () => Promise.reject(new Error("nobody is there")),
  details: () => Promise.reject(new Error("nobody is there")),
  flame: () => Promise.reject(new Error("nobody is there")),
};

const attached: TasksPanel[] = [];

function shown(
  trans: TranslationBundle = ENGLISH,
  send: (message: unknown) => void = () => undefined,
): { model: TasksModel; panel: TasksPanel } {
  const model = new TasksModel({ send }, NOBODY);
  model.connected();
  const panel = new TasksPanel(model, trans, {
    goToCell: () => undefined,
    cancelAll: () => undefined,
  });
  Widget.attach(panel, document.body);
  attached.push(panel);
  return { model, panel };
}

function titlesAndTable(panel: TasksPanel): string[] {
  const found = panel.node.querySelectorAll(".scl-programs > * .scl-host-title, .scl-panel-table");
  return [...found].map((node) => (node.matches(".scl-panel-table") ? "table" : node.textContent));
}

afterEach(() => {
  for (const panel of attached.splice(0)) {
    panel.dispose();
  }
});

describe("the open table", () => {
  it("keeps its place and its focus while other programs begin and end", () => {
    const { model, panel } = shown();
    model.apply(engines(engine(A), engine(B)));
    panel.choose(A);
    const search = panel.node.querySelector<HTMLInputElement>(".scl-search");
    search?.focus();
    for (const ids of [[A], [A, C], [C, A], [B, A, C], [A, B]]) {
      model.apply(engines(...ids.map((id) => engine(id))));
      const titles = ids.map((id) => `${id[0] ?? ""}.ipynb`);
      titles.splice(titles.indexOf("a.ipynb") + 1, 0, "table");
      expect(titlesAndTable(panel)).toEqual(ids.length > 1 ? ["All", ...titles] : titles);
      expect(document.activeElement).toBe(search);
    }
  });
});

/** A language in which every text is in quotation marks. */
const QUOTED = {
  __: (text: string, ...args: unknown[]) => `«${ENGLISH.__(text, ...args)}»`,
  _n: (one: string, many: string, n: number, ...args: unknown[]) =>
    `«${ENGLISH._n(one, many, n, ...args)}»`,
} as TranslationBundle;

it("translates all of its own texts", () => {
  const { model, panel } = shown(QUOTED);
  const note = panel.node.querySelector(".scl-panel-note");
  expect(note?.textContent).toMatch(/^«Nothing of yours/);
  model.apply(engines(engine(A, { running: 2, failed: 1 }), engine(B)));
  panel.choose(A);
  model.apply(snapshot(A, 1, { ...row("1", 1, "running"), cell: "cell" }));
  panel.showTask("1");
  model.apply(engines(engine(A, { running: 2, failed: 1 })));
  const [heading] = panel.node.querySelectorAll<HTMLElement>(".scl-program");
  expect(heading?.querySelector(".scl-host-said")?.textContent).toBe("«2 running», «1 failed»");
  expect(heading?.querySelector<HTMLElement>(".scl-host")?.title).toBe(
    "«notebook»: a.ipynb\n«engine engine-a», «2 workers», «pid 1»",
  );
  expect(heading?.querySelector<HTMLElement>(".scl-host-act")?.title).toBe(
    "«Cancel the open tasks of a.ipynb»",
  );
  expect(panel.node.querySelector(".scl-jump")?.textContent).toBe(
    "«Go to the cell that submitted task 1»",
  );
  expect(panel.title.caption).toBe("«Tasks»");
});

describe("a panel that is disposed of or hidden", () => {
  it("leaves no timer, and listens to nothing", () => {
    vi.useFakeTimers();
    const { model, panel } = shown();
    model.apply(engines(engine(A), engine(B)));
    panel.choose(A);
    panel.showTask("1"); // its row is not here yet
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    panel.dispose();
    expect(vi.getTimerCount()).toBe(0);
    const drawn = panel.node.textContent;
    model.apply(snapshot(A, 1, row("1", 1, "running")));
    model.apply(engines());
    expect(vi.getTimerCount()).toBe(0);
    expect(panel.node.textContent).toBe(drawn);
    vi.useRealTimers();
  });

  it("forgets the task that it waits for when it is hidden or shows another program", () => {
    const { model, panel } = shown();
    model.apply(engines(engine(A), engine(B)));
    for (const leave of [
      () => {
        panel.hide();
      },
      () => {
        panel.choose(B);
      },
    ]) {
      panel.choose(A);
      panel.showTask("1");
      leave();
      panel.choose(A);
      panel.show();
      model.apply(snapshot(A, 1, row("1", 1, "running")));
      expect(panel.can("details")).toBe(false);
    }
  });

  it.each(["hide", "dispose", "detach"] as const)("requests no rows after %s", (how) => {
    const sent: unknown[] = [];
    const { model, panel } = shown(ENGLISH, (message) => sent.push(message));
    model.apply(engines(engine(A)));
    expect(sent.at(-1)).toEqual(["watch", [A]]);
    panel.showTask("1");
    if (how === "detach") {
      Widget.detach(panel);
    } else {
      panel[how]();
    }
    expect(sent.at(-1)).toEqual(["watch", []]);
    model.apply(snapshot(A, 1, row("1", 1, "running")));
    expect(panel.node.querySelector(".scl-pane")).toBeNull();
  });
});
