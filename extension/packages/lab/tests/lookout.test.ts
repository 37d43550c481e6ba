import { describe, expect, it } from "vitest";

import { type CancelAsk, type Desk, type Ending, Lookout } from "../src/lookout.js";
import { A, B, changes, host, hosts, row, snapshot } from "./said.js";

function looking(): { lookout: Lookout; said: unknown[]; asked: [string, CancelAsk][] } {
  const said: unknown[] = [];
  const asked: [string, CancelAsk][] = [];
  const desk: Desk = {
    cancel: (hostId, ask) => {
      asked.push([hostId, ask]);
      return Promise.resolve({ accepted: "all" in ask ? 3 : ask.task_ids.length, trouble: "" });
    },
    retry: (_hostId, ids) => Promise.resolve({ accepted: ids.length, trouble: "" }),
    details: (hostId, taskId) =>
      Promise.resolve({
        traceback: `${hostId[0] ?? ""} ${taskId}`,
        output: "",
        outputBefore: 0,
        profile: null,
      }),
  };
  const lookout = new Lookout({ say: (message) => said.push(message) }, desk);
  lookout.connected();
  return { lookout, said, asked };
}

describe("what is watched", () => {
  it("is nothing until somebody looks, then what they look at", () => {
    const { lookout, said } = looking();
    lookout.take(hosts(host(A), host(B)));
    expect(said).toEqual([]);
    lookout.watch("all");
    expect(said.at(-1)).toEqual(["watch", [A, B]]);
    lookout.watch({ only: B });
    expect(said.at(-1)).toEqual(["watch", [B]]);
    lookout.watch("none");
    expect(said.at(-1)).toEqual(["watch", []]);
  });

  it("grows and shrinks with the engines while all are wanted", () => {
    const { lookout, said } = looking();
    lookout.watch("all");
    lookout.take(hosts(host(A)));
    expect(said.at(-1)).toEqual(["watch", [A]]);
    lookout.take(hosts(host(A), host(B)));
    expect(said.at(-1)).toEqual(["watch", [A, B]]);
    lookout.take(hosts(host(B)));
    expect(said.at(-1)).toEqual(["watch", [B]]);
  });

  it("is said again after the connection was lost", () => {
    const { lookout, said } = looking();
    lookout.take(hosts(host(A)));
    lookout.watch({ only: A });
    lookout.lost("gone");
    expect(lookout.connection).toBe("lost");
    said.length = 0;
    lookout.connected();
    expect(said).toEqual([["watch", [A]]]);
  });
});

describe("the rows of all engines", () => {
  it("are those of each, and say whose they are", () => {
    const { lookout } = looking();
    lookout.watch("all");
    lookout.take(hosts(host(A), host(B)));
    lookout.take(snapshot(A, 2, row("a1", 1), row("a2", 2)));
    lookout.take(snapshot(B, 1, row("b1", 1, "running")));
    const { rows, counts } = lookout.store(null);
    expect(rows.map(({ id }) => id).sort()).toEqual(["a1", "a2", "b1"]);
    expect(counts.running).toBe(1);
    expect(lookout.store(null).get("b1")?.worker).toBe("b.ipynb, worker 1");
  });

  it("follow changes, a second snapshot, and an engine's end", () => {
    const { lookout } = looking();
    lookout.watch("all");
    lookout.take(hosts(host(A), host(B)));
    lookout.take(snapshot(A, 2, row("a1", 1), row("a2", 2)));
    lookout.take(snapshot(B, 1, row("b1", 1)));
    lookout.take(changes(A, 2, 4, [row("a2", 2, "succeeded", 4)], ["a1"]));
    const all = lookout.store(null);
    expect(all.get("a1")).toBeUndefined();
    expect(all.get("a2")?.status).toBe("succeeded");
    lookout.take(snapshot(A, 9, row("a3", 3)));
    expect(all.rows.map(({ id }) => id).sort()).toEqual(["a3", "b1"]);
    lookout.take(hosts(host(B)));
    expect(all.rows.map(({ id }) => id)).toEqual(["b1"]);
  });
});

describe("an engine that ends", () => {
  it("stays to be looked at while it alone is watched", () => {
    const { lookout } = looking();
    lookout.take(hosts(host(A)));
    lookout.watch({ only: A });
    lookout.take(snapshot(A, 1, row("a1", 1)));
    lookout.take(hosts());
    expect(lookout.runs(A)).toBe(false);
    expect(lookout.host(A)?.title).toBe("a.ipynb");
    expect(lookout.store(A).phase).toBe("ended");
    expect(lookout.store(A).rows).toHaveLength(1);
  });
});

describe("asks", () => {
  it("go to the engine that has the task", async () => {
    const { lookout, asked } = looking();
    lookout.watch("all");
    lookout.take(hosts(host(A), host(B)));
    lookout.take(snapshot(A, 1, row("a1", 1)));
    lookout.take(snapshot(B, 2, row("b1", 1), row("b2", 2)));
    const outcome = await lookout.actions(null).cancel(["a1", "b1", "b2"], true, false);
    expect(outcome).toEqual({ accepted: 3, trouble: "" });
    expect(asked).toEqual([
      [A, { task_ids: ["a1"], force: true, only_queued: false }],
      [B, { task_ids: ["b1", "b2"], force: true, only_queued: false }],
    ]);
    expect(await lookout.actions(null).traceback("b2")).toBe("b b2");
    expect((await lookout.actions(A).retry(["a1"])).accepted).toBe(1);
  });

  it("of very many tasks are cut up", async () => {
    const { lookout, asked } = looking();
    lookout.take(hosts(host(A)));
    const ids = Array.from({ length: 25_000 }, (_, n) => `t${n}`);
    const outcome = await lookout.actions(A).cancel(ids, false, false);
    expect(outcome.accepted).toBe(25_000);
    expect(asked).toHaveLength(3);
  });

  it("to cancel all go to all, or to one", async () => {
    const { lookout, asked } = looking();
    lookout.take(hosts(host(A), host(B)));
    expect((await lookout.cancelAll(null)).accepted).toBe(6);
    await lookout.cancelAll(B);
    expect(asked.map(([hostId]) => hostId)).toEqual([A, B, B]);
  });
});

describe("counts and ends", () => {
  it("are summed over engines, and told", () => {
    const { lookout } = looking();
    const endings: Ending[] = [];
    lookout.onEnding((ending) => endings.push(ending));
    lookout.take(hosts(host(A, { running: 2, failed: 1 }), { ...host(B), counts: null }));
    expect(lookout.totals.running).toBe(2);
    lookout.take({ kind: "ended", hostId: A, tasks: [], failed: 2 });
    lookout.take({ kind: "ended", hostId: "f".repeat(32), tasks: [], failed: 2 });
    expect(endings.map(({ failed }) => failed)).toEqual([2]);
  });
});
