import { MetastoreError } from '../../../src/base/errors.js'
import type { Chronicle } from './chronicle.js'
import { describeRange } from './describe.js'
import { valuesIn } from './model.js'
import type { RangeAsked } from './model-values.js'
import { demand } from './violation.js'

/** What a client asked, and how it went. */
export interface Operation {
  readonly kind: 'write' | 'read' | 'read-past' | 'compact'
  /** For messages. */
  readonly what: string
  readonly member: bigint
  /** By which a write is known again in the log. */
  readonly tag: string | undefined
  readonly asked: RangeAsked | undefined
  /** Of a read of the past. */
  readonly revision: number
  /** It takes what the member has. */
  readonly serializable: boolean
  readonly calledAt: number
  /** What had been answered to anybody before the call. */
  readonly floorRevision: number
  /** Infinity until it is answered. */
  returnedAt: number
  answer: string | undefined
  error: unknown
}

/** With these an operation was refused before anything took place. */
const refusals = new Set(['no-leader', 'not-leader', 'too-many-requests', 'request-too-large'])

/** All that clients asked and heard; every answer is held against the chronicle at once. */
export class History {
  readonly operations: Operation[] = []
  /** The highest revision any answered operation has shown. */
  floorRevision = 1
  private moment = 0

  constructor(private readonly chronicle: Chronicle) {}

  called(
    init: Pick<Operation, 'kind' | 'what' | 'member'> &
      Partial<Pick<Operation, 'tag' | 'asked' | 'revision' | 'serializable'>>,
  ): Operation {
    this.moment++
    const operation: Operation = {
      tag: undefined,
      asked: undefined,
      revision: 0,
      serializable: false,
      ...init,
      calledAt: this.moment,
      floorRevision: this.floorRevision,
      returnedAt: Number.POSITIVE_INFINITY,
      answer: undefined,
      error: undefined,
    }
    this.operations.push(operation)
    return operation
  }

  /** `revision`: the one in the header. */
  answered(operation: Operation, answer: string, revision: number): void {
    this.end(operation)
    operation.answer = answer
    if (operation.kind === 'write') this.checkWrite(operation, revision)
    else if (operation.kind !== 'compact') this.checkRead(operation, revision)
    if (operation.serializable) return
    const { floorRevision, what } = operation
    const late = `${what} was answered at ${revision}, though ${floorRevision} had been seen before`
    demand(revision >= floorRevision, late)
    this.floorRevision = Math.max(this.floorRevision, revision)
  }

  failed(operation: Operation, error: unknown): void {
    this.end(operation)
    operation.error = error
    demand(error instanceof MetastoreError, `${operation.what} fails with ${String(error)}`)
    const { revision, kind } = operation
    if (kind !== 'read-past') return
    const { compacted } = this.chronicle.state
    if (error.code === 'compacted') {
      demand(revision < compacted, `${operation.what}: ${revision} is not compacted`)
    }
  }

  /** What was refused never takes place, not even later. */
  checkRefusals(): void {
    for (const { tag, error, what } of this.operations) {
      if (tag === undefined || !(error instanceof MetastoreError)) continue
      const deed = this.chronicle.byTag.get(tag)
      if (deed === undefined || deed.answer === error.code) continue
      demand(!refusals.has(error.code), `${what} took place and was refused with ${error.code}`)
    }
  }

  private end(operation: Operation): void {
    this.moment++
    operation.returnedAt = this.moment
  }

  private checkWrite({ tag, what, answer }: Operation, revision: number): void {
    const deed = this.chronicle.byTag.get(tag ?? '')
    demand(deed !== undefined, `${what} was answered and is not in the log`)
    const wrong = `${what} was answered "${answer}" and not "${deed.answer}"`
    demand(deed.answer === answer && (deed.revision === revision || !deed.wrote), wrong)
  }

  private checkRead(
    { asked, answer, what, kind, ...operation }: Operation,
    revision: number,
  ): void {
    const at = kind === 'read-past' ? operation.revision : revision
    const state = this.chronicle.states[at]
    demand(state !== undefined, `${what} was answered at ${revision}, which nobody has reached`)
    if (asked === undefined) return
    const expected = describeRange(revision, valuesIn(state.values, asked))
    demand(answer === expected, `${what} was answered "${answer}" and not "${expected}"`)
  }
}
