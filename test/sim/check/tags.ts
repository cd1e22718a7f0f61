import type { Command, RequestOp } from '../../../src/wire/index.js'

/*
 * Every operation of a client carries a mark of its own, so that it is known again wherever it turns up:
 * a put in its value, a delete in an end of its range that takes in no further key.
 */

const mark = '#'

export function taggedValue(tag: string, padding: number): Buffer {
  return Buffer.from(`${tag}${mark}${'x'.repeat(padding)}`, 'latin1')
}

/** Ends of ranges that differ and hold the same one key, since no key of a run has a zero byte. */
export function taggedEnd(key: string, tag: string): Buffer {
  return Buffer.from(`${key}\0${tag}${mark}`, 'latin1')
}

/** Undefined: the command is not a client's, or may rightly take place more than once. */
export function tagOf({ put, deleteRange, txn, leaseGrant }: Command): string | undefined {
  if (put !== undefined) return tagOfValue(put.value)
  if (deleteRange !== undefined) return tagOfEnd(deleteRange.rangeEnd)
  if (leaseGrant !== undefined) return `lease ${leaseGrant.id}`
  const [first] = txn?.success ?? []
  return first === undefined ? undefined : tagOfOperation(first)
}

function tagOfOperation({ requestPut, requestDeleteRange }: RequestOp): string | undefined {
  if (requestPut !== undefined) return tagOfValue(requestPut.value)
  return requestDeleteRange && tagOfEnd(requestDeleteRange.rangeEnd)
}

function tagOfValue(value: Buffer): string {
  return value.toString('latin1').split(mark, 1)[0] ?? ''
}

function tagOfEnd(end: Buffer): string {
  return (end.toString('latin1').split('\0')[1] ?? '').split(mark, 1)[0] ?? ''
}
