/**
 * The side panel: a heading for each program, and the table of tasks below the one that is open.
 *
 * Programs that ended stay below the others until they are dismissed.
 */

import {
  clean,
  count,
  type Deed,
  type MountedTable,
  mountTable,
  type Row,
} from "@scaler-lab/table";
import { Widget } from "@lumino/widgets";
import type { TranslationBundle } from "@jupyterlab/translation";

import { tasksIcon } from "./icon.js";
import type { TasksModel } from "./tasksModel.js";
import type { Engine, Kind } from "./serverMessages.js";
import { formatEngine, inIcons } from "./format.js";
import { type Heading, ProgramHeading } from "./programHeading.js";
import { WorkerBars } from "./workerBars.js";

const ALL = ""; // the id of the heading of all programs

export interface PanelEvents {
  readonly goToCell: (cellId: string) => void;
  /** Cancel the open tasks of a program; null: of all. */
  readonly cancelAll: (engineId: string | null) => void;
}

/** What is open: one program's tasks, those of all (null), or nothing. */
type Choice = string | null | undefined;

export class TasksPanel extends Widget {
  private readonly list = document.createElement("div");
  private readonly note = document.createElement("p");
  private readonly tableRoot = document.createElement("div");
  private readonly jump = document.createElement("button");
  private readonly headings = new Map<string, ProgramHeading>();
  private readonly bars: WorkerBars;
  private readonly kinds: Readonly<Record<Kind, string>>;
  private unfollow: () => void = () => undefined;
  private table: MountedTable | null = null;
  private mounted: Choice;
  private chosen: Choice = null;
  private stopAwaiting: () => void = () => undefined;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly model: TasksModel,
    private readonly trans: TranslationBundle,
    private readonly events: PanelEvents,
  ) {
    super();
    this.bars = new WorkerBars(trans);
    this.kinds = {
      notebook: trans.__("notebook"),
      script: trans.__("script"),
      terminal: trans.__("terminal"),
      engine: trans.__("engine on its own"),
    };
    this.id = "scaler-lab-panel";
    this.addClass("scl-panel");
    this.title.icon = tasksIcon;
    this.title.caption = trans.__("Tasks");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", trans.__("Tasks"));
    this.list.className = "scl-programs";
    this.note.className = "scl-panel-note";
    this.note.setAttribute("role", "status");
    this.tableRoot.className = "scl-panel-table";
    this.jump.type = "button";
    this.jump.className = "scl-jump";
    this.jump.addEventListener("click", () => {
      const cell = this.activeRow?.cell ?? "";
      if (cell !== "") {
        events.goToCell(cell);
      }
    });
    this.node.append(this.note, this.list, this.jump);
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

  /** The engine whose tasks are shown; null: all, or none. */
  get choice(): string | null {
    return this.chosen ?? null;
  }

  /** Show the tasks of one engine, or of all. */
  choose(engineId: string | null): void {
    this.chosen = engineId;
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

  /** Select a task and open its details, once its row is here. */
  showTask(taskId: string): void {
    this.stopAwaiting();
    const store = this.model.store(this.open ?? null);
    const isShown = (): boolean => {
      if (this.table === null || store.get(taskId) === undefined) {
        return false;
      }
      this.table.rowModel.selectOnly(taskId);
      this.table.perform("details");
      return true;
    };
    if (!isShown()) {
      this.stopAwaiting = store.subscribe(() => {
        if (isShown()) {
          this.stopAwaiting();
        }
      });
    }
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
    this.draw();
  }

  protected override onAfterAttach(): void {
    this.draw();
  }

  protected override onAfterHide(): void {
    this.unmount(); // nobody looks: no rows are sent
  }

  protected override onBeforeDetach(): void {
    this.unmount(); // as when it moves to the other side
  }

  /** What is open: of a single program always that one, unless it was closed. */
  private get open(): Choice {
    const { engines } = this.model;
    const [only] = engines;
    if (this.chosen === null && engines.length === 1) {
      return only?.id;
    }
    if (this.chosen === null && engines.length === 0) {
      return undefined;
    }
    return this.chosen;
  }

  private mount(): void {
    const { open } = this;
    if (!this.isVisible || open === undefined) {
      this.unmount();
      return;
    }
    if (this.table !== null && this.mounted === open) {
      return;
    }
    this.stopAwaiting();
    this.table?.dispose();
    this.unfollow();
    this.mounted = open;
    this.model.watch(open === null ? "all" : { only: open });
    const { model } = this;
    const store = model.store(open);
    this.table = mountTable(this.tableRoot, store, model.actions(open), { alwaysShowsUsage: true });
    this.unfollow = store.subscribe(() => {
      this.drawBars();
    });
  }

  private unmount(): void {
    this.stopAwaiting();
    if (this.table !== null) {
      this.table.dispose();
      this.unfollow();
      this.table = null;
      this.model.watch("none");
    }
  }

  private draw(): void {
    const { chosen } = this;
    const successor = typeof chosen === "string" ? this.model.successor(chosen) : undefined;
    if (successor !== undefined) {
      this.choose(successor.id);
      return;
    }
    const { engines, connection, trouble } = this.model;
    const isEmpty = engines.length === 0;
    this.note.textContent =
      connection === "lost"
        ? trouble
        : connection === "connecting"
          ? this.trans.__("Connecting …")
          : isEmpty
            ? this.trans.__(
                "Nothing of yours is running. A notebook, script or terminal that makes a scaler_lab Client shows up here.",
              )
            : "";
    this.note.hidden = this.note.textContent === "";
    this.drawHeadings();
    this.mount();
    this.drawBars();
    this.drawJump();
  }

  private drawBars(): void {
    const { mounted } = this;
    if (this.table !== null && mounted !== undefined) {
      const engines = mounted === null ? this.model.engines : [this.model.engine(mounted)];
      const n = engines.reduce((sum, engine) => sum + (engine?.workers ?? 0), 0);
      this.bars.draw(this.model.store(mounted), n);
    }
  }

  private get activeRow(): Row | undefined {
    const active = this.table?.rowModel.active ?? null;
    const { mounted } = this;
    return active === null || mounted === undefined
      ? undefined
      : this.model.store(mounted).get(active);
  }

  /** The way to the active task's cell, where one is known. */
  private drawJump(): void {
    const row = this.activeRow;
    this.jump.hidden = row === undefined || row.cell === "";
    const text =
      row === undefined ? "" : this.trans.__("Go to the cell that submitted %1", clean(row.name));
    if (this.jump.textContent !== text) {
      this.jump.textContent = text;
    }
  }

  // -- the programs --------------------------------------------------------------------------------

  /** The headings in their order, and the table below the one that is open. */
  private drawHeadings(): void {
    const wanted = this.wantedHeadings();
    const nodes: HTMLElement[] = [];
    for (const heading of wanted) {
      const view = this.headings.get(heading.id) ?? this.makeHeading(heading.id);
      view.draw(heading);
      nodes.push(view.node);
      if (heading.isOpen) {
        nodes.push(this.bars.node, this.tableRoot);
      }
    }
    const ids = new Set(wanted.map(({ id }) => id));
    for (const id of this.headings.keys()) {
      if (!ids.has(id)) {
        this.headings.delete(id);
      }
    }
    const focused = nodes.find((node) => node.contains(document.activeElement));
    arrange(this.list, nodes, focused ?? this.tableRoot);
  }

  private wantedHeadings(): Heading[] {
    const { engines, ended, totals } = this.model;
    const { open, trans } = this;
    const wanted: Heading[] = [];
    if (engines.length > 1) {
      wanted.push({
        id: ALL,
        title: trans.__("All"),
        text: formatEngine(trans, totals),
        short: inIcons(totals),
        hint: trans.__("The tasks of all programs"),
        counts: totals,
        isOpen: open === null,
        hasEnded: false,
      });
    }
    for (const engine of engines) {
      const text = formatEngine(trans, engine.counts, engine.trouble);
      wanted.push({
        id: engine.id,
        title: clean(engine.title),
        text,
        short: engine.trouble === "" ? inIcons(engine.counts) : text,
        hint: this.hintOf(engine),
        counts: engine.counts,
        isOpen: open === engine.id,
        hasEnded: false,
      });
    }
    for (const engine of ended) {
      const failed = engine.counts?.failed ?? 0;
      const text = failed === 0 ? trans.__("ended") : trans.__("ended, %1 failed", count(failed));
      wanted.push({
        id: engine.id,
        title: clean(engine.title),
        text,
        short: text,
        hint: `${this.hintOf(engine)}\n${trans.__("ended")}`,
        counts: engine.counts,
        isOpen: open === engine.id,
        hasEnded: true,
      });
    }
    return wanted;
  }

  private makeHeading(id: string): ProgramHeading {
    const heading = new ProgramHeading(this.trans, {
      toggle: (engineId) => {
        const choice = engineId === ALL ? null : engineId;
        this.chosen = this.open === choice ? undefined : choice;
        this.draw();
      },
      cancel: (engineId) => {
        this.events.cancelAll(engineId === ALL ? null : engineId);
      },
      dismiss: (engineId) => {
        if (this.chosen === engineId) {
          this.chosen = null;
        }
        this.model.dismiss(engineId);
      },
    });
    this.headings.set(id, heading);
    return heading;
  }

  private hintOf({ kind, title, name, workers, pid, trouble }: Engine): string {
    const facts = [
      this.trans.__("engine %1", clean(name)),
      ...(workers === 0 ? [] : [this.trans._n("%1 worker", "%1 workers", workers)]),
      this.trans.__("pid %1", pid),
    ];
    const lines = [`${this.kinds[kind]}: ${clean(title)}`, facts.join(", "), clean(trouble)];
    return lines.filter((line) => line !== "").join("\n");
  }
}

/**
 * Give *parent* the children *nodes*, without moving *fixed* and what is in its place: a node that
 * moves loses the focus, its open menu, and how far it is scrolled.
 */
function arrange(parent: HTMLElement, nodes: readonly HTMLElement[], fixed: HTMLElement): void {
  const wanted = new Set<Element>(nodes);
  for (const node of [...parent.children]) {
    if (!wanted.has(node)) {
      node.remove();
    }
  }
  const at = Math.max(0, nodes.indexOf(fixed));
  let before = nodes[at];
  if (before !== undefined && before.parentElement !== parent) {
    parent.append(before);
  }
  for (const node of nodes.slice(0, at).reverse()) {
    if (before?.previousElementSibling !== node) {
      before?.before(node);
    }
    before = node;
  }
  let after = nodes[at];
  for (const node of nodes.slice(at + 1)) {
    if (after?.nextElementSibling !== node) {
      after?.after(node);
    }
    after = node;
  }
}
