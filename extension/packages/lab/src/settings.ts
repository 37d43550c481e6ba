/** The user's settings as the plugins take them; `schema/plugin.json` has their words. */

import type { Settings } from "./tokens.js";

export function readSettings(composite: Readonly<Record<string, unknown>>): Settings {
  const { notifyFailures, notifyDoneAfterSeconds, area } = composite;
  return {
    failures: notifyFailures !== false,
    doneAfter: typeof notifyDoneAfterSeconds === "number" ? notifyDoneAfterSeconds : 60,
    area: area === "right" ? "right" : "left",
  };
}
