import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Notice, Notices } from "../src/notices.js";
import { readSettings } from "../src/settings.js";
import { formatEngine } from "../src/format.js";
import type { EndedTask, Engine } from "../src/serverMessages.js";
import type { Ending } from "../src/tasksModel.js";
import { A, B, engine, ENGLISH } from "./serverMessages.js";

function ended(name: string, status: EndedTask["status"], seconds = 1, error = ""): EndedTask {
  return { id: name, name, status, seconds, error, groupName: "" };
}

function ending(engineId: string, failed: number, ...tasks: EndedTask[]): Ending {
  return { engineId, title: `${engineId[0] ?? ""}.ipynb`, tasks, failed };
}

function noticing(counts: Engine["counts"] = null): { notices: Notices; told: Notice[] } {
  const told: Notice[] = [];
  return {
    notices: new Notices(
      ENGLISH,
      (notice) => told.push(notice),
      () => counts,
    ),
    told,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("notices", () => {
  it("name one failed task and its error", () => {
    const { notices, told } = noticing();
    const fit = ended("fit", "failed", 1, "no column");
    notices.apply(ending(A, 1, fit));
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([
      {
        kind: "failed",
        engineId: A,
        text: "fit failed in a.ipynb: no column",
        first: fit,
        number: 1,
      },
    ]);
  });

  it("report a thousand failures in one notice for each engine", () => {
    const { notices, told } = noticing();
    for (let n = 0; n < 10; n += 1) {
      notices.apply(ending(A, 100, ended(`fit[${n}]`, "failed", 1, "ValueError: no")));
    }
    notices.apply(ending(B, 5));
    vi.advanceTimersByTime(5000);
    expect(told.map(({ text }) => text)).toEqual([
      "1,000 tasks failed in a.ipynb, first fit[0]: ValueError: no",
      "5 tasks failed in b.ipynb",
    ]);
  });

  it("show the number of all tasks, unless others failed before", () => {
    for (const [failedBefore, text] of [
      [0, "2 of 24 tasks failed in a.ipynb, first fit[0]: no"],
      [1, "2 tasks failed in a.ipynb, first fit[0]: no"],
    ] as const) {
      const counts = engine(A, { failed: 2 + failedBefore, succeeded: 20, running: 2 }).counts;
      const { notices, told } = noticing(counts);
      notices.apply(ending(A, 2, ended("fit[0]", "failed", 1, "no")));
      vi.advanceTimersByTime(5000);
      expect(told.map((notice) => notice.text)).toEqual([text]);
    }
  });

  it("report a success only after a long run", () => {
    const { notices, told } = noticing();
    notices.apply(ending(A, 0, ended("short", "succeeded", 59)));
    notices.apply(ending(A, 0, ended("long", "succeeded", 61)));
    vi.advanceTimersByTime(5000);
    expect(told.map(({ kind, text }) => [kind, text])).toEqual([
      ["done", "long is done in a.ipynb, after 61 s"],
    ]);
  });

  it("of failures that go on are one, which counts them", () => {
    const { notices, told } = noticing();
    for (let second = 0; second < 6; second += 1) {
      notices.apply(ending(A, 2, ended(`fit[${second}]`, "failed", 1, "no")));
      vi.advanceTimersByTime(2000);
    }
    expect(new Set(told.map(({ number }) => number))).toEqual(new Set([1]));
    expect(told.at(-1)?.text).toBe("12 tasks failed in a.ipynb, first fit[0]: no");
    expect(told.at(-1)?.first?.id).toBe("fit[0]");
    vi.advanceTimersByTime(20_000);
    notices.apply(ending(A, 1, ended("late", "failed", 1, "no")));
    vi.advanceTimersByTime(2000);
    expect(told.at(-1)).toMatchObject({ number: 2, text: "late failed in a.ipynb: no" });
  });

  it("are as the settings say", () => {
    const { notices, told } = noticing();
    notices.settings = readSettings({ notifyFailures: false, notifyDoneAfterSeconds: 0 });
    notices.apply(ending(A, 1, ended("x", "failed")));
    notices.apply(ending(A, 0, ended("y", "succeeded", 999)));
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([]);
    expect(readSettings({})).toEqual({ failures: true, doneAfter: 60, area: "left" });
    expect(readSettings({ area: "right" }).area).toBe("right");
  });

  it("are not shown after dispose", () => {
    const { notices, told } = noticing();
    notices.apply(ending(A, 1));
    notices.dispose();
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([]);
  });
});

describe("an engine in a word", () => {
  it("is what is open, else what is done", () => {
    expect(formatEngine(ENGLISH, null)).toBe("…");
    expect(formatEngine(ENGLISH, null, "another version")).toBe("can't be read");
    expect(formatEngine(ENGLISH, engine(A).counts)).toBe("no tasks yet");
    expect(formatEngine(ENGLISH, engine(A, { succeeded: 1200 }).counts)).toBe("1,200 done");
    expect(
      formatEngine(ENGLISH, engine(A, { running: 2, queued: 5, failed: 1, cancelling: 1 }).counts),
    ).toBe("2 running, 1 cancelling, 5 queued, 1 failed");
  });
});
