/**
 * Saves the current state in the notebook's output that shows the table, if the output supports it.
 * So a notebook that is saved while tasks run contains their state.
 */

import { offerSaved, savedVersion } from "@scaler-lab/table";

import type { Session } from "./session.js";

const INTERVAL_MS = 2000;
const REST = 20; // the pause between requests, as a multiple of the last response's duration

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
      // The kernel doesn't answer: the output keeps its state.
    } finally {
      this.isRequested = false;
      const now = Date.now();
      this.notBefore = now + REST * (now - began);
    }
  }
}
