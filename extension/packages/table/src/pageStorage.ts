/** What survives a reload of the page: a person's settings of the table, never data of tasks. */

/** What is used of the browser's `Storage`. */
export interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The page's storage; null if it has none, as in a frame without an origin. */
export function pageStorage(): PageStorage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

export function recall(storage: PageStorage | null, key: string): string {
  try {
    return storage?.getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function remember(storage: PageStorage | null, key: string, value: string): void {
  try {
    storage?.setItem(key, value);
  } catch {
    // The storage is full or forbidden: the value is kept as long as this view exists.
  }
}
