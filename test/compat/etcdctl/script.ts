import type { Etcdctl } from './etcdctl.js'

/** One page of the session; a page leaves the store in a state the next one builds on. */
export interface ScriptPage {
  readonly name: string
  run(etcdctl: Etcdctl): Promise<void>
}

/** A whole session with a fresh server. The same commands for everybody. */
export const script: readonly ScriptPage[] = [
  { name: 'put and get', run: putAndGet },
  { name: 'get with options', run: getWithOptions },
  { name: 'output formats', run: outputFormats },
  { name: 'del', run: deletes },
  { name: 'txn', run: transactions },
  { name: 'watch', run: watches },
  { name: 'compaction', run: compactions },
  { name: 'lease', run: leases },
  { name: 'lock', run: locks },
  { name: 'endpoint', run: endpoints },
]

async function putAndGet(etcdctl: Etcdctl): Promise<void> {
  await etcdctl.run(['get', 'nothing'])
  await etcdctl.run(['put', 'color/red', 'ff0000'])
  await etcdctl.run(['put', 'color/green', '00ff00'])
  await etcdctl.run(['put', 'color/blue', '0000ff'])
  await etcdctl.run(['put', 'shape', 'round'])
  await etcdctl.run(['put', 'shape', 'square', '--prev-kv'])
  await etcdctl.run(['put', 'shape', '--ignore-value'])
  await etcdctl.run(['put', 'absent', '--ignore-value'])
  await etcdctl.run(['put', 'from-input'], 'typed\nin two lines\n')
  await etcdctl.run(['put', '', 'empty key'])
  await etcdctl.run(['get', 'shape'])
  await etcdctl.run(['get', 'from-input'])
  await etcdctl.run(['get', ''])
}

async function getWithOptions(etcdctl: Etcdctl): Promise<void> {
  await etcdctl.run(['get', '--prefix', 'color/'])
  await etcdctl.run(['get', '--from-key', 'color/green'])
  await etcdctl.run(['get', '--prefix', ''])
  await etcdctl.run(['get', 'color/a', 'color/h'])
  await etcdctl.run(['get', 'shape', '--rev=5'])
  await etcdctl.run(['get', 'shape', '--rev=2'])
  await etcdctl.run(['get', 'shape', '--rev=9999'])
  await etcdctl.run(['get', '--prefix', 'color/', '--limit=2'])
  for (const target of ['KEY', 'VERSION', 'CREATE', 'MODIFY', 'VALUE']) {
    for (const order of ['ASCEND', 'DESCEND']) {
      await etcdctl.run(['get', '--prefix', '', `--sort-by=${target}`, `--order=${order}`])
    }
    await etcdctl.run(['get', '--prefix', 'color/', `--sort-by=${target}`, '--limit=2'])
  }
  await etcdctl.run(['get', '--prefix', 'color/', '--keys-only'])
  await etcdctl.run(['get', '--prefix', 'color/', '--print-value-only'])
  await etcdctl.run(['get', 'shape', '--consistency=s'])
  await etcdctl.run(['get', 'shape', '--hex'])
}

async function outputFormats(etcdctl: Etcdctl): Promise<void> {
  for (const format of ['json', 'fields', 'simple']) {
    await etcdctl.run(['get', '--prefix', 'color/', '-w', format])
    await etcdctl.run(['get', '--prefix', 'color/', '--limit=1', '-w', format])
    await etcdctl.run(['put', 'format', format, '--prev-kv', '-w', format])
    await etcdctl.run(['del', 'format', '--prev-kv', '-w', format])
  }
}

async function deletes(etcdctl: Etcdctl): Promise<void> {
  for (const key of ['a', 'ab', 'b', 'c', 'd']) await etcdctl.run(['put', `del/${key}`, key])
  await etcdctl.run(['del', 'del/nothing'])
  await etcdctl.run(['del', 'del/b', '--prev-kv'])
  await etcdctl.run(['del', 'del/c', 'del/d'])
  await etcdctl.run(['del', '--prefix', 'del/a', '--prev-kv'])
  await etcdctl.run(['del', '--from-key', 'zzz'])
  await etcdctl.run(['get', '--prefix', 'del/'])
  await etcdctl.run(['del', ''])
}

async function transactions(etcdctl: Etcdctl): Promise<void> {
  const both = 'put taken yes\nget taken\n\nput taken no\nget --prefix color/\n\n'
  await etcdctl.run(['txn', '--interactive'], `value("shape") = "square"\n\n${both}`)
  await etcdctl.run(['txn'], `value("shape") = "round"\n\n${both}`)
  await etcdctl.run(['txn'], `mod("absent") = "0"\ncreate("absent") = "0"\n\n${both}`)
  await etcdctl.run(['txn'], `version("shape") > "1"\nmod("shape") < "9999"\n\n${both}`)
  await etcdctl.run(['txn'], '\ndel taken --prev-kv\nget taken\nput other 1 --prev-kv\n\n\n')
  await etcdctl.run(['txn', '-w', 'json'], '\nput json 1\nget json\ndel json\n\n\n')
  await etcdctl.run(['txn', '-w', 'fields'], '\nput fields 1\nget shape\ndel json\n\n\n')
  await etcdctl.run(['txn'], '\nput twice 1\nput twice 2\n\n\n')
  await etcdctl.run(['get', 'twice'])
}

