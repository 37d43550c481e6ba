/**
 * One model's feed: its messages into a `TaskStore`, the table's asks to the kernel.
 *
 * A session begins with the first view of a model in this page and says goodbye with the last.
 */

import {
  type Actions,
  type CancelOutcome,
  FeedError,
  type HostMessage,
  PROTOCOL,
  readMessage,
  type TaskArguments,
  type TaskDetails,
  TaskStore,
} from "@scaler-lab/table";

import { type Arguments, readArguments } from "./arguments.js";
import { KernelChannel } from "./kernelChannel.js";
import { kernelOf, type KernelConnection, type Model } from "./model.js";
import { unpack } from "./wire.js";

type Told = HostMessage | Arguments;

const IDS_IN_ONE_ASK = 10_000;
const BUSY_AFTER_MS = 1500;
const ANSWER_WITHIN_MS = 60_000; // what takes longer shows in the rows, whenever it comes
const ATTENTION_EVERY_MS = 4000;

const BUSY_NOTE =
  "The kernel is busy and this page has no way around it: what you asked takes effect when the cell ends.";
const NO_ANSWER = "The kernel has not answered for a minute. Once it does, the rows will show it.";
const RESTARTED = "The kernel was restarted: this client and its tasks are gone.";
const DIED = "The kernel died: this client and its tasks are gone.";

class NoAnswer extends Error {}

export class Session {
  readonly store: TaskStore;
  readonly actions: Actions;
  private readonly channel: KernelChannel;
  private readonly waiting = new Map<number, (message: Told) => void>();
  private inbox: Promise<void> = Promise.resolve();
  private lastRequest = Math.floor(Math.random() * 2 ** 40); // apart from other pages' requests
  private views = 0;
  private attendedAt = 0;
  private watched: KernelConnection | null = null;
  private readonly noticers = new Set<(text: string) => void>();

  constructor(private readonly model: Model) {
    this.store = new TaskStore({
      resync: () => {
        this.say([["resync"]]);
      },
    });
    this.channel = new KernelChannel(
      String(model.get("_window")),
      () => kernelOf(model),
      (content) => {
        model.send(content);
      },
    );
    this.actions = {
      cancel: (ids, force, onlyQueued) => this.cancel(ids, force, onlyQueued),
      cancelAll: (onlyQueued) =>
        this.outcome((request) => ["cancel", request, [], false, onlyQueued, true]),
      retry: (ids) => this.outcome((request) => ["retry", request, ids]),
      traceback: async (id) => (await this.details(id)).traceback,
      details: (id) => this.details(id),
      arguments: (id) => this.arguments(id),
      attention: () => {
        this.attend();
      },
    };
    model.on("msg:custom", this.onCustom);
  }

  /** A view of this model is shown; returns the call that ends it. */
  join(notice: (text: string) => void): () => void {
    this.noticers.add(notice);
    this.views += 1;
    if (this.views === 1) {
      this.watch(kernelOf(this.model));
      this.hello();
    }
    return () => {
      this.noticers.delete(notice);
      this.views -= 1;
      if (this.views === 0) {
        this.watch(null);
        this.say([["goodbye"]]);
      }
    };
  }

  dispose(): void {
    this.model.off("msg:custom", this.onCustom);
  }

  private hello(): void {
    this.say([["hello", "notebook", PROTOCOL]]);
  }

  // -- to the kernel -----------------------------------------------------------------------------

  private say(messages: readonly unknown[]): void {
    this.channel.send(messages).then(
      (reply) => {
        this.takeAll(reply.messages);
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
    for (let start = 0; start < ids.length; start += IDS_IN_ONE_ASK) {
      const some = ids.slice(start, start + IDS_IN_ONE_ASK);
      const answer = await this.outcome((request) => ["cancel", request, some, force, onlyQueued]);
      accepted += answer.accepted;
      trouble ||= answer.trouble;
    }
    return { accepted, trouble };
  }

  /** What the kernel answered; that it has not is trouble, but no failure: the ask is on its way. */
  private async outcome(make: (request: number) => unknown[]): Promise<CancelOutcome> {
    try {
      const answer = await this.request(make);
      return answer.kind === "answer" ? answer : { accepted: 0, trouble: "" };
    } catch (error) {
      if (error instanceof NoAnswer) {
        return { accepted: 0, trouble: error.message };
      }
      throw error;
    }
  }

  private async details(id: string): Promise<TaskDetails> {
    const told = await this.request((request) => ["details", request, id]);
    return told.kind === "details"
      ? told
      : { traceback: "", output: "", outputBefore: 0, profile: null };
  }

  private async arguments(id: string): Promise<TaskArguments> {
    const told = await this.request((request) => ["arguments", request, id]);
    return told.kind === "arguments" ? told : { arguments: [], trouble: "" };
  }

  private async request(make: (request: number) => unknown[]): Promise<Told> {
    this.lastRequest += 1;
    const request = this.lastRequest;
    let late = 0;
    const answered = new Promise<Told>((resolve, reject) => {
      this.waiting.set(request, resolve);
      late = window.setTimeout(() => {
        reject(new NoAnswer(NO_ANSWER));
      }, ANSWER_WITHIN_MS);
    });
    answered.catch(() => undefined); // it may end before anybody waits for it
    const busy = setTimeout(() => {
      this.notify(BUSY_NOTE);
    }, BUSY_AFTER_MS);
    try {
      const reply = await this.channel.send([make(request)]);
      if (reply.by === "control") {
        clearTimeout(busy);
      }
      this.takeAll(reply.messages);
      return await answered;
    } finally {
      clearTimeout(busy);
      clearTimeout(late);
      this.waiting.delete(request);
    }
  }

  /** Tells the kernel now and then that somebody is at the table: it won't freeze it meanwhile. */
  private attend(): void {
    const now = Date.now();
    if (now - this.attendedAt > ATTENTION_EVERY_MS && this.store.phase === "live") {
      this.attendedAt = now;
      this.say([["seen", this.store.version]]);
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
    const unpacked = unpack(coding, buffer);
    // In their order, though inflating takes each its time.
    this.inbox = this.inbox
      .then(async () => {
        this.takeAll(await unpacked, typeof now === "number" ? now : undefined);
      })
      .catch((error: unknown) => {
        console.error("scaler_lab: a message could not be read", error);
        this.store.reconnect();
      });
  };

  private takeAll(messages: readonly unknown[], now?: number): void {
    for (const value of messages) {
      const told = readArguments(value);
      if (told !== null) {
        this.waiting.get(told.request)?.(told);
        continue;
      }
      const message = readMessage(value);
      if (message.kind === "answer" || message.kind === "details") {
        this.waiting.get(message.request)?.(message);
      } else if (message.kind === "welcome" && message.protocol !== PROTOCOL) {
        throw new FeedError(`this page speaks feed protocol ${PROTOCOL}, not ${message.protocol}`);
      } else {
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
      this.store.reconnect(); // what was said meanwhile is lost
    }
  };

  private end(reason: string): void {
    this.channel.forget();
    if (this.store.phase !== "ended") {
      this.store.apply({ kind: "ended", reason });
    }
  }

  private notify(text: string): void {
    for (const notice of this.noticers) {
      notice(text);
    }
  }
}
