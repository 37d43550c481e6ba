/** One row's elements, used again for whichever task or group scrolls into their place. */

import { CountsBar } from "./countsBar.js";
import { element, setAttribute, setText } from "./dom.js";
import { ICONS, isDone, isRetriable, type Row, type Status, stoppableOf } from "./types.js";
import type { TaskGroup } from "./group.js";
import { clean, count, elapsed, inWords, shareOf, tasks, whatHappened } from "./format.js";

export const KILL_OFFERED_AFTER_SECONDS = 2;

/** What the button of a row does; null where there is nothing to stop. */
export type RowButton = "cancel" | "asked" | "kill" | "retry" | null;

/** Where a row stands, and what is so of any. */
export interface Place {
  readonly index: number;
  readonly top: number;
  readonly now: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  /** In a tree: 1, or 2 for a group's task.  Null in a plain list. */
  readonly level: number | null;
  readonly isOver: boolean; // nothing more can be asked
}

export interface GroupState extends Place {
  readonly isFolded: boolean;
  readonly canKill: boolean;
}

/** What the button of a group does: to as many of its tasks as it says. */
export type GroupCommand = "stop" | "kill" | "retry";

export interface RowState extends Place {
  readonly isPending: boolean; // here, and the board has not said so yet
  readonly canKill: boolean;
}

const GROUP_LABELS: Readonly<Record<GroupCommand, string>> = {
  stop: "Cancel",
  kill: "Kill",
  retry: "Retry",
};
const GROUP_VERBS: Readonly<Record<GroupCommand, string>> = {
  stop: "Cancel",
  kill: "Kill the workers of",
  retry: "Retry",
};
const ASKED = "Asked; waiting for the answer";

export class RowView {
  readonly node: HTMLDivElement;
  /** Of the task or group that it shows. */
  id = "";
  private shown: Row | null = null; // of a task
  private readonly check = cell("check", 1);
  private readonly state = cell("state", 2);
  private readonly icon = element("span", "scl-icon", { "aria-hidden": "true" });
  private readonly word = element("span", "scl-word");
  private readonly number = cell("number", 3);
  private readonly name = cell("name", 4);
  private readonly label = element("span", "scl-label"); // a group's
  private readonly size = element("span", "scl-size");
  private readonly sizeWord = element("span", "scl-word");
  private readonly worker = cell("worker", 5);
  private readonly time = cell("time", 6);
  private readonly note = cell("note", 7);
  private readonly progressText = element("span", "scl-said");
  private readonly bar = new CountsBar(); // a group's
  private readonly progress = element("span", "scl-progress", { "aria-hidden": "true" });
  private readonly filled = element("span", "scl-filled");
  private readonly doing = cell("doing", 8);
  private readonly stop = element("button", "scl-button scl-stop", {
    type: "button",
    tabindex: "-1",
    "data-do": "stop",
  });
  private readonly more = element(
    "button",
    "scl-button scl-more",
    { type: "button", tabindex: "-1", "data-do": "details" },
    "›",
  );

  constructor(id: string) {
    this.check.append(element("span", "scl-tick", { "aria-hidden": "true" }));
    this.state.append(this.icon, this.word);
    this.bar.node.setAttribute("aria-hidden", "true"); // the words beside it say the same
    this.progress.append(this.filled);
    this.note.append(this.bar.node, this.progress, this.progressText);
    this.doing.append(this.stop, this.more);
    this.node = element(
      "div",
      "scl-row",
      { role: "row", id },
      this.check,
      this.state,
      this.number,
      this.name,
      this.worker,
      this.time,
      this.note,
      this.doing,
    );
  }

  /** What its button would do now. */
  static buttonOf(row: Row, state: RowState): RowButton {
    if (state.isOver || row.status === "succeeded") {
      return null;
    }
    if (isDone(row.status)) {
      return state.isPending ? "asked" : "retry";
    }
    if (row.status === "cancelling") {
      const pending = row.cancelRequestedAt ?? state.now;
      return state.canKill && state.now - pending > KILL_OFFERED_AFTER_SECONDS ? "kill" : "asked";
    }
    return state.isPending ? "asked" : "cancel";
  }

