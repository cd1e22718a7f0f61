import type {
  DeleteRangeResponse,
  KeyValue,
  PutResponse,
  RangeResponse,
  TxnResponse,
} from '../../../src/wire/index.js'
import type { ModelValue } from './model-values.js'

/*
 * Responses as text, so that what a member answered and what the model expects are compared, and shown,
 * in one way.
 */

export function describeValue(value: ModelValue | undefined): string {
  if (value === undefined) return 'nothing'
  const { key, createRevision, modRevision, version, lease } = value
  return `${key}=${shortened(value.value)} (${createRevision}/${modRevision}/${version}/${lease})`
}

/** The padding of a value is told by its length. */
function shortened(value: string): string {
  const end = value.indexOf('#')
  return end < 0 ? value : `${value.slice(0, end)}+${value.length - end}`
}

export function describePut(
  revision: number | undefined,
  previous: ModelValue | undefined,
): string {
  return `put${at(revision)} over ${describeValue(previous)}`
}

export function describeDeleted(
  revision: number | undefined,
  count: number,
  previous: readonly ModelValue[],
): string {
  return `deleted ${count}${at(revision)}: ${previous.map(describeValue).join(', ')}`
}

export function describeRange(revision: number | undefined, values: readonly ModelValue[]): string {
  return `found${at(revision)}: ${values.map(describeValue).join(', ')}`
}

export function describeTxn(
  revision: number,
  succeeded: boolean,
  answers: readonly string[],
): string {
  return `${succeeded ? 'succeeded' : 'failed'}${at(revision)}: ${answers.join('; ')}`
}

function at(revision: number | undefined): string {
  return revision === undefined ? '' : ` at ${revision}`
}

export function modelValue(keyValue: KeyValue): ModelValue {
  return {
    key: keyValue.key.toString('latin1'),
    value: keyValue.value.toString('latin1'),
    createRevision: keyValue.createRevision,
    modRevision: keyValue.modRevision,
    version: keyValue.version,
    lease: keyValue.lease,
  }
}

export function putAnswer({ header, prevKv }: PutResponse): string {
  return describePut(header?.revision, prevKv && modelValue(prevKv))
}

export function deleteAnswer({ header, deleted, prevKvs }: DeleteRangeResponse): string {
  return describeDeleted(header?.revision, deleted, prevKvs.map(modelValue))
}

export function rangeAnswer({ header, kvs }: RangeResponse): string {
  return describeRange(header?.revision, kvs.map(modelValue))
}

export function txnAnswer({ header, succeeded, responses }: TxnResponse): string {
  const answers = responses.map(({ responsePut, responseDeleteRange, responseRange }) => {
    if (responsePut !== undefined) {
      return describePut(undefined, responsePut.prevKv && modelValue(responsePut.prevKv))
    }
    if (responseDeleteRange !== undefined) {
      const { deleted, prevKvs } = responseDeleteRange
      return describeDeleted(undefined, deleted, prevKvs.map(modelValue))
    }
    return describeRange(undefined, responseRange?.kvs.map(modelValue) ?? [])
  })
  return describeTxn(header?.revision ?? 0, succeeded, answers)
}
