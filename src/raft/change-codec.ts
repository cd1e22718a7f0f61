import { MetastoreError } from '../base/errors.js'
import type { ConfigurationChange, ConfigurationStep } from './configuration-change.js'

const transitions = ['auto', 'joint', 'explicit'] as const
const kinds = ['add-voter', 'add-learner', 'remove'] as const
const headerBytes = 5
const stepBytes = 9

/** Transition, number of steps, the steps, the context. */
export function encodeChange({ steps, transition, context }: ConfigurationChange): Uint8Array {
  const bytes = new Uint8Array(headerBytes + steps.length * stepBytes + context.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, transitions.indexOf(transition))
  view.setUint32(1, steps.length)
  let at = headerBytes
  for (const { kind, id } of steps) {
    view.setUint8(at, kinds.indexOf(kind))
    view.setBigUint64(at + 1, id)
    at += stepBytes
  }
  bytes.set(context, at)
  return bytes
}

/**
 * The data of a `configuration` entry. The context is a view of it.
 * @throws MetastoreError `log-corrupt`
 */
export function decodeChange(data: Uint8Array): ConfigurationChange {
  if (data.byteLength < headerBytes) throw unreadable()
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const transition = transitions[view.getUint8(0)]
  const end = headerBytes + view.getUint32(1) * stepBytes
  if (transition === undefined || end > data.byteLength) throw unreadable()
  const steps: ConfigurationStep[] = []
  for (let at = headerBytes; at < end; at += stepBytes) {
    const kind = kinds[view.getUint8(at)]
    if (kind === undefined) throw unreadable()
    steps.push({ kind, id: view.getBigUint64(at + 1) })
  }
  return { steps, transition, context: data.subarray(end) }
}

function unreadable(): MetastoreError {
  return new MetastoreError('log-corrupt', 'a configuration change in the log cannot be read')
}