  /** What a group's button would do now, to how many: what is most urgent. */
  static buttonOfGroup(
    group: TaskGroup,
    { isOver, canKill, now }: GroupState,
  ): [does: GroupCommand | "asked", n: number] | null {
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
      return late > 0 ? ["kill", late] : ["asked", counts.cancelling];
    }
    const again = counts.failed + counts.cancelled;
    return again > 0 ? ["retry", again] : null;
  }

  update(row: Row, state: RowState): void {
    this.id = row.id;
    this.place(state);
    if (this.shown !== row) {
      this.writeFacts(row, this.shown);
      this.shown = row;
    }
    setText(this.time, elapsed(row, state.now));
    this.say(whatHappened(row, state.now));
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
    setText(this.label, name);
    const size = ` · ${count(group.size)}`;
    if (this.size.firstChild?.textContent !== size) {
      this.size.replaceChildren(size, this.sizeWord);
    }
    setText(this.sizeWord, group.size === 1 ? " task" : " tasks");
    if (this.label.parentNode !== this.name) {
      this.name.replaceChildren(this.label, this.size);
    }
    this.name.title = `${name}: ${tasks(group.size)}`;
    this.name.dataset.do = "fold";
    setText(this.worker, "");
    setText(this.time, elapsed(group, state.now));
    this.bar.draw(group.counts);
    this.say(inWords(group.counts));
    this.fill(group.settled < group.size ? group.settled / group.size : null);
    this.writeGroupButton(name, RowView.buttonOfGroup(group, state));
  }

  private writeGroupButton(
    name: string,
    button: [does: GroupCommand | "asked", n: number] | null,
  ): void {
    const { stop } = this;
    const [does, n] = button ?? ["asked", 0];
    const command = does === "asked" ? "stop" : does;
    stop.disabled = does === "asked";
    stop.classList.toggle("scl-hidden", button === null);
    stop.classList.toggle("scl-kill", does === "kill");
    setText(stop, GROUP_LABELS[command]);
    setAttribute(stop, "data-do", command);
    const what = `${GROUP_VERBS[command]} ${tasks(n)}`;
    setAttribute(stop, "aria-label", `${what} of ${name}`);
    stop.title = does === "asked" ? ASKED : what;
  }

  private place(state: Place): void {
    this.node.style.transform = `translateY(${state.top}px)`;
    setAttribute(this.node, "aria-rowindex", String(state.index + 2)); // the header is the first
    setAttribute(this.node, "aria-selected", String(state.isSelected));
    setAttribute(this.node, "aria-level", state.level === null ? null : String(state.level));
    this.node.classList.toggle("scl-active", state.isActive);
  }

  private say(what: string): void {
    const note = clean(what);
    setText(this.progressText, note);
    setAttribute(this.note, "title", note);
    setAttribute(this.state, "title", note); // where the note has no room
  }

  /** How far it is, from 0 to 1, along the row's edge: shown where the note has no room. */
  private fill(share: number | null): void {
    this.node.classList.toggle("scl-partly", share !== null);
    this.node.style.setProperty("--scl-share", `${(share ?? 0) * 100}%`);
  }

  private writeStatus(status: Status): void {
    this.node.dataset.status = status;
    setText(this.icon, ICONS[status]);
    setText(this.word, status);
  }

  private writeFacts(row: Row, before: Row | null): void {
    if (before === null) {
      this.node.classList.remove("scl-group");
      this.bar.node.hidden = true;
      this.more.classList.remove("scl-hidden");
      delete this.name.dataset.do;
      setAttribute(this.node, "aria-expanded", null);
    }
    this.writeStatus(row.status);
    setText(this.number, String(row.number));
    const share = row.status === "running" && row.progress ? shareOf(row.progress) : null;
    this.progress.hidden = share === null;
    this.filled.style.width = `${(share ?? 0) * 100}%`;
    this.fill(share);
    if (before?.name !== row.name) {
      const name = clean(row.name);
      setText(this.name, name);
      this.name.title = name;
      setAttribute(this.more, "aria-label", `Details of ${name}`);
    }
    if (before?.worker !== row.worker) {
      setText(this.worker, clean(row.worker));
    }
  }

  private writeButton(row: Row, does: RowButton): void {
    const { stop } = this;
    stop.disabled = does === null || does === "asked";
    stop.classList.toggle("scl-kill", does === "kill");
    stop.classList.toggle("scl-hidden", does === null);
    const isRetry = isRetriable(row.status);
    setText(stop, does === "kill" ? "Kill" : isRetry ? "Retry" : "Cancel");
    setAttribute(stop, "data-do", isRetry ? "retry" : "stop");
    const verb = does === "kill" ? "Kill the worker of" : isRetry ? "Retry" : "Cancel";
    setAttribute(stop, "aria-label", `${verb} ${clean(row.name)}`);
    stop.title =
      does === "kill"
        ? "It was asked to stop and has not yet: stop its worker process"
        : does === "asked"
          ? ASKED
          : "";
  }
}

function cell(name: string, column: number): HTMLDivElement {
  return element("div", `scl-cell scl-c-${name}`, {
    role: "gridcell",
    "aria-colindex": String(column),
  });
}
