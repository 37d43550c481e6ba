/** A live table of tasks: `TaskStore` takes the feed in, `mountTable` shows it. */

export type { Actions, CancelOutcome } from "./actions.js";
export * from "./facts.js";
export * from "./feed.js";
export { DEFAULT_SORT, Listing, type Sort, type SortKey } from "./listing.js";
export { type MountedTable, mountTable } from "./table.js";
export { type Phase, type StoreOptions, TaskStore } from "./taskStore.js";
