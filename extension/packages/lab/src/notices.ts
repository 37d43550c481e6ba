/** Which ends of tasks are worth a notification, several at once in one.  No DOM. */

import { count, type Counts, STATUSES, tasks } from "@scaler-lab/table";

import type { Ending } from "./tasksModel.js";
import type { EndedTask } from "./serverMessages.js";

const GATHER_MS = 1500;
const NAMES = 3;
/** Failures that come within this time after a notice are added to it. */
const SAME_NOTICE_MS = 15_000;

export interface NoticeSettings {
  readonly failures: boolean;
  /** Seconds a task must have run for its success to be told; 0: never told. */
  readonly doneAfter: number;
}

export interface Notice {
  readonly kind: "failed" | "done";
  readonly engineId: string;
  readonly text: string;
  /** The first of the tasks that it is about, whose traceback may be shown; null if unknown. */
  readonly first: EndedTask | null;
  /** Grows with each new notice of one engine; a notice with the number of an earlier one replaces it. */
  readonly number: number;
}

interface Gathered {
  readonly engineId: string;
  readonly title: string;
  failed: number;
  readonly failures: EndedTask[];
  readonly done: EndedTask[];
}

/** The failures of one engine that one notice is about. */
interface Told {
  readonly number: number;
  readonly failed: number;
  readonly failures: readonly EndedTask[];
  readonly at: number;
}

export class Notices {
  settings: NoticeSettings = { failures: true, doneAfter: 60 };
  private readonly gathered = new Map<string, Gathered>();
  private readonly told = new Map<string, Told>();
  private number = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly emit: (notice: Notice) => void,
    private readonly countsOf: (engineId: string) => Counts | null = () => null,
  ) {}

  apply({ engineId, title, tasks, failed }: Ending): void {
    const { failures, doneAfter } = this.settings;
    const failing = failures ? tasks.filter(({ status }) => status === "failed") : [];
    const done = tasks.filter(
      ({ status, seconds }) => status === "succeeded" && doneAfter > 0 && seconds >= doneAfter,
    );
    const nFailed = failures ? failed : 0;
    if (nFailed === 0 && done.length === 0) {
      return;
    }
    const gathered = this.gathered.get(engineId) ?? {
      engineId,
      title,
      failed: 0,
      failures: [],
      done: [],
    };
    this.gathered.set(engineId, gathered);
    gathered.failed += nFailed;
    gathered.failures.push(...failing.slice(0, NAMES));
    gathered.done.push(...done);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, GATHER_MS);
  }

  dispose(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
    this.gathered.clear();
  }

  private flush(): void {
    this.timer = null;
    for (const gathered of this.gathered.values()) {
      if (gathered.failed > 0) {
        this.emitFailures(gathered);
      }
      const { engineId, title, done } = gathered;
      const [first] = done;
      if (first !== undefined) {
        this.number += 1;
        const text = doneText(title, done);
        this.emit({ kind: "done", engineId, text, first, number: this.number });
      }
    }
    this.gathered.clear();
  }

  private emitFailures({ engineId, title, failed, failures }: Gathered): void {
    const now = Date.now();
    let told = this.told.get(engineId);
    if (told === undefined || now - told.at > SAME_NOTICE_MS) {
      this.number += 1;
      told = { number: this.number, failed: 0, failures: [], at: now };
    }
    told = {
      number: told.number,
      failed: told.failed + failed,
      failures: [...told.failures, ...failures].slice(0, NAMES),
      at: now,
    };
    this.told.set(engineId, told);
    this.emit({
      kind: "failed",
      engineId,
      text: failedText(title, told.failed, told.failures, this.countsOf(engineId)),
      first: told.failures[0] ?? null,
      number: told.number,
    });
  }
}

function failedText(
  title: string,
  failed: number,
  failures: readonly EndedTask[],
  counts: Counts | null,
): string {
  const [first] = failures;
  // Of all, if no others failed before: else the numbers would be of different tasks.
  const size = counts?.failed === failed ? sizeOf(counts) : 0;
  const many = size > failed ? `${count(failed)} of ${tasks(size)}` : tasks(failed);
  if (first === undefined) {
    return `${many} failed in ${title}`;
  }
  return failed === 1
    ? `${first.name} failed in ${title}: ${first.error}`
    : `${many} failed in ${title}, first ${first.name}: ${first.error}`;
}

function sizeOf(counts: Counts): number {
  return STATUSES.reduce((sum, status) => sum + counts[status], 0);
}

function doneText(title: string, done: readonly EndedTask[]): string {
  const [first] = done;
  if (done.length === 1 && first !== undefined) {
    return `${first.name} is done in ${title}, after ${Math.round(first.seconds)} s`;
  }
  return `${done.length} long tasks are done in ${title}${named(done, done.length)}`;
}

function named(tasks: readonly EndedTask[], n: number): string {
  const names = [...new Set(tasks.slice(0, NAMES).map(({ name }) => name))];
  return names.length === 0 ? "" : `: ${names.join(", ")}${n > names.length ? " …" : ""}`;
}
