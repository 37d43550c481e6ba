/**
 * Under the rows: the details of the active task, the most important ones first.
 *
 *     the error and its traceback ── output ── arguments and result ── times and cost
 */

import type { Actions, TaskArguments, TaskDetails } from "./actions.js";
import { button, copyText, element, quiet, setText } from "./dom.js";
import type { Profile } from "./feed.js";
import { FlameView } from "./flameView.js";
import { folded } from "./frames.js";
import { stackText, type TaskStack } from "./stack.js";
import { clean, cleanLines } from "./clean.js";
import { bytes, milliseconds, progressInWords, span } from "./format.js";
import { OutputView } from "./outputView.js";
import type { TaskStore } from "./taskStore.js";
import { ICONS, isDone, isRunning, type Row } from "./types.js";
import { UsageView } from "./usageView.js";
import type { ViewState } from "./viewState.js";

const REQUEST_RETRY_MS = 400;
const STACK_INTERVAL_MS = 1000; // between two requests of a task's stack
const MIN_HEIGHT = 80;
const MAX_UNSIZED = 340; // as in the style sheet
const STEP_PIXELS = 24;

export interface PaneEvents {
  readonly close: () => void;
  readonly notice: (text: string) => void;
}

export class DetailsPane {
  readonly node: HTMLElement;
  private readonly heading = element("div", "scl-pane-title");
  private readonly error = element("div", "scl-error");
  private readonly facts = element("dl", "scl-facts");
  private readonly arguments = element("div", "scl-arguments");
  private readonly traceback = element("div", "scl-traceback");
  private readonly stack = element("div", "scl-where", {
    role: "group",
    "aria-label": "Where it is",
  });
  private readonly usage = new UsageView();
  private readonly flame: FlameView;
  private readonly copyTraceback: HTMLButtonElement;
  private readonly output: OutputView;
  private shown: Row | null = null;
  private profile: Profile | null = null;
  private tracebackText = "";
  private stackText = "";
  private known = ""; // what was requested last: the task, its state, how much output it had
  private isRequesting = false;
  private timer = 0;

  constructor(
    private readonly actions: Actions,
    private readonly view: ViewState | null, // null: the pane is part of a view of one line, below that line
    private readonly events: PaneEvents,
  ) {
    const shut = element(
      "button",
      "scl-button scl-shut",
      { type: "button", "aria-label": "Close the details" },
      "✕",
    );
    shut.addEventListener("click", events.close);
    this.output = new OutputView(events.notice);
    this.flame = new FlameView(actions);
    this.copyTraceback = button("", "Copy traceback", () => {
      this.copy(this.tracebackText, "the traceback");
    });
    const copyId = button("", "Copy id", () => {
      this.copy(this.shown?.id ?? "", "the id");
    });
    const tools = element("span", "scl-answers", {}, this.copyTraceback, copyId, shut);
    const head = element("div", "scl-pane-head", {}, this.heading, tools);
    this.node = element(
      "div",
      "scl-pane",
      { role: "group", "aria-label": "Details of the task" },
      ...(view === null ? [] : [this.handle(view), head]),
      ...[
        this.error,
        this.traceback,
        this.usage.node,
        this.stack,
        this.flame.node,
        this.output.node,
        this.arguments,
        this.facts,
      ],
    );
    this.node.hidden = true;
  }

  dispose(): void {
    window.clearTimeout(this.timer);
    this.flame.clear("");
    this.shown = null; // the response to a request is not followed by another request
  }

  /** Whether it shows what a task uses, if that is known. */
  get showsUsage(): boolean {
    return this.shown !== null && isRunning(this.shown.status);
  }

  /** Show this task of *store*, or (null) nothing. */
  draw(row: Row | null, store: TaskStore): void {
    this.drawRow(row);
    const isRunningTask = row !== null && isRunning(row.status);
    this.usage.draw(isRunningTask ? row.id : null, store.usages);
  }

