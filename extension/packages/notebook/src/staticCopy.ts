/**
 * Keeps the last state in the output that shows the table, if that output wants it: then a notebook
 * that is saved while tasks run contains it.
 */

import { offerSaved, savedVersion } from "@scaler-lab/table";

import type { Session } from "./session.js";

const INTERVAL_MS = 2000;
const REST = 20; // pauses between requests, each as long as the last answer took

export class StaticCopy {
  private readonly timer: number;
  private notBefore = 0;
  private isRequested = false;

  constructor(
    private readonly node: HTMLElement,
    private readonly session: Session,
  ) {
    this.timer = window.setInterval(() => {
      void this.refresh();
    }, INTERVAL_MS);
  }

  dispose(): void {
    window.clearInterval(this.timer);
  }

  private async refresh(): Promise<void> {
    const { store } = this.session;
    const saved = savedVersion(this.node);
    const isCurrent = saved === null || saved === String(store.version);
    const began = Date.now();
    if (store.phase !== "live" || isCurrent || this.isRequested || began < this.notBefore) {
      return;
    }
    this.isRequested = true;
    try {
      const bundle = await this.session.staticView();
      if (bundle !== null) {
        offerSaved(this.node, bundle);
      }
    } catch {
      // The kernel doesn't answer: the output keeps the state that it has.
    } finally {
      this.isRequested = false;
      const now = Date.now();
      this.notBefore = now + REST * (now - began);
    }
  }
}
