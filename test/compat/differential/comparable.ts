import { toByteString } from '../../../src/base/bytes.js'
import { Event, KeyValue } from '../../../src/wire/index.js'

/** A message as a plain tree: what is printed and what is compared. */
export type Comparable =
  | string
  | number
  | boolean
  | readonly Comparable[]
  | { readonly [field: string]: Comparable }

/** Header fields that name a server; only whether they are set is compared. */
const identities = new Set(['clusterId', 'memberId', 'raftTerm'])
const longestPrinted = 64

/** Bytes become text with escapes, ids become text, absent messages are left out. */
export function comparable(value: unknown): Comparable {
  if (Buffer.isBuffer(value)) return printable(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  if (Array.isArray(value)) return value.map(comparable)
  if (value instanceof Event) return event(value)
  if (value instanceof KeyValue) return keyValue(value)
  if (typeof value === 'object' && value !== null) return tree(value)
  throw new Error(`no message holds ${String(value)}`)
}

export function printable(bytes: Buffer): string {
  if (bytes.length > longestPrinted) {
    return `${printable(bytes.subarray(0, longestPrinted / 2))}... of ${bytes.length} bytes`
  }
  const escaped = (unit: string) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`
  return toByteString(bytes).replace(/[^\x20-\x5b\x5d-\x7e]/g, escaped)
}

function tree(message: object): Comparable {
  const fields: Record<string, Comparable> = {}
  for (const [name, value] of Object.entries(message)) {
    if (value === undefined) continue
    fields[name] = identities.has(name) ? presence(value) : comparable(value)
  }
  return fields
}

function presence(identity: unknown): Comparable {
  return identity === 0n || identity === 0 ? 'zero' : 'set'
}

function event({ type, kv, prevKv }: Event): Comparable {
  const name = type === 0 ? 'PUT' : type === 1 ? 'DELETE' : type
  return { type: name, kv: keyValue(kv), ...(prevKv && { prevKv: keyValue(prevKv) }) }
}

function keyValue(pair: KeyValue): Comparable {
  return {
    key: printable(pair.key),
    createRevision: pair.createRevision,
    modRevision: pair.modRevision,
    version: pair.version,
    value: printable(pair.value),
    lease: String(pair.lease),
  }
}
