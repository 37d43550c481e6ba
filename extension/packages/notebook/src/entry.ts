/** anywidget's front end: one `Session` for a model, one table for each of its views. */

import { mountTable } from "@scaler-lab/table";

import type { Model, RenderProps } from "./model.js";
import { Session } from "./session.js";

// The proxy given to `render` may be another object than `initialize`'s: kept by the window's id.
const sessions = new Map<string, Session>();

function sessionOf(model: Model): Session {
  const id = String(model.get("_view"));
  let session = sessions.get(id);
  if (session === undefined) {
    session = new Session(model);
    sessions.set(id, session);
  }
  return session;
}

function initialize({ model }: { readonly model: Model }): () => void {
  const session = sessionOf(model);
  return () => {
    session.dispose();
    sessions.delete(String(model.get("_view")));
  };
}

function render({ model, el }: RenderProps): () => void {
  const session = sessionOf(model);
  const root = document.createElement("div");
  el.append(root);
  const table = mountTable(root, session.store, session.actions);
  const leave = session.join((text) => {
    table.notice(text);
  });
  return () => {
    leave();
    table.dispose();
    root.remove();
  };
}

export default { initialize, render };
