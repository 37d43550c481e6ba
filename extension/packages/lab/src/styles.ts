/** The style sheets, put into the page once. */

import { addTableStyles } from "@scaler-lab/table";

import panelStyle from "../style/panel.css";

const ID = "scaler-lab-style";

export function addStyles(): void {
  if (document.getElementById(ID) === null) {
    addTableStyles(document);
    const style = document.createElement("style");
    style.id = ID;
    style.textContent = panelStyle;
    document.head.append(style);
  }
}
