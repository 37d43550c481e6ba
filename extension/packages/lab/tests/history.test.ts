import { expect, test } from "vitest";

import { noCounts } from "@scaler-lab/table";

import { TasksModel } from "../src/tasksModel.js";
import { A, B, engine, engines, row, snapshot } from "./serverMessages.js";

function modelOf(): TasksModel {
  const nothing = () => Promise.resolve({ accepted: 0, trouble: "" });
  const details = () =>
    Promise.resolve({ traceback: "", output: "", outputBefore: 0, profile: null, stack: null });
  const model = new TasksModel(
    { send: () => undefined },
    { cancel: nothing, retry: nothing, details, flame: () => Promise.reject(new Error("none")) },
  );
  model.connected();
  return model;
}

const COUNTS = { ...noCounts(), succeeded: 3, failed: 1 };

test("a program that ended stays with its rows until it is dismissed", () => {
  const model = modelOf();
  model.apply(engines({ ...engine(A), counts: COUNTS }, engine(B)));
  model.watch("all");
  model.apply(snapshot(A, 1, row("x", 1)));
  model.apply(engines(engine(B)));
  expect(model.ended.map(({ id }) => id)).toEqual([A]);
  expect(model.store(A).size).toBe(1);
  expect(model.store(A).phase).toBe("ended");
  model.dismiss(A);
  expect(model.ended).toEqual([]);
  expect(model.store(A).size).toBe(0);
});

test("of a program whose rows were never shown the failures are kept", () => {
  const model = modelOf();
  model.apply(engines({ ...engine(A), counts: COUNTS }));
  const task = { id: "x", name: "load[7]", seconds: 2, error: "KeyError: 'price'", groupName: "" };
  model.apply({
    kind: "ended",
    engineId: A,
    title: "a.ipynb",
    tasks: [
      { ...task, status: "failed" },
      { ...task, id: "y", status: "succeeded", error: "" },
    ],
    failed: 1,
  });
  model.apply(engines());
  expect(model.store(A).rows.map(({ name, error }) => [name, error])).toEqual([
    ["load[7]", "KeyError: 'price'"],
  ]);
});

test("a program without tasks leaves nothing, and only the last twenty are kept", () => {
  const model = modelOf();
  model.apply(engines(engine(A)));
  model.apply(engines());
  expect(model.ended).toEqual([]);
  const many = Array.from({ length: 25 }, (_, n) => ({ ...engine(`e${n}`), counts: COUNTS }));
  for (const one of many) {
    model.apply(engines(one));
  }
  model.apply(engines());
  expect(model.ended).toHaveLength(20);
  expect(model.ended[0]?.id).toBe("e24");
});
