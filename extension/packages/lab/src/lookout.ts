/**
 * What a page knows of every engine: the list, the counts, and the rows of those it watches.  No DOM.
 *
 *     Link ──messages──> Lookout ──> hosts, totals            status bar, running list, panel
 *                                ──> a TaskStore for each     the panel's table
 *                                ──> everything               the same, for all of them
 *     Desk <──cancel, retry, details── actions of a table
 */

import {
  type Actions,
  type CancelOutcome,
  type Counts,
  noCounts,
  STATUSES,
  type TaskDetails,
  TaskStore,
} from "@scaler-lab/table";

import { Everything } from "./everything.js";
import type { EndedTask, Host, ServerMessage } from "./wire.js";

const IDS_IN_ONE_ASK = 10_000;

/** The server's REST side. */
export interface Desk {
  cancel(hostId: string, ask: CancelAsk): Promise<CancelOutcome>;
  retry(hostId: string, taskIds: readonly string[]): Promise<CancelOutcome>;
  details(hostId: string, taskId: string): Promise<TaskDetails>;
}

export type CancelAsk =
  | { readonly task_ids: readonly string[]; readonly force: boolean; readonly only_queued: boolean }
  | { readonly all: true; readonly only_queued: boolean };

/** What a page says to the server's feed. */
export interface Link {
  /** Dropped where there is no connection; said anew when there is. */
  say(message: readonly unknown[]): void;
}

export interface Ending {
  readonly host: Host;
  readonly tasks: readonly EndedTask[];
  readonly failed: number;
}

export type Connection = "connecting" | "live" | "lost";

export class Lookout {
  hosts: readonly Host[] = [];
  connection: Connection = "connecting";
  /** Why there is no connection, for people. */
  trouble = "";
  readonly everything = new Everything();
  private readonly stores = new Map<string, TaskStore>();
  private readonly known = new Map<string, Host>(); // also those that ended while watched
  private readonly listeners = new Set<() => void>();
  private readonly endListeners = new Set<(ending: Ending) => void>();
  private wish: "none" | "all" | { readonly only: string } = "none";
  private said = "";

  constructor(
    private readonly link: Link,
    private readonly desk: Desk,
  ) {}

  /** Be called when hosts, counts or the connection changed; returns the call that ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Be told of tasks that just got their verdict. */
  onEnding(listener: (ending: Ending) => void): () => void {
    this.endListeners.add(listener);
    return () => {
      this.endListeners.delete(listener);
    };
  }

  /** How many tasks there are in each state, on all engines. */
  get totals(): Counts {
    const totals = noCounts();
    for (const { counts } of this.hosts) {
      for (const status of STATUSES) {
        totals[status] += counts?.[status] ?? 0;
      }
    }
    return totals;
  }

  /** The host with that id; also one that ended while it was watched. */
  host(hostId: string): Host | undefined {
    return this.hosts.find(({ id }) => id === hostId) ?? this.known.get(hostId);
  }

  /** Whether the engine runs. */
  runs(hostId: string): boolean {
    return this.hosts.some(({ id }) => id === hostId);
  }

  /** Want the rows of one engine ("all": of every one; "none": of none), until told otherwise. */
  watch(what: "none" | "all" | { readonly only: string }): void {
    this.wish = what;
    this.sayWish();
  }

  /** The rows of one engine, empty until it is watched; null: of all. */
  store(hostId: string | null): TaskStore {
    if (hostId === null) {
      return this.everything.store;
    }
    let store = this.stores.get(hostId);
    if (store === undefined) {
      store = new TaskStore({
        resync: () => {
          this.link.say(["resync", hostId]);
        },
      });
      this.stores.set(hostId, store);
    }
    return store;
  }

  /** Stop every open task of one engine, or of all; or those that have not begun. */
  async cancelAll(hostId: string | null, onlyQueued = false): Promise<CancelOutcome> {
    const ids = hostId === null ? this.hosts.map(({ id }) => id) : [hostId];
    const ask = { all: true, only_queued: onlyQueued } as const;
    return summed(await Promise.all(ids.map((id) => this.desk.cancel(id, ask))));
  }

  /** Stop one task. */
  cancel(hostId: string, taskId: string): Promise<CancelOutcome> {
    return this.desk.cancel(hostId, { task_ids: [taskId], force: false, only_queued: false });
  }

