/**
 * Lines of code that the page can show.  JupyterLab's extension provides that to the tables of the
 * page, which are loaded by other means.
 */

export interface Place {
  /** The file's whole path; empty if it is a notebook's cell. */
  readonly file: string;
  /** The notebook's name of the cell, "In[5]"; empty if it is a file. */
  readonly label: string;
  readonly line: number;
  /** The id of the cell that submitted the task; empty if there is none. */
  readonly cell: string;
}

export interface Places {
  /** Whether the page can show it. */
  canShow(place: Place): boolean;
  /** Show it, or show the person why that isn't possible. */
  show(place: Place): void;
}

const KEY = Symbol.for("scaler_lab.places");

type Holder = typeof globalThis & { [KEY]?: Places };

/** What the page can show; null if the extension isn't loaded in it. */
export function placesOfPage(): Places | null {
  return (globalThis as Holder)[KEY] ?? null;
}

/** Offer to show places to all tables of the page. */
export function providePlaces(places: Places): void {
  (globalThis as Holder)[KEY] = places;
}
