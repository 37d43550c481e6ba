/**
 * What a cancel or a kill would stop, and whether a person must confirm it first.  No DOM.
 *
 * One rule applies to buttons, keys and menus: a command that would stop more than one running task,
 * or kill a worker, must be confirmed first.  The question shows the number of tasks and the names of
 * their programs.  Queued tasks need no confirmation, because Undo submits them again.
 */

import { count, tasks } from "./format.js";
import { isStoppable, isToCome, type Row } from "./types.js";

export interface StopPlan {
  readonly ids: readonly string[];
  /** Whether the workers are killed at once, without an interrupt. */
  readonly force: boolean;
  readonly running: number;
  /** The tasks that have not started, which Undo submits again. */
  readonly toCome: readonly string[];
  readonly total: number;
  /** The number of tasks by program; empty if the table shows one program without a name. */
  readonly owners: ReadonlyMap<string, number>;
}

/** Plan to stop all of *rows* that can be stopped; *force* includes rows that are cancelling. */
export function planStop(
  rows: readonly Row[],
  force: boolean,
  ownerOf: (id: string) => string,
): StopPlan {
  const ids: string[] = [];
  const toCome: string[] = [];
  const owners = new Map<string, number>();
  for (const row of rows) {
    if (!isStoppable(row.status) && !(force && row.status === "cancelling")) {
      continue;
    }
    ids.push(row.id);
    if (isToCome(row.status)) {
      toCome.push(row.id);
    }
    const owner = ownerOf(row.id);
    if (owner !== "") {
      owners.set(owner, (owners.get(owner) ?? 0) + 1);
    }
  }
  return { ids, force, running: ids.length - toCome.length, toCome, total: ids.length, owners };
}

export function needsConfirmation({ force, running, total }: StopPlan): boolean {
  return total > 0 && (force || running > 1);
}

const MAX_OWNERS = 4;

/** The question to a person: which tasks would be stopped, how many, and of which program. */
export function question({ force, running, total, owners }: StopPlan): string {
  const [only] = owners.keys();
  const whose = owners.size === 1 && only !== undefined ? ` of ${only}` : "";
  const what = `${force ? "Kill the workers of" : "Cancel"} ${tasks(total)}${whose}`;
  const ofThem = running < total && running > 0 ? `, ${count(running)} of them running` : "";
  return `${what}${ofThem}${owners.size > 1 ? eachOwner(owners) : ""}?`;
}

function eachOwner(owners: ReadonlyMap<string, number>): string {
  const parts = [...owners].slice(0, MAX_OWNERS).map(([owner, n]) => `${count(n)} of ${owner}`);
  const more = owners.size - MAX_OWNERS;
  return `: ${parts.join(", ")}${more > 0 ? `, and of ${more} more programs` : ""}`;
}
