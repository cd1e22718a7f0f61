import type { Command } from '../../../src/wire/index.js'
import type { Chronicle, Deed } from './chronicle.js'
import { describeRange, describeValue } from './describe.js'
import type { History } from './history.js'
import { type Call, isLinearizable, type SequentialModel } from './linearizability.js'
import { emptyState, execute, type ModelState, valuesIn } from './model.js'
import type { RangeAsked } from './model-values.js'
import { demand } from './violation.js'

type Step =
  | { readonly kind: 'read'; readonly asked: RangeAsked; readonly answer: string }
  | { readonly kind: 'write'; readonly command: Command; readonly answer: string }
  /** It took place, though its client, if it had one, heard no answer. */
  | { readonly kind: 'unheard'; readonly command: Command; readonly revision: number }

/**
 * Whether all that clients heard fits one order of operations that keeps to time. Revisions are part of
 * the answers, so that keys cannot be looked at one by one; an operation without an answer stays open, and
 * takes place with the revision the log gave it, or never.
 */
export function checkStrictSerializability(history: History, chronicle: Chronicle): void {
  const calls = [...callsOf(history, chronicle), ...expiries(chronicle)]
  const leases = chronicle.deeds.flatMap(({ command: { leaseGrant } }) => {
    return leaseGrant === undefined ? [] : [[leaseGrant.id, leaseGrant.ttl] as const]
  })
  const model = storeModel({ ...emptyState, leases: new Map(leases) })
  demand(isLinearizable(model, calls), 'no order of operations explains all answers')
}

function storeModel(initial: ModelState): SequentialModel<ModelState, Step> {
  return {
    initial,
    step(state, step) {
      if (step.kind === 'read') {
        const found = describeRange(state.revision, valuesIn(state.values, step.asked))
        return found === step.answer ? state : undefined
      }
      const result = execute(state, step.command)
      const right =
        step.kind === 'write'
          ? result.answer === step.answer
          : result.state.revision === step.revision
      // Leases that are gone stay known: here only what becomes of keys counts.
      return right ? { ...result.state, leases: initial.leases } : undefined
    },
    fingerprint: ({ revision, values }) => {
      return `${revision} ${[...values.values()].map(describeValue).join()}`
    },
  }
}

function callsOf(history: History, chronicle: Chronicle): Call<Step>[] {
  return history.operations.flatMap((operation) => {
    const { kind, tag, asked, answer, serializable, calledAt, returnedAt } = operation
    if (kind === 'read') {
      if (answer === undefined || asked === undefined || serializable) return []
      return [{ operation: { kind, asked, answer }, calledAt, returnedAt }]
    }
    const deed = chronicle.byTag.get(tag ?? '')
    if (kind !== 'write' || deed === undefined || deed.command.leaseGrant !== undefined) return []
    const { command } = deed
    if (answer !== undefined) {
      return [{ operation: { kind, command, answer }, calledAt, returnedAt }]
    }
    return deed.wrote ? [unheard(deed, calledAt)] : []
  })
}

function expiries({ deeds }: Chronicle): Call<Step>[] {
  return deeds
    .filter(({ command, wrote }) => command.leaseRevoke !== undefined && wrote)
    .map((deed) => unheard(deed, -1))
}

function unheard({ command, revision }: Deed, calledAt: number): Call<Step> {
  const returnedAt = Number.POSITIVE_INFINITY
  return { operation: { kind: 'unheard', command, revision }, calledAt, returnedAt }
}
