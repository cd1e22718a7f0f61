import { KvService } from '../../src/api/generated/services.js'
import { PutRequest, RequestOp, TxnRequest } from '../../src/wire/index.js'
import { RawClient } from './raw-client.js'

/** A pair that the server has acknowledged, and the revision it gave it. */
export interface AcknowledgedPut {
  readonly key: string
  readonly value: string
  readonly revision: number
}

/**
 * Writers that put without a break, each on a connection of its own: single pairs, and now and then
 * two in one transaction. They stop at the first failure each.
 */
export class PutLoad {
  readonly acknowledged: AcknowledgedPut[] = []
  /** What the writers were told when they stopped. */
  readonly failures: string[] = []
  readonly #clients: RawClient[]
  readonly #writers: Promise<void>[]
  readonly #round: string
  #stopped = false

  /** `round` marks the values, so that no two loads write the same pair. */
  constructor(endpoint: string, round: string, writerCount: number) {
    this.#round = round
    this.#clients = Array.from({ length: writerCount }, () => new RawClient(endpoint))
    this.#writers = this.#clients.map((client, index) => this.#write(client, index))
  }

  /** Lets each writer finish what it has under way. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#writers)
    for (const client of this.#clients) client.close()
  }

  /** Resolves when every writer has met a failure. */
  async broken(): Promise<void> {
    await Promise.all(this.#writers)
  }

  async #write(client: RawClient, writer: number): Promise<void> {
    for (let count = 0; !this.#stopped; count++) {
      const value = `${this.#round} ${count}`
      const names = [`writer ${writer}/key ${count % 10}`]
      if (count % 5 === 0) names.push(`writer ${writer}/pair`)
      const answer = await client.unary(KvService.txn, putsOf(names, value))
      if ('failure' in answer) {
        this.failures.push(`${answer.failure.code}: ${answer.failure.message}`)
        return
      }
      const revision = answer.response.header?.revision ?? 0
      for (const key of names) this.acknowledged.push({ key, value, revision })
    }
  }
}

function putsOf(names: readonly string[], value: string): TxnRequest {
  const puts = names.map((key) =>
    RequestOp.create({
      requestPut: PutRequest.create({ key: Buffer.from(key), value: Buffer.from(value) }),
    }),
  )
  return TxnRequest.create({ success: puts })
}
