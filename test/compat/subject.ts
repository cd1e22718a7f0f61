import {
  type EngineName,
  type ServerProcess,
  startEtcd,
  startMember,
} from '../support/member-process.js'

/**
 * Starts what the suites examine. With METASTORE_COMPAT_SUBJECT=etcd that is a second real etcd,
 * which must pass everything: so the suites themselves are checked.
 */
export function startSubject(engine: EngineName, dataDirectory: string): Promise<ServerProcess> {
  return process.env.METASTORE_COMPAT_SUBJECT === 'etcd'
    ? startEtcd({ dataDirectory })
    : startMember({ engine, dataDirectory })
}
