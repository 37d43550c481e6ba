import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Notice, Notices } from "../src/notices.js";
import { readSettings } from "../src/settings.js";
import { formatEngine } from "../src/format.js";
import type { EndedTask } from "../src/serverMessages.js";
import { A, B, engine } from "./serverMessages.js";

function ended(name: string, status: EndedTask["status"], seconds = 1, error = ""): EndedTask {
  return { id: name, name, status, seconds, error };
}

function noticing(): { notices: Notices; told: Notice[] } {
  const told: Notice[] = [];
  return { notices: new Notices((notice) => told.push(notice)), told };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("notices", () => {
  it("tell one failure by its name and error", () => {
    const { notices, told } = noticing();
    notices.apply({
      engine: engine(A),
      tasks: [ended("fit", "failed", 1, "no column")],
      failed: 1,
    });
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([
      { kind: "failed", engineId: A, text: "fit failed in a.ipynb: no column" },
    ]);
  });

  it("tell a thousand failures in one, of each engine", () => {
    const { notices, told } = noticing();
    for (let n = 0; n < 10; n += 1) {
      notices.apply({ engine: engine(A), tasks: [ended("fit", "failed")], failed: 100 });
    }
    notices.apply({ engine: engine(B), tasks: [], failed: 5 });
    vi.advanceTimersByTime(5000);
    expect(told.map(({ text }) => text)).toEqual([
      "1000 tasks failed in a.ipynb: fit …",
      "5 tasks failed in b.ipynb",
    ]);
  });

  it("tell of success only after long", () => {
    const { notices, told } = noticing();
    notices.apply({ engine: engine(A), tasks: [ended("short", "succeeded", 59)], failed: 0 });
    notices.apply({ engine: engine(A), tasks: [ended("long", "succeeded", 61)], failed: 0 });
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([
      { kind: "done", engineId: A, text: "long is done in a.ipynb, after 61 s" },
    ]);
  });

  it("are as the settings say", () => {
    const { notices, told } = noticing();
    notices.settings = readSettings({ notifyFailures: false, notifyDoneAfterSeconds: 0 });
    notices.apply({ engine: engine(A), tasks: [ended("x", "failed")], failed: 1 });
    notices.apply({ engine: engine(A), tasks: [ended("y", "succeeded", 999)], failed: 0 });
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([]);
    expect(readSettings({})).toEqual({ failures: true, doneAfter: 60, area: "left" });
    expect(readSettings({ area: "right" }).area).toBe("right");
  });

  it("are not told once disposed of", () => {
    const { notices, told } = noticing();
    notices.apply({ engine: engine(A), tasks: [], failed: 1 });
    notices.dispose();
    vi.advanceTimersByTime(5000);
    expect(told).toEqual([]);
  });
});

describe("an engine in a word", () => {
  it("is what is open, else what is done", () => {
    expect(formatEngine(null)).toBe("…");
    expect(formatEngine(null, "another version")).toBe("can't be read");
    expect(formatEngine(engine(A).counts)).toBe("no tasks yet");
    expect(formatEngine(engine(A, { succeeded: 1200 }).counts)).toBe("1,200 done");
    expect(
      formatEngine(engine(A, { running: 2, queued: 5, failed: 1, cancelling: 1 }).counts),
    ).toBe("2 running, 1 cancelling, 5 queued, 1 failed");
  });
});
