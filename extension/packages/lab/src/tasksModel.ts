/**
 * The page's data of all engines: their list, their counts, and the rows of watched ones.  No DOM.
 *
 *     FeedSocket ──messages──> TasksModel ──> engines, totals            status bar, running list, panel
 *                                ──> a TaskStore for each     the panel's table
 *                                ──> everything               the same, for all of them
 *     TasksApi <──cancel, retry, details── actions of a table
 */

import {
  type Actions,
  type CancelBody,
  type CancelOutcome,
  type Counts,
  type FeedRequest,
  type FlameGraph,
  type Follower,
  noCounts,
  STATUSES,
  type TaskDetails,
  TaskStore,
} from "@scaler-lab/table";

import { History } from "./history.js";
import { MergedStore } from "./mergedStore.js";
import type { EndedTask, Engine, ServerMessage } from "./serverMessages.js";

const MAX_IDS_PER_REQUEST = 10_000;

/** The server's REST API. */
export interface TasksApi {
  cancel(engineId: string, command: CancelBody): Promise<CancelOutcome>;
  retry(engineId: string, taskIds: readonly string[]): Promise<CancelOutcome>;
  details(engineId: string, taskId: string): Promise<TaskDetails>;
  flame(engineId: string, taskId: string, stop: AbortSignal): Promise<FlameGraph>;
}

/** Sends messages to the server's feed. */
export interface FeedChannel {
  /** Send a message.  Without a connection it is dropped; `connected` sends the subscription again. */
  send(message: FeedRequest): void;
}

export interface Ending {
  readonly engineId: string;
  readonly title: string;
  readonly tasks: readonly EndedTask[];
  readonly failed: number;
}

export type Connection = "connecting" | "live" | "lost";

export class TasksModel {
  engines: readonly Engine[] = [];
  connection: Connection = "connecting";
  /** Why the connection is lost, as a text for people. */
  trouble = "";
  readonly merged = new MergedStore();
  private readonly history = new History();
  private readonly stores = new Map<string, TaskStore>();
  private readonly known = new Map<string, Engine>(); // also engines that ended while watched
  private readonly listeners = new Set<() => void>();
  private readonly endListeners = new Set<(ending: Ending) => void>();
  private subscription: "none" | "all" | { readonly only: string } = "none";
  private sent = "";
  private readonly followers = new Map<string, Set<Follower>>();

  constructor(
    private readonly channel: FeedChannel,
    private readonly api: TasksApi,
  ) {}

  /** Call *listener* when engines, counts or the connection change; returns a function to stop. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Call *listener* with tasks that have just ended; returns a function to stop. */
  onEnding(listener: (ending: Ending) => void): () => void {
    this.endListeners.add(listener);
    return () => {
      this.endListeners.delete(listener);
    };
  }

  /** How many tasks there are in each state, on all engines. */
  get totals(): Counts {
    const totals = noCounts();
    for (const { counts } of this.engines) {
      for (const status of STATUSES) {
        totals[status] += counts?.[status] ?? 0;
      }
    }
    return totals;
  }

  /** The programs that ended while this page was open, the last one first, until dismissed. */
  get ended(): readonly Engine[] {
    return this.history.engines;
  }

  /** Forget a program that ended. */
  dismiss(engineId: string): void {
    this.history.dismiss(engineId);
    this.stores.delete(engineId);
    this.known.delete(engineId);
    this.notify();
  }

  /** The engine with that id, also if it ended while it was watched. */
  engine(engineId: string): Engine | undefined {
    return this.engines.find(({ id }) => id === engineId) ?? this.known.get(engineId);
  }

  /** Whether the engine runs. */
  runs(engineId: string): boolean {
    return this.engines.some(({ id }) => id === engineId);
  }

  /**
   * The engine that replaced an ended one, for example after a restart of a notebook's kernel: the
   * youngest engine of the same program that started later.
   */
  successor(engineId: string): Engine | undefined {
    const ended = this.engine(engineId);
    if (ended === undefined || this.runs(engineId) || ended.program === "") {
      return undefined;
    }
    return this.engines.findLast(
      ({ program, place, startedAt }) =>
        program === ended.program && place === ended.place && startedAt > ended.startedAt,
    );
  }

