/** The side panel: the engines there are, and the table of the chosen one's tasks, or of all. */

import { type Deed, type MountedTable, mountTable, type Row } from "@scaler-lab/table";
import { Widget } from "@lumino/widgets";

import { tasksIcon } from "./icon.js";
import type { TasksModel } from "./tasksModel.js";
import type { Engine, Kind } from "./serverMessages.js";
import { clean, formatEngine } from "./format.js";

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  notebook: "notebook",
  script: "script",
  terminal: "terminal",
  engine: "engine on its own",
};

const NOTHING_RUNS =
  "Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client " +
  "shows up here.";

export class TasksPanel extends Widget {
  private readonly list = document.createElement("div");
  private readonly note = document.createElement("p");
  private readonly tableRoot = document.createElement("div");
  private readonly jump = document.createElement("button");
  private table: MountedTable | null = null;
  private chosen: string | null = null; // null: all
  private readonly unsubscribe: () => void;

  constructor(
    private readonly model: TasksModel,
    goToCell: (cellId: string) => void,
  ) {
    super();
    this.id = "scaler-lab-panel";
    this.addClass("scl-panel");
    this.title.icon = tasksIcon;
    this.title.caption = "Tasks";
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Tasks");
    this.list.className = "scl-hosts";
    this.list.setAttribute("role", "group");
    this.list.setAttribute("aria-label", "Show the tasks of");
    this.note.className = "scl-panel-note";
    this.note.setAttribute("role", "status");
    this.tableRoot.className = "scl-panel-table";
    this.jump.type = "button";
    this.jump.className = "scl-jump";
    this.jump.addEventListener("click", () => {
      const cell = this.activeRow?.cell ?? "";
      if (cell !== "") {
        goToCell(cell);
      }
    });
    this.node.append(this.list, this.note, this.tableRoot, this.jump);
    for (const kind of ["click", "keyup"]) {
      this.tableRoot.addEventListener(kind, () => {
        this.drawJump();
      });
    }
    this.unsubscribe = model.subscribe(() => {
      this.draw();
    });
    this.draw();
  }

  /** The engine whose tasks are shown; null: all. */
  get choice(): string | null {
    return this.chosen;
  }

  /** Show the tasks of one engine, or of all. */
  choose(engineId: string | null): void {
    if (engineId !== this.chosen) {
      this.chosen = engineId;
      this.unmount();
    }
    if (this.isVisible) {
      this.mount();
    }
    this.draw();
  }

  /** Whether the panel is shown and there is a selected task that this makes sense for. */
  can(command: Deed): boolean {
    return this.table?.can(command) ?? false;
  }

  /** Ask it of the selected tasks. */
  perform(command: Deed): void {
    this.table?.perform(command);
    this.drawJump();
  }

  /** Put the cursor into the search field. */
  search(): void {
    this.tableRoot.querySelector<HTMLInputElement>(".scl-search")?.focus();
  }

  override dispose(): void {
    this.unsubscribe();
    this.unmount();
    super.dispose();
  }

  protected override onAfterShow(): void {
    this.mount();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) {
      this.mount();
    }
  }

  protected override onAfterHide(): void {
    this.unmount();
    this.model.watch("none"); // nobody looks: no rows are sent
  }

  private mount(): void {
    this.model.watch(this.chosen === null ? "all" : { only: this.chosen });
    this.table ??= mountTable(
      this.tableRoot,
      this.model.store(this.chosen),
      this.model.actions(this.chosen),
    );
    this.draw();
  }

  private unmount(): void {
    this.table?.dispose();
    this.table = null;
  }

  private draw(): void {
    const { engines, connection, trouble } = this.model;
    const ended =
      this.chosen !== null && !this.model.runs(this.chosen)
        ? this.model.engine(this.chosen)
        : undefined;
    this.drawList(ended === undefined ? engines : [...engines, ended]);
    const isEmpty = engines.length === 0 && ended === undefined;
    this.note.textContent =
      connection === "lost"
        ? trouble
        : connection === "connecting"
          ? "Connecting …"
          : isEmpty
            ? NOTHING_RUNS
            : "";
    this.note.hidden = this.note.textContent === "";
    this.list.hidden = isEmpty;
    this.tableRoot.hidden = isEmpty;
    this.drawJump();
  }

  private get activeRow(): Row | undefined {
    const active = this.table?.rowModel.active ?? null;
    return active === null ? undefined : this.model.store(this.chosen).get(active);
  }

  /** The way to the active task's cell, where one is known. */
  private drawJump(): void {
    const row = this.activeRow;
    this.jump.hidden = row === undefined || row.cell === "";
    write(this.jump, row === undefined ? "" : `Go to the cell that submitted ${clean(row.name)}`);
  }

  private drawList(engines: readonly Engine[]): void {
    const wanted: [id: string | null, title: string, said: string, hint: string][] = [];
    if (engines.length > 1) {
      wanted.push([null, "All", formatEngine(this.model.totals), "The tasks of all engines"]);
    }
    for (const engine of engines) {
      const shown = this.model.runs(engine.id)
        ? formatEngine(engine.counts, engine.trouble)
        : "ended";
      wanted.push([engine.id, clean(engine.title), shown, hintOf(engine)]);
    }
    while (this.list.children.length > wanted.length) {
      this.list.lastElementChild?.remove();
    }
    while (this.list.children.length < wanted.length) {
      this.list.append(this.makeEntry());
    }
    const only = engines.length === 1; // then it is shown, whichever was chosen
    wanted.forEach(([id, title, shown, hint], n) => {
      const entry = this.list.children[n] as HTMLButtonElement;
      entry.dataset.host = id ?? "";
      entry.setAttribute("aria-pressed", String(only || id === this.chosen));
      entry.title = hint;
      write(entry.children[0], title);
      write(entry.children[1], shown);
    });
  }

  private makeEntry(): HTMLButtonElement {
    const entry = document.createElement("button");
    entry.type = "button";
    entry.className = "scl-host";
    const title = document.createElement("span");
    title.className = "scl-host-title";
    const shown = document.createElement("span");
    shown.className = "scl-host-said";
    entry.append(title, shown);
    entry.addEventListener("click", () => {
      const { host: engine } = entry.dataset;
      this.choose(engine === undefined || engine === "" ? null : engine);
    });
    return entry;
  }
}

function hintOf(engine: Engine): string {
  const workers = engine.workers === 1 ? ", 1 worker" : `, ${engine.workers} workers`;
  const engineName = `engine ${engine.name}${engine.workers === 0 ? "" : workers}`;
  const trouble = engine.trouble === "" ? "" : `\n${clean(engine.trouble)}`;
  return `${KIND_WORDS[engine.kind]}: ${clean(engine.title)}\n${clean(engineName)}, pid ${engine.pid}${trouble}`;
}

function write(node: Element | undefined, text: string): void {
  if (node !== undefined && node.textContent !== text) {
    node.textContent = text;
  }
}
