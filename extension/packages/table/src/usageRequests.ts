/**
 * Requests what running tasks use, once a second, while a person can see it.
 *
 *     the page is visible, the view is in sight, some task runs, and usage is shown ──> a request
 */

import type { Actions } from "./actions.js";
import type { TaskStore } from "./taskStore.js";

const INTERVAL_MS = 950; // checked every 500 ms

export class UsageRequests {
  private requestedAt = -INTERVAL_MS;
  private isInSight = true;
  private readonly observer: IntersectionObserver | null;

  constructor(
    root: HTMLElement,
    private readonly store: TaskStore,
    private readonly actions: Actions,
  ) {
    this.observer =
      typeof IntersectionObserver === "undefined"
        ? null
        : new IntersectionObserver((entries) => {
            this.isInSight = entries.at(-1)?.isIntersecting ?? true;
          });
    this.observer?.observe(root);
  }

  /** Request it if it is due; *isShown*: the view has room for it. */
  tick(isShown: boolean): void {
    const { counts, engine, phase } = this.store;
    const now = performance.now();
    if (
      isShown &&
      phase === "live" &&
      engine?.reportsUsage === true &&
      counts.running + counts.cancelling > 0 &&
      this.isInSight &&
      !document.hidden &&
      now >= this.requestedAt + INTERVAL_MS
    ) {
      this.requestedAt = now;
      this.actions.requestUsage?.();
    }
  }

  dispose(): void {
    this.observer?.disconnect();
  }
}
