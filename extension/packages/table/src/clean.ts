/**
 * Makes text from tasks safe to read: invisible characters are shown as escapes, so that one name
 * can't look like another, and no text reverses the reading direction.  The terminal does the same.
 */

import { FIRST_JOINED, JOINERS, MAX_CHARACTERS, SPACES, UNSEEN } from "./unseen.js";

const PLAIN = /^[\x20-\x7e]*$/;
const HIDDEN = new RegExp(`(?![ ${SPACES}])[\\p{C}\\p{Z}${UNSEEN}${JOINERS}]`, "gu");
const JOINER = new RegExp(`[${JOINERS}]`, "u");
const JOINED = new RegExp(`(?![${UNSEEN}${JOINERS}])[\\p{L}\\p{M}\\p{S}]`, "u");
const CONNECTOR = /[\u200c\u200d]/; // the other joiners are variation selectors
const KEYCAP = "\u20e3";

/** Return *text* in one line, cut after `MAX_CHARACTERS`. */
export function clean(text: string): string {
  const short = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)} [...]` : text;
  return PLAIN.test(short) ? short : shown(short, (c) => LINE[c] ?? escape(c));
}

/** The same for text of several lines. */
export function cleanLines(text: string): string {
  return shown(text, (c) => (c === "\n" || c === "\t" ? c : escape(c)));
}

const LINE: Readonly<Record<string, string | undefined>> = { "\n": "\\n", "\t": "\\t" };

function shown(text: string, escaped: (character: string) => string): string {
  return text.replace(HIDDEN, (character, at: number) =>
    isNeeded(text, at, character) ? character : escaped(character),
  );
}

/** Whether the character at *at* is a joiner or a variation selector in its place. */
function isNeeded(text: string, at: number, character: string): boolean {
  if (!JOINER.test(character)) {
    return false;
  }
  const next = characterAt(text, at + character.length);
  let before = characterBefore(text, at);
  if (!CONNECTOR.test(character)) {
    return isJoined(before) || (next === KEYCAP && before !== "");
  }
  if (JOINER.test(before) && !CONNECTOR.test(before)) {
    before = characterBefore(text, at - before.length); // a selector belongs to what is before it
  }
  return isJoined(before) && isJoined(next);
}

function isJoined(character: string): boolean {
  return (character.codePointAt(0) ?? 0) >= FIRST_JOINED && JOINED.test(character);
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  const isPair = /[\udc00-\udfff]/.test(text[at - 1] ?? "") && at > 1;
  return at === 0 ? "" : characterAt(text, isPair ? at - 2 : at - 1);
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) {
    return `\\x${hex.padStart(2, "0")}`;
  }
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
