/**
 * One row's elements, which are reused for the next task or group that scrolls into view.
 *
 *     [state] #  name[index] arguments | worker | now | cpu | memory | time | actions
 *
 * The state is an icon with a tooltip; only failed and cancelling have a word too.  The actions are
 * icons, which the style sheet shows on hover, focus and selection.
 */

import { CountsBar } from "./countsBar.js";
import { element, setAttribute, setText } from "./dom.js";
import { groupEta, roughly } from "./eta.js";
import { clean } from "./clean.js";
import type { LiveUsage } from "./feed.js";
import { count, elapsed, inWords, tasks } from "./format.js";
import type { TaskGroup } from "./group.js";
import { columnsOf, nameParts } from "./name.js";
import { type Glimpse, joined, type Now, nowOf } from "./now.js";
import { ICONS, isDone, isRetriable, type Row, type Status, stoppableOf } from "./types.js";
import { cpuText, memoryText } from "./usages.js";

export const KILL_OFFERED_AFTER_SECONDS = 2;

/** What the button of a row does; null if the task can't be stopped. */
export type RowButton = "cancel" | "requested" | "kill" | "retry" | null;

/** What is the same for the row of a task and of a group. */
export interface Place {
  readonly index: number;
  readonly top: number;
  readonly now: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  /** The level in the tree: 1, or 2 for a group's task.  Null in a plain list. */
  readonly level: number | null;
  readonly isOver: boolean; // the program ended, so no request is possible
  readonly canKill: boolean;
  /** What it uses now; null if that is not known or not shown. */
  readonly usage: LiveUsage | null;
}

export interface GroupState extends Place {
  readonly isFolded: boolean;
  readonly client: string;
}

export interface RowState extends Place {
  readonly isPending: boolean; // a request was sent and not yet answered
  readonly glimpse: Glimpse;
  /** The client that submitted the task; empty unless several share the engine. */
  readonly client: string;
  /** Whether the row is below its group's name, so that the index is enough. */
  readonly isBelow: boolean;
  /** How many tasks are queued that were submitted earlier; null if that is not known. */
  readonly before: number | null;
}

/** What the button of a group does to its tasks. */
export type GroupCommand = "stop" | "kill" | "retry";

const GROUP_VERBS: Readonly<Record<GroupCommand, string>> = {
  stop: "Cancel",
  kill: "Kill the workers of",
  retry: "Retry",
};
const REQUESTED = "Requested; waiting for the answer";

export class RowView {
  readonly node: HTMLDivElement;
  /** The id of the task or group that the row shows. */
  id = "";
  private nameColumns = 0;
  private extraColumns = 0;
  private shown: Row | null = null; // of a task
  private shownBelow = false;
  private readonly check = cell("check", 1);
  private readonly state = cell("state", 2);
  private readonly icon = element("span", "scl-icon", { "aria-hidden": "true" });
  private readonly stateWord = element("span", "scl-unseen");
  private readonly number = cell("number", 3);
  private readonly name = cell("name", 4);
  private readonly stem = element("span", "scl-stem");
  private readonly tail = element("span", "scl-tail");
  private readonly extra = element("span", "scl-extra"); // arguments; a group's size
  private readonly worker = cell("worker", 5);
  private readonly now = cell("now", 6);
  private readonly bar = new CountsBar(); // a group's
  private readonly progress = element("span", "scl-progress", { "aria-hidden": "true" });
  private readonly filled = element("span", "scl-filled");
  private readonly word = element("span", "scl-word");
  private readonly text = element("span", "scl-text");
  private readonly cpu = cell("cpu", 7);
  private readonly memory = cell("memory", 8);
  private readonly time = cell("time", 9);
  private readonly doing = cell("doing", 10);
  private readonly stop = action("scl-stop", "stop");
  private readonly more = action("scl-more", "details");

