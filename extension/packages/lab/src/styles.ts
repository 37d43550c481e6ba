/** The style sheets, put into the page once. */

import tableStyle from "@scaler-lab/table/style/table.css";

import panelStyle from "../style/panel.css";

const ID = "scaler-lab-style";

export function addStyles(): void {
  if (document.getElementById(ID) === null) {
    const style = document.createElement("style");
    style.id = ID;
    style.textContent = `${tableStyle}\n${panelStyle}`;
    document.head.append(style);
  }
}
