/** The table's colours and patterns for a canvas, which knows no style sheet. */

import { element } from "./dom.js";
import { type Status, STATUSES } from "./types.js";

type Paint = string | CanvasPattern;

export interface Palette {
  readonly fill: Readonly<Record<Status, Paint>>;
  /** Readable on the fill. */
  readonly text: Readonly<Record<Status, string>>;
  readonly ink: string;
  /** Of marks that must be seen even if they are thin. */
  readonly failed: string;
  readonly line: string;
  readonly font: string;
}

/** The pattern of a state's bar besides its colour; without one, the bar is plain. */
const STRIPES: Readonly<Partial<Record<Status, "rising" | "falling" | "upright">>> = {
  cancelled: "rising",
  cancelling: "upright",
  failed: "falling",
};

/** The colours as *root* has them now. */
export function palette(root: HTMLElement, pen: CanvasRenderingContext2D): Palette {
  const probe = element("span", "", { "aria-hidden": "true" });
  probe.hidden = true;
  root.append(probe);
  const style = getComputedStyle(probe);
  const colour = (css: string): string => {
    probe.style.color = css;
    return style.color;
  };
  const of = <T>(make: (status: Status) => T): Record<Status, T> =>
    Object.fromEntries(STATUSES.map((status) => [status, make(status)])) as Record<Status, T>;
  const mixed = (status: Status, share: number): string =>
    colour(`color-mix(in srgb, var(--scl-${status}) ${share}%, var(--scl-raised))`);
  const found: Palette = {
    fill: of((status) => {
      const stripes = STRIPES[status];
      const light = mixed(status, status === "succeeded" ? 38 : 30);
      return stripes === undefined
        ? light
        : (striped(pen, light, mixed(status, 55), stripes) ?? light);
    }),
    text: of(() => colour("var(--scl-ink)")),
    ink: colour("var(--scl-ink)"),
    failed: colour("var(--scl-failed)"),
    line: colour("var(--scl-line)"),
    font: `11px ${style.fontFamily}`,
  };
  probe.remove();
  return found;
}

const TILE = 6;

function striped(
  pen: CanvasRenderingContext2D,
  ground: string,
  stripe: string,
  which: "rising" | "falling" | "upright",
): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = TILE;
  tile.height = TILE;
  const of = tile.getContext("2d");
  if (of === null) {
    return null;
  }
  of.fillStyle = ground;
  of.fillRect(0, 0, TILE, TILE);
  of.strokeStyle = stripe;
  of.lineWidth = 1.5;
  of.beginPath();
  if (which === "upright") {
    of.moveTo(TILE / 2, 0);
    of.lineTo(TILE / 2, TILE);
  } else {
    const down = which === "falling" ? 1 : -1;
    for (const shift of [-TILE, 0, TILE]) {
      of.moveTo(shift - 1, TILE / 2 - (down * (TILE + 2)) / 2);
      of.lineTo(shift + TILE + 1, TILE / 2 + (down * (TILE + 2)) / 2);
    }
  }
  of.stroke();
  return pen.createPattern(tile, "repeat");
}
