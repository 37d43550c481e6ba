/** Under the rows: all there is to know of the active task. */

import type { Actions, TaskDetails } from "./actions.js";
import { button, element, holdsFocus, setText } from "./dom.js";
import { ICONS, isDone, type Row } from "./types.js";
import type { Profile } from "./feed.js";
import { stackText, type TaskStack } from "./stack.js";
import {
  bytes,
  clean,
  cleanLines,
  milliseconds,
  outputLines,
  progressInWords,
  span,
} from "./format.js";

const LIBRARY = /[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /;

const REQUEST_RETRY_MS = 400;
const STACK_INTERVAL_MS = 1000; // between two looks where a task is
const AT_THE_END_PIXELS = 8;

export class DetailsPane {
  readonly node: HTMLElement;
  private readonly heading = element("div", "scl-pane-title");
  private readonly facts = element("dl", "scl-facts");
  private readonly arguments = element("div", "scl-arguments", {
    role: "group",
    tabindex: "-1",
    "aria-label": "Arguments",
  });
  private readonly traceback = element("div", "scl-traceback");
  private readonly where = element("div", "scl-where", {
    role: "group",
    "aria-label": "Where it is",
  });
  private readonly output = element("pre", "scl-output", { tabindex: "0", "aria-label": "Output" });
  private readonly outputBlock: HTMLElement;
  private readonly outputHead = element("div", "scl-quiet");
  private shown: Row | null = null;
  private profile: Profile | null = null;
  private known = ""; // what was asked for last: of which task, in which state, how much written
  private asking = false;
  private timer = 0;

  constructor(
    private readonly actions: Actions,
    close: () => void,
  ) {
    const shut = element(
      "button",
      "scl-button scl-shut",
      { type: "button", "aria-label": "Close the details" },
      "✕",
    );
    shut.addEventListener("click", close);
    this.outputBlock = element("div", "", {}, this.outputHead, this.output);
    this.node = element(
      "div",
      "scl-pane",
      { role: "group", "aria-label": "Details of the task" },
      element("div", "scl-pane-head", {}, this.heading, shut),
      this.facts,
      this.where,
      this.arguments,
      this.outputBlock,
      this.traceback,
    );
    this.node.hidden = true;
    this.output.addEventListener("keydown", (event) => {
      event.stopPropagation(); // it scrolls
    });
  }

  dispose(): void {
    window.clearTimeout(this.timer);
  }

  /** Show this task, or (null) nothing. */
  draw(row: Row | null): void {
    this.node.hidden = row === null;
    const before = this.shown;
    if (row === null || row === before) {
      this.shown = row;
      return;
    }
    this.shown = row;
    if (before?.id !== row.id) {
      this.begin(row);
    }
    this.node.dataset.status = row.status;
    setText(this.heading, `${ICONS[row.status]}\u00a0${clean(row.name)}`);
    this.writeFacts(row);
    void this.request();
  }

  private begin(row: Row): void {
    this.traceback.replaceChildren();
    this.where.replaceChildren();
    this.outputBlock.hidden = true;
    setText(this.output, "");
    this.profile = null;
    this.known = "";
    this.offerArguments(row);
  }

  private writeFacts(row: Row): void {
    this.facts.replaceChildren(...terms([...factsOf(row), ...tookOf(this.profile)]));
  }

  // -- what is asked for -----------------------------------------------------------------------------

  /** Ask for what isn't in the row, where there is more of it than is shown. */
  private async request(): Promise<void> {
    const row = this.shown;
    if (row === null || this.asking) {
      return;
    }
    const isOver = isDone(row.status);
    const runs = row.status === "running" || row.status === "cancelling";
    const look = runs ? Math.floor(Date.now() / STACK_INTERVAL_MS) : "";
    const wants = `${row.id} ${isOver ? row.status : ""} ${row.outputBytes} ${look}`;
    const isMore = row.status === "failed" || row.outputBytes > 0 || runs;
    if (wants === this.known || !(isMore || (isOver && this.actions.details !== undefined))) {
      return;
    }
    this.known = wants;
    this.asking = true;
    if (row.status === "failed" && this.traceback.childElementCount === 0) {
      this.traceback.replaceChildren(quiet("asking for the traceback …"));
    }
    try {
      const details = await this.detailsOf(row.id);
      if (this.shown?.id === row.id) {
        this.write(this.shown, details);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (this.shown?.id === row.id) {
        this.traceback.replaceChildren(quiet(`The details could not be had: ${why}`));
      }
    }
    this.timer = window.setTimeout(() => {
      this.asking = false;
      void this.request(); // what came meanwhile
    }, REQUEST_RETRY_MS);
  }

  private async detailsOf(taskId: string): Promise<TaskDetails> {
    if (this.actions.details !== undefined) {
      return this.actions.details(taskId);
    }
    const traceback = await this.actions.traceback(taskId);
    return { traceback, output: "", outputBefore: 0, profile: null, stack: null };
  }

  private write(row: Row, details: TaskDetails): void {
    if (row.status === "failed") {
      this.traceback.replaceChildren(
        ...(details.traceback === ""
          ? [quiet("No traceback is kept of it.")]
          : folded(cleanLines(details.traceback))),
      );
    }
    this.profile = details.profile;
    this.writeFacts(row);
    this.writeWhere(row, details.stack);
    this.outputBlock.hidden = details.output === "";
    const before = details.outputBefore > 0 ? `, after ${bytes(details.outputBefore)} more` : "";
    setText(this.outputHead, `output${before}`);
    const { output } = this;
    const wasAtEnd =
      output.scrollTop + output.clientHeight >= output.scrollHeight - AT_THE_END_PIXELS;
    setText(output, outputLines(details.output));
    if (wasAtEnd) {
      output.scrollTop = output.scrollHeight;
    }
  }

  private writeWhere(row: Row, stack: TaskStack | null): void {
    const parts: Node[] = [];
    if (stack !== null && !isDone(row.status)) {
      const problem = stack.problem === "" ? "" : `; ${stack.problem}`;
      parts.push(quiet(`where it is: ${clean(stack.state + problem)}`));
      parts.push(...folded(cleanLines(stackText(stack))));
    }
    this.where.replaceChildren(...parts);
  }

  // -- arguments: shown to who asks, and only then ---------------------------------------------------

  private offerArguments(row: Row): void {
    if (this.actions.arguments === undefined) {
      this.arguments.hidden = true;
      return;
    }
    let isPending = false;
    const show = button("scl-show", "Show arguments", () => {
      if (!isPending) {
        isPending = true; // not disabled: that would lose the focus
        show.setAttribute("aria-disabled", "true");
        void this.showArguments(row.id);
      }
    });
    this.arguments.replaceChildren(show);
  }

  private async showArguments(taskId: string): Promise<void> {
    let parts: Node[];
    try {
      const details = await this.actions.arguments?.(taskId);
      const list = details?.arguments ?? [];
      const why = details?.trouble ?? "";
      parts =
        list.length > 0
          ? [
              element(
                "dl",
                "scl-facts scl-code",
                {},
                ...terms(list.map(([name, text]) => [clean(name), clean(text)])),
              ),
            ]
          : [quiet(why === "" ? "It was called without arguments." : why)];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      parts = [quiet(`The arguments could not be had: ${why}`)];
    }
    if (this.shown?.id === taskId) {
      const hadFocus = holdsFocus(this.arguments);
      this.arguments.replaceChildren(...parts);
      if (hadFocus) {
        this.arguments.focus(); // in the button's place
      }
    }
  }
}

function quiet(text: string): HTMLElement {
  return element("p", "scl-quiet", {}, text);
}

function terms(facts: readonly (readonly [term: string, said: string])[]): Node[] {
  return facts.flatMap(([term, shown]) => [
    element("dt", "", {}, term),
    element("dd", "", {}, shown),
  ]);
}

/** What a task took, as far as it is known. */
function tookOf(profile: Profile | null): [term: string, said: string][] {
  const parts: string[] = [];
  if (profile?.cpuSeconds != null) {
    parts.push(`${span(profile.cpuSeconds)} of CPU`);
  }
  if (profile?.peakMemory != null && profile.peakMemory > 0) {
    parts.push(`${bytes(profile.peakMemory)} of memory in its worker`);
  }
  if (profile?.bytesIn != null && profile.bytesIn > 0) {
    parts.push(`${bytes(profile.bytesIn)} in`);
  }
  if (profile?.bytesOut != null && profile.bytesOut > 0) {
    parts.push(`${bytes(profile.bytesOut)} out`);
  }
  return parts.length === 0 ? [] : [["took", parts.join(", ")]];
}

/** What to say of a task, as terms and texts. */
export function factsOf(row: Row): [term: string, said: string][] {
  const facts: [string, string][] = [["state", row.status]];
  const at = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString();
  if (row.groupName !== "") {
    facts.push(["group", clean(row.groupName)]);
  }
  if (row.worker !== "") {
    facts.push(["worker", clean(row.worker)]);
  }
  facts.push(["submitted", at(row.submittedAt)]);
  if (row.startedAt !== null) {
    facts.push(["started", `${at(row.startedAt)}, after ${span(row.startedAt - row.submittedAt)}`]);
  }
  if (row.endedAt !== null) {
    const ran = row.startedAt === null ? "" : `, having run ${span(row.endedAt - row.startedAt)}`;
    facts.push(["ended", at(row.endedAt) + ran]);
  }
  if (row.progress) {
    facts.push(["progress", clean(progressInWords(row.progress))]);
  }
  if (row.cancelRequestedAt !== null) {
    const by = row.cancelRequestedBy === "" ? "" : ` by ${clean(row.cancelRequestedBy)}`;
    facts.push(["cancel asked", at(row.cancelRequestedAt) + by]);
  }
  if (row.cancelResolution !== null) {
    const after =
      row.cancelSeconds === null ? "" : `, ${milliseconds(row.cancelSeconds)} after the ask`;
    facts.push(["settled", `${settledHow(row)}${after}`]);
  }
  if (row.detail !== "") {
    facts.push([row.status === "cancelling" ? "waits for" : "note", clean(row.detail)]);
  }
  if (row.attempt > 1) {
    facts.push(["attempt", String(row.attempt)]);
  }
  if (row.tags.length > 0) {
    facts.push(["tags", clean(row.tags.join(", "))]);
  }
  if (row.error !== "") {
    facts.push(["error", clean(row.error)]);
  }
  facts.push(["id", row.id]);
  return facts;
}

function settledHow(row: Row): string {
  switch (row.cancelResolution) {
    case "never_started":
      return "never started: taken out of the queue";
    case "interrupted":
      return "interrupted: stopped inside the task, its worker lives on";
    case "killed":
      return "killed: its worker process was stopped";
    case "finished_first":
      return "finished first: its result came before the cancel and was discarded";
    case "lost":
      return "lost: the engine went away before answering";
    case null:
      return "";
  }
}

/** A traceback, with runs of library frames folded. */
export function folded(text: string): Node[] {
  const parts: Node[] = [];
  let own: string[] = [];
  let library: string[] = [];
  const flushOwn = (): void => {
    if (own.length > 0) {
      parts.push(element("pre", "", {}, own.join("\n")));
      own = [];
    }
  };
  const flushLibrary = (): void => {
    if (library.length === 0) {
      return;
    }
    const n = library.filter((line) => line.startsWith('  File "')).length;
    flushOwn();
    parts.push(
      element(
        "details",
        "",
        {},
        element("summary", "", {}, n === 1 ? "1 frame in a library" : `${n} frames in libraries`),
        element("pre", "", {}, library.join("\n")),
      ),
    );
    library = [];
  };
  let isLibrary = false;
  for (const line of text.split("\n")) {
    if (line.startsWith('  File "')) {
      isLibrary = LIBRARY.test(line);
    } else if (!line.startsWith("    ")) {
      isLibrary = false;
    }
    if (isLibrary) {
      library.push(line);
    } else {
      flushLibrary();
      own.push(line);
    }
  }
  flushLibrary();
  flushOwn();
  return parts;
}
