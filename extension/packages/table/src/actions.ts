/** What the table requests from the page that mounted it. */

import type { Details } from "./feed.js";
import type { Glimpse } from "./now.js";

export interface CancelOutcome {
  /** How many of the tasks are or will end cancelled. */
  readonly accepted: number;
  /** What went wrong, as a text for people; empty if nothing did. */
  readonly trouble: string;
}

export type TaskDetails = Pick<
  Details,
  "traceback" | "output" | "outputBefore" | "profile" | "stack"
>;

export interface FlameGraph {
  /** The picture; empty if there is none. */
  readonly svg: string;
  /** Why there is no picture, as a text for people. */
  readonly problem: string;
}

export interface TaskArguments {
  readonly arguments: readonly (readonly [name: string, text: string])[];
  /** Why the arguments aren't available; empty if they are. */
  readonly trouble: string;
  /** Its result; null if there is none, or it is large. */
  readonly result: TaskResult | null;
}

export interface TaskResult {
  readonly type: string;
  /** The size of the pickled result; null if it is not known. */
  readonly bytes: number | null;
  /** Its repr; the first rows of a table. */
  readonly text: string;
}

export interface Actions {
  /**
   * Request a cancel of these tasks.  *force* kills their workers at once; *onlyQueued* skips tasks
   * that have started by the time this arrives.
   */
  cancel(taskIds: readonly string[], force: boolean, onlyQueued: boolean): Promise<CancelOutcome>;
  /** Request a cancel of all open tasks, also if they have no row here; *onlyQueued* as above. */
  cancelAll(onlyQueued: boolean): Promise<CancelOutcome>;
  /** Submit the calls of these failed or cancelled tasks again, as new tasks. */
  retry(taskIds: readonly string[]): Promise<CancelOutcome>;
  /** The traceback of a task; empty if it has none. */
  traceback(taskId: string): Promise<string>;
  /** What a task's row doesn't show.  Without this method, the details are only the traceback. */
  details?(taskId: string): Promise<TaskDetails>;
  /** Sample where a task spends its time, for ten seconds or until *stop*; then the result comes. */
  flame?(taskId: string, stop: AbortSignal): Promise<FlameGraph>;
  /** A task's arguments.  Only if the table is connected to the client's own process. */
  arguments?(taskId: string): Promise<TaskArguments>;
  /** The arguments, the result and the last line of output of these tasks, each in a few words. */
  glimpses?(taskIds: readonly string[]): Promise<ReadonlyMap<string, Glimpse>>;
  /** Request what the running tasks use; a message brings it.  Without it, none is shown. */
  requestUsage?(): void;
  /** The program that a task belongs to, for people; empty if there is only one without a name. */
  ownerOf?(taskId: string): string;
  /** A person uses the table, or reads it.  Called often. */
  keepAlive?(): void;
}
