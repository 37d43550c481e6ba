/**
 * `mountLine` and `mountTask`: all tasks of a store in one line, or one task with its details.
 *
 *     mountLine   ▸ fits  ▰▰▰▰▱▱  26/33 · ~1 min 30 s   12 s  [Cancel]
 *     mountTask   ▸ fit   ▰▰▱▱▱▱  37/80 · ~2 min left   4.1 s  [Cancel]
 *                 its error, output, arguments and result
 *
 * A cancel is confirmed, sent and shown as in the table.
 */

import type { Actions } from "./actions.js";
import { Announcer } from "./announcer.js";
import { TaskCommands } from "./commands.js";
import { Confirmation } from "./confirmation.js";
import { DetailsPane } from "./detailsPane.js";
import { element, perFrame, setText } from "./dom.js";
import { clean } from "./clean.js";
import { Glimpses } from "./glimpses.js";
import { Line } from "./line.js";
import { RowModel } from "./rowModel.js";
import type { TaskStore } from "./taskStore.js";
import { followTheme } from "./theme.js";
import { UsageRequests } from "./usageRequests.js";

const TICK_MS = 500;
const NOTICE_SECONDS = 6;

export interface MountedLine {
  /** Show *text* under the line for a while. */
  notice(text: string): void;
  dispose(): void;
}

/** Show all tasks of *store* in one line in *root*, until disposed of. */
export function mountLine(root: HTMLElement, store: TaskStore, actions: Actions): MountedLine {
  return mount(root, store, actions, false);
}

/** Show the one task of *store* in *root*, until disposed of. */
export function mountTask(root: HTMLElement, store: TaskStore, actions: Actions): MountedLine {
  return mount(root, store, actions, true);
}

function mount(
  root: HTMLElement,
  store: TaskStore,
  actions: Actions,
  hasDetails: boolean,
): MountedLine {
  let noticeUntil = 0;
  let shown = "";

  const { schedule, dispose: stopDrawing } = perFrame(() => {
    draw();
  });
  const notice = (text: string): void => {
    shown = text;
    noticeUntil = Date.now() + NOTICE_SECONDS * 1000;
    schedule();
  };

  const confirmation = new Confirmation(() => {
    root.focus();
  });
  const commands = new TaskCommands(store, new RowModel(store), actions, {
    changed: schedule,
    notice,
    confirm: (text, verb, proceed) => {
      confirmation.show(clean(text), verb, proceed);
    },
  });
  const glimpses = hasDetails ? null : new Glimpses(actions, schedule);
  const line = new Line(store, commands, glimpses);
  const pane = hasDetails ? new DetailsPane(actions, null, { close: schedule, notice }) : null;
  const usage = new UsageRequests(root, store, actions);
  const announcer = new Announcer();
  const foot = element("div", "scl-foot");

  const draw = (): void => {
    line.draw();
    pane?.draw(line.only ?? null, store);
    announcer.draw(store.counts);
    const isOver = store.phase === "ended" && store.settled < store.size;
    setText(foot, Date.now() < noticeUntil ? clean(shown) : isOver ? clean(store.endReason) : "");
    foot.hidden = foot.textContent === "";
    if (confirmation.isOpen && store.settled === store.size) {
      confirmation.close();
    }
    root.dataset.phase = store.phase;
  };

  root.classList.add("scl", hasDetails ? "scl-is-task" : "scl-is-line");
  root.tabIndex = -1;
  root.replaceChildren(
    ...[line.node, confirmation.node, ...(pane === null ? [] : [pane.node]), foot],
    announcer.node,
  );
  const unfollow = followTheme(root);
  const unsubscribe = store.subscribe(schedule);
  const tick = window.setInterval(() => {
    usage.tick(pane?.showsUsage ?? false);
    if (store.settled < store.size || Date.now() < noticeUntil + TICK_MS) {
      schedule();
    }
  }, TICK_MS);
  draw();

  return {
    notice,
    dispose: () => {
      stopDrawing();
      window.clearInterval(tick);
      unsubscribe();
      unfollow();
      glimpses?.dispose();
      usage.dispose();
      pane?.dispose();
      root.replaceChildren();
    },
  };
}
