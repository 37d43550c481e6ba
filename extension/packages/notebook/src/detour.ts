/**
 * Uses the Jupyter server, which has the engine's feed, while the kernel doesn't answer.
 *
 *     tasks are open, and no message came for a while ──> send a ping to the kernel
 *     the kernel does not answer it in time ──> show the rows that the server sends
 *     the kernel answers ──> its own messages bring the rest
 */

import { type Follower, serverTasks, type ServerTasks } from "@scaler-lab/table";

const TICK_MS = 500;
const QUIET_MS = 1500; // without a message; then the kernel gets a ping
const ANSWER_MS = 1000; // the time limit for the answer to the ping

export interface DetourUses {
  /** The ids of the engines that may have the tasks. */
  readonly engineIds: () => readonly string[];
  /** Whether tasks are open, whose changes a stuck kernel would hide. */
  readonly isNeeded: () => boolean;
  /** Send the kernel a message that it answers at once. */
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

  start(): void {
    this.heardAt = Date.now();
    this.timer = window.setInterval(() => {
      this.check();
    }, TICK_MS);
  }

  stop(): void {
    window.clearInterval(this.timer);
    this.leave();
  }

  /** The kernel has sent a message. */
  heard(): void {
    this.heardAt = Date.now();
    this.pingedAt = null;
    this.leave();
  }

  /** The response of the first engine with the tasks, from the server; null if there is none. */
  async request<T>(
    send: (tasks: ServerTasks, engineId: string) => Promise<T>,
    isAnswer: (answer: T) => boolean,
  ): Promise<T | null> {
    const tasks = serverTasks();
    if (tasks === null) {
      return null;
    }
    let last: T | null = null;
    for (const engineId of this.uses.engineIds()) {
      try {
        last = await send(tasks, engineId);
      } catch {
        continue; // the engine has ended, or doesn't have the task
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
