import { type CancelBody, type Counts, noCounts } from "@scaler-lab/table";
import { describe, expect, it, vi } from "vitest";

import { type TasksApi, type Ending, TasksModel } from "../src/tasksModel.js";
import type { ServerMessage } from "../src/serverMessages.js";
import { A, B, changes, engine, engines, row, snapshot } from "./serverMessages.js";

function looking(): { model: TasksModel; sent: unknown[]; requested: [string, CancelBody][] } {
  const sent: unknown[] = [];
  const requested: [string, CancelBody][] = [];
  const api: TasksApi = {
    cancel: (engineId, body) => {
      requested.push([engineId, body]);
      return Promise.resolve({ accepted: body.task_ids?.length ?? 3, trouble: "" });
    },
    retry: (_engineId, ids) => Promise.resolve({ accepted: ids.length, trouble: "" }),
    flame: (engineId, taskId) =>
      Promise.resolve({ svg: "", problem: `${engineId[0] ?? ""} ${taskId}` }),
    details: (engineId, taskId) =>
      Promise.resolve({
        traceback: `${engineId[0] ?? ""} ${taskId}`,
        output: "",
        outputBefore: 0,
        stack: null,
        profile: null,
      }),
  };
  const model = new TasksModel({ send: (message) => sent.push(message) }, api);
  model.connected();
  return { model, sent, requested };
}

/** *message* with the engine's own counts. */
function counted(message: ServerMessage, counts: Counts): ServerMessage {
  if (message.kind !== "feed") {
    return message;
  }
  const messages = message.messages.map((one) =>
    one.kind === "snapshot" || one.kind === "changes" ? { ...one, counts } : one,
  );
  return { ...message, messages };
}

describe("what is watched", () => {
  it("is nothing until a view is open, then that view's engine", () => {
    const { model, sent } = looking();
    model.apply(engines(engine(A), engine(B)));
    expect(sent).toEqual([]);
    model.watch("all");
    expect(sent.at(-1)).toEqual(["watch", [A, B]]);
    model.watch({ only: B });
    expect(sent.at(-1)).toEqual(["watch", [B]]);
    model.watch("none");
    expect(sent.at(-1)).toEqual(["watch", []]);
  });

  it("grows and shrinks with the engines while all are wanted", () => {
    const { model, sent } = looking();
    model.watch("all");
    model.apply(engines(engine(A)));
    expect(sent.at(-1)).toEqual(["watch", [A]]);
    model.apply(engines(engine(A), engine(B)));
    expect(sent.at(-1)).toEqual(["watch", [A, B]]);
    model.apply(engines(engine(B)));
    expect(sent.at(-1)).toEqual(["watch", [B]]);
  });

  it("is sent again after the connection was lost", () => {
    const { model, sent } = looking();
    model.apply(engines(engine(A)));
    model.watch({ only: A });
    model.lost("gone");
    expect(model.connection).toBe("lost");
    sent.length = 0;
    model.connected();
    expect(sent).toEqual([["watch", [A]]]);
  });
});

describe("the rows of all engines", () => {
  it("are merged, and name their programs", () => {
    const { model } = looking();
    model.watch("all");
    model.apply(engines(engine(A), engine(B)));
    model.apply(snapshot(A, 2, row("a1", 1), row("a2", 2)));
    model.apply(snapshot(B, 1, row("b1", 1, "running")));
    const { rows, counts } = model.store(null);
    expect(rows.map(({ id }) => id).sort()).toEqual(["a1", "a2", "b1"]);
    expect(counts.running).toBe(1);
    expect(model.store(null).get("b1")?.worker).toBe("b.ipynb, worker 1");
  });

  it("follow changes, a second snapshot, and an engine's end", () => {
    const { model } = looking();
    model.watch("all");
    model.apply(engines(engine(A), engine(B)));
    model.apply(snapshot(A, 2, row("a1", 1), row("a2", 2)));
    model.apply(snapshot(B, 1, row("b1", 1)));
    model.apply(changes(A, 2, 4, [row("a2", 2, "succeeded", 4)], ["a1"]));
    const all = model.store(null);
    expect(all.get("a1")).toBeUndefined();
    expect(all.get("a2")?.status).toBe("succeeded");
    model.apply(snapshot(A, 9, row("a3", 3)));
    expect(all.rows.map(({ id }) => id).sort()).toEqual(["a3", "b1"]);
    model.apply(engines(engine(B)));
    expect(all.rows.map(({ id }) => id)).toEqual(["b1"]);
  });

  it("count tasks that the boards have dropped, without adding them to the rate", () => {
    vi.useFakeTimers();
    const { model } = looking();
    model.watch("all");
    model.apply(engines(engine(A), engine(B)));
    const all = model.store(null);
    vi.advanceTimersByTime(1000);
    const counts = { ...noCounts(), succeeded: 300, running: 1 };
    model.apply(counted(snapshot(A, 1, row("a1", 1, "running")), counts));
    expect(all.counts).toMatchObject({ succeeded: 300, running: 1 });
    for (let n = 1; n <= 20; n += 1) {
      vi.advanceTimersByTime(100);
      model.apply(counted(changes(A, n, n + 1, [], []), counts));
    }
    expect(all.rate()).toBe(0);
    vi.useRealTimers();
  });
});

