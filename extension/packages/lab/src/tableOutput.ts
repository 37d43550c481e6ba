/**
 * The output of a cell with a table.  It shows the best of three versions:
 *
 *     the kernel has its widget          ──> the widget
 *     the server knows a running engine  ──> the same table, through the server
 *     neither                            ──> the static state that the notebook was saved with
 *
 * The widget's renderer is hidden until it has drawn a table, because it shows "Loading widget..."
 * while the kernel is busy, and an error if the widget doesn't exist.
 */

import {
  keepsSaved,
  noteVersion,
  readSavedTable,
  SAVED_TABLE,
  type SavedTable,
} from "@scaler-lab/table";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Panel } from "@lumino/widgets";

import { ServerTable } from "./serverTable.js";
import type { TasksModel } from "./tasksModel.js";

const WIDGET_VIEW = "application/vnd.jupyter.widget-view+json";
const HTML = "text/html";
const PATIENCE_MS = 400; // a widget that is drawn within it is the first thing to be seen

/** The used part of a notebook's registry of renderers. */
export interface Renderers {
  getFactory(mimeType: string): unknown;
  createRenderer(mimeType: string): IRenderMime.IRenderer;
}

export class TableOutput extends Panel implements IRenderMime.IRenderer {
  private model: IRenderMime.IMimeModel | null = null;
  private saved: SavedTable | null = null;
  private widgetId = "";
  private widget: IRenderMime.IRenderer | null = null;
  private still: IRenderMime.IRenderer | null = null;
  private server: ServerTable | null = null;
  private isPatient = true;
  private hasFactory = false;
  private readonly observer: MutationObserver;
  private readonly timer: number;
  private readonly unsubscribe: () => void;

  /** *sessionIsReady* resolves when the notebook has its kernel, if that comes. */
  constructor(
    private readonly renderers: Renderers,
    private readonly tasks: TasksModel,
    sessionIsReady: Promise<unknown>,
  ) {
    super();
    void sessionIsReady.then(() => {
      // ipywidgets replaces the notebook's factory of widget renderers at the same moment.  A widget
      // of the one before never learns which kernel it belongs to.
      setTimeout(() => {
        this.hasFactory = true;
        this.renderWidget();
        this.draw();
      });
    });
    keepsSaved(this.node, (bundle) => {
      const { model } = this;
      model?.setData({ data: { ...model.data, ...(bundle as typeof model.data) } });
    });
    this.observer = new MutationObserver(() => {
      this.draw();
    });
    this.timer = window.setTimeout(() => {
      this.isPatient = false;
      this.draw();
    }, PATIENCE_MS);
    this.unsubscribe = tasks.subscribe(() => {
      this.draw();
    });
  }

  /** Called again whenever the data change. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.model = model;
    this.saved = readSavedTable(model.data[SAVED_TABLE]);
    noteVersion(this.node, this.saved?.version ?? null);
    this.renderWidget();
    if (this.still !== null) {
      void this.still.renderModel(model);
    }
    this.draw();
    return Promise.resolve();
  }

  override dispose(): void {
    window.clearTimeout(this.timer);
    this.observer.disconnect();
    this.unsubscribe();
    super.dispose(); // with its children
  }

  /** Draw the widget if the notebook is trusted and the page has widgets. */
  private renderWidget(): void {
    const { model } = this;
    const view = model?.data[WIDGET_VIEW] as { readonly model_id?: unknown } | undefined;
    const id = typeof view?.model_id === "string" && model?.trusted === true ? view.model_id : "";
    if (model === null || id === this.widgetId || !this.hasFactory || this.isDisposed) {
      return;
    }
    this.widgetId = id;
    this.observer.disconnect();
    this.widget?.dispose();
    this.widget = null;
    if (id !== "" && this.renderers.getFactory(WIDGET_VIEW) !== undefined) {
      const widget = this.renderers.createRenderer(WIDGET_VIEW);
      this.widget = widget;
      widget.hide();
      this.addWidget(widget);
      this.observer.observe(widget.node, { childList: true, subtree: true });
      void widget.renderModel(model);
    }
  }

  private draw(): void {
    if (this.isDisposed) {
      return;
    }
    const hasWidget = this.widget?.node.querySelector(".scl") != null;
    this.widget?.setHidden(!hasWidget);
    const waits = this.isPatient && (this.widget !== null || !this.hasFactory);
    const wantsOther = !hasWidget && !waits;
    this.drawServed(wantsOther && (this.server !== null || this.canBeServed) ? this.saved : null);
    this.drawStill(wantsOther && this.server === null);
  }

  /** Whether the server knows a running engine of the table. */
  private get canBeServed(): boolean {
    const engines = (this.model?.trusted === true ? this.saved?.engines : null) ?? [];
    return engines.some((id) => this.tasks.runs(id));
  }

  private drawServed(saved: SavedTable | null): void {
    if (saved === null) {
      this.server?.dispose();
      this.server = null;
    } else if (this.server === null) {
      this.server = new ServerTable(this.tasks, saved);
      this.addWidget(this.server);
    }
  }

  private drawStill(isWanted: boolean): void {
    if (!isWanted) {
      this.still?.dispose();
      this.still = null;
    } else if (this.still === null && this.model !== null) {
      this.still = this.renderers.createRenderer(HTML);
      this.addWidget(this.still);
      void this.still.renderModel(this.model);
    }
  }
}
