/** How the rows are laid out: which columns, how wide, how high a row is.  No DOM. */

export type Room = "narrow" | "middle" | "wide";

export const OPTIONAL_COLUMNS = ["number", "worker", "arguments", "usage"] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

const NARROW_BELOW = 400;
const WIDE_FROM = 560;
const USAGE_FROM = 860;
const ROW_HEIGHT = 28;
const TWO_LINES = 44;
export const HEADER_HEIGHT = 26;

/** The kind of layout that *width* pixels have room for, with CPU and memory or without. */
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
const STEP = 4; // so that a name that is a little longer moves nothing

/**
 * The width of the column of names, in characters: as wide as the widest in sight.  It only grows
 * while the list stays the same, so that nothing moves under the pointer.
 */
export class NameColumn {
  private columns = MIN_COLUMNS;

  get width(): number {
    return this.columns;
  }

  reset(): void {
    this.columns = MIN_COLUMNS;
  }

  /** Make room for a row that wants *columns*; return whether the width changed. */
  fit(columns: number): boolean {
    const wanted = Math.min(MAX_COLUMNS, Math.ceil(columns / STEP) * STEP);
    if (wanted <= this.columns) {
      return false;
    }
    this.columns = wanted;
    return true;
  }
}