async function watches(etcdctl: Etcdctl): Promise<void> {
  const revision = await revisionOf(etcdctl)
  await etcdctl.run(['put', 'watch/a', 'first'])
  await etcdctl.run(['put', 'watch/b', 'second'])
  await etcdctl.run(['del', 'watch/a'])
  await etcdctl.run(['txn'], '\nput watch/a third\nput watch/c fourth\n\n\n')
  await etcdctl.run(['put', 'watch/a', 'the end'])
  const from = `--rev=${revision + 1}`
  await etcdctl.runUntil(['watch', from, 'watch/a'], 'the end\n')
  await etcdctl.runUntil(['watch', from, '--prefix', 'watch/'], 'the end\n')
  await etcdctl.runUntil(['watch', from, '--prefix', 'watch/', '--prev-kv'], 'the end\n')
  await etcdctl.runUntil(['watch', from, 'watch/a', 'watch/c'], 'the end\n')
  const lastFields = '"Value" : "the end"\n"Lease" : 0\n'
  await etcdctl.runUntil(['watch', from, '--prefix', 'watch/', '-w', 'fields'], lastFields)
  const print = ['--', 'printenv', 'ETCD_WATCH_VALUE']
  await etcdctl.runUntil(['watch', from, 'watch/a', ...print], '"the end"\n')
}

async function compactions(etcdctl: Etcdctl): Promise<void> {
  const revision = await revisionOf(etcdctl)
  await etcdctl.run(['compaction', String(revision - 2)])
  await etcdctl.run(['compaction', String(revision - 2)])
  await etcdctl.run(['compaction', '--physical', String(revision - 1)])
  await etcdctl.run(['compaction', '9999'])
  await etcdctl.run(['defrag'])
  await etcdctl.run(['get', 'shape', '--rev=2'])
  await etcdctl.run(['get', 'shape', `--rev=${revision - 1}`])
  await etcdctl.run(['watch', 'shape', '--rev=2'])
}

async function leases(etcdctl: Etcdctl): Promise<void> {
  const granted = await etcdctl.run(['lease', 'grant', '1000'])
  const id = /lease ([0-9a-f]+) granted/.exec(granted)?.[1] ?? 'none'
  await etcdctl.run(['put', 'leased/a', '1', `--lease=${id}`])
  await etcdctl.run(['put', 'leased/b', '2', `--lease=${id}`])
  await etcdctl.run(['put', 'leased/b', '3', '--ignore-lease'])
  await etcdctl.run(['get', '--prefix', 'leased/', '-w', 'json'])
  await etcdctl.run(['lease', 'timetolive', id])
  await etcdctl.run(['lease', 'timetolive', id, '-w', 'json'])
  await etcdctl.run(['lease', 'list'])
  await etcdctl.run(['lease', 'list', '-w', 'json'])
  await etcdctl.run(['lease', 'keep-alive', '--once', id])
  await etcdctl.run(['lease', 'keep-alive', '--once', id, '-w', 'json'])
  await etcdctl.run(['lease', 'revoke', id])
  await etcdctl.run(['get', '--prefix', 'leased/'])
  await etcdctl.run(['lease', 'timetolive', id])
  await etcdctl.run(['lease', 'keep-alive', '--once', id])
  await etcdctl.run(['lease', 'revoke', id])
  await etcdctl.run(['lease', 'list'])
  await etcdctl.run(['put', 'leased/c', '4', '--lease=7b'])
  await etcdctl.run(['lease', 'grant', '1000', '-w', 'json'])
  await etcdctl.run(['lease', 'grant', '9000000001'])
}

async function locks(etcdctl: Etcdctl): Promise<void> {
  await etcdctl.run(['lock', 'mutex', 'printenv', 'ETCD_LOCK_KEY'])
  await etcdctl.run(['get', '--prefix', 'mutex', '--keys-only'])
}

async function endpoints(etcdctl: Etcdctl): Promise<void> {
  await etcdctl.run(['endpoint', 'health'])
  await etcdctl.run(['endpoint', 'status', '-w', 'json'])
  await etcdctl.run(['endpoint', 'status', '-w', 'table'])
  await etcdctl.run(['endpoint', 'status', '-w', 'fields'])
  await etcdctl.run(['endpoint', 'status'])
}

async function revisionOf(etcdctl: Etcdctl): Promise<number> {
  const answer = await etcdctl.run(['get', 'shape', '-w', 'json'])
  return Number(/"revision":(\d+)/.exec(answer)?.[1])
}
