export type { CompactionRetention } from './auto-compaction-schedule.js'
export type { MemberInfo } from './members.js'
export { type OpenStoreOptions, openStore, type StoreLimits } from './open-store.js'
export type { CallOptions, StorageStatus, Store, WatchStatus } from './store.js'
