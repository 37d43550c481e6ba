/** A saved table, live again through the Jupyter server, while its kernel can't show the widget. */

import {
  type Actions,
  isDone,
  isOf,
  mountLayout,
  type Row,
  type SavedTable,
  TaskStore,
} from "@scaler-lab/table";
import { Widget } from "@lumino/widgets";

import type { TasksModel } from "./tasksModel.js";

export class ServerTable extends Widget {
  private readonly store: TaskStore;
  private readonly ends: (() => void)[];

  constructor(
    private readonly model: TasksModel,
    private readonly saved: SavedTable,
  ) {
    super();
    this.store = new TaskStore({ resync: () => undefined });
    this.store.apply(saved.welcome);
    this.store.apply({
      kind: "snapshot",
      version: 0,
      part: 0,
      parts: 1,
      rows: [],
      counts: null,
      isBehind: false,
    });
    const engines = saved.engines.filter((id) => model.runs(id));
    const table = mountLayout(saved.layout, this.node, this.store, this.actionsOf(engines));
    this.ends = [
      () => {
        table.dispose();
      },
      model.subscribe(() => {
        if (this.store.phase === "live" && !engines.some((id) => model.runs(id))) {
          this.store.end("This engine has ended.", "engine ended");
        }
      }),
      ...engines.map((id) =>
        model.follow(id, {
          rows: (rows) => {
            this.take(rows);
          },
          usage: (report) => {
            this.store.apply(report);
          },
        }),
      ),
    ];
  }

  override dispose(): void {
    if (!this.isDisposed) {
      for (const end of this.ends) {
        end();
      }
      super.dispose();
    }
  }

  private take(all: readonly Row[]): void {
    const rows = all.filter(({ id }) => isOf(this.saved, id));
    const since = this.store.version;
    this.store.apply({
      kind: "changes",
      since,
      version: since + 1,
      rows,
      forgotten: [],
      counts: null,
    });
  }

  /** What the server offers, with a cancel of all that means the tasks of this table. */
  private actionsOf(engines: readonly string[]): Actions {
    const [only = null] = engines;
    const actions = this.model.actions(engines.length === 1 ? only : null);
    return {
      ...actions,
      cancelAll: (onlyQueued) => {
        const open = this.store.rows.filter(({ status }) => !isDone(status));
        return actions.cancel(
          open.map(({ id }) => id),
          false,
          onlyQueued,
        );
      },
    };
  }
}