  constructor(id: string) {
    this.check.append(element("span", "scl-tick", { "aria-hidden": "true" }));
    this.state.append(this.icon, this.stateWord);
    this.name.append(element("span", "scl-name", {}, this.stem, this.tail), this.extra);
    this.bar.node.setAttribute("aria-hidden", "true"); // the text beside it has the same information
    this.progress.append(this.filled);
    this.now.append(this.bar.node, this.progress, this.word, this.text);
    this.doing.append(this.stop, this.more);
    this.node = element(
      "div",
      "scl-row",
      { role: "row", id },
      ...[this.check, this.state, this.number, this.name, this.worker],
      ...[this.now, this.cpu, this.memory, this.time, this.doing],
    );
  }

  /** How many columns of text the name and the arguments would take. */
  get wants(): number {
    return this.nameColumns + this.extraColumns;
  }

  /** What the task's button would do now. */
  static buttonOf(row: Row, state: RowState): RowButton {
    if (state.isOver || row.status === "succeeded") {
      return null;
    }
    if (isDone(row.status)) {
      return state.isPending ? "requested" : "retry";
    }
    if (row.status === "cancelling") {
      const since = row.cancelRequestedAt ?? state.now;
      return state.canKill && state.now - since > KILL_OFFERED_AFTER_SECONDS ? "kill" : "requested";
    }
    return state.isPending ? "requested" : "cancel";
  }

  /** The most urgent action that a group's button can do now, and for how many tasks. */
  static buttonOfGroup(
    group: TaskGroup,
    { isOver, canKill, now }: GroupState,
  ): [does: GroupCommand | "requested", n: number] | null {
    const { counts } = group;
    const open = stoppableOf(counts);
    if (isOver) {
      return null;
    }
    if (open > 0) {
      return ["stop", open];
    }
    if (counts.cancelling > 0) {
      const late = canKill ? group.stillCancelling(now - KILL_OFFERED_AFTER_SECONDS).length : 0;
      return late > 0 ? ["kill", late] : ["requested", counts.cancelling];
    }
    const again = counts.failed + counts.cancelled;
    return again > 0 ? ["retry", again] : null;
  }

  update(row: Row, state: RowState): void {
    this.id = row.id;
    this.place(state);
    const { isBelow } = state;
    if (this.shown === null) {
      this.becomeTask();
    }
    if (this.shown !== row || this.shownBelow !== isBelow) {
      this.writeFacts(row, isBelow);
      this.shown = row;
      this.shownBelow = isBelow;
    }
    const client = state.isBelow ? "" : state.client; // the group's row has it
    this.writeExtra(clean(joined(client, state.glimpse.arguments)));
    setText(this.time, elapsed(row, state.now));
    this.show(row.status, nowOf(row, state.now, state.glimpse, state.before));
    this.writeButton(row, RowView.buttonOf(row, state));
  }

  updateGroup(group: TaskGroup, state: GroupState): void {
    this.id = group.id;
    this.place(state);
    this.shown = null;
    this.node.classList.add("scl-group");
    this.bar.node.hidden = false;
    this.progress.hidden = true;
    this.more.classList.add("scl-hidden");
    this.writeStatus(group.status);
    setAttribute(this.node, "aria-expanded", String(!state.isFolded));
    setText(this.number, String(group.first));
    const name = clean(group.name);
    this.writeName(nameParts(name, "", false), name);
    this.name.title = `${name}: ${tasks(group.size)}`;
    this.name.dataset.do = "fold";
    this.writeExtra(clean(joined(state.client, tasks(group.size))));
    setText(this.worker, "");
    setText(this.time, elapsed(group, state.now));
    this.bar.draw(group.counts);
    this.show(group.status, { word: "", text: groupInWords(group, state.now), share: null });
    setAttribute(this.now, "title", inWords(group.counts));
    this.writeGroupButton(name, RowView.buttonOfGroup(group, state));
  }

  private writeGroupButton(
    name: string,
    button: [does: GroupCommand | "requested", n: number] | null,
  ): void {
    const [does, n] = button ?? ["requested", 0];
    const command = does === "requested" ? "stop" : does;
    const what = `${GROUP_VERBS[command]} ${tasks(n)}`;
    this.offer(button !== null, does, command, what, `${what} of ${name}`);
  }

