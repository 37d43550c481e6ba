import { expect, test, vi } from "vitest";

import { changes, EPOCH, snapshot, task, welcome } from "./feedFixtures.js";
import { grouped, TablePage } from "./tablePage.js";

const page = TablePage.forEachTest();

const RUNNING = { status: "running", startedAt: EPOCH } as const;

test("to cancel one running task needs no confirmation", () => {
  page.show(task(1, RUNNING), task(2, RUNNING));
  page.press("Home");
  page.press("c");
  expect(page.question).toBe("");
  expect(page.pending).toEqual([{ ids: ["id-1"], force: false }]);
});

test.each(["c", "Delete", "Backspace"])("%s on several running tasks asks first", (key) => {
  page.show(task(1, RUNNING), task(2, RUNNING), task(3));
  page.press("a", { ctrlKey: true });
  page.press(key);
  expect(page.pending).toEqual([]);
  page.confirm("Cancel 3 tasks, 2 of them running?");
  expect(page.pending).toEqual([{ ids: ["id-1", "id-2", "id-3"], force: false }]);
});

test("a question is answered by keys too, and gives the focus back", () => {
  page.show(task(1, RUNNING), task(2, RUNNING));
  page.press("*");
  page.press("c");
  const type = (key: string): void => {
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  expect(document.activeElement).toBe(page.one(".scl-yes"));
  type("Escape");
  expect([page.question, page.pending]).toEqual(["", []]);
  expect(document.activeElement).toBe(page.one(".scl-grid"));
  page.press("c");
  type("n");
  expect([page.question, page.pending]).toEqual(["", []]);
  page.press("c");
  type("y");
  expect(page.pending).toHaveLength(1);
});

test.each([
  ["C", {}],
  ["Delete", { shiftKey: true }],
])("to kill needs a confirmation, also for one task: %s", (key, init) => {
  page.show(task(1, RUNNING), task(2));
  page.press("Home");
  page.press(key, init);
  page.confirm("Kill the workers of 1 task?");
  expect(page.pending).toEqual([{ ids: ["id-1"], force: true }]);
});

test("the question names the programs of the tasks", () => {
  page.mount({ ownerOf: (id) => (id === "id-1" ? "nightly.py" : "prices.ipynb") });
  page.show(task(1, RUNNING), task(2, RUNNING), task(3));
  page.press("*");
  page.press("c");
  expect(page.question).toBe(
    "Cancel 3 tasks, 2 of them running: 1 of nightly.py, 2 of prices.ipynb?",
  );
});

test("a menu's command needs the same confirmation as the key", () => {
  page.show(task(1, RUNNING), task(2, RUNNING), task(3, { status: "failed" }));
  page.press("*");
  page.table.perform("kill");
  page.confirm("Kill the workers of 2 tasks?");
  page.table.perform("cancel");
  expect(page.pending).toHaveLength(1);
  page.confirm("Cancel 2 tasks?");
  expect(page.pending.map(({ force }) => force)).toEqual([true, false]);
  page.table.perform("retry");
  expect(page.retried).toEqual(["id-3"]);
});

test("a group is cancelled as one, and asks if several of its tasks run", () => {
  page.show(...grouped(30, RUNNING).slice(0, 2), ...grouped(30).slice(2));
  page.one(".scl-group .scl-stop").click();
  expect(page.pending).toEqual([]);
  page.confirm("Cancel 30 tasks, 2 of them running?");
  expect(page.pending[0]?.ids).toHaveLength(30);
});

test("a group's failed and cancelled tasks are retried as one, when all are settled", () => {
  page.show(
    ...grouped(30, { status: "failed" }).slice(0, 29),
    task(30, { name: "fit[29]", groupName: "fit" }),
  );
  const stop = page.one(".scl-group .scl-stop");
  expect(stop.getAttribute("aria-label")).toBe("Cancel 1 task of fit");
  page.store.apply(changes(10, 11, grouped(30, { status: "cancelled" }).slice(29)));
  page.table.draw();
  expect(stop.getAttribute("aria-label")).toBe("Retry 30 tasks of fit");
  stop.click();
  expect(page.retried).toHaveLength(30);
});

test("the workers of a group's tasks that are cancelling long are killed as one", () => {
  const cancelling = { status: "cancelling", cancelRequestedAt: EPOCH + 4 } as const;
  page.show(
    ...grouped(3, cancelling).slice(0, 2),
    task(3, { name: "fit[2]", groupName: "fit", status: "failed" }),
  );
  const stop = page.one(".scl-group .scl-stop") as HTMLButtonElement;
  expect(stop.disabled).toBe(true);
  page.now += 2;
  page.table.draw();
  expect(stop.disabled).toBe(false);
  expect(stop.getAttribute("aria-label")).toBe("Kill the workers of 2 tasks of fit");
  stop.click();
  page.confirm("Kill the workers of 2 tasks?");
  expect(page.pending).toEqual([{ ids: ["id-1", "id-2"], force: true }]);
});

test("R retries what is selected and can be, once however often it is pressed", () => {
  page.show(
    task(1, { status: "failed" }),
    task(2, { status: "succeeded" }),
    task(3, { status: "cancelled" }),
  );
  page.press("a", { ctrlKey: true });
  page.press("R", { shiftKey: true });
  page.press("R", { shiftKey: true });
  expect(page.retried).toEqual(["id-1", "id-3"]);
});

test("to cancel all needs a confirmation, and is one request", () => {
  page.show(task(1), task(2, RUNNING), task(3, RUNNING));
  page.choose("cancel-all");
  expect(page.allPending).toEqual([]);
  page.confirm("Cancel 3 tasks, 2 of them running?");
  expect(page.allPending).toEqual([{ onlyQueued: false }]);
  expect(page.pending).toEqual([]);
  page.table.draw();
  expect(page.root.querySelectorAll(".scl-row .scl-stop:enabled").length).toBe(0);
});

test("all is all, also what the page has not been sent yet", () => {
  page.show(task(1, RUNNING));
  const others = { cancelling: 0, succeeded: 0, failed: 0, cancelled: 0 };
  const counts = { queued: 1000, waiting: 15, retrying: 5, running: 2, ...others };
  page.store.apply({ ...changes(10, 11, []), counts });
  page.table.draw();
  page.choose("cancel-queued");
  expect(page.allPending).toEqual([{ onlyQueued: true }]);
  page.choose("cancel-all");
  page.confirm("Cancel 1,022 tasks, 2 of them running?");
  expect(page.allPending).toEqual([{ onlyQueued: true }, { onlyQueued: false }]);
});

test("of what is listed only that is cancelled", () => {
  page.show(task(1, { name: "fit" }), task(2, { ...RUNNING, name: "plot" }));
  page.table.rowModel.find("plot");
  page.table.draw();
  expect(page.menu[1]).toBe("Cancel listed");
  page.choose("cancel-all");
  expect(page.pending).toEqual([{ ids: ["id-2"], force: false }]);
  expect(page.allPending).toEqual([]);
});

test("cancelled queued tasks can be submitted again for ten seconds", async () => {
  vi.useFakeTimers({ now: 0 });
  page.show(task(1), task(2), task(3, RUNNING));
  page.press("X");
  await vi.advanceTimersByTimeAsync(1);
  page.table.draw();
  const undo = page.one(".scl-undo");
  expect([page.one(".scl-foot").textContent, undo.hidden]).toEqual([
    "Requested the cancel of 2 queued tasksUndo",
    false,
  ]);
  const never = { status: "cancelled", cancelResolution: "never_started" } as const;
  page.store.apply(changes(10, 11, [task(1, never), task(2, { status: "running" })]));
  await vi.advanceTimersByTimeAsync(9000);
  undo.click();
  expect(page.retried).toEqual(["id-1"]); // the other one had started by then
  await vi.advanceTimersByTimeAsync(1);
  page.table.draw();
  expect(page.one(".scl-foot").textContent).toContain("1 task submitted again as new");
  expect(undo.hidden).toBe(true);

  page.press("X");
  page.store.apply(changes(11, 12, [task(4)]));
  page.press("X");
  await vi.advanceTimersByTimeAsync(10_100);
  page.table.draw();
  expect(undo.hidden).toBe(true);
  vi.useRealTimers();
});

test("commands are for what is selected, where they make sense", () => {
  const can = (): string[] =>
    (["cancel", "kill", "retry", "details"] as const).filter((command) => page.table.can(command));
  page.show(task(1, RUNNING), task(2), task(3, { status: "failed" }));
  expect(can()).toEqual([]);
  const state: [number, string[]][] = [
    [1, ["cancel", "kill", "details"]],
    [2, ["cancel", "details"]],
    [3, ["retry", "details"]],
  ];
  for (const [number, commands] of state) {
    page.rowOf(number).dispatchEvent(new MouseEvent("contextmenu", { bubbles: true }));
    expect(can()).toEqual(commands);
  }
  page.table.perform("details");
  page.table.draw();
  expect(page.one(".scl-pane").hidden).toBe(false);
  page.store.apply({ kind: "closed", reason: "gone" });
  expect(can()).toEqual(["details"]);
});

test("an engine that can't stop running code has nothing to kill", () => {
  page.store.apply(welcome({ canStopRunning: false }));
  page.store.apply(snapshot(1, [task(1, RUNNING)]));
  page.press("Home");
  expect([page.table.can("cancel"), page.table.can("kill")]).toEqual([true, false]);
  page.press("C");
  expect([page.question, page.pending]).toEqual(["", []]);
});

test("no key without a modifier leaves the table, from wherever in it", () => {
  page.show(task(1), task(2, { status: "failed" }));
  const heard = vi.fn();
  document.body.addEventListener("keydown", heard);
  for (const selector of [".scl-grid", ".scl-search", ".scl-chip", ".scl-sort", ".scl-head"]) {
    for (const key of ["d", "x", "Enter", "0", "Escape", "Tab", "F2"]) {
      const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      page.one(selector).dispatchEvent(event);
    }
  }
  expect(page.press("a", { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(heard).not.toHaveBeenCalled();
  page.press("s", { ctrlKey: true });
  expect(heard).toHaveBeenCalledTimes(1);
  document.body.removeEventListener("keydown", heard);
  expect(page.root.tabIndex).toBe(-1); // so that a click anywhere in it takes the keys
});

test("letters move, search, filter and sort as in top", () => {
  page.show(task(1), task(2, { status: "failed" }), task(3));
  page.press("G");
  expect(page.table.rowModel.active).toBe("id-3");
  page.press("k");
  page.press("g");
  expect(page.table.rowModel.active).toBe("id-2");
  page.press("j");
  expect(page.table.rowModel.active).toBe("id-1");
  page.press("f");
  expect([...page.table.rowModel.filter]).toEqual(["failed"]);
  page.press("F");
  expect([...page.table.rowModel.filter]).toEqual([]);
  page.press("s");
  page.press("S");
  expect(page.table.rowModel.sort).toEqual({ key: "number", descending: true });
  page.press("/");
  expect(document.activeElement).toBe(page.one(".scl-search"));
});

test("? lists the keys, until Escape", () => {
  page.show(task(1));
  const help = page.one(".scl-help");
  expect(help.hidden).toBe(true);
  page.press("?");
  expect([help.hidden, help.textContent.includes("kill at once")]).toEqual([false, true]);
  help.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(help.hidden).toBe(true);
  expect(document.activeElement).toBe(page.one(".scl-grid"));
});

test("a cancel that is not sent is reported", async () => {
  page.answer = Promise.reject(new Error("the connection is closed"));
  page.show(task(1));
  page.rowOf(1).querySelector<HTMLButtonElement>(".scl-stop")?.click();
  await vi.waitFor(() => {
    page.table.draw();
    expect(page.one(".scl-foot").textContent).toContain("the connection is closed");
  });
});
