/** Shows tables in the outputs of notebooks, also while the kernel is busy or gone. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { SAVED_TABLE } from "@scaler-lab/table";

import { addStyles } from "../styles.js";
import { TableOutput } from "../tableOutput.js";
import { ITasks, NAMESPACE } from "../tokens.js";

const RANK = -20; // before the widget's, which is -10

export const outputs: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:outputs`,
  description: "Shows a notebook's tables while their kernel is busy, and when it is gone.",
  autoStart: true,
  requires: [ITasks],
  optional: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, { model }: ITasks, tracker: INotebookTracker | null): void => {
    addStyles();
    const register = ({ content: { rendermime }, sessionContext }: NotebookPanel): void => {
      rendermime.addFactory(
        {
          safe: true, // untrusted output is shown as static HTML, by the renderer for HTML
          mimeTypes: [SAVED_TABLE],
          createRenderer: () => new TableOutput(rendermime, model, sessionContext.ready),
        },
        RANK,
      );
    };
    tracker?.forEach(register);
    tracker?.widgetAdded.connect((_tracker, panel) => {
      register(panel);
    });
  },
};
