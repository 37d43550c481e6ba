/**
 * The characters that are shown as escapes, as in scaler_lab/ui/sanitize.py.
 *
 * Written by `python tests/support/typescript_unseen.py`.  A test compares them.
 */

/** Invisible, though letters, marks or spaces. */
export const UNSEEN =
  "\\u{a0}\\u{34f}\\u{115f}-\\u{1160}\\u{3164}\\u{ffa0}\\u{17b4}-\\u{17b5}\\u{180b}-\\u{180f}\\u{2800}";

/** Joiners and variation selectors: shown as they are in their place. */
export const JOINERS = "\\u{200c}-\\u{200d}\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}";

/** Spaces of other widths: seen. */
export const SPACES = "\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}";

export const FIRST_JOINED = 0x590;

export const MAX_CHARACTERS = 2000;
