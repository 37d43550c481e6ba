/** From a frame of a traceback or stack to its line, in an editor or a notebook. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Notification } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { type Place, providePlaces } from "@scaler-lab/table";

import { pathIn } from "../rootPath.js";
import { ITasks, NAMESPACE } from "../tokens.js";
import { notebooks, showCell } from "./cells.js";

/** What the command that opens a file returns, as far as it is used here. */
interface FileWidget {
  readonly context: { readonly ready: Promise<void> };
  readonly content: {
    readonly ready: Promise<void>;
    readonly editor: {
      setCursorPosition(position: { line: number; column: number }): void;
      focus(): void;
    };
  };
}

export const places: JupyterFrontEndPlugin<void> = {
  id: `${NAMESPACE}:places`,
  description: "Leads from a line of a traceback to the file or the notebook's cell.",
  autoStart: true,
  requires: [ITasks],
  optional: [INotebookTracker],
  activate: (app: JupyterFrontEnd, { trans }: ITasks, tracker: INotebookTracker | null): void => {
    const root = PageConfig.getOption("scalerLabRoot");
    providePlaces({
      canShow: (place) => (place.label === "" ? pathIn(root, place.file) !== "" : tracker !== null),
      show: (place) => {
        const shown =
          place.label === ""
            ? showFile(app, pathIn(root, place.file), place.line)
            : showLabel(app, tracker, place).then((isFound) => {
                if (!isFound) {
                  throw new Error(
                    trans.__(
                      "The cell %1 is in no notebook that is open here, or has run again.",
                      place.label,
                    ),
                  );
                }
              });
        shown.catch((error: unknown) => {
          Notification.error(error instanceof Error ? error.message : String(error), {
            autoClose: 6000,
          });
        });
      },
    });
  },
};

async function showFile(app: JupyterFrontEnd, path: string, line: number): Promise<void> {
  const opened: unknown = await app.commands.execute("docmanager:open", {
    path,
    factory: "Editor",
  });
  const { context, content } = opened as FileWidget;
  await Promise.all([context.ready, content.ready]);
  content.editor.setCursorPosition({ line: line - 1, column: 0 });
  content.editor.focus();
}

/**
 * Show the cell with this number, in the notebook whose cell submitted the task if that is open.
 * Returns false if no open notebook has the cell.
 */
async function showLabel(
  app: JupyterFrontEnd,
  tracker: INotebookTracker | null,
  { label, cell }: Place,
): Promise<boolean> {
  const open = tracker === null ? [] : notebooks(tracker);
  const own = open.filter(({ content }) => content.widgets.some(({ model }) => model.id === cell));
  for (const panel of own.length > 0 ? own : open) {
    for (const widget of panel.content.widgets) {
      const count: unknown =
        widget.model.type === "code" ? widget.model.toJSON().execution_count : null;
      if (`In[${String(count)}]` === label) {
        await showCell(app, panel, widget);
        return true;
      }
    }
  }
  return false;
}
