export {
  type BlockPart,
  EncodedKeyValues,
  EncodedRangeResponse,
  EncodingRangeResponse,
} from './encoded-range-response.js'
export { Event } from './event.js'
export * from './generated/authpb-auth.js'
export * from './generated/etcdserverpb-auth.js'
export * from './generated/etcdserverpb-cluster.js'
export * from './generated/etcdserverpb-header.js'
export * from './generated/etcdserverpb-kv.js'
export * from './generated/etcdserverpb-lease.js'
export * from './generated/etcdserverpb-maintenance.js'
export * from './generated/etcdserverpb-watch.js'
export * from './generated/grpc-health-v1-health.js'
export * as reflectionV1 from './generated/grpc-reflection-v1-reflection.js'
export * as reflectionV1alpha from './generated/grpc-reflection-v1alpha-reflection.js'
export * from './generated/metastore-v1-admin.js'
export * from './generated/metastore-v1-log.js'
export * from './generated/metastore-v1-peer.js'
export * from './generated/metastore-v1-question.js'
export * from './generated/mvccpb-kv.js'
export * from './generated/v3electionpb-election.js'
export * from './generated/v3lockpb-lock.js'
export { KeyValue, type KeyValueFields } from './key-value.js'
export { type KeyChange, KeyValueBlock } from './key-value-block.js'
export type { MessageCodec } from './message-codec.js'
export {
  SharedEvents,
  SharedWatchResponse,
  SharingWatchResponse,
} from './shared-watch-response.js'
