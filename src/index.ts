export type { ErrorCode } from './base/error-catalogue.js'
export { MetastoreError } from './base/errors.js'
export type { LogFields, Logger } from './base/logger.js'
export { Metastore } from './server/metastore.js'
export type { MetastoreOptions } from './server/metastore-options.js'
export type { CallOptions, StorageStatus, Store } from './store/index.js'
export type { WatchSink, WatchStream } from './watch/index.js'
/** Requests and responses of the store, each with `create`, `encode` and `decode`. */
export * as messages from './wire/index.js'
