/**
 * One model's feed: it applies messages to a `TaskStore`, and sends the table's requests to the kernel.
 *
 * A session starts with the first view of a model in this page, and sends `bye` after the last one.
 */

import {
  type Actions,
  type CancelOutcome,
  FeedError,
  type FeedMessage,
  type FlameGraph,
  type Glimpse,
  isDone,
  type KernelRequest,
  type MimeBundle,
  PROTOCOL,
  readMessage,
  type ServerTasks,
  type TaskArguments,
  type TaskDetails,
  TaskStore,
} from "@scaler-lab/table";

import {
  type Arguments,
  type FlameResponse,
  type Glimpses,
  readArguments,
  readFlame,
  readGlimpses,
  readStatic,
  type StaticView,
} from "./arguments.js";
import { Detour } from "./detour.js";
import { KernelChannel } from "./kernelChannel.js";
import { kernelOf, type KernelConnection, type Model } from "./model.js";
import { unpack } from "./encoding.js";

type KernelMessage = FeedMessage | Arguments | Glimpses | StaticView | FlameResponse;

const OUTPUT_BYTES = 256 * 1024; // of a task's output in its details
const MAX_IDS_PER_REQUEST = 10_000;
const BUSY_AFTER_MS = 1500;
const RESPONSE_TIMEOUT_MS = 60_000; // a later response still shows in the rows
const KEEP_ALIVE_INTERVAL_MS = 4000;

const BUSY_NOTE =
  "The kernel is busy, and this page has no other connection: your request takes effect when the cell ends.";
const NO_RESPONSE =
  "The kernel has not answered for a minute. Once it does, the rows will show it.";
const PROGRAM_ENDED = "program ended";
const RESTARTED = "The kernel was restarted: this client and its tasks are gone.";
const DIED = "The kernel died: this client and its tasks are gone.";

type ByServer = (request: number) => Promise<KernelMessage | null>;

const NO_WAY: ByServer = () => Promise.resolve(null);

class NoResponse extends Error {}

export class Session {
  readonly store: TaskStore;
  readonly actions: Actions;
  private readonly channel: KernelChannel;
  private readonly waiting = new Map<number, (message: KernelMessage) => void>();
  private readonly detour: Detour;
  private inbox: Promise<void> = Promise.resolve();
  private lastRequest = Math.floor(Math.random() * 2 ** 40); // so that other pages' requests have other numbers
  private views = 0;
  private keptAliveAt = 0;
  private usageIsRequested = false;
  private watched: KernelConnection | null = null;
  private readonly noticers = new Set<(text: string) => void>();

  constructor(private readonly model: Model) {
    this.store = new TaskStore({
      resync: () => {
        this.send([["resync"]]);
      },
    });
    this.channel = new KernelChannel(
      String(model.get("_view")),
      () => kernelOf(model),
      (content) => {
        model.send(content);
      },
    );
    this.detour = new Detour({
      engineIds: () => (model.get("_engines") as readonly string[] | undefined) ?? [],
      isNeeded: () =>
        this.channel.hasControl &&
        this.store.phase === "live" &&
        this.store.settled < this.store.size,
      ping: () => {
        this.send([["ack", this.store.version]]);
      },
      follower: {
        rows: (rows) => {
          this.store.overtake(rows);
        },
        usage: (report) => {
          this.store.apply(report);
        },
      },
    });
    this.channel.heard = () => {
      this.detour.heard();
    };
    this.actions = {
      cancel: (ids, force, onlyQueued) => this.cancel(ids, force, onlyQueued),
      cancelAll: (onlyQueued) =>
        this.outcome(
          (request) => ["cancel", request, [], false, onlyQueued, true],
          (tasks, engineId) => tasks.cancel(engineId, this.openIds(), false, onlyQueued),
        ),
      retry: (ids) =>
        this.outcome(
          (request) => ["retry", request, ids],
          (tasks, engineId) => tasks.retry(engineId, ids),
        ),
      traceback: async (id) => (await this.details(id)).traceback,
      details: (id) => this.details(id),
      flame: (id, stop) => this.flame(id, stop),
      arguments: (id) => this.arguments(id),
      glimpses: (ids) => this.glimpses(ids),
      requestUsage: () => {
        this.requestUsage().catch(() => {
          this.usageIsRequested = false; // the way to the kernel is gone, for the time being
        });
      },
      keepAlive: () => {
        this.keepAlive();
      },
    };
    model.on("msg:custom", this.onCustom);
  }

