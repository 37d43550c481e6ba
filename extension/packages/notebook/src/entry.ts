/** The front end for anywidget: one `Session` for each model, one table or line for each view. */

import { addTableStyles, mountLayout } from "@scaler-lab/table";

import type { Model, RenderProps } from "./model.js";
import { Session } from "./session.js";
import { provideFrontEnd } from "./shared.js";
import { StaticCopy } from "./staticCopy.js";

// By the view's id, because `render` may get another proxy object than `initialize`.
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
  addTableStyles(el);
  const root = document.createElement("div");
  el.append(root);
  const layout = String(model.get("_layout"));
  const view = mountLayout(layout, root, session.store, session.actions);
  const leave = session.join((text) => {
    view.notice(text);
  });
  const copy = new StaticCopy(el, session);
  return () => {
    copy.dispose();
    leave();
    view.dispose();
    root.remove();
  };
}

export default provideFrontEnd({ initialize, render });
