/** A question in the table that a person answers with a click, Enter, Escape, `y` or `n`. */

import { button, element, freshId, holdsFocus, setText } from "./dom.js";

export class Confirmation {
  readonly node: HTMLElement;
  private readonly text: HTMLElement;
  private readonly yes: HTMLButtonElement;
  private proceed: (() => void) | null = null;

  constructor(private readonly leave: () => void) {
    const id = freshId("question");
    this.text = element("span", "scl-question", { id });
    this.yes = button("scl-yes", "", () => {
      this.answer(true);
    });
    const no = button("scl-no", "Keep", () => {
      this.answer(false);
    });
    this.node = element(
      "div",
      "scl-confirm",
      { role: "alertdialog", "aria-labelledby": id },
      this.text,
      element("span", "scl-answers", {}, this.yes, no),
    );
    this.node.hidden = true;
    this.node.addEventListener("keydown", (event) => {
      const answer = ANSWERS.get(event.key);
      if (answer !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        this.answer(answer);
      }
    });
  }

  get isOpen(): boolean {
    return this.proceed !== null;
  }

  /** Show *text*; call *proceed* if the person clicks the button called *verb*. */
  show(text: string, verb: string, proceed: () => void): void {
    this.proceed = proceed;
    setText(this.text, text);
    setText(this.yes, verb);
    this.node.hidden = false;
    this.yes.focus();
  }

  /** Close without an answer, because the tasks have changed. */
  close(): void {
    const hadFocus = holdsFocus(this.node);
    this.proceed = null;
    this.node.hidden = true;
    if (hadFocus) {
      this.leave();
    }
  }

  private answer(isYes: boolean): void {
    const { proceed } = this;
    this.close();
    if (isYes) {
      proceed?.();
    }
  }
}

const ANSWERS: ReadonlyMap<string, boolean> = new Map([
  ["y", true],
  ["n", false],
  ["Escape", false],
]);
