/** The extension's icon: three bars of a timeline, the last cut short. */

import { LabIcon } from "@jupyterlab/ui-components";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3" fill="#616161"><rect x="3" y="5" width="13" height="3.4" rx="1.2"/>
<rect x="7" y="10.3" width="14" height="3.4" rx="1.2"/><rect x="3" y="15.6" width="7" height="3.4" rx="1.2"/>
<path d="m13.2 14.6 1.1-1.1 1.9 1.9 1.9-1.9 1.1 1.1-1.9 1.9 1.9 1.9-1.1 1.1-1.9-1.9-1.9 1.9-1.1-1.1 1.9-1.9z" transform="translate(0 .9)"/></g></svg>`;

export const tasksIcon = new LabIcon({ name: "scaler-lab:tasks", svgstr: SVG });
