/** The heading of one program in the panel: a click opens it; a button cancels its tasks. */

import type { Counts } from "@scaler-lab/table";
import type { TranslationBundle } from "@jupyterlab/translation";

/** The content of a heading. */
export interface Heading {
  /** The engine's id; empty for all of them. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The same in icons and numbers; a narrow panel shows it. */
  readonly short: string;
  readonly hint: string;
  readonly counts: Counts | null;
  readonly isOpen: boolean;
  readonly hasEnded: boolean;
}

export interface HeadingEvents {
  readonly toggle: (id: string) => void;
  readonly cancel: (id: string) => void;
  readonly dismiss: (id: string) => void;
}

export class ProgramHeading {
  readonly node = document.createElement("div");
  private readonly open = document.createElement("button");
  private readonly title = document.createElement("span");
  private readonly text = document.createElement("span");
  private readonly short = document.createElement("span");
  private readonly act = document.createElement("button");
  private shown: Heading | null = null;

  constructor(
    private readonly trans: TranslationBundle,
    events: HeadingEvents,
  ) {
    this.node.className = "scl-program";
    this.open.type = "button";
    this.open.className = "scl-host";
    this.title.className = "scl-host-title";
    this.text.className = "scl-host-said";
    this.short.className = "scl-host-short";
    this.short.setAttribute("aria-hidden", "true"); // the text has the same information
    this.open.append(this.title, this.text, this.short);
    this.open.addEventListener("click", () => {
      events.toggle(this.shown?.id ?? "");
    });
    this.act.type = "button";
    this.act.className = "scl-host-act";
    this.act.addEventListener("click", () => {
      const { shown } = this;
      if (shown !== null) {
        (shown.hasEnded ? events.dismiss : events.cancel)(shown.id);
      }
    });
    this.node.append(this.open, this.act);
  }

  draw(heading: Heading): void {
    this.shown = heading;
    const { id, title, text, short, hint, counts, isOpen, hasEnded } = heading;
    this.open.dataset.host = id;
    this.open.setAttribute("aria-expanded", String(isOpen));
    this.open.title = hint;
    this.node.classList.toggle("scl-has-ended", hasEnded);
    write(this.title, title);
    write(this.text, text);
    write(this.short, short);
    const n = counts === null ? 0 : counts.running + counts.queued + counts.waiting;
    this.act.hidden = hasEnded ? id === "" : n === 0;
    this.act.dataset.do = hasEnded ? "dismiss" : "stop";
    const label = hasEnded
      ? this.trans.__("Dismiss %1", title)
      : this.trans.__("Cancel the open tasks of %1", title);
    this.act.setAttribute("aria-label", label);
    this.act.title = label;
  }
}

function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
