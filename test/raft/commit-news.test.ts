import { describe, expect, it } from 'vitest'
import { configurationOf, type Message, Raft } from '../../src/raft/index.js'
import { raftOptions } from './raft-options.js'

/** Carries out all that waits, at once; what is for others goes to `sent`. */
function work(raft: Raft, sent: Message[] = []): void {
  while (raft.hasReady()) {
    const ready = raft.ready()
    sent.push(...ready.messages)
    for (const message of ready.messagesAfterPersist) if (message.to === 1n) raft.step(message)
    const last = ready.entries.at(-1)
    if (last !== undefined) raft.persisted(last.index, last.term)
    const end = ready.committedEntries.at(-1)
    if (end !== undefined) raft.applied(end.index)
  }
}

describe('a leader that holds commits', () => {
  type Append = Extract<Message, { type: 'append-request' }>

  /** Carries out all that waits; the appends that left, each as receiver, number of entries and commit index. */
  function appends(raft: Raft): string[] {
    const sent: Message[] = []
    work(raft, sent)
    const isAppend = (message: Message): message is Append => message.type === 'append-request'
    return sent
      .filter(isAppend)
      .map(({ to, entries, commit }) => `${to}: ${entries.length} entries, commit ${commit}`)
  }

  function accepted(raft: Raft, from: bigint, index: number): void {
    const answer = { type: 'append-response', reject: false, hintIndex: 0, hintTerm: 0 } as const
    raft.step({ ...answer, from, to: 1n, term: 1, index })
  }

  /** Leads two others, which have its first entry. */
  function holding(): Raft {
    const configuration = configurationOf([1n, 2n, 3n])
    const raft = new Raft(raftOptions({ configuration, holdsCommits: true }))
    raft.campaign()
    work(raft)
    raft.step({ type: 'vote-response', from: 2n, to: 1n, term: 1, reject: false })
    work(raft)
    for (const from of [2n, 3n]) accepted(raft, from, 1)
    expect(appends(raft)).toEqual(['2: 0 entries, commit 1', '3: 0 entries, commit 1'])
    return raft
  }

  function committed(raft: Raft, awaited = false): string[] {
    raft.propose([{ data: Buffer.from('x') }], awaited)
    work(raft)
    accepted(raft, 2n, raft.status().lastIndex)
    return appends(raft)
  }

  it('sends them with the next entries', () => {
    const raft = holding()
    expect(committed(raft)).toEqual([])
    expect(raft.status().commit).toBe(2)
    expect(raft.holdsCommit).toBe(true)
    raft.propose([{ data: Buffer.from('y') }])
    expect(appends(raft)).toEqual(['2: 1 entries, commit 2', '3: 1 entries, commit 2'])
    expect(raft.holdsCommit).toBe(false)
  })

  it('sends them when the driver says so, and then holds the next', () => {
    const raft = holding()
    committed(raft)
    raft.announceCommit()
    expect(appends(raft)).toEqual(['2: 0 entries, commit 2', '3: 0 entries, commit 2'])
    expect(raft.holdsCommit).toBe(false)
    expect(committed(raft)).toEqual([])
  })

  it('holds none that another member waits for, also when only some of those are committed', () => {
    const raft = holding()
    for (let index = 2; index <= 4; index++) raft.propose([{ data: Buffer.from('x') }], true)
    work(raft)
    for (let index = 2; index <= 4; index++) {
      accepted(raft, 3n, index)
      expect(appends(raft)).toEqual([
        `2: 0 entries, commit ${index}`,
        `3: 0 entries, commit ${index}`,
      ])
    }
    expect(committed(raft)).toEqual([])
  })

  it('holds no change of the membership: whoever it removes should hear of it', () => {
    const raft = holding()
    const steps = [{ kind: 'remove', id: 3n }] as const
    raft.proposeConfiguration({ steps, transition: 'auto', context: Buffer.alloc(0) })
    work(raft)
    accepted(raft, 2n, 2)
    expect(appends(raft)).toEqual(['2: 0 entries, commit 2', '3: 0 entries, commit 2'])
  })
})
