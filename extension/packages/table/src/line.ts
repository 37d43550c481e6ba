/**
 * One line about all tasks of a store, with a button that cancels them.
 *
 *     ▸ fits     ▰▰▰▰▱▱  26/33 · 2 failed · ~1 min 30 s   12 s  [Cancel]
 *     ▸ fit[3]   ▰▰▱▱▱▱  37/80 · ~2 min left              4.1 s  [Cancel]
 */

import type { TaskCommands } from "./commands.js";
import { CountsBar } from "./countsBar.js";
import { button, element, setAttribute, setText } from "./dom.js";
import { clean } from "./clean.js";
import { elapsed, inWords } from "./format.js";
import type { Glimpses } from "./glimpses.js";
import { Headline } from "./headline.js";
import { nameParts } from "./name.js";
import { type Now, nowOf } from "./now.js";
import { KILL_OFFERED_AFTER_SECONDS } from "./rowView.js";
import type { TaskStore } from "./taskStore.js";
import { ICONS, isDone, type Row, type Status, STATUSES, stoppableOf } from "./types.js";

const FEW_ROWS = 2000; // with more tasks, the times are read once a second
const READ_INTERVAL_SECONDS = 1;

interface Times {
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export class Line {
  readonly node: HTMLElement;
  private readonly icon = element("span", "scl-icon", { "aria-hidden": "true" });
  private readonly stateWord = element("span", "scl-unseen");
  private readonly stem = element("span", "scl-stem");
  private readonly tail = element("span", "scl-tail");
  private readonly name = element("span", "scl-name scl-one-name", {}, this.stem, this.tail);
  private readonly bar = new CountsBar();
  private readonly filled = element("span", "scl-filled");
  private readonly progress = element("span", "scl-progress", {}, this.filled);
  private readonly word = element("span", "scl-word");
  private readonly text = element("span", "scl-one-text");
  private readonly time = element("span", "scl-one-time");
  private readonly stop: HTMLButtonElement;
  private readonly headline = new Headline();
  private times: Times = { startedAt: null, endedAt: null };
  private readAt = -1;

  constructor(
    private readonly store: TaskStore,
    private readonly commands: TaskCommands,
    private readonly glimpses: Glimpses | null, // null: the details are shown below
  ) {
    for (const bar of [this.bar.node, this.progress]) {
      bar.setAttribute("aria-hidden", "true"); // the text beside it has the same information
    }
    this.stop = button("scl-one-stop", "Cancel", () => {
      this.onClick();
    });
    const now = element("span", "scl-one-now", {}, this.word, this.text);
    this.node = element(
      "div",
      "scl-one",
      { role: "group", "aria-label": "Progress" },
      ...[this.icon, this.stateWord, this.name, this.bar.node, this.progress, now],
      ...[this.time, this.stop],
    );
  }

  /** The task, if there is exactly one. */
  get only(): Row | undefined {
    return this.store.size === 1 ? this.store.rows[0] : undefined;
  }

  draw(): void {
    const { store, only } = this;
    const status = only?.status ?? statusOf(store);
    this.node.dataset.status = status;
    setText(this.icon, ICONS[status]);
    setText(this.stateWord, status);
    const title = clean(only?.name ?? store.engine?.label ?? "");
    const { stem, tail } = nameParts(title, "", false);
    setText(this.stem, stem);
    setText(this.tail, tail);
    this.name.title = title;
    this.bar.node.hidden = only !== undefined;
    this.bar.draw(store.counts);
    this.show(only === undefined ? this.ofAll() : this.ofOne(only));
    setText(this.time, elapsed(this.timesAt(store.now()), store.now()));
    this.drawButton();
  }

  private show({ word, text, share }: Now): void {
    const shown = clean(text);
    setText(this.word, word);
    this.word.hidden = word === "";
    setText(this.text, shown);
    this.text.title = shown;
    this.progress.hidden = share === null;
    this.filled.style.width = `${(share ?? 0) * 100}%`;
  }

  private ofAll(): Now {
    setAttribute(this.node, "title", inWords(this.store.counts));
    return {
      word: "",
      text: this.store.size === 0 ? "" : this.headline.of(this.store),
      share: null,
    };
  }

  private ofOne(row: Row): Now {
    setAttribute(this.node, "title", row.status);
    const now = nowOf(row, this.store.now(), this.glimpses?.of(row));
    if (now.word !== "") {
      return row.status === "failed" && this.glimpses === null ? { ...now, text: "" } : now;
    }
    return now.text === "" ? { ...now, text: row.status } : now;
  }

  private drawButton(): void {
    const { counts, phase } = this.store;
    const isAsked = counts.cancelling > 0 || this.commands.pending.size > 0;
    const canStop = stoppableOf(counts) > 0 && this.commands.pending.size === 0;
    const canKill = !canStop && this.late.length > 0;
    this.stop.hidden = phase === "ended" || !(canStop || isAsked);
    this.stop.disabled = !(canStop || canKill);
    setText(this.stop, canKill ? "Kill" : canStop ? "Cancel" : "Cancelling …");
    this.stop.title = canKill ? "Stop the worker: the task has not ended since the request" : "";
  }

  private onClick(): void {
    if (stoppableOf(this.store.counts) > 0) {
      this.commands.stopListed();
    } else {
      this.commands.stop(this.late, true);
    }
  }

  /** The tasks that still run although their cancel was requested some time ago. */
  private get late(): string[] {
    const { store } = this;
    if (store.counts.cancelling === 0 || store.engine?.canStopRunning !== true) {
      return [];
    }
    const since = store.now() - KILL_OFFERED_AFTER_SECONDS;
    return store.rows
      .filter(
        ({ status, cancelRequestedAt }) =>
          status === "cancelling" && (cancelRequestedAt ?? since) < since,
      )
      .map(({ id }) => id);
  }

  private timesAt(now: number): Times {
    const { rows } = this.store;
    if (rows.length <= FEW_ROWS || now >= this.readAt + READ_INTERVAL_SECONDS) {
      this.readAt = now;
      this.times = timesOf(rows);
    }
    return this.times;
  }
}

function statusOf({ counts }: TaskStore): Status {
  return STATUSES.find((status) => counts[status] > 0) ?? "waiting";
}

function timesOf(rows: readonly Row[]): Times {
  let startedAt: number | null = null;
  let endedAt: number | null = null;
  let isOpen = false;
  for (const row of rows) {
    if (row.startedAt !== null && (startedAt === null || row.startedAt < startedAt)) {
      startedAt = row.startedAt;
    }
    if (!isDone(row.status)) {
      isOpen = true;
    } else if (row.endedAt !== null && (endedAt === null || row.endedAt > endedAt)) {
      endedAt = row.endedAt;
    }
  }
  return { startedAt, endedAt: isOpen ? null : endedAt };
}
