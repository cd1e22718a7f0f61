import type { ByteString } from '../../src/base/bytes.js'
import {
  type EngineView,
  eachChange,
  MemoryEngine,
  type RowChanges,
  type RowRun,
} from '../../src/engine/index.js'

/** A memory engine that remembers every commit and how many rows its scans handed out. */
export class CountingEngine extends MemoryEngine {
  readonly commits: { readonly changes: RowChanges; readonly position: number }[] = []
  rowsRead = 0
  openScans = 0

  override commit(over: RowChanges, position: number, runs: readonly RowRun[] = []): void {
    const changes = new Map<ByteString, Buffer | undefined>()
    eachChange(over, runs, (key, value) => changes.set(key, value))
    this.commits.push({ changes, position })
    super.commit(changes, position)
  }

  override view(): EngineView {
    const view = super.view()
    return {
      get: (key) => view.get(key),
      scan: (range) => {
        const scan = view.scan(range)
        this.openScans++
        return {
          next: async (limit) => {
            const rows = await scan.next(limit)
            this.rowsRead += rows.length
            return rows
          },
          close: () => {
            this.openScans--
            scan.close()
          },
        }
      },
      close: () => view.close(),
    }
  }

  /** Rows of a kind, by what follows their prefix. */
  async rowsOf(prefix: string): Promise<Map<ByteString, Buffer>> {
    const view = super.view()
    const scan = view.scan({ gte: prefix, lt: String.fromCharCode(prefix.charCodeAt(0) + 1) })
    const found = new Map<ByteString, Buffer>()
    for (;;) {
      const rows = await scan.next(1000)
      if (rows.length === 0) break
      for (const { key, value } of rows) found.set(key.slice(prefix.length), value)
    }
    view.close()
    return found
  }

  /** Whether the rows that count keys are right, each of them. */
  async miscounts(): Promise<string[]> {
    const buckets = [...(await this.rowsOf('b'))]
    const keys = [...(await this.rowsOf('c')).keys()]
    const wrong = buckets.length === 0 && keys.length > 0 ? ['no bucket'] : []
    let at = 0
    for (const [index, [start, value]] of buckets.entries()) {
      const end = buckets[index + 1]?.[0]
      const from = at
      while (at < keys.length && (end === undefined || (keys[at] as string) < end)) at++
      if (at - from !== value.readUInt32LE()) {
        wrong.push(`${start}: ${value.readUInt32LE()} instead of ${at - from}`)
      }
    }
    return wrong
  }
}
