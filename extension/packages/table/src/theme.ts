/**
 * Detects whether the page around the table is light or dark.
 *
 * It reads the page's real background, because JupyterLab, Notebook, VS Code, Colab and marimo don't
 * set a common variable.  It reads it again when an attribute that they use for themes changes.
 */

export function followTheme(root: HTMLElement): () => void {
  const update = (): void => {
    root.dataset.theme = isDark(root) ? "dark" : "light";
  };
  let timers: number[] = [];
  const lookAndAgain = (): void => {
    update();
    timers.forEach(window.clearTimeout.bind(window));
    // A theme's style sheets load after its name changes; on a busy machine, seconds later.
    timers = [300, 1500, 5000].map((ms) => window.setTimeout(update, ms));
  };
  lookAndAgain();
  const observer = new MutationObserver(lookAndAgain);
  const options = {
    attributes: true,
    attributeFilter: ["class", "style", "data-jp-theme-name", "data-jp-theme-light", "data-theme"],
  };
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  const preference = window.matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", update);
  return () => {
    observer.disconnect();
    timers.forEach(window.clearTimeout.bind(window));
    preference.removeEventListener("change", update);
  };
}

function isDark(root: HTMLElement): boolean {
  for (
    let node: HTMLElement | null = root.parentElement;
    node !== null;
    node = node.parentElement
  ) {
    const found = /rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?/.exec(
      getComputedStyle(node).backgroundColor,
    );
    if (found !== null && Number(found[4] ?? 1) > 0.5) {
      const [red, green, blue] = [Number(found[1]), Number(found[2]), Number(found[3])];
      return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    }
  }
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}
