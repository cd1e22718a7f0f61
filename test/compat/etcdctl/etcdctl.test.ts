import { beforeAll, describe, expect, test } from 'vitest'
import { engineNames, type ServerProcess, startEtcd } from '../../support/member-process.js'
import { temporaryFolder } from '../../support/temporary-folder.js'
import { startSubject } from '../subject.js'
import { Etcdctl } from './etcdctl.js'
import { normalised } from './normalise.js'
import { script } from './script.js'

type Pages = ReadonlyMap<string, string>

describe.each(engineNames)(
  'R1: etcdctl prints with engine %s what it prints with etcd',
  (engine) => {
    let expected: Pages
    let actual: Pages

    beforeAll(async () => {
      ;[expected, actual] = await Promise.all([
        session((dataDirectory) => startEtcd({ dataDirectory })),
        session((dataDirectory) => startSubject(engine, dataDirectory)),
      ])
    }, 120_000)

    test.each(script.map(({ name }) => name))('%s', (name) => {
      expect(actual.get(name)).toBe(expected.get(name))
    })
  },
)

/** Plays the script on a fresh server and answers its pages, normalised. */
async function session(start: (dataDirectory: string) => Promise<ServerProcess>): Promise<Pages> {
  await using folder = await temporaryFolder('etcdctl')
  await using server = await start(`${folder.path}/data`)
  const pages = new Map<string, string>()
  for (const page of script) {
    const etcdctl = new Etcdctl(server.endpoint)
    await page.run(etcdctl)
    pages.set(page.name, etcdctl.transcript.map(normalised).join('\n'))
  }
  return pages
}
