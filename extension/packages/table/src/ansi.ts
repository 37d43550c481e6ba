/** Output as a terminal would show it: lines of pieces with colours.  No DOM. */

import { cleanLines } from "./clean.js";

/** A piece of a line, and the classes that it is shown with; empty: plain. */
export interface Piece {
  readonly text: string;
  readonly classes: string;
}

export type Line = readonly Piece[];

interface Style {
  colour: string;
  isBold: boolean;
  isFaint: boolean;
  isUnderlined: boolean;
}

const PLAIN: Style = { colour: "", isBold: false, isFaint: false, isUnderlined: false };
// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([0-9;?:]*)([A-Za-z])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/**
 * Return the lines of *output*.  If a line was rewritten several times (a progress bar), only its
 * last state is left.  Colours stay; all other control sequences are dropped.
 */
export function ansiLines(output: string): Line[] {
  let style = PLAIN;
  return output
    .replace(/\r+\n/g, "\n")
    .split("\n")
    .map((written) => {
      const states = written.split("\r").filter((state) => state !== "");
      for (const earlier of states.slice(0, -1)) {
        style = pieces(earlier, style).after;
      }
      const found = pieces(states.at(-1) ?? "", style);
      style = found.after;
      return found.line;
    });
}

function pieces(text: string, before: Style): { readonly line: Line; readonly after: Style } {
  const line: Piece[] = [];
  let style = before;
  let from = 0;
  const add = (piece: string): void => {
    if (piece !== "") {
      line.push({ text: cleanLines(piece), classes: classesOf(style) });
    }
  };
  for (const match of text.matchAll(SEQUENCE)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") {
      style = styled(style, match[1] ?? "");
    }
  }
  add(text.slice(from));
  return { line, after: style };
}

/** *style* after a sequence of `ESC [ codes m`. */
function styled(style: Style, codes: string): Style {
  let now = style;
  const list = codes.split(/[;:]/).map(Number);
  for (let n = 0; n < list.length; n += 1) {
    const code = list[n] ?? 0;
    if (code === 38 || code === 48) {
      n += list[n + 1] === 2 ? 4 : 2; // colours of a larger palette: not shown
    } else {
      now = withCode(now, code);
    }
  }
  return now;
}

function withCode(style: Style, code: number): Style {
  if (code === 0) {
    return PLAIN;
  }
  if (code === 39) {
    return { ...style, colour: "" };
  }
  if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
    return { ...style, colour: COLOURS[code % 10] ?? "" };
  }
  switch (code) {
    case 1:
      return { ...style, isBold: true };
    case 2:
      return { ...style, isFaint: true };
    case 4:
      return { ...style, isUnderlined: true };
    case 22:
      return { ...style, isBold: false, isFaint: false };
    case 24:
      return { ...style, isUnderlined: false };
    default:
      return style;
  }
}

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

function classesOf({ colour, isBold, isFaint, isUnderlined }: Style): string {
  return [
    colour === "" ? "" : `scl-ansi-${colour}`,
    isBold ? "scl-ansi-bold" : "",
    isFaint ? "scl-ansi-faint" : "",
    isUnderlined ? "scl-ansi-underlined" : "",
  ]
    .filter((name) => name !== "")
    .join(" ");
}
