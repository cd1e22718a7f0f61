import { type EngineName, startEtcd } from '../../support/member-process.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { startSubject } from '../subject.js'
import { Restartable } from './restartable.js'
import { Side } from './side.js'

/** A fresh etcd, a fresh member of ours for each engine, and a client of each. */
export interface Arena {
  readonly oracle: Side
  readonly subjects: readonly Side[]
  /** True: the subjects are real etcds as well, to check the comparison itself. */
  readonly sameVersion: boolean
  /** Ends all processes and deletes their data. */
  close(): Promise<void>
}

export async function openArena(engines: readonly EngineName[]): Promise<Arena> {
  const folder = await temporaryFolder('differential')
  const launches = [
    () => startEtcd({ dataDirectory: `${folder.path}/etcd` }),
    ...engines.map((engine) => () => startSubject(engine, `${folder.path}/${engine}`)),
  ]
  const starts = await Promise.allSettled(launches.map((launch) => Restartable.start({ launch })))
  const servers = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed !== undefined) {
    await closeAll([], servers, folder)
    throw failed.reason
  }
  const names = ['etcd', ...engines]
  const sides = servers.map((server, index) => new Side(names[index] ?? '', server))
  const [oracle, ...subjects] = sides
  if (oracle === undefined) throw new Error('no oracle')
  return {
    oracle,
    subjects,
    sameVersion: process.env.METASTORE_COMPAT_SUBJECT === 'etcd',
    close: () => closeAll(sides, servers, folder),
  }
}

async function closeAll(
  sides: readonly Side[],
  servers: readonly Restartable[],
  folder: { remove(): Promise<void> },
): Promise<void> {
  for (const side of sides) side.close()
  await Promise.all(servers.map((server) => server.close()))
  await folder.remove()
}
