/** Decides which ends of tasks get a notification, and combines several into one.  No DOM. */

import { count, type Counts, STATUSES } from "@scaler-lab/table";
import type { TranslationBundle } from "@jupyterlab/translation";

import type { Ending } from "./tasksModel.js";
import type { EndedTask } from "./serverMessages.js";

const GATHER_MS = 1500;
const NAMES = 3;
/** Failures that come within this time after a notice are added to it. */
const SAME_NOTICE_MS = 15_000;

export interface NoticeSettings {
  readonly failures: boolean;
  /** Seconds that a task must have run for a notification of its success; 0 means never. */
  readonly doneAfter: number;
}

export interface Notice {
  readonly kind: "failed" | "done";
  readonly engineId: string;
  readonly text: string;
  /** The first of its tasks, so that the traceback can be shown; null if unknown. */
  readonly first: EndedTask | null;
  /** Increases with each new notice of an engine.  A notice with an earlier number replaces that one. */
  readonly number: number;
}

interface Gathered {
  readonly engineId: string;
  readonly title: string;
  failed: number;
  readonly failures: EndedTask[];
  readonly done: EndedTask[];
}

/** The failures of one engine in one notice. */
interface Notified {
  readonly number: number;
  readonly failed: number;
  readonly failures: readonly EndedTask[];
  readonly at: number;
}

export class Notices {
  settings: NoticeSettings = { failures: true, doneAfter: 60 };
  private readonly gathered = new Map<string, Gathered>();
  private readonly notified = new Map<string, Notified>();
  private number = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly trans: TranslationBundle,
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
        const text = doneText(this.trans, title, done);
        this.emit({ kind: "done", engineId, text, first, number: this.number });
      }
    }
    this.gathered.clear();
  }

  private emitFailures({ engineId, title, failed, failures }: Gathered): void {
    const now = Date.now();
    let notified = this.notified.get(engineId);
    if (notified === undefined || now - notified.at > SAME_NOTICE_MS) {
      this.number += 1;
      notified = { number: this.number, failed: 0, failures: [], at: now };
    }
    notified = {
      number: notified.number,
      failed: notified.failed + failed,
      failures: [...notified.failures, ...failures].slice(0, NAMES),
      at: now,
    };
    this.notified.set(engineId, notified);
    this.emit({
      kind: "failed",
      engineId,
      text: failedText(this.trans, title, notified, this.countsOf(engineId)),
      first: notified.failures[0] ?? null,
      number: notified.number,
    });
  }
}

function failedText(
  trans: TranslationBundle,
  title: string,
  { failed, failures }: Notified,
  counts: Counts | null,
): string {
  const [first] = failures;
  if (failed === 1 && first !== undefined) {
    return trans.__("%1 failed in %2: %3", first.name, title, first.error);
  }
  // The total is shown only if no others failed before, because it would include those too.
  const size = counts?.failed === failed ? sizeOf(counts) : 0;
  const many =
    size > failed
      ? trans.__("%1 of %2 tasks failed in %3", count(failed), count(size), title)
      : trans._n(
          "%2 task failed in %3",
          "%2 tasks failed in %3",
          failed,
          ...[count(failed), title],
        );
  return first === undefined ? many : trans.__("%1, first %2: %3", many, first.name, first.error);
}

function sizeOf(counts: Counts): number {
  return STATUSES.reduce((sum, status) => sum + counts[status], 0);
}

function doneText(trans: TranslationBundle, title: string, done: readonly EndedTask[]): string {
  const [first] = done;
  if (done.length === 1 && first !== undefined) {
    const seconds = Math.round(first.seconds);
    return trans.__("%1 is done in %2, after %3 s", first.name, title, seconds);
  }
  const names = [...new Set(done.slice(0, NAMES).map(({ name }) => name))];
  const named = names.join(", ") + (done.length > names.length ? " …" : "");
  return trans.__("%1 long tasks are done in %2: %3", done.length, title, named);
}
