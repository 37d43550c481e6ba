/** The frames of a traceback or stack: library frames folded, and links to the lines. */

import { element } from "./dom.js";
import { type Place, type Places, placesOfPage } from "./places.js";

const LIBRARY = /[/\\](site-packages|dist-packages|lib[/\\]python3)[^"]*"|File "<frozen /;
const FRAME = /^( {2})(?:File "([^"]+)"|Cell (In\[\d+\])), line (\d+)(?=, in |$)/;

/**
 * A traceback, with runs of library frames folded.  *cell* is the id of the notebook's cell that
 * submitted the task.  A frame in `In[5]` belongs to the same notebook.
 */
export function folded(text: string, cell: string): Node[] {
  const places = placesOfPage();
  const parts: Node[] = [];
  let lines: (Node | string)[] = [];
  let isLibrary = false;
  let frames = 0;
  const flush = (): void => {
    const pre = element("pre", "", {}, ...lines.slice(0, -1)); // without the last line's end
    if (lines.length > 0 && isLibrary) {
      const title = frames === 1 ? "1 frame in a library" : `${frames} frames in libraries`;
      parts.push(element("details", "", {}, element("summary", "", {}, title), pre));
    } else if (lines.length > 0) {
      parts.push(pre);
    }
    lines = [];
    frames = 0;
  };
  for (const line of text.split("\n")) {
    const start = FRAME.exec(line);
    const belongs: boolean =
      start === null ? isLibrary && line.startsWith("    ") : LIBRARY.test(line);
    if (belongs !== isLibrary) {
      flush();
      isLibrary = belongs;
    }
    if (start === null || isLibrary) {
      lines.push(line, "\n");
    } else {
      lines.push(...linked(line, start, places, cell), "\n");
    }
    frames += start === null ? 0 : 1;
  }
  flush();
  return parts;
}

/** A frame's first line; a link if the page can show the place. */
function linked(
  line: string,
  [head, margin, file, label, number]: RegExpExecArray,
  places: Places | null,
  cell: string,
): (Node | string)[] {
  const place: Place = { file: file ?? "", label: label ?? "", line: Number(number), cell };
  if (places?.canShow(place) !== true) {
    return [line];
  }
  const text = head.slice(margin?.length ?? 0);
  const link = element("a", "scl-place", { href: "#", title: "Show this line" }, text);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    places.show(place);
  });
  return [margin ?? "", link, line.slice(head.length)];
}