  /** Register a view of this model; returns a function that unregisters it. */
  join(notice: (text: string) => void): () => void {
    this.noticers.add(notice);
    this.views += 1;
    if (this.views === 1) {
      this.watch(kernelOf(this.model));
      this.hello();
      this.detour.start();
    }
    return () => {
      this.noticers.delete(notice);
      this.views -= 1;
      if (this.views === 0) {
        this.watch(null);
        this.detour.stop();
        this.send([["bye"]]);
      }
    };
  }

  dispose(): void {
    this.model.off("msg:custom", this.onCustom);
  }

  private hello(): void {
    this.send([["hello", "notebook", PROTOCOL]]);
  }

  // -- to the kernel -----------------------------------------------------------------------------

  private send(messages: readonly KernelRequest[]): void {
    this.channel.send(messages).then(
      (reply) => {
        this.applyAll(reply.messages);
      },
      (error: unknown) => {
        this.notify(error instanceof Error ? error.message : String(error));
      },
    );
  }

  private async cancel(
    ids: readonly string[],
    force: boolean,
    onlyQueued: boolean,
  ): Promise<CancelOutcome> {
    let accepted = 0;
    let trouble = "";
    for (let start = 0; start < ids.length; start += MAX_IDS_PER_REQUEST) {
      const some = ids.slice(start, start + MAX_IDS_PER_REQUEST);
      const response = await this.outcome(
        (request) => ["cancel", request, some, force, onlyQueued],
        (tasks, engineId) => tasks.cancel(engineId, some, force, onlyQueued),
      );
      accepted += response.accepted;
      trouble ||= response.trouble;
    }
    return { accepted, trouble };
  }

  /** The kernel's response.  A missing one is reported but isn't an error: it may still come. */
  private async outcome(
    make: (request: number) => KernelRequest,
    byServer: (tasks: ServerTasks, engineId: string) => Promise<CancelOutcome>,
  ): Promise<CancelOutcome> {
    try {
      const response = await this.request(make, async (request) => {
        const outcome = await this.detour.request(byServer, ({ accepted }) => accepted > 0);
        return outcome === null ? null : { kind: "response", request, version: 0, ...outcome };
      });
      return response.kind === "response" ? response : { accepted: 0, trouble: "" };
    } catch (error) {
      if (error instanceof NoResponse) {
        return { accepted: 0, trouble: error.message };
      }
      throw error;
    }
  }

  private async details(id: string): Promise<TaskDetails> {
    const result = await this.request(
      (request) => ["details", request, id, OUTPUT_BYTES],
      async (request) => {
        const details = await this.detour.request(
          (tasks, engineId) => tasks.details(engineId, id),
          () => true,
        );
        return details === null ? null : { kind: "details", request, taskId: id, ...details };
      },
    );
    return result.kind === "details"
      ? result
      : { traceback: "", output: "", outputBefore: 0, profile: null, stack: null };
  }

  /** Sampled by the server, which can do it while the kernel is stuck; else by the kernel. */
  private async flame(id: string, stop: AbortSignal): Promise<FlameGraph> {
    const graph = await this.detour.request(
      (tasks, engineId) => tasks.flame(engineId, id, stop),
      () => true,
    );
    if (graph !== null) {
      return graph;
    }
    const make = (request: number): KernelRequest => {
      stop.addEventListener("abort", () => {
        this.send([["flame-stop", request]]);
      });
      return ["flame", request, id];
    };
    const result = await this.request(make, NO_WAY, true);
    return result.kind === "flame" ? result : { svg: "", problem: "" };
  }

  private async arguments(id: string): Promise<TaskArguments> {
    const result = await this.request(
      (request) => ["arguments", request, id],
      NO_WAY, // only the client's process has them
    );
    return result.kind === "arguments" ? result : { arguments: [], trouble: "", result: null };
  }

  /** Request glimpses.  No person requested them, so a busy kernel is not reported. */
  private async glimpses(ids: readonly string[]): Promise<ReadonlyMap<string, Glimpse>> {
    const result = await this.request((request) => ["glimpses", request, ids], NO_WAY, true);
    return result.kind === "glimpses" ? result.glimpses : new Map();
  }

  /** The current state for a saved notebook.  A busy kernel is not reported here either. */
  async staticView(): Promise<MimeBundle | null> {
    const result = await this.request((request) => ["static", request], NO_WAY, true);
    return result.kind === "static" ? result.bundle : null;
  }

  /**
   * One request at a time: on the comm, they would gather behind a running cell.  While the kernel
   * doesn't answer, the server does.
   */
  private async requestUsage(): Promise<void> {
    if (this.detour.isTaken) {
      this.detour.requestUsage();
    } else if (!this.usageIsRequested) {
      this.usageIsRequested = true;
      const { by, messages } = await this.channel.send([["uses"]]);
      this.usageIsRequested = by === "comm"; // until the answer
      this.applyAll(messages);
    }
  }

