/** A bar for each worker of a program, as full as its task uses a core, and the sums beside them. */

import {
  clean,
  cpuText,
  type LiveUsage,
  memoryText,
  plus,
  type TaskStore,
} from "@scaler-lab/table";
import type { TranslationBundle } from "@jupyterlab/translation";

const MAX_BARS = 64;
const NOTHING: LiveUsage = { cpuPercent: 0, memory: 0, children: 0 };

interface Busy {
  readonly usage: LiveUsage;
  readonly text: string;
}

export class WorkerBars {
  readonly node = document.createElement("div");
  private readonly bars = document.createElement("span");
  private readonly sum = document.createElement("span");
  /** The name of the worker that each bar is of: a worker keeps its bar while it is busy. */
  private names: string[] = [];

  constructor(private readonly trans: TranslationBundle) {
    this.node.className = "scl-workers";
    this.bars.className = "scl-workers-bars";
    this.bars.setAttribute("role", "img");
    this.sum.className = "scl-workers-sum";
    this.node.append(this.bars, this.sum);
    this.node.hidden = true;
  }

  /** Show the *n* workers that run the tasks of *store*. */
  draw(store: TaskStore, n: number): void {
    this.node.hidden = n === 0 || store.phase !== "live" || store.engine?.reportsUsage !== true;
    if (this.node.hidden) {
      return;
    }
    const busy = busyOf(store);
    this.assign(busy, Math.min(n, MAX_BARS));
    while (this.bars.childElementCount > this.names.length) {
      this.bars.lastElementChild?.remove();
    }
    for (const [i, name] of this.names.entries()) {
      this.drawBar(this.barAt(i), busy.get(name));
    }
    const all = [...busy.values()].reduce((sum, { usage }) => plus(sum, usage), NOTHING);
    const text = busy.size === 0 ? "" : `${cpuText(all)} · ${memoryText(all)}`;
    const busyOnes = this.trans.__("%1 of %2 workers busy", busy.size, n);
    const label = text === "" ? busyOnes : `${busyOnes}: ${text}`;
    if (this.bars.getAttribute("aria-label") !== label) {
      this.bars.setAttribute("aria-label", label);
      this.sum.textContent = text;
      this.sum.title = this.trans.__(
        "CPU, in percent of one core, and memory of all running tasks",
      );
    }
  }

  private assign(busy: ReadonlyMap<string, Busy>, n: number): void {
    const names = Array.from({ length: n }, (_, i) => this.names[i] ?? "");
    const isFree = (name: string): boolean => !busy.has(name);
    for (const name of [...busy.keys()].filter((one) => !names.includes(one))) {
      const place = names.findIndex(isFree);
      if (place >= 0) {
        names[place] = name;
      }
    }
    this.names = names;
  }

  private barAt(i: number): HTMLElement {
    let bar = this.bars.children[i];
    if (!(bar instanceof HTMLElement)) {
      bar = document.createElement("span");
      bar.className = "scl-worker";
      bar.append(document.createElement("span"));
      this.bars.append(bar);
    }
    return bar as HTMLElement;
  }

  private drawBar(bar: HTMLElement, busy: Busy | undefined): void {
    const filled = bar.firstElementChild;
    const width = `${Math.min(100, busy?.usage.cpuPercent ?? 0)}%`;
    if (filled instanceof HTMLElement && filled.style.width !== width) {
      filled.style.width = width;
    }
    bar.title = busy?.text ?? this.trans.__("idle");
    bar.classList.toggle("scl-is-busy", busy !== undefined);
  }
}

/** The workers that are known to run a task, by name. */
function busyOf(store: TaskStore): Map<string, Busy> {
  const found = new Map<string, Busy>();
  for (const id of store.usages.ids) {
    const row = store.get(id);
    const usage = row === undefined ? null : store.usageOf(row);
    if (row !== undefined && usage !== null) {
      const worker = clean(row.worker);
      const uses = [cpuText(usage), memoryText(usage)].filter((part) => part !== "").join(", ");
      found.set(worker, { usage, text: `${worker}: #${row.number} ${clean(row.name)}\n${uses}` });
    }
  }
  return found;
}
