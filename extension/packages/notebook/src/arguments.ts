/** Reads the responses that only notebooks get: arguments, glimpses, the static view, flame graphs. */

import {
  FeedError,
  type FlameGraph,
  type Glimpse,
  type MimeBundle,
  readNumber,
  readText,
  type TaskArguments,
  type TaskResult,
} from "@scaler-lab/table";

export interface Arguments extends TaskArguments {
  readonly kind: "arguments";
  readonly request: number;
}

/** The arguments in *value*; null if it is another message.  Throws `FeedError`. */
export function readArguments(value: unknown): Arguments | null {
  if (!Array.isArray(value) || value[0] !== "arguments-of") {
    return null;
  }
  const [, request, , pairs, trouble, result] = value as unknown[];
  if (typeof request !== "number" || !Array.isArray(pairs) || typeof trouble !== "string") {
    throw new FeedError("arguments that aren't");
  }
  return {
    kind: "arguments",
    request,
    arguments: pairs.map(pair),
    trouble,
    result: readResult(result),
  };
}

function readResult(value: unknown): TaskResult | null {
  if (!Array.isArray(value)) {
    return null;
  }
  const [type, size, text] = value as unknown[];
  if (typeof type !== "string" || typeof text !== "string") {
    throw new FeedError("a result without a type or a text");
  }
  return { type, bytes: typeof size === "number" ? size : null, text };
}

function pair(value: unknown): readonly [string, string] {
  if (Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string") {
    return [value[0], value[1]];
  }
  throw new FeedError("an argument without a name or a text");
}

export interface Glimpses {
  readonly kind: "glimpses";
  readonly request: number;
  readonly glimpses: ReadonlyMap<string, Glimpse>;
}

/** The glimpses in *value*; null if it is another message.  Throws `FeedError`. */
export function readGlimpses(value: unknown): Glimpses | null {
  if (!Array.isArray(value) || value[0] !== "glimpses-of") {
    return null;
  }
  const [, request, list] = value as unknown[];
  if (typeof request !== "number" || !Array.isArray(list)) {
    throw new FeedError("glimpses that aren't");
  }
  return { kind: "glimpses", request, glimpses: new Map(list.map(glimpse)) };
}

function glimpse(value: unknown): [string, Glimpse] {
  const parts: unknown[] = Array.isArray(value) ? value : [];
  const [id = "", shown = "", result = "", line = ""] = parts.map((part) =>
    typeof part === "string" ? part : "",
  );
  return [id, { arguments: shown, result, line }];
}

export interface StaticView {
  readonly kind: "static";
  readonly request: number;
  readonly bundle: MimeBundle;
}

/** The static view in *value*; null if it is another message.  Throws `FeedError`. */
export function readStatic(value: unknown): StaticView | null {
  if (!Array.isArray(value) || value[0] !== "static-of") {
    return null;
  }
  const [, request, bundle] = value as unknown[];
  if (typeof request !== "number" || typeof bundle !== "object" || bundle === null) {
    throw new FeedError("a static view without a bundle");
  }
  return { kind: "static", request, bundle: bundle as MimeBundle };
}

export interface FlameResponse extends FlameGraph {
  readonly kind: "flame";
  readonly request: number;
}

/** The flame graph in *value*; null if it is another message.  Throws `FeedError`. */
export function readFlame(value: unknown): FlameResponse | null {
  if (!Array.isArray(value) || value[0] !== "flame-of") {
    return null;
  }
  const [, request, svg, problem] = value as unknown[];
  return {
    kind: "flame",
    request: readNumber(request),
    svg: readText(svg),
    problem: readText(problem),
  };
}
