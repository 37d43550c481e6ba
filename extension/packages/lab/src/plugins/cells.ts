/** From a task to the cell that submitted it, where its notebook is open. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";

import { ITasks, NAMESPACE } from "../tokens.js";

export const cells: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:cells`,
  description: "Leads from a task to the cell that submitted it.",
  autoStart: true,
  requires: [ITasks],
  optional: [INotebookTracker],
  activate: (app: JupyterFrontEnd, tasks: ITasks, tracker: INotebookTracker | null): void => {
    if (tracker === null) {
      return;
    }
    tasks.goToCell = async (cellId) => {
      for (const panel of panelsOf(tracker)) {
        const index = panel.content.widgets.findIndex(({ model }) => model.id === cellId);
        const cell = panel.content.widgets[index];
        if (cell !== undefined) {
          app.shell.activateById(panel.id);
          panel.content.activeCellIndex = index;
          panel.content.deselectAll();
          await panel.content.scrollToCell(cell);
          return true;
        }
      }
      return false;
    };
  },
};

/** Every open notebook, the one in front first: a copy of a notebook has the same cells. */
function panelsOf(tracker: INotebookTracker): NotebookPanel[] {
  const panels: NotebookPanel[] = [];
  tracker.forEach((panel) => {
    if (panel === tracker.currentWidget) {
      panels.unshift(panel);
    } else {
      panels.push(panel);
    }
  });
  return panels;
}
