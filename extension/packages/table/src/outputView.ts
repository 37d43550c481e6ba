/**
 * A task's output with its colours; a person can follow, search, copy and download it.
 *
 * Lines that stay the same keep their elements, so that a selection survives new output.
 */

import { ansiLines, type Line } from "./ansi.js";
import { button, copyText, download, element, setText } from "./dom.js";
import { bytes } from "./format.js";

const AT_THE_END_PIXELS = 8;
const MAX_LINES = 5000; // the last ones

export class OutputView {
  readonly node: HTMLElement;
  private readonly head = element("span", "scl-block-title", {}, "Output");
  private readonly output = element("pre", "scl-output", { tabindex: "0", "aria-label": "Output" });
  private readonly follow: HTMLButtonElement;
  private readonly found = element("span", "scl-quiet", { role: "status" });
  private readonly field: HTMLInputElement;
  private shown: string[] = []; // the content of each line
  private text = "";
  private name = "task";
  private follows = true;
  private hit = -1;

  constructor(notice: (text: string) => void) {
    this.follow = button("scl-toggle", "Follow", () => {
      this.setFollow(!this.follows);
    });
    const copy = button("", "Copy", () => {
      copyText(this.plain).then(
        () => {
          notice("Copied the output");
        },
        (error: unknown) => {
          notice(String(error));
        },
      );
    });
    const save = button("", "Download", () => {
      download(`${this.name.replace(/[^\w.-]+/g, "_")}.txt`, this.plain);
    });
    this.field = element("input", "scl-find", {
      type: "search",
      placeholder: "Find",
      "aria-label": "Find in the output",
      spellcheck: "false",
    });
    this.field.addEventListener("input", () => {
      this.hit = -1;
      this.mark();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        this.next(event.shiftKey ? -1 : 1);
      }
    });
    this.output.addEventListener("scroll", () => {
      this.setFollow(this.isAtEnd);
    });
    const tools = [this.found, this.field, this.follow, copy, save];
    this.node = element(
      "div",
      "scl-block",
      {},
      element("div", "scl-block-head", {}, this.head, element("span", "scl-answers", {}, ...tools)),
      this.output,
    );
    this.node.hidden = true;
  }

  /** Clear the output, because another task's output follows. */
  clear(name: string): void {
    this.name = name;
    this.text = "";
    this.shown = [];
    this.output.replaceChildren();
    this.node.hidden = true;
    this.field.value = "";
    this.setFollow(true);
  }

  /** Show *output*, before which the task wrote *before* bytes that are not available. */
  draw(output: string, before: number): void {
    this.node.hidden = output === "";
    setText(this.head, before > 0 ? `Output, after ${bytes(before)} more` : "Output");
    if (output === this.text) {
      return;
    }
    this.text = output;
    const lines = ansiLines(output).slice(-MAX_LINES);
    const keys = lines.map((line) => JSON.stringify(line));
    let same = 0;
    while (same < keys.length && keys[same] === this.shown[same]) {
      same += 1;
    }
    while (this.output.childNodes.length > same) {
      this.output.lastChild?.remove();
    }
    this.output.append(...lines.slice(same).map((line, n) => lineNode(line, n + same > 0)));
    this.shown = keys;
    this.mark();
    if (this.follows) {
      this.output.scrollTop = this.output.scrollHeight;
    }
  }

  private get plain(): string {
    return this.output.textContent;
  }

  private get isAtEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.output;
    return scrollTop + clientHeight >= scrollHeight - AT_THE_END_PIXELS;
  }

  private setFollow(follows: boolean): void {
    this.follows = follows;
    this.follow.setAttribute("aria-pressed", String(follows));
    if (follows && !this.isAtEnd) {
      this.output.scrollTop = this.output.scrollHeight;
    }
  }

  // -- search --------------------------------------------------------------------------------------

  private mark(): HTMLElement[] {
    const words = this.field.value.toLowerCase();
    const hits: HTMLElement[] = [];
    for (const node of this.output.children) {
      const isHit = words !== "" && node.textContent.toLowerCase().includes(words);
      node.classList.toggle("scl-hit", isHit);
      if (isHit && node instanceof HTMLElement) {
        hits.push(node);
      }
    }
    setText(this.found, words === "" ? "" : `${hits.length} lines`);
    return hits;
  }

  private next(by: 1 | -1): void {
    const hits = this.mark();
    if (hits.length > 0) {
      this.hit = (this.hit + by + hits.length) % hits.length;
      this.setFollow(false);
      hits[this.hit]?.scrollIntoView({ block: "nearest" });
    }
  }
}

function lineNode(line: Line, isAfterAnother: boolean): HTMLElement {
  const node = element("span", "", {}, isAfterAnother ? "\n" : "");
  for (const { text, classes } of line) {
    node.append(classes === "" ? text : element("span", classes, {}, text));
  }
  return node;
}