  /** Subscribe to the rows of one engine, of "all" or of "none", until the next call. */
  watch(what: "none" | "all" | { readonly only: string }): void {
    this.subscription = what;
    this.sendSubscription();
  }

  /** Call *follower* with what comes from an engine; for tables elsewhere. */
  follow(engineId: string, follower: Follower): () => void {
    const followers = this.followers.get(engineId) ?? new Set();
    this.followers.set(engineId, followers);
    followers.add(follower);
    follower.rows(this.store(engineId).rows);
    this.sendSubscription();
    return () => {
      followers.delete(follower);
      if (followers.size === 0) {
        this.followers.delete(engineId);
      }
      this.sendSubscription();
    };
  }

  /** The rows of one engine, empty until it is watched; null: of all. */
  store(engineId: string | null): TaskStore {
    if (engineId === null) {
      return this.merged.store;
    }
    let store = this.stores.get(engineId);
    if (store === undefined) {
      store = new TaskStore({
        resync: () => {
          this.channel.send(["resync", engineId]);
        },
      });
      this.stores.set(engineId, store);
    }
    return store;
  }

  /** Request what the running tasks of one watched engine use, or (null) of all. */
  requestUsage(engineId: string | null): void {
    const ids = engineId === null ? this.engines.map(({ id }) => id) : [engineId];
    this.channel.send(["usage", ids]);
  }

  /** Cancel every open task of one engine, or of all; or only the queued ones. */
  async cancelAll(engineId: string | null, onlyQueued = false): Promise<CancelOutcome> {
    const ids = engineId === null ? this.engines.map(({ id }) => id) : [engineId];
    const command = { all: true, only_queued: onlyQueued } as const;
    return summed(await Promise.all(ids.map((id) => this.api.cancel(id, command))));
  }

  /** Cancel one task. */
  cancel(engineId: string, taskId: string): Promise<CancelOutcome> {
    return this.api.cancel(engineId, { task_ids: [taskId], force: false, only_queued: false });
  }

  /** The actions of a table of `store(engineId)`. */
  actions(engineId: string | null): Actions {
    const each = (
      taskIds: readonly string[],
      command: (engine: string, some: readonly string[]) => Promise<CancelOutcome>,
    ): Promise<CancelOutcome> =>
      Promise.all(
        this.byEngine(engineId, taskIds).map(([engine, some]) => command(engine, some)),
      ).then(summed);
    const at = <T>(taskId: string, request: (engine: string) => Promise<T>): Promise<T> => {
      const [found] = this.byEngine(engineId, [taskId]);
      return found === undefined
        ? Promise.reject(new Error("its engine is gone"))
        : request(found[0]);
    };
    const details = (taskId: string): Promise<TaskDetails> =>
      at(taskId, (engine) => this.api.details(engine, taskId));
    return {
      cancel: (taskIds, force, onlyQueued) =>
        each(taskIds, (engine, some) =>
          this.api.cancel(engine, { task_ids: some, force, only_queued: onlyQueued }),
        ),
      cancelAll: (onlyQueued) => this.cancelAll(engineId, onlyQueued),
      retry: (taskIds) => each(taskIds, (engine, some) => this.api.retry(engine, some)),
      traceback: async (taskId) => (await details(taskId)).traceback,
      details,
      flame: (taskId, stop) => at(taskId, (engine) => this.api.flame(engine, taskId, stop)),
      requestUsage: () => {
        this.requestUsage(engineId);
      },
      ownerOf: (taskId) => {
        const [found] = this.byEngine(engineId, [taskId]);
        if (found === undefined) {
          return "";
        }
        const client = this.store(found[0]).get(taskId)?.client ?? "";
        return client || (this.engine(found[0])?.title ?? "");
      },
    };
  }

  // -- from the server -----------------------------------------------------------------------------

