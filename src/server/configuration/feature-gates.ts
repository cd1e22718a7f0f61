import { z } from 'zod'
import type { ValueSchema } from './values.js'

/** What can be switched on. */
export type FeatureGate = 'LeaseCheckpoint' | 'LeaseCheckpointPersist'

const supported: readonly FeatureGate[] = ['LeaseCheckpoint', 'LeaseCheckpointPersist']

/** Gates of etcd's that nothing here answers to: off is what they are anyway. */
const onlyOff: readonly string[] = [
  'AllAlpha',
  'AllBeta',
  'CompactHashCheck',
  'FastLeaseKeepAlive',
  'InitialCorruptCheck',
  'PriorityRequest',
  'SetMemberLocalAddr',
  'StopGRPCServiceOnDefrag',
  'TxnModeWriteWithSharedBuffer',
]

/** The gates that `Gate=true,Gate=false` switches on; of a gate named twice the last counts. */
export function featureGates(): ValueSchema<ReadonlySet<FeatureGate>> {
  return z.string().transform((text, context) => {
    const result = parse(text)
    if (typeof result !== 'string') return result
    context.addIssue({ code: 'custom', message: result })
    return z.NEVER
  })
}

/** The gates that are on, or what is wrong. */
function parse(text: string): ReadonlySet<FeatureGate> | string {
  const on = new Set<FeatureGate>()
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue
    const problem = readGate(part, on)
    if (problem !== undefined) return problem
  }
  return on.has('LeaseCheckpointPersist') && !on.has('LeaseCheckpoint')
    ? 'LeaseCheckpointPersist needs LeaseCheckpoint=true'
    : on
}

function readGate(part: string, on: Set<FeatureGate>): string | undefined {
  const at = part.indexOf('=')
  const name = part.slice(0, at < 0 ? undefined : at).trim()
  const value = at < 0 ? undefined : booleanOf(part.slice(at + 1).trim())
  if (value === undefined) return 'must be of the form Gate=true,Gate=false'
  const gate = supported.find((each) => each === name)
  if (gate !== undefined) {
    if (value) on.add(gate)
    else on.delete(gate)
    return undefined
  }
  if (!onlyOff.includes(name)) return `${name} is not a feature gate`
  return value ? `${name} is a feature gate that metastore does not support yet` : undefined
}

/** As Go reads one. */
function booleanOf(text: string): boolean | undefined {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true
  return /^(0|f|F|false|FALSE|False)$/.test(text) ? false : undefined
}
