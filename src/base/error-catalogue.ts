/** gRPC status names, by which a host finds its own status numbers. */
export type StatusName =
  | 'Canceled'
  | 'Unknown'
  | 'InvalidArgument'
  | 'DeadlineExceeded'
  | 'NotFound'
  | 'AlreadyExists'
  | 'PermissionDenied'
  | 'ResourceExhausted'
  | 'FailedPrecondition'
  | 'OutOfRange'
  | 'Unimplemented'
  | 'Internal'
  | 'Unavailable'
  | 'DataLoss'
  | 'Unauthenticated'

interface CatalogueRow {
  readonly status: StatusName
  readonly message: string
}

/**
 * Every error a caller can meet: code, gRPC status, text. Clients of etcd match on status and text,
 * so the texts that begin with `etcdserver:` are fixed by etcd's API.
 */
export const errorCatalogue = {
  'request-canceled': row('Canceled', 'etcdserver: request canceled'),
  'watch-canceled': row('Canceled', 'etcdserver: watch canceled'),
  'context-canceled': row('Canceled', 'context canceled'),
  'deadline-exceeded': row('DeadlineExceeded', 'context deadline exceeded'),
  'cluster-mismatch': row('FailedPrecondition', 'etcdserver: cluster ID mismatch'),
  'member-mismatch': row('FailedPrecondition', 'member ID mismatch'),
  'lease-exists': row('FailedPrecondition', 'etcdserver: lease already exists'),
  'bad-leader-transferee': row('FailedPrecondition', 'etcdserver: bad leader transferee'),
  'learner-refuses': row('FailedPrecondition', 'etcdserver: rpc not supported for learner'),
  'not-leader': row('FailedPrecondition', 'etcdserver: not leader'),
  'duplicate-key': row('InvalidArgument', 'etcdserver: duplicate key given in txn request'),
  'invalid-sort-option': row('InvalidArgument', 'etcdserver: invalid sort option'),
  'key-not-provided': row('InvalidArgument', 'etcdserver: key is not provided'),
  'key-not-found': row('InvalidArgument', 'etcdserver: key not found'),
  'lease-provided': row('InvalidArgument', 'etcdserver: lease is provided'),
  'value-provided': row('InvalidArgument', 'etcdserver: value is provided'),
  'request-too-large': row('InvalidArgument', 'etcdserver: request is too large'),
  'too-many-operations': row('InvalidArgument', 'etcdserver: too many operations in txn request'),
  'lease-not-found': row('NotFound', 'etcdserver: requested lease not found'),
  compacted: row('OutOfRange', 'etcdserver: mvcc: required revision has been compacted'),
  'future-revision': row('OutOfRange', 'etcdserver: mvcc: required revision is a future revision'),
  'lease-ttl-too-large': row('OutOfRange', 'etcdserver: too large lease TTL'),
  'no-space': row('ResourceExhausted', 'etcdserver: mvcc: database space exceeded'),
  'too-many-requests': row('ResourceExhausted', 'etcdserver: too many requests'),
  'leader-changed': row('Unavailable', 'etcdserver: leader changed'),
  'no-leader': row('Unavailable', 'etcdserver: no leader'),
  'request-timed-out': row('Unavailable', 'etcdserver: request timed out'),
  'leader-failed': row(
    'Unavailable',
    'etcdserver: request timed out, possibly due to previous leader failure',
  ),
  'server-stopped': row('Unavailable', 'etcdserver: server stopped'),
  unimplemented: row('Unimplemented', 'not implemented'),
  'malformed-message': row('Internal', 'malformed protobuf message'),
  'configuration-invalid': row('InvalidArgument', 'invalid configuration'),
  'data-directory-unusable': row('FailedPrecondition', 'data directory cannot be used'),
  'log-corrupt': row('DataLoss', 'write-ahead log is damaged'),
  'data-corrupt': row('DataLoss', 'stored data is damaged'),
  'disk-failed': row('Internal', 'disk failed'),
  'invariant-violated': row('Internal', 'invariant violated'),
  'address-unusable': row('FailedPrecondition', 'cannot listen on the address'),
  'unknown-service': row('NotFound', 'unknown service'),
} as const satisfies Record<string, CatalogueRow>

export type ErrorCode = keyof typeof errorCatalogue

function row(status: StatusName, message: string): CatalogueRow {
  return { status, message }
}
