import { Widget } from "@lumino/widgets";
import { afterEach, describe, expect, it, vi } from "vitest";

import { TasksPanel } from "../src/panel.js";
import { type TasksApi, TasksModel } from "../src/tasksModel.js";
import { A, B, engine, engines } from "./serverMessages.js";

vi.mock("../src/icon.js", () => ({ tasksIcon: undefined })); // its package needs a real browser

const C = "c".repeat(32);

const NOBODY: TasksApi = {
  cancel: () => Promise.reject(new Error("nobody is there")),
  retry: () => Promise.reject(new Error("nobody is there")),
  details: () => Promise.reject(new Error("nobody is there")),
  flame: () => Promise.reject(new Error("nobody is there")),
};

const attached: TasksPanel[] = [];

function shown(): { model: TasksModel; panel: TasksPanel } {
  const model = new TasksModel({ send: () => undefined }, NOBODY);
  model.connected();
  const panel = new TasksPanel(model, { goToCell: () => undefined, cancelAll: () => undefined });
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