  /** What a table of `store(hostId)` asks. */
  actions(hostId: string | null): Actions {
    const each = (
      taskIds: readonly string[],
      ask: (host: string, some: readonly string[]) => Promise<CancelOutcome>,
    ): Promise<CancelOutcome> =>
      Promise.all(this.byHost(hostId, taskIds).map(([host, some]) => ask(host, some))).then(summed);
    const details = (taskId: string): Promise<TaskDetails> => {
      const [found] = this.byHost(hostId, [taskId]);
      return found === undefined
        ? Promise.reject(new Error("its engine is gone"))
        : this.desk.details(found[0], taskId);
    };
    return {
      cancel: (taskIds, force, onlyQueued) =>
        each(taskIds, (host, some) =>
          this.desk.cancel(host, { task_ids: some, force, only_queued: onlyQueued }),
        ),
      cancelAll: (onlyQueued) => this.cancelAll(hostId, onlyQueued),
      retry: (taskIds) => each(taskIds, (host, some) => this.desk.retry(host, some)),
      traceback: async (taskId) => (await details(taskId)).traceback,
      details,
    };
  }

  // -- from the server -----------------------------------------------------------------------------

  /** The connection is there: what was wanted is said again. */
  connected(): void {
    this.connection = "live";
    this.trouble = "";
    this.said = "";
    this.sayWish();
    this.tell();
  }

  /** It is not, for the time being. */
  lost(why: string): void {
    this.connection = "lost";
    this.trouble = why;
    this.tell();
  }

  take(message: ServerMessage): void {
    switch (message.kind) {
      case "hosts":
        this.takeHosts(message.hosts);
        break;
      case "feed": {
        const host = this.host(message.hostId);
        const store = this.store(message.hostId);
        for (const told of message.messages) {
          store.apply(told, message.now);
          if (host !== undefined) {
            this.everything.take(host, told, store, message.now);
          }
        }
        break;
      }
      case "ended": {
        const host = this.host(message.hostId);
        if (host !== undefined) {
          for (const listener of [...this.endListeners]) {
            listener({ host, tasks: message.tasks, failed: message.failed });
          }
        }
        break;
      }
    }
  }

  private takeHosts(hosts: readonly Host[]): void {
    const before = this.hosts;
    this.hosts = hosts;
    for (const host of hosts) {
      this.known.set(host.id, host);
    }
    for (const { id } of before) {
      if (!this.runs(id)) {
        this.everything.drop(id);
        const store = this.stores.get(id);
        if (store !== undefined && store.phase !== "ended") {
          store.apply({ kind: "ended", reason: "This engine has ended." });
        }
        if (!this.isWatchedAlone(id)) {
          this.stores.delete(id);
          this.known.delete(id);
        }
      }
    }
    this.sayWish();
    this.tell();
  }

  private isWatchedAlone(hostId: string): boolean {
    return typeof this.wish === "object" && this.wish.only === hostId;
  }

  private sayWish(): void {
    const { wish } = this;
    const ids =
      wish === "none"
        ? []
        : wish === "all"
          ? this.hosts.map(({ id }) => id)
          : this.runs(wish.only)
            ? [wish.only]
            : [];
    const said = ids.join(" ");
    if (said !== this.said && this.connection === "live") {
      this.said = said;
      this.link.say(["watch", ids]);
    }
  }

  private byHost(
    hostId: string | null,
    taskIds: readonly string[],
  ): [hostId: string, taskIds: readonly string[]][] {
    const found = new Map<string, string[]>();
    for (const id of taskIds) {
      const host = hostId ?? this.hosts.find((one) => this.stores.get(one.id)?.get(id))?.id;
      if (host !== undefined) {
        const some = found.get(host);
        if (some === undefined) {
          found.set(host, [id]);
        } else {
          some.push(id);
        }
      }
    }
    return [...found].flatMap(([host, ids]) => {
      const asks: [string, readonly string[]][] = [];
      for (let start = 0; start < ids.length; start += IDS_IN_ONE_ASK) {
        asks.push([host, ids.slice(start, start + IDS_IN_ONE_ASK)]);
      }
      return asks;
    });
  }

  private tell(): void {
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
