/**
 * `mountTable`: a live table of tasks in an element of the page.
 *
 *     TaskStore ──notifies──> one drawing per frame ──> Toolbar, Grid, DetailsPane
 *     a click, a key ──> RowModel (what is listed, selected)  or  Actions (cancel, traceback)
 *
 * It uses no framework, and keeps no task states of its own: after a click on cancel, a row shows
 * "cancelling" once the board has that state, and not before.
 */

import type { Actions } from "./actions.js";
import { Announcer } from "./announcer.js";
import { DetailsPane } from "./detailsPane.js";
import { TaskCommands, UNDO_SECONDS } from "./commands.js";
import { Confirmation } from "./confirmation.js";
import { button, element, holdsFocus, perFrame, setText } from "./dom.js";
import { isRetriable, isStoppable, type Status } from "./types.js";
import { Folding } from "./folding.js";
import { Grid, showEmpty } from "./grid.js";
import { Help } from "./help.js";
import { Toolbar } from "./toolbar.js";
import { Ribbon } from "./ribbon.js";
import { RowModel } from "./rowModel.js";
import { Glimpses } from "./glimpses.js";
import { pageStorage } from "./pageStorage.js";
import type { TaskStore } from "./taskStore.js";
import { followTheme } from "./theme.js";
import { UsageRequests } from "./usageRequests.js";
import type { Stretch } from "./timeline.js";
import { TimelineView } from "./timelineView.js";
import { ViewState } from "./viewState.js";
import { clean } from "./clean.js";

const TICK_MS = 500;
const NOTICE_SECONDS = 6;
const REDRAW_INTERVAL_MS = 100;
const READING_SECONDS = 120; // after its last movement or key, a person is assumed to read the table for so long

/** A command for the selected tasks, else for the active task or group. */
export type TaskCommand = "cancel" | "kill" | "retry" | "details";

export interface MountedTable {
  readonly rowModel: RowModel;
  /** Whether the command applies to any of these tasks. */
  can(command: TaskCommand): boolean;
  /** Run the command for the tasks that it applies to. */
  perform(command: TaskCommand): void;
  /** Show a text under the rows: a problem, or why something takes long.  Empty removes it. */
  notice(text: string): void;
  /** Draw now instead of with the next frame. */
  draw(): void;
  dispose(): void;
}

const MAKES_SENSE: Readonly<Record<Exclude<TaskCommand, "details">, (status: Status) => boolean>> =
  {
    cancel: isStoppable,
    kill: (status) => status === "running" || status === "cancelling",
    retry: isRetriable,
  };

export interface TableOptions {
  /** What is around the table shows what tasks use, whatever the table shows. */
  readonly alwaysShowsUsage?: boolean;
}