describe("an engine that ends", () => {
  it("keeps its rows while only it is watched", () => {
    const { model } = looking();
    model.apply(engines(engine(A)));
    model.watch({ only: A });
    model.apply(snapshot(A, 1, row("a1", 1)));
    model.apply(engines());
    expect(model.runs(A)).toBe(false);
    expect(model.engine(A)?.title).toBe("a.ipynb");
    expect(model.store(A).phase).toBe("ended");
    expect(model.store(A).rows).toHaveLength(1);
    expect(model.store(A).rows[0]).toMatchObject({ status: "failed", error: "engine ended" });
  });

  it("is followed by the next one of its program", () => {
    const { model } = looking();
    const before = { ...engine(A), program: "x.ipynb", startedAt: 10 };
    const other = { ...engine(B), program: "x.ipynb", startedAt: 5 };
    const after = { ...engine("c".repeat(32)), program: "x.ipynb", startedAt: 20 };
    model.apply(engines(before, other));
    model.watch({ only: A });
    model.apply(engines(before, other, after));
    expect(model.successor(A)).toBeUndefined();
    model.apply(engines(other));
    expect(model.successor(A)).toBeUndefined();
    model.apply(engines(other, after));
    expect(model.successor(A)?.id).toBe(after.id);
    model.apply(engines(other, { ...after, place: "another folder" }));
    expect(model.successor(A)).toBeUndefined();
  });
});

describe("requests", () => {
  it("go to the engine that has the task", async () => {
    const { model, requested } = looking();
    model.watch("all");
    model.apply(engines(engine(A), engine(B)));
    model.apply(snapshot(A, 1, row("a1", 1)));
    model.apply(snapshot(B, 2, row("b1", 1), row("b2", 2)));
    const outcome = await model.actions(null).cancel(["a1", "b1", "b2"], true, false);
    expect(outcome).toEqual({ accepted: 3, trouble: "" });
    expect(requested).toEqual([
      [A, { task_ids: ["a1"], force: true, only_queued: false }],
      [B, { task_ids: ["b1", "b2"], force: true, only_queued: false }],
    ]);
    expect(await model.actions(null).traceback("b2")).toBe("b b2");
    expect((await model.actions(A).retry(["a1"])).accepted).toBe(1);
  });

  it("of very many tasks are cut up", async () => {
    const { model, requested } = looking();
    model.apply(engines(engine(A)));
    const ids = Array.from({ length: 25_000 }, (_, n) => `t${n}`);
    const outcome = await model.actions(A).cancel(ids, false, false);
    expect(outcome.accepted).toBe(25_000);
    expect(requested).toHaveLength(3);
  });

  it("to cancel all go to all, or to one", async () => {
    const { model, requested } = looking();
    model.apply(engines(engine(A), engine(B)));
    expect((await model.cancelAll(null)).accepted).toBe(6);
    await model.cancelAll(B);
    expect(requested.map(([engineId]) => engineId)).toEqual([A, B, B]);
  });
});

describe("counts and ends", () => {
  it("are summed over engines, and reported to listeners", () => {
    const { model } = looking();
    const endings: Ending[] = [];
    model.onEnding((ending) => endings.push(ending));
    model.apply(engines(engine(A, { running: 2, failed: 1 }), { ...engine(B), counts: null }));
    expect(model.totals.running).toBe(2);
    model.apply({ kind: "ended", engineId: A, title: "a.ipynb", tasks: [], failed: 2 });
    const early = "f".repeat(32); // it may fail and end before its engine is listed
    model.apply({ kind: "ended", engineId: early, title: "f.ipynb", tasks: [], failed: 3 });
    expect(endings.map(({ title, failed }) => [title, failed])).toEqual([
      ["a.ipynb", 2],
      ["f.ipynb", 3],
    ]);
  });
});
