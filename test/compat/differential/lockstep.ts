import { KvService } from '../../../src/api/generated/services.js'
import { seededRandom } from '../../../src/base/random.js'
import { PutRequest, type RangeRequest } from '../../../src/wire/index.js'
import { waitFor } from '../../support/wait-for.js'
import type { Comparable } from './comparable.js'
import { differences, usualTtlTolerance } from './compare.js'
import { DifferenceError } from './difference-error.js'
import { Draw } from './draw.js'
import { drawOperations } from './generate.js'
import { finalHashes, hashKv } from './generate-hashes.js'
import { markerKey } from './keys.js'
import { hashBeforeRemoval, knownDifferences } from './known-differences.js'
import { LockstepWatches } from './lockstep-watches.js'
import { type Call, call, type Operation } from './operation.js'
import type { Answered, Side } from './side.js'
import { newWorld, type World } from './world.js'

const patienceMs = 5_000

export interface LockstepOptions {
  /** Undefined: nothing will be drawn, only performed. */
  readonly seed: number | undefined
  readonly oracle: Side
  readonly subjects: readonly Side[]
  /** True: the subjects are of the oracle's version too, and nothing may differ. */
  readonly sameVersion: boolean
}

/** Does the same to all sides, one operation after the other, and compares what comes back. */
export class Lockstep {
  readonly world: World = newWorld()
  readonly #options: LockstepOptions
  readonly #watches: LockstepWatches
  #operationNumber = 0
  #ttlTolerance = usualTtlTolerance
  #operation: Operation = { kind: 'quiet' }

