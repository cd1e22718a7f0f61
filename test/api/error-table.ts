/** Why no call of the services served so far is answered with a row of the table. */
export type Elsewhere =
  | {
      readonly later: 'Auth' | 'Cluster' | 'Downgrade' | 'Alarm' | 'several members'
    }
  /** Its caller has left when it is sent, or etcd has it for its own client alone. */
  | { readonly unseen: string }

/** Every error of etcd's API: the status a client sees, and the text after `etcdserver: `. */
export interface ErrorRow {
  readonly status: string
  readonly text: string
  /** undefined: a test provokes it. */
  readonly elsewhere: Elsewhere | undefined
}

const auth: Elsewhere = { later: 'Auth' }
const cluster: Elsewhere = { later: 'Cluster' }
const downgrade: Elsewhere = { later: 'Downgrade' }
const severalMembers: Elsewhere = { later: 'several members' }
const betweenMembers: Elsewhere = { unseen: 'members say it to each other' }
const callerLeft: Elsewhere = { unseen: 'whoever cancels hears of it from its own client' }

/**
 * Two rows are ResourceExhausted and FailedPrecondition in etcd's own list, and go out as Unknown:
 * `too many requests` and `re-configuration failed due to not enough started members`.
 */
export const errorTable: readonly ErrorRow[] = [
  row('CANCELLED', 'request canceled', callerLeft),
  row('CANCELLED', 'watch canceled', callerLeft),
  row('DATA_LOSS', 'corrupt cluster', { later: 'Alarm' }),
  row('DEADLINE_EXCEEDED', 'context deadline exceeded', {
    unseen: 'servers send it without the prefix; the row is the Go client’s own',
  }),
  row('FAILED_PRECONDITION', 'Peer URLs already exists', cluster),
  row('FAILED_PRECONDITION', 'authentication is not enabled', auth),
  row('FAILED_PRECONDITION', 'bad leader transferee'),
  row('FAILED_PRECONDITION', 'can only promote a learner member', cluster),
  row(
    'FAILED_PRECONDITION',
    'can only promote a learner member which is in sync with leader',
    cluster,
  ),
  row('FAILED_PRECONDITION', 'cluster ID mismatch', betweenMembers),
  row('FAILED_PRECONDITION', 'cluster has a downgrade job in progress', downgrade),
  row('FAILED_PRECONDITION', 'cluster version not found during downgrade', downgrade),
  row('FAILED_PRECONDITION', 'lease already exists'),
  row('FAILED_PRECONDITION', 'member ID already exist', cluster),
  row('FAILED_PRECONDITION', 'no inflight downgrade job', downgrade),
  row('FAILED_PRECONDITION', 'not capable', severalMembers),
  row('FAILED_PRECONDITION', 'not leader'),
  row('FAILED_PRECONDITION', 'permission is not granted to the role', auth),
  row('UNKNOWN', 're-configuration failed due to not enough started members', cluster),
  row('FAILED_PRECONDITION', 'role is not granted to the user', auth),
  row('FAILED_PRECONDITION', 'role name already exists', auth),
  row('FAILED_PRECONDITION', 'role name not found', auth),
  row('FAILED_PRECONDITION', 'root user does not exist', auth),
  row('FAILED_PRECONDITION', 'root user does not have root role', auth),
  row('FAILED_PRECONDITION', 'rpc not supported for learner'),
  row('FAILED_PRECONDITION', 'too many learner members in cluster', cluster),
  row('FAILED_PRECONDITION', 'user name already exists', auth),
  row('FAILED_PRECONDITION', 'user name not found', auth),
  row('INVALID_ARGUMENT', 'authentication failed, invalid user ID or password', auth),
  row('INVALID_ARGUMENT', 'duplicate key given in txn request'),
  row('INVALID_ARGUMENT', 'given member URLs are invalid', cluster),
  row('INVALID_ARGUMENT', 'invalid auth management', auth),
  row('INVALID_ARGUMENT', 'invalid client api version', {
    unseen: 'gRPC clients refuse to send metadata that is not text',
  }),
  row('INVALID_ARGUMENT', 'invalid downgrade target version', downgrade),
  row('INVALID_ARGUMENT', 'invalid sort option'),
  row('INVALID_ARGUMENT', 'key is not provided'),
  row('INVALID_ARGUMENT', 'key not found'),
  row('INVALID_ARGUMENT', 'lease is provided'),
  row('INVALID_ARGUMENT', 'permission not given', auth),
  row('INVALID_ARGUMENT', 'request is too large'),
  row('INVALID_ARGUMENT', 'revision of auth store is old', auth),
  row('INVALID_ARGUMENT', 'role name is empty', auth),
  row('INVALID_ARGUMENT', 'too many operations in txn request'),
  row('INVALID_ARGUMENT', 'user name is empty', auth),
  row('INVALID_ARGUMENT', 'value is provided'),
  row('INVALID_ARGUMENT', 'wrong downgrade target version format', downgrade),
  row('NOT_FOUND', 'member not found', cluster),
  row('NOT_FOUND', 'requested lease not found'),
  row('OUT_OF_RANGE', 'mvcc: required revision has been compacted'),
  row('OUT_OF_RANGE', 'mvcc: required revision is a future revision'),
  row('OUT_OF_RANGE', 'too large lease TTL'),
  row('PERMISSION_DENIED', 'permission denied', auth),
  row('RESOURCE_EXHAUSTED', 'mvcc: database space exceeded'),
  row('UNKNOWN', 'too many requests'),
  row('UNAUTHENTICATED', 'invalid auth token', auth),
  row('UNAVAILABLE', 'leader changed', severalMembers),
  row('UNAVAILABLE', 'no leader'),
  row('UNAVAILABLE', 'request timed out'),
  row('UNAVAILABLE', 'request timed out, possibly due to connection lost', severalMembers),
  row('UNAVAILABLE', 'request timed out, possibly due to previous leader failure'),
  row(
    'UNAVAILABLE',
    'request timed out, waiting for the applied index took too long',
    severalMembers,
  ),
  row('UNAVAILABLE', 'server stopped'),
  row('UNAVAILABLE', 'unhealthy cluster', cluster),
]

function row(status: string, text: string, elsewhere?: Elsewhere): ErrorRow {
  return { status, text, elsewhere }
}
