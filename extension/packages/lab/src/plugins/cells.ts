/** Shows the cell that submitted a task, if its notebook is open. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";

type Cell = NotebookPanel["content"]["widgets"][number];

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
      for (const panel of notebooks(tracker)) {
        const cell = panel.content.widgets.find(({ model }) => model.id === cellId);
        if (cell !== undefined) {
          await showCell(app, panel, cell);
          return true;
        }
      }
      return false;
    };
  },
};

/** Make a cell of a notebook active, and scroll to it. */
export async function showCell(
  app: JupyterFrontEnd,
  { id, content }: NotebookPanel,
  cell: Cell,
): Promise<void> {
  app.shell.activateById(id);
  content.activeCellIndex = content.widgets.indexOf(cell);
  content.deselectAll();
  await content.scrollToCell(cell);
}

/** Every open notebook, the visible one first, because a copy of a notebook has the same cells. */
export function notebooks(tracker: INotebookTracker): NotebookPanel[] {
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
