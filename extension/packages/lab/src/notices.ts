/** Which ends of tasks are worth a notification, several at once in one.  No DOM. */

import type { Ending } from "./tasksModel.js";
import type { EndedTask, Engine } from "./serverMessages.js";

const GATHER_MS = 1500;
const NAMES = 3;

export interface NoticeSettings {
  readonly failures: boolean;
  /** Seconds a task must have run for its success to be told; 0: never told. */
  readonly doneAfter: number;
}

export interface Notice {
  readonly kind: "failed" | "done";
  readonly engineId: string;
  readonly text: string;
}

interface Gathered {
  readonly engine: Engine;
  failed: number;
  readonly failures: EndedTask[];
  readonly done: EndedTask[];
}

export class Notices {
  settings: NoticeSettings = { failures: true, doneAfter: 60 };
  private readonly gathered = new Map<string, Gathered>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly emit: (notice: Notice) => void) {}

  apply({ engine, tasks, failed }: Ending): void {
    const { failures, doneAfter } = this.settings;
    const failing = failures ? tasks.filter(({ status }) => status === "failed") : [];
    const done = tasks.filter(
      ({ status, seconds }) => status === "succeeded" && doneAfter > 0 && seconds >= doneAfter,
    );
    const nFailed = failures ? failed : 0;
    if (nFailed === 0 && done.length === 0) {
      return;
    }
    const gathered = this.gathered.get(engine.id) ?? { engine, failed: 0, failures: [], done: [] };
    this.gathered.set(engine.id, gathered);
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
    for (const { engine, failed, failures, done } of this.gathered.values()) {
      if (failed > 0) {
        this.emit({
          kind: "failed",
          engineId: engine.id,
          text: failedText(engine, failed, failures),
        });
      }
      if (done.length > 0) {
        this.emit({ kind: "done", engineId: engine.id, text: doneText(engine, done) });
      }
    }
    this.gathered.clear();
  }
}

function failedText(engine: Engine, failed: number, failures: readonly EndedTask[]): string {
  const [first] = failures;
  if (failed === 1 && first !== undefined) {
    return `${first.name} failed in ${engine.title}: ${first.error}`;
  }
  return `${failed} tasks failed in ${engine.title}${named(failures, failed)}`;
}

function doneText(engine: Engine, done: readonly EndedTask[]): string {
  const [first] = done;
  if (done.length === 1 && first !== undefined) {
    return `${first.name} is done in ${engine.title}, after ${Math.round(first.seconds)} s`;
  }
  return `${done.length} long tasks are done in ${engine.title}${named(done, done.length)}`;
}

function named(tasks: readonly EndedTask[], n: number): string {
  const names = [...new Set(tasks.slice(0, NAMES).map(({ name }) => name))];
  return names.length === 0 ? "" : `: ${names.join(", ")}${n > names.length ? " …" : ""}`;
}
