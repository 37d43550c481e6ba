/** One row's elements, used again for whichever task scrolls into their place. */

import { element, setAttribute, setText } from "./dom.js";
import { ICONS, isDone, type Row } from "./facts.js";
import { clean, elapsed, whatHappened } from "./words.js";

export const KILL_OFFERED_AFTER_SECONDS = 2;

/** What the button of a row does; null where there is nothing to stop. */
export type RowButton = "cancel" | "asked" | "kill" | "retry" | null;

export interface RowState {
  readonly index: number;
  readonly top: number;
  readonly now: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly isAsked: boolean; // here, and the board has not said so yet
  readonly canKill: boolean;
  readonly isOver: boolean; // nothing more can be asked
}

export class RowView {
  readonly node: HTMLDivElement;
  taskId = "";
  private shown: Row | null = null;
  private readonly check = cell("check", 1);
  private readonly state = cell("state", 2);
  private readonly icon = element("span", "scl-icon", { "aria-hidden": "true" });
  private readonly word = element("span", "scl-word");
  private readonly number = cell("number", 3);
  private readonly name = cell("name", 4);
  private readonly worker = cell("worker", 5);
  private readonly time = cell("time", 6);
  private readonly note = cell("note", 7);
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
      return state.isAsked ? "asked" : "retry";
    }
    if (row.status === "cancelling") {
      const asked = row.cancelAskedAt ?? state.now;
      return state.canKill && state.now - asked > KILL_OFFERED_AFTER_SECONDS ? "kill" : "asked";
    }
    return state.isAsked ? "asked" : "cancel";
  }

  update(row: Row, state: RowState): void {
    this.taskId = row.id;
    this.node.style.transform = `translateY(${state.top}px)`;
    setAttribute(this.node, "aria-rowindex", String(state.index + 2)); // the header is the first
    setAttribute(this.node, "aria-selected", String(state.isSelected));
    this.node.classList.toggle("scl-active", state.isActive);
    if (this.shown !== row) {
      this.writeFacts(row, this.shown);
      this.shown = row;
    }
    setText(this.time, elapsed(row, state.now));
    const note = clean(whatHappened(row, state.now));
    setText(this.note, note);
    this.note.title = note;
    this.writeButton(row, RowView.buttonOf(row, state));
  }

  private writeFacts(row: Row, before: Row | null): void {
    this.node.dataset.status = row.status;
    setText(this.icon, ICONS[row.status]);
    setText(this.word, row.status);
    setText(this.number, String(row.number));
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
    const isRetry = isDone(row.status) && row.status !== "succeeded";
    setText(stop, does === "kill" ? "Kill" : isRetry ? "Retry" : "Cancel");
    setAttribute(stop, "data-do", isRetry ? "retry" : "stop");
    const verb = does === "kill" ? "Kill the worker of" : isRetry ? "Retry" : "Cancel";
    setAttribute(stop, "aria-label", `${verb} ${clean(row.name)}`);
    stop.title =
      does === "kill"
        ? "It was asked to stop and has not yet: stop its worker process"
        : does === "asked"
          ? "Asked; waiting for the answer"
          : "";
  }
}

function cell(name: string, column: number): HTMLDivElement {
  return element("div", `scl-cell scl-c-${name}`, {
    role: "gridcell",
    "aria-colindex": String(column),
  });
}