  private writeButton(row: Row, does: RowButton): void {
    const isRetry = isRetriable(row.status);
    const verb = does === "kill" ? "Kill the worker of" : isRetry ? "Retry" : "Cancel";
    const tip =
      does === "kill" ? "It was requested to stop and has not yet: stop its worker process" : verb;
    const command = does === "kill" ? "kill" : isRetry ? "retry" : "stop";
    this.offer(does !== null, does ?? "requested", command, tip, `${verb} ${clean(row.name)}`);
  }

  private offer(
    isThere: boolean,
    does: string,
    command: GroupCommand,
    tip: string,
    label: string,
  ): void {
    const { stop } = this;
    const isRequested = does === "requested";
    stop.disabled = isRequested;
    stop.classList.toggle("scl-hidden", !isThere);
    setAttribute(stop, "data-do", command);
    setAttribute(stop, "aria-label", label);
    stop.title = isRequested ? REQUESTED : tip;
  }

  private place(state: Place): void {
    this.node.style.transform = `translateY(${state.top}px)`;
    setAttribute(this.node, "aria-rowindex", String(state.index + 2)); // the header is the first
    setAttribute(this.node, "aria-selected", String(state.isSelected));
    setText(this.cpu, cpuText(state.usage));
    setText(this.memory, memoryText(state.usage));
    setAttribute(this.node, "aria-level", state.level === null ? null : String(state.level));
    this.node.classList.toggle("scl-active", state.isActive);
  }

  private show(status: Status, { word, text, share }: Now): void {
    const shown = clean(text);
    setText(this.word, word);
    this.word.hidden = word === "";
    setText(this.text, shown);
    const all = word === "" ? shown : `${word}: ${shown}`;
    setAttribute(this.now, "title", all);
    setAttribute(this.state, "title", all === "" || word !== "" ? status : `${status}: ${all}`);
    this.progress.hidden = share === null;
    const width = `${(share ?? 0) * 100}%`;
    if (this.filled.style.width !== width) {
      this.filled.style.width = width;
    }
  }

  private writeStatus(status: Status): void {
    this.node.dataset.status = status;
    setText(this.icon, ICONS[status]);
    setText(this.stateWord, status);
  }

  private becomeTask(): void {
    this.node.classList.remove("scl-group");
    this.bar.node.hidden = true;
    this.more.classList.remove("scl-hidden");
    delete this.name.dataset.do;
    setAttribute(this.node, "aria-expanded", null);
  }

  private writeFacts(row: Row, isBelow: boolean): void {
    this.writeStatus(row.status);
    setText(this.number, String(row.number));
    const name = clean(row.name);
    this.writeName(nameParts(name, clean(row.groupName), isBelow), name);
    setAttribute(this.more, "aria-label", `Details of ${name}`);
    this.more.title = "Details";
    setText(this.worker, clean(row.worker));
    this.worker.title = clean(row.worker);
  }

  private writeName({ stem, tail }: { stem: string; tail: string }, name: string): void {
    setText(this.stem, stem);
    setText(this.tail, tail);
    this.name.title = name;
    this.nameColumns = columnsOf(stem + tail);
  }

  private writeExtra(text: string): void {
    if (this.extra.textContent !== text) {
      setText(this.extra, text);
      this.extra.title = text;
      this.extraColumns = text === "" ? 0 : columnsOf(text) + 2;
    }
  }
}

/** `12/24 · 2 failed · ~1 min`: more exact than the bar beside it. */
function groupInWords(group: TaskGroup, now: number): string {
  const { counts, settled, size } = group;
  const left = groupEta(group, now);
  return [
    `${count(settled)}/${count(size)}`,
    counts.failed > 0 ? `${count(counts.failed)} failed` : "",
    counts.cancelled > 0 ? `${count(counts.cancelled)} cancelled` : "",
    left === null ? "" : roughly(left),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function cell(name: string, column: number): HTMLDivElement {
  return element("div", `scl-cell scl-c-${name}`, {
    role: "gridcell",
    "aria-colindex": String(column),
  });
}

/** A button with an icon that the style sheet draws. */
function action(className: string, does: string): HTMLButtonElement {
  return element("button", `scl-act ${className}`, {
    type: "button",
    tabindex: "-1",
    "data-do": does,
  });
}