/** Show *store* in *root*, until disposed of. */
export function mountTable(
  root: HTMLElement,
  store: TaskStore,
  actions: Actions,
  options: TableOptions = {},
): MountedTable {
  const storage = pageStorage();
  const folding = new Folding(() => store.engine?.engineId ?? "", storage);
  const rowModel = new RowModel(store, folding);
  const view = new ViewState(storage, rowModel);
  let detailsAreOpen = false;
  let again = 0;
  let noticeUntil = 0;
  let shown = "";
  let onUndo: (() => void) | null = null;

  const { schedule, dispose: stopDrawing } = perFrame(() => {
    draw();
  });

  const notice = (text: string, undo?: () => void): void => {
    shown = text;
    onUndo = undo ?? null;
    const seconds = undo === undefined ? NOTICE_SECONDS : UNDO_SECONDS;
    noticeUntil = Date.now() + seconds * 1000;
    schedule();
  };

  const confirmation = new Confirmation(() => {
    grid.node.focus();
  });
  const help = new Help(() => {
    grid.node.focus();
  });
  const commands = new TaskCommands(store, rowModel, actions, {
    changed: schedule,
    notice,
    confirm: (text, verb, proceed) => {
      confirmation.show(clean(text), verb, proceed);
    },
  });

  const glimpses = new Glimpses(actions, schedule);
  const usage = new UsageRequests(root, store, actions);

  const toolbar = new Toolbar(store, rowModel, view, commands, {
    changed: schedule,
    notice,
    help: () => {
      help.open();
    },
  });
  const timeline = new TimelineView(root, store, {
    changed: schedule,
    select: (id) => {
      const group = store.groupOf(id);
      if (group !== null && rowModel.groupsAreListed) {
        rowModel.fold(group.id, false);
      }
      rowModel.selectOnly(id);
      if (rowModel.indexOf(id) < 0) {
        notice("What is searched for or filtered hides this task's row");
      }
      grid.draw();
      grid.reveal();
      schedule();
    },
    looked: (stretch) => {
      if (rowModel.during !== null) {
        rowModel.listDuring(stretch);
      }
    },
    toggleRows: () => {
      rowModel.listDuring(rowModel.during === null ? timeline.timeline.range : null);
      schedule();
    },
  });
  const listDuring = (stretch: Stretch | null): void => {
    rowModel.listDuring(stretch);
    timeline.look(stretch);
    schedule();
  };
  const ribbon = new Ribbon(root, store, listDuring, schedule);
  toolbar.addFilter(ribbon.chip);
  const grid: Grid = new Grid(store, rowModel, commands.pending, glimpses, view, {
    changed: schedule,
    stop: (ids, force) => {
      commands.stop(ids, force);
    },
    stopQueued: () => {
      commands.stopQueued();
    },
    retry: (ids) => {
      commands.retry(ids);
    },
    search: () => {
      toolbar.focusSearch();
    },
    help: () => {
      help.open();
    },
    toggleDetails: (id) => {
      detailsAreOpen = !(detailsAreOpen && rowModel.active === id && shownInPane === id);
      rowModel.active = id;
      schedule();
    },
  });
  let shownInPane: string | null = null;
  const pane = new DetailsPane(actions, view, {
    close: () => {
      detailsAreOpen = false;
      schedule();
      grid.node.focus();
    },
    notice,
  });
  const announcer = new Announcer();
  const footText = element("span");
  const undo = button("scl-undo", "Undo", () => {
    const act = onUndo;
    noticeUntil = 0;
    onUndo = null;
    schedule();
    act?.();
  });
  const foot = element("div", "scl-foot", {}, footText, undo);
  const frameNode = element(
    "div",
    "scl-frame",
    {},
    grid.node,
    grid.emptyNote,
    toolbar.selection,
    help.node,
  );

  const draw = (): void => {
    const height = view.enter(scopeOf(store));
    if (height !== "") {
      grid.node.style.height = height;
    }
    toolbar.draw();
    ribbon.draw(rowModel.during);
    timeline.draw(view.timeline);
    grid.draw();
    const isEmpty = rowModel.ids.length === 0;
    showEmpty(grid, isEmpty ? whyEmpty(store, rowModel) : "");
    root.classList.toggle("scl-is-empty", isEmpty);
    const active = rowModel.active === null ? undefined : store.get(rowModel.active);
    const wasShown = shownInPane;
    shownInPane = detailsAreOpen && active !== undefined ? active.id : null;
    pane.draw(detailsAreOpen ? (active ?? null) : null, store);
    if (wasShown === null && shownInPane !== null) {
      keepInSight();
    }
    announcer.draw(store.counts);
    view.save();
    setText(footText, footnote());
    foot.hidden = footText.textContent === "";
    undo.hidden = onUndo === null || Date.now() >= noticeUntil;
    root.dataset.phase = store.phase;
    if (rowModel.isBehind || ribbon.isBehind || timeline.isBehind) {
      window.clearTimeout(again);
      again = window.setTimeout(schedule, REDRAW_INTERVAL_MS);
    }
  };

  /** Scroll to the active row if opening the pane has hidden it. */
  const keepInSight = (): void => {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        grid.reveal(); // now the grid has its new height
      });
    });
  };

  const footnote = (): string => {
    if (Date.now() < noticeUntil && shown !== "") {
      return clean(shown);
    }
    return store.phase === "ended" ? clean(store.endReason) : "";
  };

  const meantFor = (command: Exclude<TaskCommand, "details">): string[] => {
    if (store.phase === "ended" || (command === "kill" && store.engine?.canStopRunning !== true)) {
      return [];
    }
    return rowModel.meant.filter(({ status }) => MAKES_SENSE[command](status)).map(({ id }) => id);
  };
  const can = (command: TaskCommand): boolean =>
    command === "details"
      ? rowModel.active !== null && store.get(rowModel.active) !== undefined
      : meantFor(command).length > 0;
  const perform = (command: TaskCommand): void => {
    if (command === "details") {
      detailsAreOpen = can(command);
      schedule();
    } else if (command === "retry") {
      commands.retry(meantFor(command));
    } else {
      commands.stop(meantFor(command), command === "kill");
    }
  };

  root.classList.add("scl");
  root.tabIndex = -1; // after a click in the table, the surrounding page gets no keys
  root.replaceChildren(
    ...[toolbar.node, ribbon.node, timeline.node, frameNode, confirmation.node, pane.node, foot],
    announcer.node,
  );
  const unfollow = followTheme(root);
  const unsubscribe = store.subscribe(schedule);
  let keptAliveAt = 0;
  const tick = window.setInterval(() => {
    usage.tick(grid.showsUsage || pane.showsUsage || options.alwaysShowsUsage === true);
    if (isLookedAt(root) && Date.now() < keptAliveAt + READING_SECONDS * 1000) {
      actions.keepAlive?.();
    }
    const isMoving = store.counts.running + store.counts.cancelling > 0;
    if (isMoving || Date.now() < noticeUntil + TICK_MS) {
      schedule();
    }
  }, TICK_MS);
  const keepAlive = (): void => {
    keptAliveAt = Date.now();
    actions.keepAlive?.();
  };
  root.addEventListener("pointermove", keepAlive, { passive: true });
  root.addEventListener("keydown", keepAlive);
  root.addEventListener("keydown", keepKeys);
  draw();

  return {
    rowModel,
    can,
    perform,
    notice,
    draw,
    dispose: () => {
      stopDrawing();
      window.clearInterval(tick);
      window.clearTimeout(again);
      unsubscribe();
      unfollow();
      grid.dispose();
      glimpses.dispose();
      ribbon.dispose();
      usage.dispose();
      timeline.dispose();
      pane.dispose();
      root.removeEventListener("pointermove", keepAlive);
      root.removeEventListener("keydown", keepAlive);
      root.removeEventListener("keydown", keepKeys);
      root.replaceChildren();
    },
  };
}

/** The name of the program; a person's choices for its table are stored under it. */
function scopeOf({ engine }: TaskStore): string {
  return engine === null ? "" : `${engine.engineId} ${engine.label}`;
}

/** Whether a person's pointer or focus is in the table, so that they may be reading. */
function isLookedAt(root: HTMLElement): boolean {
  return root.matches(":hover") || (document.hasFocus() && holdsFocus(root));
}

/** Handle keys without a modifier in the table, because they are commands in the page around it. */
function keepKeys(event: KeyboardEvent): void {
  if (!event.ctrlKey && !event.metaKey && !event.altKey) {
    event.stopPropagation();
  }
}

function whyEmpty(store: TaskStore, rowModel: RowModel): string {
  if (rowModel.isFiltered && store.size > 0) {
    return "No task matches.";
  }
  switch (store.phase) {
    case "connecting":
      return "Waiting for the kernel …";
    case "live":
      return store.size > 0 ? "Loading …" : "No tasks yet: submit something.";
    case "ended":
      return "No tasks.";
  }
}
