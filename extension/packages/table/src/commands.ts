/**
 * What a person requests for tasks with a button, a key or a menu.  A request is confirmed if the
 * rule of `stopPlan.ts` requires it, sent once, and can be undone for queued tasks.
 *
 *     a button, a key, a menu ──> TaskCommands ──(a question)──> Actions ──> the engine
 */

import type { Actions, CancelOutcome } from "./actions.js";
import { count, tasks } from "./format.js";
import type { RowModel } from "./rowModel.js";
import { needsConfirmation, planStop, question, type StopPlan } from "./stopPlan.js";
import type { TaskStore } from "./taskStore.js";
import { isRetriable, isToCome, type Row, toComeOf } from "./types.js";

export const UNDO_SECONDS = 10;
const NOT_SENT = "The cancel was not sent";

export interface CommandEvents {
  readonly changed: () => void;
  /** Show *text* under the rows; with *undo*, a button for it as long as the text is shown. */
  readonly notice: (text: string, undo?: () => void) => void;
  /** Show a question to the person, and call *proceed* if the answer is yes. */
  readonly confirm: (text: string, verb: string, proceed: () => void) => void;
}

export class TaskCommands {
  /** The tasks for which a request was sent and not yet answered. */
  readonly pending = new Set<string>();

  constructor(
    private readonly store: TaskStore,
    private readonly rowModel: RowModel,
    private readonly actions: Actions,
    private readonly events: CommandEvents,
  ) {}

  /** Cancel these tasks, or kill their workers. */
  stop(ids: readonly string[], force = false): void {
    if (force && this.store.engine?.canStopRunning !== true) {
      return;
    }
    const rows = ids.map((id) => this.store.get(id)).filter((row) => row !== undefined);
    const plan = this.plan(rows, force);
    this.confirmed(plan, () => {
      const request = async (): Promise<string> => {
        const outcome = await this.actions.cancel(plan.ids, force, false);
        return outcome.trouble || lateInWords(plan.total - outcome.accepted);
      };
      this.send(plan.ids, request, NOT_SENT, plan.toCome);
    });
  }

  /** Cancel all queued tasks that are listed. */
  stopQueued(): void {
    if (!this.rowModel.isFiltered) {
      this.stopAll(true);
      return;
    }
    const ids = this.rowModel.stoppable(true);
    const request = (): Promise<CancelOutcome> => this.actions.cancel(ids, false, true);
    this.send(ids, troubleOf(request), NOT_SENT, ids);
  }

  /** Cancel every listed task that can be stopped. */
  stopListed(): void {
    if (this.rowModel.isFiltered) {
      this.stop(this.rowModel.stoppable(false));
    } else {
      this.stopAll(false);
    }
  }

  /** Submit the failed and cancelled ones of these tasks again. */
  retry(taskIds: readonly string[], done = "submitted again"): void {
    const ids = taskIds.filter((id) => {
      const row = this.store.get(id);
      return row !== undefined && isRetriable(row.status) && !this.pending.has(id);
    });
    if (ids.length === 0) {
      return;
    }
    const whose = ids.length === 1 ? "its future" : "their futures";
    const request = async (): Promise<string> => {
      const { trouble } = await this.actions.retry(ids);
      return trouble || `${tasks(ids.length)} ${done}, if the program still holds ${whose}`;
    };
    this.send(ids, request, "Nothing was retried", []);
  }

  /** Cancel all tasks, also those without a row yet: while many change, counts are ahead of rows. */
  private stopAll(onlyQueued: boolean): void {
    const { counts, rows } = this.store;
    const plan = this.plan(
      onlyQueued ? rows.filter(({ status }) => isToCome(status)) : rows,
      false,
    );
    const toCome = toComeOf(counts);
    const running = onlyQueued ? 0 : counts.running;
    this.confirmed({ ...plan, running, total: running + toCome }, () => {
      const request = (): Promise<CancelOutcome> => this.actions.cancelAll(onlyQueued);
      this.send(plan.ids, troubleOf(request), NOT_SENT, plan.toCome, toCome + running > 0);
    });
  }

  private plan(rows: readonly Row[], force: boolean): StopPlan {
    return planStop(rows, force, (id) => this.actions.ownerOf?.(id) ?? "");
  }

  private confirmed(plan: StopPlan, proceed: () => void): void {
    if (needsConfirmation(plan)) {
      this.events.confirm(question(plan), plan.force ? "Kill" : "Cancel them", proceed);
    } else {
      proceed();
    }
  }

  /** Send a request about tasks.  Their buttons are disabled until the response. */
  private send(
    ids: readonly string[],
    request: () => Promise<string>,
    otherwise: string,
    undoable: readonly string[],
    isSent = ids.length > 0,
  ): void {
    if (!isSent) {
      return;
    }
    for (const id of ids) {
      this.pending.add(id);
    }
    this.events.changed();
    request()
      .then((words) => {
        if (words === "" && undoable.length > 0) {
          this.offerUndo(undoable);
        } else if (words !== "") {
          this.events.notice(words);
        }
      })
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        this.events.notice(`${otherwise}: ${why}`);
      })
      .finally(() => {
        for (const id of ids) {
          this.pending.delete(id);
        }
        this.events.changed();
      });
  }

  private offerUndo(ids: readonly string[]): void {
    const what = ids.length === 1 ? "a queued task" : `${count(ids.length)} queued tasks`;
    this.events.notice(`Requested the cancel of ${what}`, () => {
      const never = ids.filter((id) => this.store.get(id)?.cancelResolution === "never_started");
      if (never.length > 0) {
        this.retry(never, "submitted again as new");
      } else {
        this.events.notice("Nothing to undo: none of them is cancelled");
      }
    });
  }
}

function troubleOf(request: () => Promise<CancelOutcome>): () => Promise<string> {
  return async () => (await request()).trouble;
}

function lateInWords(late: number): string {
  return late <= 0
    ? ""
    : `${tasks(late)} ${late === 1 ? "was" : "were"} done before the cancel was requested`;
}