  private drawRow(row: Row | null): void {
    this.node.hidden = row === null;
    const paneHeight = this.view?.paneHeight ?? null;
    this.node.style.height = paneHeight === null ? "" : `${paneHeight}px`;
    this.node.classList.toggle("scl-is-sized", paneHeight !== null);
    const before = this.shown;
    if (row === null || row === before) {
      if (row === null && before !== null) {
        this.flame.clear("");
      }
      this.shown = row;
      return;
    }
    this.shown = row;
    if (before?.id !== row.id) {
      this.clear(row);
    }
    this.node.dataset.status = row.status;
    setText(this.heading, `${ICONS[row.status]}\u00a0${clean(row.name)}`);
    setText(this.error, clean(row.error));
    this.error.hidden = row.error === "";
    this.writeFacts(row);
    if (before?.id !== row.id || before.status !== row.status) {
      void this.showArguments(row.id);
    }
    void this.request();
  }

  private clear(row: Row): void {
    this.traceback.replaceChildren();
    this.stack.replaceChildren();
    this.stackText = "";
    this.flame.clear(row.id);
    this.tracebackText = "";
    this.copyTraceback.hidden = true;
    this.output.clear(row.name);
    this.arguments.replaceChildren();
    this.profile = null;
    this.known = "";
  }

  private writeFacts(row: Row): void {
    this.facts.replaceChildren(...terms([...factsOf(row), ...tookOf(this.profile)]));
  }

  private copy(text: string, what: string): void {
    copyText(text).then(
      () => {
        this.events.notice(`Copied ${what}`);
      },
      (error: unknown) => {
        this.events.notice(error instanceof Error ? error.message : String(error));
      },
    );
  }

  // -- its height --------------------------------------------------------------------------------

