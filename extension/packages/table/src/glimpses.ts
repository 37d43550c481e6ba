/**
 * What the visible rows show beyond the feed: arguments, results, the last line of output.
 *
 * The table requests it for the rows that it draws, several at once, and again when the state or
 * the output of a task has changed.  The old values stay until the response, so nothing flickers.
 */

import type { Actions } from "./actions.js";
import { outputLines } from "./format.js";
import { type Glimpse, NO_GLIMPSE } from "./now.js";
import { isDone, type Row } from "./types.js";

const INTERVAL_MS = 300;
const MAX_AT_ONCE = 60;
const MAX_DETAILS_AT_ONCE = 4; // each is a request of its own, for which the engine reads a stack
const DETAILS_INTERVAL_MS = 2500;
const MAX_KEPT = 4000;

interface Known {
  readonly of: string; // the state of the row when it was requested
  readonly glimpse: Glimpse;
}

export class Glimpses {
  private readonly known = new Map<string, Known>(); // the longest ago first
  private readonly wanted = new Map<string, Row>();
  private timer = 0;
  private isBusy = false;

  constructor(
    private readonly actions: Actions,
    private readonly changed: () => void,
  ) {}

  dispose(): void {
    window.clearTimeout(this.timer);
    this.wanted.clear();
  }

  /** The glimpse of *row*, which is visible, as far as it is known. */
  of(row: Row): Glimpse {
    const known = this.known.get(row.id);
    if (known?.of !== stateOf(row) && this.isWorthAsking(row)) {
      this.wanted.set(row.id, row);
      this.schedule();
    }
    return known?.glimpse ?? NO_GLIMPSE;
  }

  private isWorthAsking(row: Row): boolean {
    if (this.actions.glimpses !== undefined) {
      return true;
    }
    return this.actions.details !== undefined && row.status === "running" && hasOutput(row);
  }

  private schedule(): void {
    if (this.timer === 0 && !this.isBusy) {
      const isCheap = this.actions.glimpses !== undefined;
      this.timer = window.setTimeout(
        () => {
          this.timer = 0;
          void this.request();
        },
        isCheap ? INTERVAL_MS : DETAILS_INTERVAL_MS,
      );
    }
  }

  private async request(): Promise<void> {
    const limit = this.actions.glimpses === undefined ? MAX_DETAILS_AT_ONCE : MAX_AT_ONCE;
    const rows = [...this.wanted.values()].slice(-limit); // the last ones are visible
    this.wanted.clear();
    this.isBusy = true;
    try {
      const found = await this.fetch(rows);
      for (const row of rows) {
        this.keep(row, found.get(row.id) ?? NO_GLIMPSE);
      }
      this.changed();
    } catch {
      for (const row of rows) {
        this.keep(row, NO_GLIMPSE); // the row is shown without it, and requested again once it changes
      }
    } finally {
      this.isBusy = false;
    }
    if (this.wanted.size > 0) {
      this.schedule();
    }
  }

  private async fetch(rows: readonly Row[]): Promise<ReadonlyMap<string, Glimpse>> {
    const { actions } = this;
    if (actions.glimpses !== undefined) {
      return actions.glimpses(rows.map(({ id }) => id));
    }
    const found = await Promise.all(
      rows.map(async ({ id }): Promise<[string, Glimpse]> => {
        const output = (await actions.details?.(id))?.output ?? "";
        return [id, { ...NO_GLIMPSE, line: lastLine(output) }];
      }),
    );
    return new Map(found);
  }

  /** Arguments stay known: the kernel forgets them once the task has succeeded. */
  private keep(row: Row, { arguments: shown, result, line }: Glimpse): void {
    const before = this.known.get(row.id)?.glimpse ?? NO_GLIMPSE;
    const glimpse = { arguments: shown || before.arguments, result, line };
    this.known.delete(row.id);
    this.known.set(row.id, { of: stateOf(row), glimpse });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MAX_KEPT) {
        break;
      }
      this.known.delete(oldest);
    }
  }
}

function stateOf(row: Row): string {
  return isDone(row.status) ? row.status : `${row.attempt} ${row.outputBytes}`;
}

function hasOutput(row: Row): boolean {
  return row.outputBytes > 0;
}

/** The last line of *output* that isn't empty. */
export function lastLine(output: string): string {
  const lines = outputLines(output)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim() ?? "";
}
