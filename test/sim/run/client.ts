import { CancelSource } from '../../../src/base/cancel-signal.js'
import { MetastoreError } from '../../../src/base/errors.js'
import type { Store } from '../../../src/store/index.js'
import {
  Compare,
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  type ResponseHeader,
} from '../../../src/wire/index.js'
import { deleteAnswer, putAnswer, rangeAnswer, txnAnswer } from '../check/describe.js'
import type { Operation } from '../check/history.js'
import { taggedEnd, taggedValue } from '../check/tags.js'
import { demand } from '../check/violation.js'
import type { ClientWorld } from './client-world.js'
import { LeaseHolder } from './lease-holder.js'
import type { Serving, SimulatedMember } from './member.js'
import { type DeedKind, deeds } from './swarm.js'

type Answered = { readonly header: ResponseHeader | undefined }

const lastKey = 'z'

/** Asks one thing after another of any member, as long as the run lets it. */
export class Client {
  private asked = 0
  private member: SimulatedMember
  private readonly leases: LeaseHolder

  constructor(
    private readonly world: ClientWorld,
    private readonly name: string,
  ) {
    this.member = world.anyMember()
    this.leases = new LeaseHolder(world, name)
  }

  async live(): Promise<void> {
    const { world } = this
    const { random, swarm } = world
    while (!world.over) {
      if (random.below(8) === 0) this.member = world.anyMember()
      const { serving } = this.member
      if (serving === undefined) this.member = world.anyMember()
      else await this.act(serving)
      await world.wait(1 + random.below(swarm.thinkMs))
    }
  }

  private async act(serving: Serving): Promise<void> {
    const tag = `${this.name}.${this.asked++}`
    const key = this.drawKey()
    switch (this.drawDeed()) {
      case 'put':
        return await this.put(serving, tag, key)
      case 'delete':
        return await this.remove(serving, tag, key)
      case 'txn':
        return await this.txn(serving, tag, key)
      case 'read':
        return await this.read(serving, 'read', key, '')
      case 'read-all':
        return await this.read(serving, 'read', 'k', lastKey)
      case 'serializable':
        return await this.read(serving, 'serializable', 'k', lastKey)
      case 'read-past':
        return await this.read(serving, 'read-past', 'k', lastKey)
      case 'compact':
        return await this.compact(serving)
      case 'lease':
        return await this.leases.act(this.member, serving)
    }
  }

  private async put(serving: Serving, tag: string, key: string): Promise<void> {
    const { random, swarm } = this.world
    const request = {
      key: Buffer.from(key),
      value: taggedValue(tag, random.below(swarm.valueBytes)),
      prevKv: random.below(3) === 0,
      lease: this.leases.any() ?? 0n,
    }
    const operation = this.write(tag, `put of ${key}`)
    await this.finish(
      serving,
      operation,
      (store, options) => store.put(request, options),
      putAnswer,
    )
  }

  private async remove(serving: Serving, tag: string, key: string): Promise<void> {
    const request = {
      key: Buffer.from(key),
      rangeEnd: taggedEnd(key, tag),
      prevKv: this.world.random.below(2) === 0,
    }
    const operation = this.write(tag, `delete of ${key}`)
    const ask = (store: Store, options: object) => store.deleteRange(request, options)
    await this.finish(serving, operation, ask, deleteAnswer)
  }

  private async txn(serving: Serving, tag: string, key: string): Promise<void> {
    const { random } = this.world
    const bytes = Buffer.from(key)
    const other = this.drawKey()
    const mine = RequestOp.create({
      requestPut: PutRequest.create({ key: bytes, value: taggedValue(tag, 8), prevKv: true }),
    })
    const more =
      other === key
        ? RequestOp.create({ requestRange: RangeRequest.create({ key: Buffer.from('k0') }) })
        : RequestOp.create({
            requestDeleteRange: DeleteRangeRequest.create({
              key: Buffer.from(other),
              rangeEnd: taggedEnd(other, tag),
            }),
          })
    const seen = RequestOp.create({ requestRange: RangeRequest.create({ key: bytes }) })
    const request = {
      compare: [this.drawCompare(bytes)],
      success: random.below(2) === 0 ? [mine] : [mine, more],
      failure: [seen],
    }
    const operation = this.write(tag, `transaction on ${key}`)
    await this.finish(
      serving,
      operation,
      (store, options) => store.txn(request, options),
      txnAnswer,
    )
  }

