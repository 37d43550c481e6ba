/** Splits a task's name into a part that may be shortened and a part that may not.  No DOM. */

const INDEX = /\[\d+\]$/;
const LONG = 18; // characters of a name that may need an ellipsis in its middle
const KEPT = 6; // of them at the end

/** A name in two parts.  If it is too long, only the first one ends with an ellipsis. */
export interface NameParts {
  readonly stem: string;
  readonly tail: string;
}

/** The parts of *name*.  For a task below the row of its group, only the index is left. */
export function nameParts(name: string, groupName: string, isBelowGroup: boolean): NameParts {
  const index = INDEX.exec(name)?.[0] ?? "";
  const base = index === "" ? name : name.slice(0, -index.length);
  if (isBelowGroup && index !== "" && base === groupName) {
    return { stem: "", tail: index };
  }
  // Other scripts join their letters, so a cut within a word would change its shape.
  const isPlain = /^[\x20-\x7e]*$/.test(base);
  const kept = isPlain && base.length > LONG ? KEPT : 0;
  return { stem: base.slice(0, base.length - kept), tail: base.slice(base.length - kept) + index };
}

/** How many columns of a monospaced font a text takes, roughly. */
export function columnsOf(text: string): number {
  let wide = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x1100 && (code >= 0x2e80 || code <= 0x115f)) {
      wide += 1;
    }
  }
  return text.length + wide;
}
