/**
 * The way around a kernel that doesn't answer: the Jupyter server, which has its engine's feed.
 *
 *     something is open, and nothing came for a while ──> ask the kernel for a sign of life
 *     none came in time ──> the server's rows overtake those that are here
 *     the kernel answers ──> its own messages bring the rest
 */

import { type Follower, serverTasks, type ServerTasks } from "@scaler-lab/table";

const TICK_MS = 500;
const QUIET_MS = 1500; // then the kernel is asked for a sign of life
const ANSWER_MS = 1000; // within which it must come

export interface DetourUses {
  /** The engines that may have the tasks, by the ids that the server knows. */
  readonly engineIds: () => readonly string[];
  /** Whether there is anything that a stuck kernel would hide. */
  readonly isNeeded: () => boolean;
  /** Ask the kernel for a sign of life. */
  readonly ping: () => void;
  /** What the server has meanwhile. */
  readonly follower: Follower;
}

export class Detour {
  private timer = 0;
  private heardAt = 0;
  private pingedAt: number | null = null;
  private ends: (() => void)[] = [];

  constructor(private readonly uses: DetourUses) {}

  /** Whether the kernel doesn't answer, and the server is used. */
  get isTaken(): boolean {
    return this.ends.length > 0;
  }

  begin(): void {
    this.heardAt = Date.now();
    this.timer = window.setInterval(() => {
      this.check();
    }, TICK_MS);
  }

  end(): void {
    window.clearInterval(this.timer);
    this.leave();
  }

  /** The kernel has said something. */
  heard(): void {
    this.heardAt = Date.now();
    this.pingedAt = null;
    this.leave();
  }

  /** What the first engine with the tasks answers, by the server; null if that is no way either. */
  async ask<T>(
    request: (tasks: ServerTasks, engineId: string) => Promise<T>,
    isAnswer: (answer: T) => boolean,
  ): Promise<T | null> {
    const tasks = serverTasks();
    if (tasks === null) {
      return null;
    }
    let last: T | null = null;
    for (const engineId of this.uses.engineIds()) {
      try {
        last = await request(tasks, engineId);
      } catch {
        continue; // it has ended, or has no such task
      }
      if (isAnswer(last)) {
        return last;
      }
    }
    return last;
  }

  /** Request by the server what the tasks use. */
  requestUsage(): void {
    for (const engineId of this.uses.engineIds()) {
      serverTasks()?.requestUsage(engineId);
    }
  }

  private check(): void {
    const now = Date.now();
    if (this.isTaken || document.hidden || !this.uses.isNeeded()) {
      return;
    }
    if (this.pingedAt === null) {
      if (now - this.heardAt >= QUIET_MS) {
        this.pingedAt = now;
        this.uses.ping();
      }
    } else if (now - this.pingedAt >= ANSWER_MS) {
      this.take();
    }
  }

  private take(): void {
    const tasks = serverTasks();
    if (tasks !== null) {
      this.ends = this.uses
        .engineIds()
        .map((engineId) => tasks.follow(engineId, this.uses.follower));
    }
  }

  private leave(): void {
    for (const end of this.ends) {
      end();
    }
    this.ends = [];
  }
}
