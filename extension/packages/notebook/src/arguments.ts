/** The notebook's own answer beside the feed's: what a task was called with. */

import { FeedError, type TaskArguments } from "@scaler-lab/table";

export interface Arguments extends TaskArguments {
  readonly kind: "arguments";
  readonly request: number;
}

/** The answer in *value*; null where it is another message.  Throws `FeedError`. */
export function readArguments(value: unknown): Arguments | null {
  if (!Array.isArray(value) || value[0] !== "arguments-of") {
    return null;
  }
  const [, request, , pairs, trouble] = value as unknown[];
  if (typeof request !== "number" || !Array.isArray(pairs) || typeof trouble !== "string") {
    throw new FeedError("arguments that aren't");
  }
  return { kind: "arguments", request, arguments: pairs.map(pair), trouble };
}

function pair(value: unknown): readonly [string, string] {
  if (Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string") {
    return [value[0], value[1]];
  }
  throw new FeedError("an argument without a name or a text");
}
