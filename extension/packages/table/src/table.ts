/**
 * `mountTable`: a live table of tasks in an element of the page.
 *
 *     TaskStore ──rings──> one drawing a frame ──> Head, Grid, DetailsPane
 *     a click, a key ──> Listing (what is listed, selected)  or  Actions (cancel, traceback)
 *
 * No framework and no state of tasks of its own: a click on cancel shows as "cancelling" when the
 * board says so, and not before.
 */

import type { Actions } from "./actions.js";
import { Announcer } from "./announcer.js";
import { DetailsPane } from "./detailsPane.js";
import { element, holdsFocus, setText } from "./dom.js";
import { isRetriable, isStoppable, type Status } from "./facts.js";
import { Folding } from "./folding.js";
import { Grid, sayEmpty } from "./grid.js";
import { Head } from "./head.js";
import { Listing } from "./listing.js";
import { pageStorage, recall, remember } from "./pageStorage.js";
import type { TaskStore } from "./taskStore.js";
import { followTheme } from "./theme.js";
import { TimelineView } from "./timelineView.js";
import { clean, tasks } from "./words.js";

const TICK_MS = 500;
const NOTICE_SECONDS = 6;
const LOOK_AGAIN_MS = 100;
const READS_SECONDS = 120; // who reads neither points nor types: for so long they are still here
const TIMELINE_KEY = "scaler_lab.timeline";
const NOT_SENT = "The cancel was not sent";

/** What may be asked of the tasks that are selected; else of the active one, or of its group. */
export type Deed = "cancel" | "kill" | "retry" | "details";

export interface MountedTable {
  readonly listing: Listing;
  /** Whether there is a task that this makes sense for. */
  can(deed: Deed): boolean;
  /** Ask it, of those that it makes sense for. */
  perform(deed: Deed): void;
  /** Say something under the rows: trouble, or why something takes long.  Empty: nothing. */
  notice(text: string): void;
  /** Draw now, rather than with the next frame. */
  draw(): void;
  dispose(): void;
}

const MAKES_SENSE: Readonly<Record<Exclude<Deed, "details">, (status: Status) => boolean>> = {
  cancel: isStoppable,
  kill: (status) => status === "running" || status === "cancelling",
  retry: isRetriable,
};

