import { describe, expect, it } from 'vitest'
import {
  type ConfigurationChange,
  configurationOf,
  decodeChange,
  defaultRaftLimits,
  type Entry,
  Raft,
} from '../../src/raft/index.js'
import { raftOptions } from './raft-options.js'

function addVoter(id: bigint): ConfigurationChange {
  return {
    steps: [{ kind: 'add-voter', id }],
    transition: 'auto',
    context: new TextEncoder().encode('http://example'),
  }
}

/** The leader of one voter, with its first entry applied. */
function leader(maxUncommittedBytes = defaultRaftLimits.maxUncommittedBytes): Raft {
  const raft = new Raft(raftOptions({ limits: { ...defaultRaftLimits, maxUncommittedBytes } }))
  raft.campaign()
  for (const message of raft.ready().messagesAfterPersist) raft.step(message)
  committed(raft)
  return raft
}

/** Stores and commits what waits; the caller applies it. */
function committed(raft: Raft): readonly Entry[] {
  const { entries } = raft.ready()
  const last = entries.at(-1)
  if (last !== undefined) raft.persisted(last.index, last.term)
  const { committedEntries } = raft.ready()
  if (committedEntries[0]?.kind === 'normal') raft.applied(committedEntries[0].index)
  return committedEntries
}

describe('a membership change', () => {
  it('reaches the application as it was proposed, with its attachment', () => {
    const raft = leader()
    const attachment = { waits: true }
    const accepted = { outcome: 'accepted', firstIndex: 2, term: 1 }
    expect(raft.proposeConfiguration(addVoter(2n), attachment)).toEqual(accepted)
    const [entry] = committed(raft)
    expect(entry).toMatchObject({ index: 2, kind: 'configuration' })
    expect(entry?.attachment).toBe(attachment)
    const change = decodeChange(Uint8Array.from(entry?.data ?? []))
    expect(change).toEqual(addVoter(2n))
  })

  it('takes effect once, when it is applied and no earlier', () => {
    const raft = leader()
    raft.proposeConfiguration(addVoter(2n))
    const [entry] = committed(raft) as [Entry]
    expect(raft.configuration).toEqual(configurationOf([1n]))
    expect(raft.applyConfiguration(entry)).toEqual(configurationOf([1n, 2n]))
    const removal = { ...addVoter(2n), steps: [{ kind: 'remove', id: 2n }] } as const
    raft.applied(2)
    raft.proposeConfiguration(removal)
    raft.ready()
    raft.persisted(3, 1)
    raft.step({
      type: 'append-response',
      from: 2n,
      to: 1n,
      term: 1,
      index: 3,
      reject: false,
      hintIndex: 0,
      hintTerm: 0,
    })
    const [last] = raft.ready().committedEntries as [Entry]
    expect(raft.applyConfiguration(last)).toEqual(configurationOf([1n]))
    expect(raft.applyConfiguration(entry)).toEqual(configurationOf([1n]))
    expect(raft.applyConfiguration(last)).toEqual(configurationOf([1n]))
  })

  it('that the application refuses makes room for the next', () => {
    const raft = leader()
    raft.proposeConfiguration(addVoter(2n))
    committed(raft)
    expect(raft.proposeConfiguration(addVoter(3n))).toEqual({ outcome: 'change-unapplied' })
    raft.applied(2)
    expect(raft.configuration).toEqual(configurationOf([1n]))
    expect(raft.proposeConfiguration(addVoter(3n)).outcome).toBe('accepted')
  })

  it('counts among what is uncommitted', () => {
    const raft = leader(20)
    raft.propose([{ data: Buffer.alloc(10) }])
    const result = raft.proposeConfiguration(addVoter(2n))
    expect(result).toEqual({ outcome: 'too-much-uncommitted' })
  })

  it('cannot be made of another entry, nor of one that is not committed', () => {
    const raft = leader()
    raft.proposeConfiguration(addVoter(2n))
    const [entry] = raft.ready().entries as [Entry]
    expect(() => raft.applyConfiguration(entry)).toThrow('only a committed change is applied')
    expect(() => raft.applyConfiguration({ ...entry, kind: 'normal' })).toThrow(
      'only a configuration entry changes the configuration',
    )
  })
})
