/**
 * The selected tasks.  No DOM.
 *
 * A selected group is one entry, so that selecting it costs the same however many tasks it has.
 */

import { isGroupId, type TaskGroup } from "./group.js";
import { idsOf } from "./sorting.js";
import type { TaskStore } from "./taskStore.js";
import { isRetriable, isStoppable, type Row, stoppableOf } from "./types.js";

export class Selection {
  private readonly tasks = new Set<string>(); // ids of tasks that aren't in a selected group
  private readonly groups = new Set<string>(); // ids of groups

  constructor(private readonly store: TaskStore) {}

  /** Whether a task or a group is selected; a task is if its group is. */
  has(id: string): boolean {
    return (
      this.tasks.has(id) ||
      this.groups.has(id) ||
      (this.groups.size > 0 && this.groups.has(this.store.groupOf(id)?.id ?? ""))
    );
  }

  /** How many tasks are selected. */
  get size(): number {
    return this.sumOfGroups((group) => group.size) + this.tasks.size;
  }

  /** The selected tasks that the store still has. */
  get rows(): Row[] {
    const rows = [...this.groups].flatMap((id) => this.store.group(id)?.rows ?? []);
    for (const id of this.tasks) {
      const row = this.store.get(id);
      if (row === undefined) {
        this.tasks.delete(id);
      } else {
        rows.push(row);
      }
    }
    return rows;
  }

  /** The ids of the selected tasks that a cancel could stop. */
  get stoppable(): string[] {
    return idsOf(this.rows.filter((row) => isStoppable(row.status)));
  }

  /** How many selected tasks a cancel could stop, without making a list of them. */
  get stoppableCount(): number {
    return this.sumOfGroups(({ counts }) => stoppableOf(counts)) + this.count(isStoppable);
  }

  /** How many selected tasks can be run again. */
  get retriableCount(): number {
    const ofGroups = this.sumOfGroups(({ counts }) => counts.failed + counts.cancelled);
    return ofGroups + this.count(isRetriable);
  }

  add(id: string): void {
    if (isGroupId(id)) {
      this.groups.add(id);
      for (const task of this.tasks) {
        if (this.store.groupOf(task)?.id === id) {
          this.tasks.delete(task);
        }
      }
    } else if (!this.has(id)) {
      this.tasks.add(id);
    }
  }

  /** Deselect a group or a task.  The other tasks of a selected group stay selected. */
  remove(id: string): void {
    if (this.tasks.delete(id) || this.groups.delete(id)) {
      return;
    }
    const group = this.store.groupOf(id);
    if (group !== null && this.groups.delete(group.id)) {
      for (const row of group.rows) {
        this.tasks.add(row.id);
      }
      this.tasks.delete(id);
    }
  }

  clear(): void {
    this.tasks.clear();
    this.groups.clear();
  }

  private count(matches: (status: Row["status"]) => boolean): number {
    let count = 0;
    for (const id of this.tasks) {
      const row = this.store.get(id);
      count += row !== undefined && matches(row.status) ? 1 : 0;
    }
    return count;
  }

  private sumOfGroups(of: (group: TaskGroup) => number): number {
    let sum = 0;
    for (const id of this.groups) {
      const group = this.store.group(id);
      if (group === undefined) {
        this.groups.delete(id);
      } else {
        sum += of(group);
      }
    }
    return sum;
  }
}
