/**
 * One front end for all widgets of a page.
 *
 *     the first widget of a kernel   carries the front end, which offers itself here
 *     every other one                carries `stub.ts`, which waits for it, or asks the kernel for it
 *
 * Only a front end of the same sources is shared: pages may show kernels of several versions.
 */

import type { Model, RenderProps } from "./model.js";

export interface FrontEnd {
  readonly initialize: (props: { readonly model: Model }) => () => void;
  readonly render: (props: RenderProps) => () => void;
}

interface Shelf {
  frontEnd: FrontEnd | null;
  readonly loaded: Promise<FrontEnd>;
  readonly put: (frontEnd: FrontEnd) => void;
}

declare const SOURCES: string; // a digest; set by the build

const KEY = Symbol.for(`scaler_lab.frontEnd ${typeof SOURCES === "string" ? SOURCES : ""}`);

type Holder = typeof globalThis & { [KEY]?: Shelf };

function shelf(): Shelf {
  const holder = globalThis as Holder;
  if (holder[KEY] === undefined) {
    let put: Shelf["put"] = () => undefined;
    const loaded = new Promise<FrontEnd>((resolve) => {
      put = resolve;
    });
    holder[KEY] = { frontEnd: null, loaded, put };
  }
  return holder[KEY];
}

/** Offer *frontEnd* to all widgets of the page; return the one that they use. */
export function provideFrontEnd(frontEnd: FrontEnd): FrontEnd {
  const { put } = shelf();
  const used = (shelf().frontEnd ??= frontEnd);
  put(used);
  return used;
}

/** The front end of the page; null if none is loaded yet. */
export function sharedFrontEnd(): FrontEnd | null {
  return shelf().frontEnd;
}

/** The front end of the page, once there is one. */
export function whenLoaded(): Promise<FrontEnd> {
  return shelf().loaded;
}
