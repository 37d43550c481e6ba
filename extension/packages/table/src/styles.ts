/** The style sheets of the table and the line, put into a page once. */

import lineStyle from "../style/line.css";
import tableStyle from "../style/table.css";

import { element } from "./dom.js";

const ID = "scaler-lab-table-style";

/** Style what is in *node*, also if it is in a shadow tree, as outputs are in marimo. */
export function addTableStyles(node: Node): void {
  const root = node.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.head;
  if (place.querySelector(`#${ID}`) === null) {
    place.append(element("style", "", { id: ID }, `${tableStyle}\n${lineStyle}`));
  }
}
