/**
 * What running tasks use now, and over the last minute.  No DOM.
 *
 * It changes by itself, so it is no part of the board: it comes in a message of its own, and only if
 * a view requests it.
 */

import type { LiveUsage } from "./feed.js";

export const HISTORY_SECONDS = 60;
const FRESH_SECONDS = 3.5; // older ones are from before nobody requested any

export interface UsageSample extends LiveUsage {
  /** Seconds since the epoch, by the page's clock. */
  readonly at: number;
}

/** What the tasks of a store use. */
export class Usages {
  private readonly samples = new Map<string, UsageSample[]>(); // by task, the oldest first

  constructor(private readonly clock: () => number) {}

  take(usage: ReadonlyMap<string, LiveUsage>): void {
    const at = this.clock();
    for (const [id, found] of usage) {
      const samples = this.samples.get(id) ?? [];
      samples.push({ ...found, at });
      this.samples.set(id, samples);
    }
    for (const [id, samples] of this.samples) {
      while ((samples[0]?.at ?? at) < at - HISTORY_SECONDS) {
        samples.shift();
      }
      if (samples.length === 0) {
        this.samples.delete(id);
      }
    }
  }

  /** Seconds since the epoch, by the page's clock. */
  get now(): number {
    return this.clock();
  }

  /** What a task uses; null if that is not known. */
  of(id: string): LiveUsage | null {
    const last = this.samples.get(id)?.at(-1);
    return last === undefined || last.at < this.clock() - FRESH_SECONDS ? null : last;
  }

  /** What a task used during the last minute, as far as it was requested; the oldest first. */
  history(id: string): readonly UsageSample[] {
    return this.samples.get(id) ?? [];
  }

  /** The tasks of which something is known. */
  get ids(): Iterable<string> {
    return this.samples.keys();
  }
}

/** What two of them use together. */
export function plus(a: LiveUsage, b: LiveUsage): LiveUsage {
  return {
    cpuPercent: sum(a.cpuPercent, b.cpuPercent),
    memory: sum(a.memory, b.memory),
    children: sum(a.children, b.children),
  };
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b;
}

/** `98%`, of one core; empty if it is not known.  The words are those of `scaler-lab top`. */
export function cpuText(usage: LiveUsage | null): string {
  return usage?.cpuPercent == null ? "" : `${usage.cpuPercent.toFixed(0)}%`;
}

/** `512 MiB`, `1.5 GiB`; empty if it is not known. */
export function memoryText(usage: LiveUsage | null): string {
  return usage?.memory == null ? "" : sizeText(usage.memory);
}

export function sizeText(size: number): string {
  for (const [unit, name] of UNITS) {
    if (size >= unit) {
      return `${rounded(size / unit)} ${name}`;
    }
  }
  return `${rounded(size / 1024)} KiB`;
}

const UNITS = [
  [1024 ** 3, "GiB"],
  [1024 ** 2, "MiB"],
] as const;

function rounded(n: number): string {
  return n >= 99.95 ? n.toFixed(0) : n.toFixed(1).replace(/\.0$/, "");
}
