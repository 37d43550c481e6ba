/** What the table asks of whoever mounted it. */

import type { Details } from "./feed.js";
import type { Glimpse } from "./now.js";

export interface CancelOutcome {
  /** How many are or will end cancelled. */
  readonly accepted: number;
  /** What went wrong, for people; empty where nothing did. */
  readonly trouble: string;
}

export type TaskDetails = Pick<
  Details,
  "traceback" | "output" | "outputBefore" | "profile" | "stack"
>;

export interface TaskArguments {
  readonly arguments: readonly (readonly [name: string, text: string])[];
  /** Why there are none to be had; empty otherwise. */
  readonly trouble: string;
  /** Its result; null if there is none, or it is large. */
  readonly result: TaskResult | null;
}

export interface TaskResult {
  readonly type: string;
  /** Its size as it was sent; null if that is not known. */
  readonly bytes: number | null;
  /** Its repr; the first rows of a table. */
  readonly text: string;
}

export interface Actions {
  /**
   * Ask to stop these tasks.  *force* kills their workers at once; *onlyQueued* leaves alone what has
   * begun by the time this arrives.
   */
  cancel(taskIds: readonly string[], force: boolean, onlyQueued: boolean): Promise<CancelOutcome>;
  /** Ask to stop all that is open, told of here or not; *onlyQueued* as above. */
  cancelAll(onlyQueued: boolean): Promise<CancelOutcome>;
  /** Submit the calls of these failed or cancelled tasks again, as new tasks. */
  retry(taskIds: readonly string[]): Promise<CancelOutcome>;
  /** The traceback of a task; empty where there is none. */
  traceback(taskId: string): Promise<string>;
  /** All there is to tell of a task beyond its row.  Without it, only the traceback is shown. */
  details?(taskId: string): Promise<TaskDetails>;
  /** What a task was called with.  Only where the client's own process can be asked. */
  arguments?(taskId: string): Promise<TaskArguments>;
  /** The arguments, the result and the last line of output of these tasks, each in a few words. */
  glimpses?(taskIds: readonly string[]): Promise<ReadonlyMap<string, Glimpse>>;
  /** Request what the running tasks use; a message brings it.  Without it, none is shown. */
  requestUsage?(): void;
  /** The program that a task belongs to, for people; empty if there is only one without a name. */
  ownerOf?(taskId: string): string;
  /** A person is at work with the table, or reads it.  Called often. */
  keepAlive?(): void;
}