  private openIds(): string[] {
    return this.store.rows.filter(({ status }) => !isDone(status)).map(({ id }) => id);
  }

  /** The kernel's response; if that takes long, the response of *byServer*, if it has one. */
  private async request(
    make: (request: number) => KernelRequest,
    byServer: ByServer,
    isQuiet = false,
  ): Promise<KernelMessage> {
    this.lastRequest += 1;
    const request = this.lastRequest;
    let late = 0;
    const responded = new Promise<KernelMessage>((resolve, reject) => {
      this.waiting.set(request, resolve);
      late = window.setTimeout(() => {
        reject(new NoResponse(NO_RESPONSE));
      }, RESPONSE_TIMEOUT_MS);
    });
    responded.catch(() => undefined); // it may reject before it is awaited
    const busy = setTimeout(
      () => {
        void byServer(request).then((message) => {
          if (message !== null) {
            this.waiting.get(request)?.(message);
          } else if (!isQuiet) {
            this.notify(BUSY_NOTE);
          }
        });
      },
      this.detour.isTaken ? 0 : BUSY_AFTER_MS,
    );
    try {
      const sent = this.channel.send([make(request)]).then((reply) => {
        if (reply.by === "control") {
          clearTimeout(busy);
        }
        this.applyAll(reply.messages);
        return responded;
      });
      return await Promise.race([responded, sent]);
    } finally {
      clearTimeout(busy);
      clearTimeout(late);
      this.waiting.delete(request);
    }
  }

  /** Notify the kernel from time to time that the table is used, so that it doesn't redraw it. */
  private keepAlive(): void {
    const now = Date.now();
    if (now - this.keptAliveAt > KEEP_ALIVE_INTERVAL_MS && this.store.phase === "live") {
      this.keptAliveAt = now;
      this.send([["ack", this.store.version]]);
    }
  }

  // -- from the kernel ---------------------------------------------------------------------------

  private readonly onCustom = (content: unknown, buffers: readonly DataView[]): void => {
    if (typeof content !== "object" || content === null || !("scaler_lab" in content)) {
      return;
    }
    const { coding, now } = content as { coding?: unknown; now?: unknown };
    const buffer = buffers[0];
    if (buffer === undefined) {
      return;
    }
    this.detour.heard();
    const unpacked = unpack(coding, buffer);
    // Apply messages in their order, although some take longer to decompress.
    this.inbox = this.inbox
      .then(async () => {
        this.applyAll(await unpacked, typeof now === "number" ? now : undefined);
      })
      .catch((error: unknown) => {
        console.error("scaler_lab: a message could not be read", error);
        this.store.reconnect();
      });
  };

  private applyAll(messages: readonly unknown[], now?: number): void {
    for (const value of messages) {
      const result =
        readArguments(value) ?? readGlimpses(value) ?? readStatic(value) ?? readFlame(value);
      if (result !== null) {
        this.waiting.get(result.request)?.(result);
        continue;
      }
      const message = readMessage(value);
      if (message.kind === "response" || message.kind === "details") {
        this.waiting.get(message.request)?.(message);
      } else if (message.kind === "welcome" && message.protocol !== PROTOCOL) {
        throw new FeedError(`this page speaks feed protocol ${PROTOCOL}, not ${message.protocol}`);
      } else {
        this.usageIsRequested &&= message.kind !== "usage" && message.kind !== "welcome";
        this.store.apply(message, now);
      }
    }
  }

  // -- the kernel itself ---------------------------------------------------------------------------

  private watch(kernel: KernelConnection | null): void {
    this.watched?.statusChanged?.disconnect(this.onStatus);
    this.watched?.connectionStatusChanged?.disconnect(this.onConnection);
    this.watched = kernel;
    kernel?.statusChanged?.connect(this.onStatus);
    kernel?.connectionStatusChanged?.connect(this.onConnection);
  }

  private readonly onStatus = (_kernel: unknown, status: string): void => {
    if (status === "restarting" || status === "autorestarting" || status === "starting") {
      this.end(RESTARTED);
    } else if (status === "dead" || status === "terminating") {
      this.end(DIED);
    }
  };

  private readonly onConnection = (_kernel: unknown, status: string): void => {
    if (status === "connected" && this.store.phase === "live") {
      this.store.reconnect(); // messages sent meanwhile are lost
    }
  };

  private end(reason: string): void {
    this.channel.forget();
    if (this.store.phase !== "ended") {
      this.store.end(reason, PROGRAM_ENDED);
    }
  }

  private notify(text: string): void {
    for (const notice of this.noticers) {
      notice(text);
    }
  }
}
