/** The layout of the rows: columns, widths and the height of a row.  No DOM. */

export type Room = "narrow" | "middle" | "wide";

export const OPTIONAL_COLUMNS = ["number", "worker", "arguments", "usage"] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

const NARROW_BELOW = 400;
const WIDE_FROM = 560;
const USAGE_FROM = 860;
const ROW_HEIGHT = 28;
const TWO_LINES = 44;
export const HEADER_HEIGHT = 26;

/** The kind of layout that fits into *width* pixels, with CPU and memory or without. */
export function roomOf(width: number, withUsage: boolean): Room {
  return width < (withUsage ? WIDE_FROM : NARROW_BELOW)
    ? "narrow"
    : width < WIDE_FROM
      ? "middle"
      : "wide";
}

/** Whether *width* pixels have room for CPU and memory, so that they are shown unless turned off. */
export function hasRoomForUsage(width: number): boolean {
  return width >= USAGE_FROM;
}

export function rowHeight(room: Room): number {
  return room === "narrow" ? TWO_LINES : ROW_HEIGHT;
}

export function headerHeight(room: Room): number {
  return room === "narrow" ? 0 : HEADER_HEIGHT;
}

const MAX_COLUMNS = 56;
const MIN_COLUMNS = 10;
const STEP = 4; // so that a slightly longer name doesn't move the other columns

/**
 * The width of the column of names, in characters: the longest visible name.  It only grows, so that
 * nothing moves under the pointer.
 */
export class NameColumn {
  private columns = MIN_COLUMNS;

  get width(): number {
    return this.columns;
  }

  reset(): void {
    this.columns = MIN_COLUMNS;
  }

  /** Widen the column if a row needs *columns*; return whether the width changed. */
  fit(columns: number): boolean {
    const wanted = Math.min(MAX_COLUMNS, Math.ceil(columns / STEP) * STEP);
    if (wanted <= this.columns) {
      return false;
    }
    this.columns = wanted;
    return true;
  }
}
