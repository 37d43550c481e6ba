/** A button that samples where a running task spends its time, and the flame graph that results. */

import type { Actions, FlameGraph } from "./actions.js";
import { clean } from "./clean.js";
import { button, element, quiet, setText } from "./dom.js";

const SECONDS = 10; // `FLAME_SECONDS` in Python
const TICK_MS = 250;
const LABEL = "Where it spends its time";

// Whatever else a picture contains is left out: scripts, links, styles.
const TAGS = /^(svg|title|rect|text)$/;
const ATTRIBUTES = /^(x|y|width|height|fill|stroke.*|font-.*|role|aria-label)$/;

export class FlameView {
  readonly node: HTMLElement;
  private readonly button: HTMLButtonElement;
  private readonly graph = element("div", "scl-flame", {
    tabindex: "0",
    role: "group",
    "aria-label": LABEL,
  });
  private taskId = "";
  private sampling: AbortController | null = null;
  private isOffered = false;

  constructor(private readonly actions: Actions) {
    this.button = button("scl-sample", LABEL, () => {
      if (this.sampling === null) {
        void this.sample();
      } else {
        this.sampling.abort();
      }
    });
    this.node = element("div", "", {}, this.button, this.graph);
  }

  /** Show nothing yet of this task, and sample no other. */
  clear(taskId: string): void {
    this.sampling?.abort();
    this.sampling = null;
    this.taskId = taskId;
    this.graph.replaceChildren();
    this.offer(false);
  }

  /** Offer to sample the task, or no more. */
  offer(isPossible: boolean): void {
    this.isOffered = isPossible;
    if (this.sampling === null) {
      setText(this.button, LABEL);
      this.button.hidden = !isPossible || this.actions.flame === undefined;
    }
  }

  private async sample(): Promise<void> {
    const stop = new AbortController();
    this.sampling = stop;
    const startedAt = Date.now();
    const tick = (): void => {
      if (this.sampling === stop) {
        const elapsed = Math.min(SECONDS, Math.floor((Date.now() - startedAt) / 1000));
        setText(this.button, `Sampling: ${elapsed} of ${SECONDS} s. Stop`);
      }
    };
    tick();
    const timer = window.setInterval(tick, TICK_MS);
    let result: Node | undefined;
    try {
      result = pictureOf(await this.actions.flame?.(this.taskId, stop.signal));
    } catch (error) {
      result = quiet(error instanceof Error ? error.message : String(error));
    }
    window.clearInterval(timer);
    if (this.sampling === stop) {
      this.sampling = null;
      this.offer(this.isOffered);
      this.graph.replaceChildren(result);
      this.node.parentElement?.scrollTo(0, this.node.offsetTop); // the details scroll, the page doesn't
    }
  }
}

function pictureOf(graph: FlameGraph | undefined): Node {
  if (!graph?.svg) {
    return quiet(clean(graph?.problem ?? ""));
  }
  const { documentElement } = new DOMParser().parseFromString(graph.svg, "image/svg+xml");
  for (const node of [documentElement, ...documentElement.querySelectorAll("*")]) {
    if (!TAGS.test(node.localName)) {
      node.remove();
    }
    for (const name of node.getAttributeNames()) {
      if (!ATTRIBUTES.test(name)) {
        node.removeAttribute(name);
      }
    }
  }
  return documentElement;
}