  constructor(options: LockstepOptions) {
    this.#options = options
    this.#watches = new LockstepWatches(options, this.world, (side, lines, answers) => {
      throw this.#difference(side, lines, answers)
    })
  }

  /**
   * Draws and performs `count` operations, then waits for all events.
   * @throws DifferenceError at the first difference that is not a known one
   */
  async run(count: number): Promise<void> {
    const draw = new Draw(seededRandom(this.#options.seed ?? 0))
    const waiting: Operation[] = []
    for (let number = 1; number <= count; number++) {
      if (waiting.length === 0) waiting.push(...drawOperations(draw, this.world))
      const operation = waiting.shift()
      if (operation !== undefined) await this.perform(operation)
    }
    await this.#quiet()
    const { revision, compactedRevision } = this.world
    for (const hash of finalHashes(compactedRevision, revision)) await this.perform(hash)
  }

  async perform(operation: Operation): Promise<void> {
    this.#operationNumber++
    this.#operation = operation
    switch (operation.kind) {
      case 'call':
        return this.#performCall(operation)
      case 'keep-alive':
        return this.#compareAll((side) => side.keepAlive(operation.leaseId))
      case 'range-stream':
        return this.#performRangeStream(operation.request)
      case 'unnamed-lease':
        return this.#compareAll((side) => side.unnamedLease(operation.ttl))
      case 'watch-create':
        return this.#watches.create(operation.stream, operation.request)
      case 'quiet':
        return this.#quiet()
      case 'restart':
        return this.#restart(operation.hard)
    }
    // What these do depends on which events have been delivered, so all must have been.
    await this.#quiet()
    if (operation.kind === 'watch-cancel') {
      return this.#watches.cancel(operation.stream, operation.watchId)
    }
    if (operation.kind === 'watch-progress') return this.#watches.progress(operation.stream)
    return this.#watches.close(operation.stream)
  }

  async #performCall(operation: Call): Promise<void> {
    if (operation.name === 'compact') await this.#quiet()
    const answers = await this.#ask(operation)
    const difference = this.#differenceIn(operation, answers)
    if (difference !== undefined) throw difference
    this.#learn(operation, answers[0]?.response)
  }

  async #performRangeStream(request: RangeRequest): Promise<void> {
    const whole = call('range', KvService.range, request)
    const { oracle, sameVersion } = this.#options
    const answers = await this.#askAll((side) =>
      side === oracle || sameVersion ? side.call(whole) : side.rangeStream(request),
    )
    const difference = this.#differenceIn(whole, answers)
    if (difference !== undefined) throw difference
  }

  async #ask(operation: Call): Promise<Answered[]> {
    const ask = () => this.#askAll((side) => side.call(operation))
    const first = await ask()
    if (
      !hashBeforeRemoval.concerns(operation) ||
      this.#differenceIn(operation, first) === undefined
    ) {
      return first
    }
    let again = first
    const agreed = async () => {
      again = await ask()
      return this.#differenceIn(operation, again) === undefined
    }
    await waitFor('the same answer', agreed, patienceMs).catch(() => undefined)
    return this.#options.sameVersion ? again : [...again.slice(0, 1), ...first.slice(1)]
  }

  #differenceIn(operation: Call, answers: readonly Answered[]): DifferenceError | undefined {
    const [oracle, ...subjects] = answers
    if (oracle === undefined) return undefined
    const expected = this.#corrected(operation, oracle.tree)
    for (const [index, { tree }] of subjects.entries()) {
      const lines = this.#isKnown(operation, oracle.tree, tree)
        ? differences(subjects[0]?.tree ?? tree, tree, this.#ttlTolerance)
        : differences(expected, tree, this.#ttlTolerance)
      if (lines.length === 0) continue
      return this.#difference(this.#subject(index), lines, { oracle: oracle.tree, subject: tree })
    }
    return undefined
  }

  /** All watches end. What the servers have after it must be what they had before. */
  async #restart(hard: boolean): Promise<void> {
    await this.#quiet()
    this.#watches.closeAll()
    const { oracle, sameVersion } = this.#options
    const killed = (side: Side) => hard && side !== oracle && !sameVersion
    const endedMs = await this.#askAll(async (side) => {
      await side.restart(killed(side))
      return performance.now()
    })
    // A leader that is new gives all leases their whole time, from its own beginning on.
    const spreadSeconds = Math.ceil((Math.max(...endedMs) - Math.min(...endedMs)) / 1000)
    this.#ttlTolerance = usualTtlTolerance + spreadSeconds
    await this.#performCall(hashKv(0))
  }

  async #quiet(): Promise<void> {
    const request = PutRequest.create({ key: markerKey, value: Buffer.from('quiet') })
    for (const proof of this.#watches.takeProofsOfCatchingUp()) await this.#performCall(proof)
    await this.#performCall(call('put', KvService.put, request))
    await this.#watches.settle()
  }

  async #compareAll(ask: (side: Side) => Promise<Comparable>): Promise<void> {
    const [oracle, ...subjects] = await this.#askAll(ask)
    if (oracle === undefined) return
    subjects.forEach((subject, index) => {
      const lines = differences(oracle, subject, this.#ttlTolerance)
      if (lines.length > 0) throw this.#difference(this.#subject(index), lines, { oracle, subject })
    })
  }

  #askAll<T>(ask: (side: Side) => Promise<T>): Promise<T[]> {
    const { oracle, subjects } = this.#options
    return Promise.all([oracle, ...subjects].map(ask))
  }

  #corrected(operation: Call, answer: Comparable): Comparable {
    if (this.#options.sameVersion) return answer
    return knownDifferences.reduce(
      (tree, { corrected }) => corrected?.(operation, tree) ?? tree,
      answer,
    )
  }

  #isKnown(operation: Call, oracle: Comparable, subject: Comparable): boolean {
    if (this.#options.sameVersion) return false
    return knownDifferences.some(({ accepts }) => accepts?.(operation, oracle, subject))
  }

  #learn({ name, request }: Call, response: unknown): void {
    if (response === undefined) return
    const { header } = response as { header?: { revision: number } }
    this.world.revision = Math.max(this.world.revision, header?.revision ?? 0)
    const { revision, id } = request as { revision: number; id: bigint }
    if (name === 'compact') this.world.compactedRevision = revision
    if (name === 'grant') this.world.leases.add(id)
    if (name === 'revoke') this.world.leases.delete(id)
  }

  #subject(index: number): Side {
    const subject = this.#options.subjects[index]
    if (subject === undefined) throw new Error(`no subject ${index}`)
    return subject
  }

  #difference(
    side: Side,
    lines: readonly string[],
    answers?: { oracle: Comparable; subject: Comparable },
  ): DifferenceError {
    const place = {
      seed: this.#options.seed,
      operationNumber: this.#operationNumber,
      operation: this.#operation,
      side: side.name,
    }
    return new DifferenceError(place, lines, answers)
  }
}