  /** Send the subscription again, because a new connection is open. */
  connected(): void {
    this.connection = "live";
    this.trouble = "";
    this.sent = "";
    this.sendSubscription();
    this.notify();
  }

  /** Note that the connection is lost; it is opened again later. */
  lost(why: string): void {
    this.connection = "lost";
    this.trouble = why;
    this.notify();
  }

  apply(message: ServerMessage): void {
    switch (message.kind) {
      case "engines":
        this.applyEngines(message.engines);
        break;
      case "feed": {
        const engine = this.engine(message.engineId);
        const store = this.store(message.engineId);
        for (const feedMessage of message.messages) {
          store.apply(feedMessage, message.now);
          for (const follower of this.followers.get(message.engineId) ?? []) {
            if (feedMessage.kind === "snapshot" || feedMessage.kind === "changes") {
              follower.rows(feedMessage.rows);
            } else if (feedMessage.kind === "usage") {
              follower.usage(feedMessage);
            }
          }
          if (engine !== undefined) {
            this.merged.merge(engine, feedMessage, store, message.now);
          }
        }
        break;
      }
      case "ended": {
        const engine = this.engine(message.engineId);
        if (engine !== undefined) {
          this.history.note(engine, message.tasks);
        }
        for (const listener of [...this.endListeners]) {
          listener(message);
        }
        break;
      }
    }
  }

  private applyEngines(engines: readonly Engine[]): void {
    const before = this.engines;
    this.engines = engines;
    for (const engine of engines) {
      this.known.set(engine.id, engine);
    }
    for (const { id } of before) {
      if (!this.runs(id)) {
        this.merged.drop(id);
        const store = this.stores.get(id);
        if (store !== undefined && store.phase !== "ended") {
          store.apply({ kind: "closed", reason: "This engine has ended." });
        }
        const forgotten = this.history.end(this.known.get(id), this.store(id));
        for (const one of [...forgotten, ...(this.history.has(id) ? [] : [id])]) {
          if (!this.isWatchedAlone(one)) {
            this.stores.delete(one);
            this.known.delete(one);
          }
        }
      }
    }
    this.sendSubscription();
    this.notify();
  }

  private isWatchedAlone(engineId: string): boolean {
    return typeof this.subscription === "object" && this.subscription.only === engineId;
  }

  private sendSubscription(): void {
    const { subscription } = this;
    const chosen =
      subscription === "none"
        ? []
        : subscription === "all"
          ? this.engines.map(({ id }) => id)
          : this.runs(subscription.only)
            ? [subscription.only]
            : [];
    const followed = [...this.followers.keys()].filter((id) => this.runs(id));
    const ids = [...new Set([...chosen, ...followed])];
    const sent = ids.join(" ");
    if (sent !== this.sent && this.connection === "live") {
      this.sent = sent;
      this.channel.send(["watch", ids]);
    }
  }

  private byEngine(
    engineId: string | null,
    taskIds: readonly string[],
  ): [engineId: string, taskIds: readonly string[]][] {
    const found = new Map<string, string[]>();
    for (const id of taskIds) {
      const engine = engineId ?? this.engines.find((one) => this.stores.get(one.id)?.get(id))?.id;
      if (engine !== undefined) {
        const some = found.get(engine);
        if (some === undefined) {
          found.set(engine, [id]);
        } else {
          some.push(id);
        }
      }
    }
    return [...found].flatMap(([engine, ids]) => {
      const batches: [string, readonly string[]][] = [];
      for (let start = 0; start < ids.length; start += MAX_IDS_PER_REQUEST) {
        batches.push([engine, ids.slice(start, start + MAX_IDS_PER_REQUEST)]);
      }
      return batches;
    });
  }

  private notify(): void {
    for (const listener of [...this.listeners]) {
      listener();
    }
  }
}

function summed(outcomes: readonly CancelOutcome[]): CancelOutcome {
  return {
    accepted: outcomes.reduce((sum, { accepted }) => sum + accepted, 0),
    trouble: outcomes.find(({ trouble }) => trouble !== "")?.trouble ?? "",
  };
}
