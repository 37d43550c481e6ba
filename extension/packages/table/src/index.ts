/** A live table of tasks: `TaskStore` receives the feed, `mountTable` shows its tasks. */

export type {
  Actions,
  CancelOutcome,
  FlameGraph,
  TaskArguments,
  TaskDetails,
  TaskResult,
} from "./actions.js";
export * from "./types.js";
export * from "./feed.js";
export { Folding } from "./folding.js";
export { isGroupId, type TaskGroup } from "./group.js";
export * from "./json.js";
export type * from "./requests.js";
export { mountLayout, type MountedView } from "./layouts.js";
export type { Glimpse } from "./now.js";
export { RowModel } from "./rowModel.js";
export { DEFAULT_SORT, type Sort, type SortKey } from "./sorting.js";
export type { PageStorage } from "./pageStorage.js";
export {
  type TaskCommand as Deed,
  type MountedTable,
  mountTable,
  type TableOptions,
} from "./table.js";
export { type Phase, type StoreOptions, TaskStore } from "./taskStore.js";
export { clean } from "./clean.js";
export { count } from "./format.js";
export { needsConfirmation, question, type StopPlan } from "./stopPlan.js";
export { cpuText, memoryText, plus } from "./usages.js";
export { type Lane, type Span, Timeline } from "./timeline.js";
export * from "./savedTable.js";
export { type Place, type Places, providePlaces } from "./places.js";
export { type Follower, provideServerTasks, type ServerTasks, serverTasks } from "./serverTasks.js";
export { addTableStyles } from "./styles.js";
