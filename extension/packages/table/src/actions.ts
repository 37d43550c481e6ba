/** What the table asks of whoever mounted it. */

export interface CancelOutcome {
  /** How many are or will end cancelled. */
  readonly accepted: number;
  /** What went wrong, for people; empty where nothing did. */
  readonly trouble: string;
}

export interface Actions {
  /**
   * Ask to stop these tasks.  *force* kills their workers at once; *onlyQueued* leaves alone what has
   * begun by the time this arrives.
   */
  cancel(taskIds: readonly string[], force: boolean, onlyQueued: boolean): Promise<CancelOutcome>;
  /** Submit the calls of these failed or cancelled tasks again, as new tasks. */
  retry(taskIds: readonly string[]): Promise<CancelOutcome>;
  /** The traceback of a task; empty where there is none. */
  traceback(taskId: string): Promise<string>;
  /** A person is at work with the table.  Called often. */
  attention?(): void;
}