  private drawCompare(key: Buffer): Compare {
    const { random, history } = this.world
    const result = random.below(4)
    const revision = Math.max(0, history.floorRevision - random.below(8))
    const target = random.below(3)
    if (target === 0) return Compare.create({ key, result, target, version: random.below(3) })
    if (target === 1) return Compare.create({ key, result, target, createRevision: revision })
    if (random.below(2) === 0) return Compare.create({ key, result, target, modRevision: revision })
    const value = taggedValue(this.name, random.below(3))
    return Compare.create({
      key,
      result: CompareResult.NOT_EQUAL,
      target: CompareTarget.VALUE,
      value,
    })
  }

  private async read(
    serving: Serving,
    kind: 'read' | 'serializable' | 'read-past',
    key: string,
    rangeEnd: string,
  ): Promise<void> {
    const { random, history } = this.world
    const serializable = kind === 'serializable' || (kind === 'read-past' && random.below(2) === 0)
    const revision = kind === 'read-past' ? 1 + random.below(history.floorRevision) : 0
    const request = {
      key: Buffer.from(key),
      rangeEnd: Buffer.from(rangeEnd),
      serializable,
      revision,
    }
    const { shownRevision } = serving
    const operation = history.called({
      kind: kind === 'serializable' ? 'read' : kind,
      serializable,
      what: `${kind} of ${key} at member ${this.member.id}`,
      member: this.member.id,
      asked: { key, rangeEnd },
      revision,
    })
    const ask = (store: Store, options: object) => store.range(request, options)
    const header = await this.finish(serving, operation, ask, rangeAnswer)
    if (header === undefined) return
    const back = `member ${this.member.id} showed ${shownRevision} and then ${header.revision}`
    demand(header.revision >= shownRevision, back)
    serving.shownRevision = Math.max(serving.shownRevision, header.revision)
  }

  private async compact(serving: Serving): Promise<void> {
    const { random, history } = this.world
    const revision = Math.max(1, history.floorRevision - random.below(20))
    const request = { revision, physical: random.below(3) === 0 }
    const operation = history.called({
      kind: 'compact',
      what: `compaction to ${revision}`,
      member: this.member.id,
    })
    const ask = (store: Store, options: object) => store.compact(request, options)
    await this.finish(serving, operation, ask, () => 'compacted')
  }

  private write(tag: string, what: string): Operation {
    const { id } = this.member
    const whole = `${what} as ${tag} at member ${id}`
    return this.world.history.called({ kind: 'write', what: whole, member: id, tag })
  }

  /** Waits for the answer, the end of the member or of this client's patience; the header of an answer. */
  private async finish<Response extends Answered>(
    serving: Serving,
    operation: Operation,
    ask: (store: Store, options: { signal: CancelSource }) => Promise<Response>,
    describe: (response: Response) => string,
  ): Promise<ResponseHeader | undefined> {
    const signal = new CancelSource()
    const patience = serving.process.schedule(this.world.swarm.patienceMs, () => {
      signal.abort(new MetastoreError('deadline-exceeded'))
    })
    const { outcome, error } = await this.world.heard(this.member, serving, (store) => {
      return ask(store, { signal })
    })
    patience.cancel()
    this.world.note(`${operation.what}: ${outcome === undefined ? error : describe(outcome)}`)
    if (outcome !== undefined) {
      this.world.history.answered(operation, describe(outcome), outcome.header?.revision ?? 0)
      return outcome.header
    }
    if (error !== undefined) this.world.history.failed(operation, error)
    return undefined
  }

  private drawKey(): string {
    return `k${this.world.random.below(this.world.swarm.keys)}`
  }

  private drawDeed(): DeedKind {
    const { weights } = this.world.swarm
    let drawn = this.world.random.below(deeds.reduce((sum, deed) => sum + weights[deed], 0))
    for (const deed of deeds) {
      drawn -= weights[deed]
      if (drawn < 0) return deed
    }
    return 'put'
  }
}
