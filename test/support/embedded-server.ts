import { Metastore, type MetastoreOptions } from '../../src/index.js'
import { testHost } from './hosts.js'

/** A server in this process, on the host under test. */
export function createMetastore(options: MetastoreOptions = {}): Promise<Metastore> {
  return Metastore.create({ grpcServer: testHost, ...options })
}
