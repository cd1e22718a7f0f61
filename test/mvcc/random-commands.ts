import type { Random } from '../../src/base/random.js'
import {
  Command,
  DeleteRangeRequest,
  PutRequest,
  RequestOp,
  TxnRequest,
} from '../../src/wire/index.js'
import { bytes, operation } from './state-harness.js'

const leases = [1n, -7n, 2n ** 62n]
/** More than fit the smallest table, and enough of them in a row for a deletion to stay a run. */
export const keyCount = 3000

/** Keys of all lengths around what the table takes, with bytes of all kinds. */
export const keys = Array.from({ length: keyCount }, (_, index) => {
  const name = `k${String(index).padStart(5, '0')}`
  if (index % 97 === 0) return name.padEnd(253 + (index % 5), 'x')
  if (index % 7 === 0) return `${name}\u00ff\0\u0080`
  return name
})

/** Makes commands, of which many are about keys that were just deleted. */
export class Commands {
  readonly #random: Random
  #first = 0
  #spread = keyCount

  constructor(random: Random) {
    this.#random = random
  }

  /** Those that follow are about few keys, or all. */
  narrow(): void {
    const isNarrow = this.#random.below(2) === 0
    this.#first = isNarrow ? this.#random.below(keyCount - 40) : 0
    this.#spread = isNarrow ? 40 : keyCount
  }

  any(revision: number): Command {
    const kind = this.#random.below(100)
    if (kind < 70) return Command.create({ put: this.#put() })
    if (kind < 84) return Command.create({ deleteRange: this.#deletion() })
    if (kind < 92) return this.#txn()
    const id = leases[this.#random.below(3)] ?? 0n
    if (kind < 96) return operation.grant(id)
    if (kind < 98) return operation.revoke(id)
    return operation.compact(Math.max(1, revision - this.#random.below(50)))
  }

  #put(): PutRequest {
    const random = this.#random
    const ignoreValue = random.below(12) === 0
    const ignoreLease = random.below(12) === 0
    return PutRequest.create({
      key: bytes(keys[this.#first + random.below(this.#spread)] ?? ''),
      value: ignoreValue ? bytes('') : bytes('v'.repeat(random.below(30) === 0 ? 5000 : 3)),
      lease: ignoreLease || random.below(6) > 0 ? 0n : (leases[random.below(3)] ?? 0n),
      prevKv: random.below(8) === 0,
      ignoreValue,
      ignoreLease,
    })
  }

  #deletion(): DeleteRangeRequest {
    const random = this.#random
    const from = this.#first + random.below(this.#spread)
    const size = random.below(3) === 0 ? 300 : random.below(4)
    if (size === 300) {
      this.#first = Math.min(from, keyCount - 40)
      this.#spread = 40
    }
    const end = keys[Math.min(from + size, keyCount - 1)] ?? ''
    const rangeEnd = bytes(size === 0 ? '' : end)
    return DeleteRangeRequest.create({
      ...{ key: bytes(keys[from] ?? ''), rangeEnd, prevKv: random.below(8) === 0 },
    })
  }

  #txn(): Command {
    const operations: RequestOp[] = []
    for (let count = this.#random.below(4); count >= 0; count--) {
      const isPut = this.#random.below(2) === 0
      operations.push(
        RequestOp.create(
          isPut ? { requestPut: this.#put() } : { requestDeleteRange: this.#deletion() },
        ),
      )
    }
    return Command.create({ txn: TxnRequest.create({ success: operations }) })
  }
}
