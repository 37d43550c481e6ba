/** What outlives a reload of the page: how a person likes the table, never a task's facts. */

/** What is used of the browser's `Storage`. */
export interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The page's storage; null where it has none, as in a frame without an origin. */
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
    // Full, or forbidden meanwhile: then it is remembered as long as this view lives.
  }
}
