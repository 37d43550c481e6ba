import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { PROTOCOL, provideServerTasks, type Row } from "@scaler-lab/table";

import type { KernelConnection, Model } from "../src/model.js";
import { Session } from "../src/session.js";

interface Sent {
  readonly window: string;
  readonly messages: unknown[][];
}

/** A model with a kernel that answers on its control channel, or doesn't. */
class Page {
  readonly byControl: Sent[] = [];
  readonly byComm: Sent[] = [];
  readonly notices: string[] = [];
  readonly session: Session;
  answer: ((sent: Sent) => unknown[]) | null = () => [];
  private listener: (content: unknown, buffers: DataView[]) => void = () => undefined;

  constructor({
    hasControl = true,
    engines = [],
  }: { hasControl?: boolean; engines?: readonly string[] } = {}) {
    const kernel: KernelConnection = {
      clientId: "me",
      username: "me",
      sendControlMessage: (message) => {
        const sent = (message as { content: Sent }).content;
        this.byControl.push(sent);
        const { answer } = this;
        const done =
          answer === null
            ? new Promise<unknown>(() => undefined)
            : Promise.resolve({ content: { status: "ok", messages: answer(sent) } });
        return { done, dispose: () => undefined };
      },
    };
    const model: Model = {
      get: (name) => (name === "_engines" ? engines : "a window"),
      on: (_event, callback) => {
        this.listener = callback as typeof this.listener;
      },
      off: () => undefined,
      send: (content) => {
        this.byComm.push((content as { scaler_lab: Sent }).scaler_lab);
      },
      widget_manager: hasControl ? { kernel } : {},
    };
    this.session = new Session(model);
    this.session.join((text) => {
      this.notices.push(text);
    });
  }

  /** Send a message from the kernel through the comm. */
  send(...messages: unknown[]): void {
    const bytes = new TextEncoder().encode(JSON.stringify(messages));
    this.listener({ scaler_lab: 1, coding: "plain", now: 1 }, [new DataView(bytes.buffer)]);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a cancel is sent on the control channel, and its reply contains the response", async () => {
  const page = new Page();
  page.answer = ({ messages }) =>
    messages
      .filter(([kind]) => kind === "cancel")
      .map(([, request]) => ["response", request, 2, ""]);
  const outcome = await page.session.actions.cancel(["a", "b"], false, false);
  expect(outcome).toMatchObject({ accepted: 2, trouble: "" });
  expect(page.byComm).toEqual([]);
  expect(page.notices).toEqual([]);
});

test("if the control channel does not answer, the comm sends the request, and a notice explains the wait", async () => {
  const page = new Page();
  page.answer = null;
  const outcome = page.session.actions.cancel(["a"], false, false);
  await vi.advanceTimersByTimeAsync(4600);
  expect(page.notices.join()).toContain("takes effect when the cell ends");
  const request = page.byComm
    .flatMap(({ messages }) => messages)
    .find(([kind]) => kind === "cancel");
  page.send(["response", request?.[1], 1, ""]);
  expect(await outcome).toMatchObject({ accepted: 1 });
});

test("a missing response is awaited for a minute, not forever", async () => {
  const page = new Page({ hasControl: false });
  const outcome = page.session.actions.cancel(["a"], false, false);
  await vi.advanceTimersByTimeAsync(61_000);
  expect((await outcome).trouble).toContain("has not answered for a minute");
});

test("arguments come in a response that only notebooks get", async () => {
  const page = new Page();
  const told = page.session.actions.arguments?.("a");
  await vi.advanceTimersByTimeAsync(10);
  const ask = page.byControl
    .flatMap(({ messages }) => messages)
    .find(([kind]) => kind === "arguments");
  page.send(["arguments-of", ask?.[1], "a", [["path", "'x'"]], ""]);
  expect(await told).toMatchObject({ arguments: [["path", "'x'"]], trouble: "" });
});

// -- while the kernel doesn't answer ----------------------------------------------------------------

