/** Under the rows: all there is to know of the active task. */

import { element, setText } from "./dom.js";
import { ICONS, type Row } from "./facts.js";
import { clean, cleanLines, milliseconds, span } from "./words.js";

const LIBRARY = /[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /;

export class DetailsPane {
  readonly node: HTMLElement;
  private readonly heading = element("div", "scl-pane-title");
  private readonly facts = element("dl", "scl-facts");
  private readonly traceback = element("div", "scl-traceback");
  private shownId: string | null = null;
  private shownKey = "";
  private askedFor = "";

  constructor(
    private readonly ask: (taskId: string) => Promise<string>,
    close: () => void,
  ) {
    const shut = element(
      "button",
      "scl-button scl-shut",
      { type: "button", "aria-label": "Close the details" },
      "✕",
    );
    shut.addEventListener("click", close);
    this.node = element(
      "div",
      "scl-pane",
      { role: "group", "aria-label": "Details of the task" },
      element("div", "scl-pane-head", {}, this.heading, shut),
      this.facts,
      this.traceback,
    );
    this.node.hidden = true;
  }

  /** Show this task, or (null) nothing. */
  draw(row: Row | null): void {
    this.node.hidden = row === null;
    if (row === null) {
      this.shownId = null;
      this.shownKey = "";
      return;
    }
    const key = `${row.id} ${row.version}`;
    if (key === this.shownKey) {
      return;
    }
    this.shownKey = key;
    if (this.shownId !== row.id) {
      this.shownId = row.id;
      this.traceback.replaceChildren();
      this.askedFor = "";
    }
    this.node.dataset.status = row.status;
    setText(this.heading, `${ICONS[row.status]}\u00a0${clean(row.name)}`);
    this.facts.replaceChildren(
      ...factsOf(row).flatMap(([term, said]) => [
        element("dt", "", {}, term),
        element("dd", "", {}, said),
      ]),
    );
    if (row.status === "failed" && this.askedFor !== row.id) {
      this.askedFor = row.id;
      void this.fetch(row.id);
    }
  }

  private async fetch(taskId: string): Promise<void> {
    this.traceback.replaceChildren(element("p", "scl-quiet", {}, "asking for the traceback …"));
    let parts: Node[];
    try {
      const text = await this.ask(taskId);
      parts =
        text === ""
          ? [element("p", "scl-quiet", {}, "No traceback is kept of it.")]
          : folded(cleanLines(text));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      parts = [element("p", "scl-quiet", {}, `The traceback could not be had: ${why}`)];
    }
    if (this.shownId === taskId) {
      this.traceback.replaceChildren(...parts);
    }
  }
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
  if (row.cancelAskedAt !== null) {
    const by = row.cancelAskedBy === "" ? "" : ` by ${clean(row.cancelAskedBy)}`;
    facts.push(["cancel asked", at(row.cancelAskedAt) + by]);
  }
  if (row.cancelResolution !== null) {
    const after =
      row.cancelSeconds === null ? "" : `, ${milliseconds(row.cancelSeconds)} after the ask`;
    facts.push(["settled", `${settledHow(row)}${after}`]);
  }
  if (row.detail !== "") {
    facts.push([row.status === "cancelling" ? "waits for" : "note", clean(row.detail)]);
  }
  if (row.error !== "") {
    facts.push(["error", clean(row.error)]);
  }
  facts.push(["id", row.id]);
  return facts;
}

function settledHow(row: Row): string {
  switch (row.cancelResolution) {
    case "never started":
      return "never started: taken out of the queue";
    case "interrupted":
      return "interrupted: stopped inside the task, its worker lives on";
    case "killed":
      return "killed: its worker process was stopped";
    case "finished first":
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