/** Show *store* in *root*, until disposed of. */
export function mountTable(root: HTMLElement, store: TaskStore, actions: Actions): MountedTable {
  const storage = pageStorage();
  const folding = new Folding(() => store.host?.host ?? "", storage);
  const listing = new Listing(store, folding);
  const asked = new Set<string>(); // cancels on their way, which the board has not taken in yet
  let detailsAreOpen = false;
  let timelineIsShown = recall(storage, TIMELINE_KEY) === "shown";
  let frame = 0;
  let again = 0;
  let noticeUntil = 0;
  let said = "";

  const schedule = (): void => {
    if (frame === 0) {
      frame = requestAnimationFrame(() => {
        frame = 0;
        draw();
      });
    }
  };

  /** Asks something about tasks, whose buttons rest until it is answered; shows what that says. */
  const ask = (ids: readonly string[], request: () => Promise<string>, otherwise: string): void => {
    for (const id of ids) {
      asked.add(id);
    }
    schedule();
    request()
      .then((words) => {
        if (words !== "") {
          notice(words);
        }
      })
      .catch((error: unknown) => {
        notice(`${otherwise}: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => {
        for (const id of ids) {
          asked.delete(id);
        }
        schedule();
      });
  };

  const stop = (taskIds: readonly string[], force = false, onlyQueued = false): void => {
    const ids = taskIds.filter((id) => {
      const row = store.get(id);
      return row !== undefined && (isStoppable(row.status) || (force && row.status === "cancelling"));
    });
    const request = async (): Promise<string> => {
      const { accepted, trouble } = await actions.cancel(ids, force, onlyQueued);
      const late = ids.length - accepted;
      if (trouble !== "" || late <= 0 || onlyQueued) {
        return trouble;
      }
      return `${tasks(late)} ${late === 1 ? "was" : "were"} done before the cancel was asked`;
    };
    if (ids.length > 0) {
      ask(ids, request, NOT_SENT);
    }
  };

  const stopAll = (onlyQueued: boolean): void => {
    const request = async (): Promise<string> => (await actions.cancelAll(onlyQueued)).trouble;
    ask(listing.stoppable(onlyQueued), request, NOT_SENT);
  };

  const retry = (taskIds: readonly string[]): void => {
    const ids = taskIds.filter((id) => !asked.has(id)); // a double click is one
    const request = async (): Promise<string> => {
      const { trouble } = await actions.retry(ids);
      const what = ids.length === 1 ? "Submitted again" : `${tasks(ids.length)} submitted again`;
      const whose = ids.length === 1 ? "its future" : "their futures";
      return trouble === "" ? `${what}, if the program still holds ${whose}` : trouble;
    };
    if (ids.length > 0) {
      ask(ids, request, "Nothing was retried");
    }
  };

  const notice = (text: string): void => {
    said = text;
    noticeUntil = Date.now() + NOTICE_SECONDS * 1000;
    schedule();
  };

  const head = new Head(store, listing, {
    changed: schedule,
    stop: (ids, onlyQueued) => {
      stop(ids, false, onlyQueued);
    },
    stopAll,
    toggleTimeline: () => {
      timelineIsShown = !timelineIsShown;
      remember(storage, TIMELINE_KEY, timelineIsShown ? "shown" : "");
      schedule();
    },
  });
  const timeline = new TimelineView(root, store, {
    changed: schedule,
    select: (id) => {
      const group = store.groupOf(id);
      if (group !== null && listing.groupsAreListed) {
        listing.fold(group.id, false);
      }
      listing.selectOnly(id);
      if (listing.indexOf(id) < 0) {
        notice("What is searched for or filtered hides this task's row");
      }
      grid.draw();
      grid.reveal();
      schedule();
    },
  });
  const grid = new Grid(store, listing, asked, {
    changed: schedule,
    stop,
    retry,
    toggleDetails: (id) => {
      detailsAreOpen = !(detailsAreOpen && listing.active === id && shownInPane === id);
      listing.active = id;
      schedule();
    },
  });
  let shownInPane: string | null = null;
  const pane = new DetailsPane(
    actions,
    () => {
      detailsAreOpen = false;
      schedule();
      grid.node.focus();
    },
  );
  const announcer = new Announcer();
  const foot = element("div", "scl-foot");
  const frameNode = element("div", "scl-frame", {}, grid.node, grid.emptyNote);

  const draw = (): void => {
    head.draw(timelineIsShown);
    timeline.draw(timelineIsShown);
    grid.draw();
    const isEmpty = listing.ids.length === 0;
    sayEmpty(grid, isEmpty ? whyEmpty(store, listing) : "");
    root.classList.toggle("scl-is-empty", isEmpty);
    const active = listing.active === null ? undefined : store.get(listing.active);
    const wasShown = shownInPane;
    shownInPane = detailsAreOpen && active !== undefined ? active.id : null;
    pane.draw(detailsAreOpen ? (active ?? null) : null);
    if (wasShown === null && shownInPane !== null) {
      keepInSight();
    }
    announcer.draw(store.counts);
    setText(foot, footnote());
    foot.hidden = foot.textContent === "";
    root.dataset.phase = store.phase;
    if (listing.isBehind || timeline.isBehind) {
      window.clearTimeout(again);
      again = window.setTimeout(schedule, LOOK_AGAIN_MS);
    }
  };

  /** The pane takes room of the rows, where the page gives no more: not the active one's. */
  const keepInSight = (): void => {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        grid.reveal(); // by now the grid knows its new height
      });
    });
  };

  const footnote = (): string => {
    if (Date.now() < noticeUntil && said !== "") {
      return clean(said);
    }
    return store.phase === "ended" ? clean(store.endReason) : "";
  };

  const meantFor = (deed: Exclude<Deed, "details">): string[] => {
    if (store.phase === "ended" || (deed === "kill" && store.host?.canStopRunning !== true)) {
      return [];
    }
    return listing.meant.filter(({ status }) => MAKES_SENSE[deed](status)).map(({ id }) => id);
  };
  const can = (deed: Deed): boolean =>
    deed === "details"
      ? listing.active !== null && store.get(listing.active) !== undefined
      : meantFor(deed).length > 0;
  const perform = (deed: Deed): void => {
    if (deed === "details") {
      detailsAreOpen = can(deed);
      schedule();
    } else if (deed === "retry") {
      retry(meantFor(deed));
    } else {
      stop(meantFor(deed), deed === "kill");
    }
  };

  root.classList.add("scl");
  root.replaceChildren(head.node, timeline.node, frameNode, pane.node, foot, announcer.node);
  const unfollow = followTheme(root);
  const unsubscribe = store.subscribe(schedule);
  let attendedAt = 0;
  const tick = window.setInterval(() => {
    if (isLookedAt(root) && Date.now() < attendedAt + READS_SECONDS * 1000) {
      actions.attention?.();
    }
    const isMoving = store.counts.running + store.counts.cancelling > 0;
    if (isMoving || Date.now() < noticeUntil + TICK_MS) {
      schedule();
    }
  }, TICK_MS);
  const attend = (): void => {
    attendedAt = Date.now();
    actions.attention?.();
  };
  root.addEventListener("pointermove", attend, { passive: true });
  root.addEventListener("keydown", attend);
  draw();

  return {
    listing,
    can,
    perform,
    notice,
    draw,
    dispose: () => {
      cancelAnimationFrame(frame);
      window.clearInterval(tick);
      window.clearTimeout(again);
      unsubscribe();
      unfollow();
      grid.dispose();
      timeline.dispose();
      pane.dispose();
      root.removeEventListener("pointermove", attend);
      root.removeEventListener("keydown", attend);
      root.replaceChildren();
    },
  };
}

/** Whether a person's pointer or focus is in it; they may be reading. */
function isLookedAt(root: HTMLElement): boolean {
  return root.matches(":hover") || (document.hasFocus() && holdsFocus(root));
}

function whyEmpty(store: TaskStore, listing: Listing): string {
  if (listing.isFiltered && store.size > 0) {
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