/** The Jupyter server's tasks, of one engine. */
function server(): {
  asked: unknown[][];
  ended: number;
  tell: (rows: readonly Row[]) => void;
} {
  const fake = {
    asked: [] as unknown[][],
    ended: 0,
    tell: (() => undefined) as (rows: readonly Row[]) => void,
  };
  provideServerTasks({
    requestUsage: (engineId) => {
      fake.asked.push(["usage", engineId]);
    },
    follow: (engineId, { rows: listener }) => {
      fake.asked.push(["follow", engineId]);
      fake.tell = listener;
      return () => {
        fake.ended += 1;
      };
    },
    cancel: (engineId, ids) => {
      fake.asked.push(["cancel", engineId, ids]);
      return Promise.resolve({ accepted: ids.length, trouble: "" });
    },
    retry: () => Promise.resolve({ accepted: 0, trouble: "" }),
    details: () => Promise.reject(new Error("none")),
    flame: () => Promise.reject(new Error("none")),
  });
  return fake;
}

const ENGINE = "e".repeat(32);
const COLUMNS = [
  ["a", "b"],
  [5, 1],
  ["fit", "fit"],
  ["running", "queued"],
  [1, 1],
  [1, 1],
];

test("the server's rows replace a stuck kernel's rows until the kernel answers", async () => {
  const fake = server();
  const page = new Page({ engines: [ENGINE] });
  page.send(["welcome", PROTOCOL, "host", "engine", 1], ["snapshot", 2, 0, 1, COLUMNS, {}]);
  await vi.advanceTimersByTimeAsync(100);
  expect(page.session.store.rows).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(fake.asked).toEqual([]); // it answers
  page.answer = null;
  await vi.advanceTimersByTimeAsync(4000);
  expect(fake.asked).toEqual([["follow", ENGINE]]);
  const own = page.session.store.get("a");
  expect(own).toBeDefined();
  if (own !== undefined) {
    fake.tell([
      { ...own, status: "cancelled", number: 77, version: 99 },
      { ...own, id: "another's" },
    ]);
  }
  expect(page.session.store.get("a")).toMatchObject({ status: "cancelled", number: 5, version: 1 });
  expect(page.session.store.rows).toHaveLength(2);
  expect(page.session.store.counts).toMatchObject({ running: 0, cancelled: 1, queued: 1 });
  const outcome = page.session.actions.cancel(["b"], false, false);
  await vi.advanceTimersByTimeAsync(100);
  expect(await outcome).toMatchObject({ accepted: 1, trouble: "" });
  expect(fake.asked.at(-1)).toEqual(["cancel", ENGINE, ["b"]]);
  expect(page.notices).toEqual([]);
  page.send(["changes", 2, 3, [], [], {}]);
  await vi.advanceTimersByTimeAsync(100);
  expect(fake.ended).toBe(1);
});

test("usage is requested one at a time, on a comm that may wait for the cell", async () => {
  const page = new Page({ hasControl: false });
  const requested = (): number =>
    page.byComm.flatMap(({ messages }) => messages).filter(([kind]) => kind === "uses").length;
  page.session.actions.requestUsage?.();
  await vi.advanceTimersByTimeAsync(1000);
  page.session.actions.requestUsage?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(requested()).toBe(1);
  page.send(["usage", { a: [97.5, 1024, 0] }]);
  await vi.advanceTimersByTimeAsync(10);
  expect(page.session.store.usages.history("a")).toMatchObject([{ cpuPercent: 97.5 }]);
  page.session.actions.requestUsage?.();
  expect(requested()).toBe(2);
});

test("usage comes from the server while the kernel is stuck", async () => {
  const fake = server();
  const page = new Page({ engines: [ENGINE] });
  page.send(["welcome", PROTOCOL, "host", "engine", 1], ["snapshot", 2, 0, 1, COLUMNS, {}]);
  page.answer = null;
  await vi.advanceTimersByTimeAsync(5000);
  page.session.actions.requestUsage?.();
  expect(fake.asked).toEqual([
    ["follow", ENGINE],
    ["usage", ENGINE],
  ]);
});

test("the kernel samples a task that the server does not know, until that is stopped", async () => {
  server();
  const page = new Page({ engines: [ENGINE] });
  const stop = new AbortController();
  const graph = page.session.actions.flame?.("a", stop.signal);
  await vi.advanceTimersByTimeAsync(3000);
  const sent = (kind: string): unknown[] | undefined =>
    page.byControl.flatMap(({ messages }) => messages).find((message) => message[0] === kind);
  const request = sent("flame")?.[1];
  expect(sent("flame")).toEqual(["flame", request, "a"]);
  stop.abort();
  expect(sent("flame-stop")).toEqual(["flame-stop", request]);
  page.send(["flame-of", request, "<svg/>", ""]);
  expect(await graph).toMatchObject({ svg: "<svg/>", problem: "" });
  expect(page.notices).toEqual([]);
});
