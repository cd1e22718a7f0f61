import { setTimeout as pause } from 'node:timers/promises'
import { KvService } from '../../src/api/generated/services.js'
import { PutRequest } from '../../src/wire/index.js'
import { RawClient } from './raw-client.js'

/** A put that was answered; every one has a key of its own. */
export interface AnsweredPut {
  readonly key: string
  readonly revision: number
  readonly startedMs: number
  readonly endedMs: number
}

/** What one put may take before its writer goes on to the next. */
const putTimeoutMs = 10_000
/** Between two tries while nobody answers. */
const pauseMs = 5

/**
 * Writers that put one key after the other, each under a name never used again, and go on after a
 * failure: what was acknowledged can be looked for one by one.
 */
export class UniquePuts {
  readonly acknowledged: AnsweredPut[] = []
  readonly failures: string[] = []
  readonly #writers: Promise<void>[]
  #stopped = false

  /** `mark` keeps the keys of several loads apart. */
  constructor(endpoints: readonly string[], mark: string, writersEach: number) {
    this.#writers = endpoints.flatMap((endpoint, place) =>
      Array.from({ length: writersEach }, (_, writer) =>
        this.#write(endpoint, `${mark}/${place}/${writer}`),
      ),
    )
  }

  /** Lets each writer finish what it has under way. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#writers)
  }

  async #write(endpoint: string, prefix: string): Promise<void> {
    const client = new RawClient(endpoint)
    for (let count = 0; !this.#stopped; count++) {
      const key = `${prefix}/${count}`
      const startedMs = performance.now()
      const request = PutRequest.create({ key: Buffer.from(key), value: Buffer.from(key) })
      const answer = await client.unary(KvService.put, request, putTimeoutMs)
      if ('failure' in answer) {
        this.failures.push(`${answer.failure.code}: ${answer.failure.message}`)
        await pause(pauseMs)
        continue
      }
      const revision = answer.response.header?.revision ?? 0
      this.acknowledged.push({ key, revision, startedMs, endedMs: performance.now() })
    }
    client.close()
  }
}
