/**
 * What a page sends: messages to the kernel and to the Jupyter server, and bodies of commands.
 *
 * Written by `python tests/support/typescript_feed.py` from the Python structs.  A test compares
 * them.  Messages are arrays, bodies are objects.
 */

export type Hello = readonly [kind: "hello", view: string, protocol?: number];

export type Resync = readonly [kind: "resync"];

export type Ack = readonly [kind: "ack", version: number];

export type CancelRequest = readonly [
  kind: "cancel",
  request: number,
  taskIds: readonly string[],
  force?: boolean,
  onlyQueued?: boolean,
  everything?: boolean,
];

export type RetryRequest = readonly [kind: "retry", request: number, taskIds: readonly string[]];

export type DetailsRequest = readonly [
  kind: "details",
  request: number,
  taskId: string,
  outputBytes?: number,
  atOnce?: boolean,
];

export type UsageRequest = readonly [kind: "uses"];

export type Bye = readonly [kind: "bye"];

export type ArgumentsRequest = readonly [kind: "arguments", request: number, taskId: string];

export type GlimpsesRequest = readonly [
  kind: "glimpses",
  request: number,
  taskIds: readonly string[],
];

export type StaticRequest = readonly [kind: "static", request: number];

export type FlameRequest = readonly [kind: "flame", request: number, taskId: string];

export type FlameStop = readonly [kind: "flame-stop", request: number];

export type WatchRequest = readonly [kind: "watch", engineIds: readonly string[]];

export type EngineResync = readonly [kind: "resync", engineId: string];

export type EngineUsageRequest = readonly [kind: "usage", engineIds: readonly string[]];

export type KernelRequest =
  | Hello
  | Resync
  | Ack
  | CancelRequest
  | RetryRequest
  | DetailsRequest
  | UsageRequest
  | Bye
  | ArgumentsRequest
  | GlimpsesRequest
  | StaticRequest
  | FlameRequest
  | FlameStop;

export type FeedRequest = WatchRequest | EngineResync | EngineUsageRequest;

export interface CancelBody {
  readonly task_ids?: readonly string[];
  readonly all?: boolean;
  readonly force?: boolean;
  readonly only_queued?: boolean;
}

export interface RetryBody {
  readonly task_ids: readonly string[];
}
