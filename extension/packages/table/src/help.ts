/** The keys of the table, shown over it on `?`. */

import { button, element, holdsFocus } from "./dom.js";

/** The same letters as in `scaler-lab top`. */
export const KEYS: readonly (readonly [keys: string, effect: string])[] = [
  ["↑ ↓, j k", "to the next or previous row; with Shift, select several"],
  ["Home End, g G", "to the first or last row"],
  ["Space", "select the row too, or no longer"],
  ["Ctrl+A, *", "select all"],
  ["Enter", "details of the task; open or close the group"],
  ["← →", "close or open the group"],
  ["c, Delete", "cancel: interrupt, then kill after the grace period"],
  ["C, Shift+Delete", "kill at once"],
  ["X", "cancel all that are queued"],
  ["R", "retry the failed and cancelled ones, as new tasks"],
  ["/", "search"],
  ["f F", "list only one state: the next, the previous"],
  ["s S", "sort by the next column; reverse the order"],
  ["Esc", "clear the selection"],
  ["?", "these keys"],
];

export class Help {
  readonly node: HTMLElement;

  constructor(private readonly leave: () => void) {
    const shut = button("scl-shut", "✕", () => {
      this.close();
    });
    shut.setAttribute("aria-label", "Close the list of keys");
    const list = element("dl", "scl-keys");
    for (const [keys, effect] of KEYS) {
      list.append(element("dt", "", {}, keys), element("dd", "", {}, effect));
    }
    this.node = element(
      "div",
      "scl-help",
      { role: "dialog", "aria-label": "Keys", tabindex: "-1" },
      element("div", "scl-pane-head", {}, element("strong", "", {}, "Keys"), shut),
      list,
    );
    this.node.hidden = true;
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" || event.key === "?" || event.key === "q") {
        event.preventDefault();
        this.close();
      }
    });
  }

  open(): void {
    this.node.hidden = false;
    this.node.focus();
  }

  private close(): void {
    const hadFocus = holdsFocus(this.node);
    this.node.hidden = true;
    if (hadFocus) {
      this.leave();
    }
  }
}
