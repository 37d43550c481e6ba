/** The side panel: the engines there are, and the table of the chosen one's tasks, or of all. */

import { type Deed, type MountedTable, mountTable, type Row } from "@scaler-lab/table";
import { Widget } from "@lumino/widgets";

import { tasksIcon } from "./icon.js";
import type { Lookout } from "./lookout.js";
import type { Host, Kind } from "./wire.js";
import { clean, ofHost } from "./words.js";

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
    private readonly lookout: Lookout,
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
    this.unsubscribe = lookout.subscribe(() => {
      this.draw();
    });
    this.draw();
  }

  /** The engine whose tasks are shown; null: all. */
  get choice(): string | null {
    return this.chosen;
  }

  /** Show the tasks of one engine, or of all. */
  choose(hostId: string | null): void {
    if (hostId !== this.chosen) {
      this.chosen = hostId;
      this.unmount();
    }
    if (this.isVisible) {
      this.mount();
    }
    this.draw();
  }

  /** Whether the panel is shown and there is a selected task that this makes sense for. */
  can(deed: Deed): boolean {
    return this.table?.can(deed) ?? false;
  }

  /** Ask it of the selected tasks. */
  perform(deed: Deed): void {
    this.table?.perform(deed);
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
    this.lookout.watch("none"); // nobody looks: no rows are sent
  }

  private mount(): void {
    this.lookout.watch(this.chosen === null ? "all" : { only: this.chosen });
    this.table ??= mountTable(
      this.tableRoot,
      this.lookout.store(this.chosen),
      this.lookout.actions(this.chosen),
    );
    this.draw();
  }

  private unmount(): void {
    this.table?.dispose();
    this.table = null;
  }

  private draw(): void {
    const { hosts, connection, trouble } = this.lookout;
    const ended =
      this.chosen !== null && !this.lookout.runs(this.chosen)
        ? this.lookout.host(this.chosen)
        : undefined;
    this.drawList(ended === undefined ? hosts : [...hosts, ended]);
    const isEmpty = hosts.length === 0 && ended === undefined;
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
    const active = this.table?.listing.active ?? null;
    return active === null ? undefined : this.lookout.store(this.chosen).get(active);
  }

  /** The way to the active task's cell, where one is known. */
  private drawJump(): void {
    const row = this.activeRow;
    this.jump.hidden = row === undefined || (row.cell ?? "") === "";
    write(this.jump, row === undefined ? "" : `Go to the cell that submitted ${clean(row.name)}`);
  }

  private drawList(hosts: readonly Host[]): void {
    const wanted: [id: string | null, title: string, said: string, hint: string][] = [];
    if (hosts.length > 1) {
      wanted.push([null, "All", ofHost(this.lookout.totals), "The tasks of all engines"]);
    }
    for (const host of hosts) {
      const said = this.lookout.runs(host.id) ? ofHost(host.counts, host.trouble) : "ended";
      wanted.push([host.id, clean(host.title), said, hintOf(host)]);
    }
    while (this.list.children.length > wanted.length) {
      this.list.lastElementChild?.remove();
    }
    while (this.list.children.length < wanted.length) {
      this.list.append(this.makeEntry());
    }
    const only = hosts.length === 1; // then it is shown, whichever was chosen
    wanted.forEach(([id, title, said, hint], n) => {
      const entry = this.list.children[n] as HTMLButtonElement;
      entry.dataset.host = id ?? "";
      entry.setAttribute("aria-pressed", String(only || id === this.chosen));
      entry.title = hint;
      write(entry.children[0], title);
      write(entry.children[1], said);
    });
  }

  private makeEntry(): HTMLButtonElement {
    const entry = document.createElement("button");
    entry.type = "button";
    entry.className = "scl-host";
    const title = document.createElement("span");
    title.className = "scl-host-title";
    const said = document.createElement("span");
    said.className = "scl-host-said";
    entry.append(title, said);
    entry.addEventListener("click", () => {
      const { host } = entry.dataset;
      this.choose(host === undefined || host === "" ? null : host);
    });
    return entry;
  }
}

function hintOf(host: Host): string {
  const workers = host.workers === 1 ? ", 1 worker" : `, ${host.workers} workers`;
  const engine = `engine ${host.name}${host.workers === 0 ? "" : workers}`;
  const trouble = host.trouble === "" ? "" : `\n${clean(host.trouble)}`;
  return `${KIND_WORDS[host.kind]}: ${clean(host.title)}\n${clean(engine)}, pid ${host.pid}${trouble}`;
}

function write(node: Element | undefined, text: string): void {
  if (node !== undefined && node.textContent !== text) {
    node.textContent = text;
  }
}