  /** The upper edge: dragging it or the arrow keys resize the pane, a double click undoes that. */
  private handle(view: ViewState): HTMLElement {
    const handle = element("div", "scl-handle", {
      role: "separator",
      tabindex: "0",
      "aria-orientation": "horizontal",
      "aria-label": "Height of the details",
      "aria-valuemin": String(MIN_HEIGHT),
      "aria-valuenow": String(view.paneHeight ?? MAX_UNSIZED),
      title: "Drag to resize; double-click to fit",
    });
    const resize = (by: number): void => {
      const height = this.node.offsetHeight + by;
      view.paneHeight = Math.max(MIN_HEIGHT, height);
      this.node.style.height = `${view.paneHeight}px`;
      this.node.classList.add("scl-is-sized");
      handle.setAttribute("aria-valuenow", String(view.paneHeight));
    };
    let from: number | null = null;
    handle.addEventListener("pointerdown", (event) => {
      from = event.clientY;
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    handle.addEventListener("pointermove", (event) => {
      if (from !== null) {
        resize(from - event.clientY);
        from = event.clientY;
      }
    });
    handle.addEventListener("pointerup", () => {
      from = null;
    });
    handle.addEventListener("dblclick", () => {
      view.paneHeight = null;
      this.node.style.height = "";
      this.node.classList.remove("scl-is-sized");
    });
    handle.addEventListener("keydown", (event) => {
      if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        event.preventDefault();
        resize(event.key === "ArrowUp" ? STEP_PIXELS : -STEP_PIXELS);
      }
    });
    return handle;
  }

  // -- what is requested ---------------------------------------------------------------------------

  /** Request the details that aren't in the row, if there are more than are shown. */
  private async request(): Promise<void> {
    const row = this.shown;
    if (row === null || this.isRequesting) {
      return;
    }
    const isOver = isDone(row.status);
    const runs = isRunning(row.status);
    const look = runs ? Math.floor(Date.now() / STACK_INTERVAL_MS) : "";
    const wants = `${row.id} ${isOver ? row.status : ""} ${row.outputBytes} ${look}`;
    const isMore = row.status === "failed" || row.outputBytes > 0 || runs;
    if (wants === this.known || !(isMore || (isOver && this.actions.details !== undefined))) {
      return;
    }
    this.known = wants;
    this.isRequesting = true;
    if (row.status === "failed" && this.traceback.childElementCount === 0) {
      this.traceback.replaceChildren(quiet("loading the traceback …"));
    }
    try {
      const details = await this.detailsOf(row.id);
      if (this.shown?.id === row.id) {
        this.write(this.shown, details);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (this.shown?.id === row.id) {
        this.traceback.replaceChildren(quiet(`The details could not be loaded: ${why}`));
      }
    }
    this.timer = window.setTimeout(() => {
      this.isRequesting = false;
      void this.request(); // what has changed meanwhile
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
    if (row.status === "failed" && details.traceback !== this.tracebackText) {
      this.tracebackText = details.traceback;
      this.copyTraceback.hidden = details.traceback === "";
      this.traceback.replaceChildren(...folded(cleanLines(details.traceback), row.cell));
    } else if (row.status === "failed" && details.traceback === "") {
      this.traceback.replaceChildren(quiet("The traceback is no longer kept."));
    }
    this.profile = details.profile;
    this.writeFacts(row);
    this.writeStack(row, details.stack);
    this.flame.offer(isRunning(row.status) && details.stack?.problem === "");
    this.output.draw(details.output, details.outputBefore);
  }

  private writeStack(row: Row, stack: TaskStack | null): void {
    const parts: Node[] = [];
    let text = "";
    if (stack !== null && !isDone(row.status)) {
      const problem = stack.problem === "" ? "" : `; ${stack.problem}`;
      const does = `where it is: ${clean(stack.state + problem)}`;
      const frames = cleanLines(stackText(stack));
      text = `${does}\n${frames}`;
      parts.push(quiet(does), ...folded(frames, row.cell));
    }
    if (text !== this.stackText) {
      // Frames that a person unfolded stay unfolded when new frames replace them a second later.
      const isOpen = this.stack.querySelector("details[open]") !== null;
      this.stackText = text;
      this.stack.replaceChildren(...parts);
      for (const fold of this.stack.querySelectorAll("details")) {
        fold.open = isOpen;
      }
    }
  }

  private async showArguments(taskId: string): Promise<void> {
    if (this.actions.arguments === undefined) {
      return;
    }
    let blocks: Node[];
    try {
      blocks = argumentBlocks(await this.actions.arguments(taskId));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      blocks = [quiet(`The arguments could not be loaded: ${why}`)];
    }
    if (this.shown?.id === taskId) {
      this.arguments.replaceChildren(...blocks);
    }
  }
}

/** The arguments and the result, to be shown side by side. */
function argumentBlocks({ arguments: list, trouble, result }: TaskArguments): Node[] {
  const blocks: Node[] = [];
  if (list.length > 0) {
    const pairs = list.map(([name, text]): [string, string] => [clean(name), clean(text)]);
    blocks.push(block("Arguments", element("dl", "scl-values", {}, ...terms(pairs))));
  } else if (trouble !== "" && result === null) {
    blocks.push(quiet(trouble));
  }
  if (result !== null) {
    const size = result.bytes === null ? "" : `, ${bytes(result.bytes)}`;
    const text = element(
      "pre",
      "",
      { tabindex: "0", "aria-label": "Result" },
      cleanLines(result.text),
    );
    blocks.push(block(`Result: ${clean(result.type)}${size}`, text));
  }
  return blocks;
}

function block(title: string, body: Node): HTMLElement {
  return element("div", "scl-block", {}, element("span", "scl-block-title", {}, title), body);
}

function terms(facts: readonly (readonly [term: string, text: string])[]): Node[] {
  return facts.map(([term, shown]) =>
    element("div", "", {}, element("dt", "", {}, term), element("dd", "", {}, shown)),
  );
}

/** What a task used, if it is known, and the call that returns this for all tasks. */
function tookOf(profile: Profile | null): [term: string, text: string][] {
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
  if (parts.length === 0) {
    return [];
  }
  return [
    ["took", parts.join(", ")],
    ["of all tasks", "client.resource_usage()"],
  ];
}

/** Facts about a task that are shown below the rest, as terms and texts. */
export function factsOf(row: Row): [term: string, text: string][] {
  const facts: [string, string][] = [];
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
    facts.push(["cancel requested", at(row.cancelRequestedAt) + by]);
  }
  if (row.cancelResolution !== null) {
    const after =
      row.cancelSeconds === null ? "" : `, ${milliseconds(row.cancelSeconds)} after the request`;
    facts.push(["settled", `${settledHow(row)}${after}`]);
  }
  if (row.detail !== "") {
    facts.push([row.status === "cancelling" ? "waits for" : "note", clean(row.detail)]);
  }
  if (row.attempt > 1) {
    facts.push(["attempt", String(row.attempt)]);
  }
  if (row.client !== "") {
    facts.push(["client", clean(row.client)]);
  }
  if (row.tags.length > 0) {
    facts.push(["tags", clean(row.tags.join(", "))]);
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
