/** Creates elements without HTML: every text becomes a text node. */

type Attributes = Readonly<Record<string, string>>;

/** A new element with a class, attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== "") {
    made.className = className;
  }
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A push button with the text *label*. */
export function button(className: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = element("button", `scl-button ${className}`, { type: "button" }, label);
  made.addEventListener("click", onClick);
  return made;
}

/** A paragraph that stands back. */
export function quiet(text: string): HTMLElement {
  return element("p", "scl-quiet", {}, text);
}

/** `schedule` calls *draw* in the next frame, once however often it is called; until `dispose`. */
export function perFrame(draw: () => void): { schedule: () => void; dispose: () => void } {
  const DISPOSED = -1;
  let frame = 0;
  return {
    schedule: () => {
      if (frame === 0) {
        frame = requestAnimationFrame(() => {
          frame = 0;
          draw();
        });
      }
    },
    dispose: () => {
      cancelAnimationFrame(frame);
      frame = DISPOSED;
    },
  };
}

/** Set the text of *node* if it differs, because each write costs a layout. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Set an attribute, or remove it (null), if it differs. */
export function setAttribute(node: Element, name: string, value: string | null): void {
  if (node.getAttribute(name) === value) {
    return;
  }
  if (value === null) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value);
  }
}

/** Whether the keyboard's focus is in *node*. */
export function holdsFocus(node: Element): boolean {
  const page = node.getRootNode();
  const { activeElement } = page instanceof ShadowRoot ? page : document;
  return activeElement !== null && node.contains(activeElement);
}

/** Put *text* on the clipboard; rejects if the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  // On plain http `clipboard` is undefined, which its type doesn't show.
  const { clipboard } = navigator as { clipboard?: Clipboard };
  if (clipboard !== undefined) {
    await clipboard.writeText(text);
    return;
  }
  const field = element("textarea", "scl-unseen", {}, text);
  const { activeElement } = document;
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without https
  const isCopied = document.execCommand("copy");
  field.remove();
  if (activeElement instanceof HTMLElement) {
    activeElement.focus();
  }
  if (!isCopied) {
    throw new Error("the browser does not allow to copy here");
  }
}

/** Let the browser save *text* as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  element("a", "", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

let lastId = 0;

/** An id that no other element of the page has. */
export function freshId(stem: string): string {
  lastId += 1;
  return `scl-${stem}-${lastId}-${Math.random().toString(36).slice(2, 8)}`;
}
