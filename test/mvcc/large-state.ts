import { expect } from 'vitest'
import type { ScratchRead } from '../../src/engine/index.js'
import { MemoryScratch } from '../support/memory-scratch.js'
import { keyOf, Pair, requestOf } from './remembering-pair.js'
import { operation } from './state-harness.js'

export const keys = 4_000
/** Nearly all of what the keys take is on the file. */
const memoryBytes = 200_000

/** Says how much is read from it. */
export class CountingScratch extends MemoryScratch {
  readBytes = 0
  answers: ScratchRead = 'done'

  constructor(sizeBytes: number) {
    super({
      sizeBytes,
      written: () => new Promise((resolve) => setImmediate(resolve)),
      outcome: () => this.answers,
    })
  }

  override read(position: number, target: Buffer, checksum: number): ScratchRead {
    this.readBytes += target.length
    return super.read(position, target, checksum)
  }
}

export const wholeRange = requestOf({ from: 0, to: keys })

/** Two states with keys of 1.4 MB, which the one knows from its file. */
export async function knownFromFile(scratch: CountingScratch): Promise<Pair> {
  const pair = await Pair.open(memoryBytes, scratch)
  for (let index = 0; index < keys; index++) await pair.stage(put(index, 'first'))
  pair.commit()
  const { engine, cached } = pair
  for (let time = 0, before = -1; engine.scans !== before; time++) {
    expect(time).toBeLessThan(10)
    before = engine.scans
    for (let from = 0; from < keys; from += 200) {
      await cached.range(requestOf({ from, to: from + 200 }))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return pair
}

export function put(index: number, value: string) {
  return operation.put(keyOf(index), value.repeat(80), 0n)
}
