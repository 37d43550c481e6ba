/** A button that opens a menu: arrows move, Enter chooses, Escape closes. */

import { element, freshId, holdsFocus } from "./dom.js";

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** Whether the item is on, if it is a switch; undefined for a command. */
  readonly isOn?: boolean;
  readonly isEnabled?: boolean;
  readonly isDanger?: boolean;
  readonly act: () => void;
}

/** Items in sections; each section has a line above it. */
export type MenuSections = () => readonly (readonly MenuItem[])[];

export class Menu {
  readonly node: HTMLElement;
  readonly button: HTMLButtonElement;
  private readonly list: HTMLElement;

  constructor(
    label: string,
    private readonly sections: MenuSections,
  ) {
    const id = freshId("menu");
    this.button = element("button", "scl-act scl-dots", {
      type: "button",
      title: label,
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-controls": id,
    });
    this.list = element("div", "scl-menu", {
      role: "menu",
      id,
      "aria-label": label,
      popover: "manual", // in the top layer, where no parent element cuts it off
    });
    this.list.hidden = true;
    this.node = element("div", "scl-menu-frame", {}, this.button, this.list);
    this.button.addEventListener("click", () => {
      if (this.list.hidden) {
        this.open();
      } else {
        this.close();
      }
    });
    this.node.addEventListener("keydown", this.onKey);
    this.node.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.node.contains(event.relatedTarget))) {
        this.close();
      }
    });
  }

  private open(): void {
    this.list.replaceChildren(...this.sections().map((items) => this.section(items)));
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    showAbove(this.list, this.button);
    this.items[0]?.focus();
  }

  private close(): void {
    if (this.list.hidden) {
      return;
    }
    const hadFocus = holdsFocus(this.list);
    if (typeof this.list.hidePopover === "function") {
      this.list.hidePopover();
    }
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (hadFocus) {
      this.button.focus();
    }
  }

  private section(items: readonly MenuItem[]): HTMLElement {
    const nodes = items.map((item) => this.item(item));
    return element("div", "scl-menu-section", { role: "group" }, ...nodes);
  }

  private item({ id, label, isOn, isEnabled, isDanger, act }: MenuItem): HTMLElement {
    const node = element(
      "button",
      "scl-menu-item",
      {
        type: "button",
        tabindex: "-1",
        role: isOn === undefined ? "menuitem" : "menuitemcheckbox",
        "data-item": id,
      },
      label,
    );
    if (isOn !== undefined) {
      node.setAttribute("aria-checked", String(isOn));
    }
    node.disabled = isEnabled === false;
    node.classList.toggle("scl-danger", isDanger === true);
    node.addEventListener("click", () => {
      this.close();
      act();
    });
    return node;
  }

  private get items(): HTMLButtonElement[] {
    return [...this.list.querySelectorAll<HTMLButtonElement>(".scl-menu-item:enabled")];
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (this.list.hidden) {
      return;
    }
    const { items } = this;
    const at = items.findIndex((item) => item === event.target);
    const to = MOVES[event.key]?.(at, items.length);
    if (to !== undefined) {
      items[to]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  };
}

/** Put *list* into the top layer, under *anchor*, or over it if it doesn't fit below. */
function showAbove(list: HTMLElement, anchor: HTMLElement): void {
  if (typeof list.showPopover !== "function") {
    return; // an old browser: the style sheet places it
  }
  list.showPopover();
  const { left, right, top, bottom } = anchor.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = list;
  const page = document.documentElement;
  const x = Math.max(4, Math.min(right - offsetWidth, page.clientWidth - offsetWidth - 4));
  const isBelow = bottom + offsetHeight + 4 <= page.clientHeight || top < offsetHeight;
  list.style.left = `${left < 0 ? 4 : x}px`;
  list.style.top = `${Math.max(4, isBelow ? bottom + 2 : top - offsetHeight - 2)}px`;
}

const MOVES: Readonly<Record<string, ((at: number, n: number) => number) | undefined>> = {
  ArrowDown: (at, n) => (at + 1) % n,
  ArrowUp: (at, n) => (at + n - 1) % n,
  Home: () => 0,
  End: (_at, n) => n - 1,
};
