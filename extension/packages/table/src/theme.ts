/**
 * Light or dark, as the page around the table is.
 *
 * Asked of the page's real background, for there is no variable that JupyterLab, Notebook, VS Code,
 * Colab and marimo all set; looked at again when one of the attributes they switch themes by changes.
 */

export function followTheme(root: HTMLElement): () => void {
  const update = (): void => {
    root.dataset.theme = isDark(root) ? "dark" : "light";
  };
  let timers: number[] = [];
  const lookAndAgain = (): void => {
    update();
    timers.forEach(window.clearTimeout.bind(window));
    // The style sheets of a theme come after its name, on a busy machine by seconds.
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
