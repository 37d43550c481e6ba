/**
 * What most widgets carry instead of the front end, which is a hundred times larger: it uses the
 * copy that is loaded in the page, and asks the kernel for one if none comes.
 */

import type { Model, RenderProps } from "./model.js";
import { sharedFrontEnd, whenLoaded } from "./shared.js";

const ASK_AFTER_MS = 300; // until then another widget's copy may be loading

function load(model: Model): void {
  if (sharedFrontEnd() !== null) {
    return;
  }
  const receive = (content: unknown, buffers: readonly DataView[]): void => {
    const [code] = buffers;
    if (typeof content !== "object" || content === null || !("front_end" in content) || !code) {
      return;
    }
    model.off("msg:custom", receive);
    if (sharedFrontEnd() === null) {
      const bytes = new Uint8Array(code.buffer as ArrayBuffer, code.byteOffset, code.byteLength);
      const url = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
      // As anywidget loads what a widget carries.  The front end offers itself to the page.
      void import(/* @vite-ignore */ url).finally(() => {
        URL.revokeObjectURL(url);
      });
    }
  };
  model.on("msg:custom", receive);
  window.setTimeout(() => {
    if (sharedFrontEnd() === null) {
      model.send({ scaler_lab_front_end: true });
    }
  }, ASK_AFTER_MS);
}

function initialize({ model }: { readonly model: Model }): () => void {
  const frontEnd = sharedFrontEnd();
  if (frontEnd !== null) {
    return frontEnd.initialize({ model });
  }
  let end: (() => void) | null = null;
  let isOver = false;
  load(model);
  void whenLoaded().then((loaded) => {
    end = isOver ? null : loaded.initialize({ model });
  });
  // Returned at once: anywidget gives up on a widget that isn't initialized within two seconds.
  return () => {
    isOver = true;
    end?.();
  };
}

async function render({ model, el, signal }: RenderProps): Promise<() => void> {
  if (sharedFrontEnd() === null) {
    el.textContent = "Waiting for the kernel …";
  }
  const frontEnd = await whenLoaded();
  el.replaceChildren();
  return signal?.aborted === true ? () => undefined : frontEnd.render({ model, el });
}

export default { initialize, render };
