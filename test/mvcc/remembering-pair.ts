import { expect } from 'vitest'
import {
  type EngineView,
  MemoryEngine,
  type RowRange,
  type RowScan,
  type Scratch,
} from '../../src/engine/index.js'
import { KeyValueState } from '../../src/mvcc/index.js'
import type { RangeResult } from '../../src/mvcc/reads/range.js'
import {
  type Command,
  EncodedRangeResponse,
  EncodingRangeResponse,
  RangeRequest,
  RangeResponse,
  ResponseHeader,
} from '../../src/wire/index.js'
import { bytes, operation } from './state-harness.js'

/** A memory engine whose scans, like those of a disk, wait for the test to let them go on. */
class WaitingEngine extends MemoryEngine {
  scans = 0
  #held: (() => void)[] | undefined

  hold(): void {
    this.#held ??= []
  }

  letGo(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const go of held) go()
  }

  override view(): EngineView {
    const view = super.view()
    const scan = (range: RowRange): RowScan => {
      this.scans++
      const rows = view.scan(range)
      const next = async (limit: number) => {
        const { length } = this.#held ?? []
        if (this.#held !== undefined) {
          await new Promise<void>((resolve) => this.#held?.splice(length, 0, resolve))
        }
        return rows.next(limit)
      }
      return {
        next: range.priority === 'apply' ? (limit) => rows.next(limit) : next,
        close: () => rows.close(),
      }
    }
    return { get: (key) => view.get(key), scan, close: () => view.close() }
  }
}

/** Two states that are told the same; only the one remembers ranges. */
export class Pair {
  static async open(rangeCacheBytes: number, scratch?: Scratch): Promise<Pair> {
    const engine = new WaitingEngine()
    return new Pair(
      engine,
      await KeyValueState.open(engine, { rangeCacheBytes, scratch }),
      await KeyValueState.open(new MemoryEngine(), { rangeCacheBytes: 0 }),
    )
  }

  #index = 0

  private constructor(
    readonly engine: WaitingEngine,
    readonly cached: KeyValueState,
    readonly plain: KeyValueState,
  ) {}

  async apply(command: Command): Promise<void> {
    await this.stage(command)
    this.commit()
  }

  async stage(command: Command): Promise<void> {
    this.#index++
    await this.cached.apply(this.#index, 1, command)
    await this.plain.apply(this.#index, 1, command)
  }

  commit(): void {
    this.cached.commit()
    this.plain.commit()
  }

  async putAll(from: number, to: number): Promise<void> {
    for (let index = from; index < to; index++) {
      await this.stage(operation.put(keyOf(index), `value ${index}`, 0n))
    }
    this.commit()
  }

  /** The scans that it took to answer. */
  async scansOf(bounds: Bounds): Promise<number> {
    const before = this.engine.scans
    await this.ask(requestOf(bounds))
    return this.engine.scans - before
  }

  async askUntilKnown(bounds: Bounds): Promise<void> {
    await this.ask(requestOf(bounds))
    await this.ask(requestOf(bounds))
    expect(await this.scansOf(bounds)).toBe(0)
  }

  /** Asks both at once; answers whether what they answer is the same, byte for byte. */
  async ask(request: RangeRequest): Promise<void> {
    const revision = this.cached.revision
    const answer = this.cached.range(request)
    const expected = await this.plain.range(request)
    expect(this.plain.revision).toBe(revision)
    const found = await answer
    const wanted = RangeResponse.encode(responseOf(expected, revision))
    expect(EncodingRangeResponse.encode(responseOf(found, revision)).toString('latin1')).toBe(
      wanted.toString('latin1'),
    )
    expect(found.keyValues.map((each) => each.encoded)).toEqual(
      expected.keyValues.map((each) => each.encoded),
    )
  }
}

interface Bounds {
  readonly from: number
  readonly to: number
  readonly limit?: number
  readonly countOnly?: boolean
}

export function keyOf(index: number): string {
  return `key-${String(index).padStart(6, '0')}`
}

export function requestOf({ from, to, ...rest }: Bounds): RangeRequest {
  return RangeRequest.create({ key: bytes(keyOf(from)), rangeEnd: bytes(keyOf(to)), ...rest })
}

/** Byte for byte what is answered. */
export function encodedResponse(result: RangeResult, revision: number): string {
  return EncodingRangeResponse.encode(responseOf(result, revision)).toString('latin1')
}

function responseOf(result: RangeResult, revision: number): RangeResponse {
  const header = ResponseHeader.create({ clusterId: 7n, memberId: 8n, revision, raftTerm: 2 })
  const { encoded, more, count } = result
  if (encoded !== undefined) return new EncodedRangeResponse(header, encoded, more, count)
  return RangeResponse.create({ header, kvs: result.keyValues, more, count })
}
