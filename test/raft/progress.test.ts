import { describe, expect, it } from 'vitest'
import { Progress } from '../../src/raft/progress.js'

describe('Progress', () => {
  it('probes with one message at a time and replicates without waiting', () => {
    const progress = new Progress(5)
    expect(progress.wantsAppend(9, 0)).toBe(true)
    progress.sent(10, 0)
    expect(progress.wantsAppend(9, 0)).toBe(false)
    expect(progress.next).toBe(5)
    progress.accepted(9)
    expect(progress).toMatchObject({ state: 'replicate', match: 9, next: 10 })
    expect(progress.wantsAppend(9, 0)).toBe(false)
    expect(progress.wantsAppend(10, 0)).toBe(true)
    progress.sent(11, 0)
    expect(progress.wantsAppend(10, 0)).toBe(false)
    expect(progress.wantsAppend(11, 0)).toBe(true)
  })

  it('is told of a new commit index once', () => {
    const progress = new Progress(5)
    progress.accepted(9)
    expect(progress.wantsAppend(9, 8)).toBe(true)
    progress.sent(10, 8)
    expect(progress.wantsAppend(9, 8)).toBe(false)
  })

  it('goes back to where the logs can match, never behind what is known to match', () => {
    const progress = new Progress(9)
    progress.refused(8, 3)
    expect(progress.next).toBe(4)
    progress.refused(3, 3)
    expect(progress.next).toBe(3)
    progress.accepted(2)
    progress.sent(9, 0)
    progress.refused(8, 0)
    expect(progress).toMatchObject({ state: 'probe', match: 2, next: 3 })
  })

  it('ignores answers that were under way for too long', () => {
    const progress = new Progress(9)
    progress.refused(5, 1)
    expect(progress.next).toBe(9)
    progress.accepted(8)
    progress.accepted(4)
    expect(progress.match).toBe(8)
    progress.refused(8, 1)
    expect(progress).toMatchObject({ state: 'replicate', next: 9 })
  })

  it('sends again after a heartbeat is answered, unless nothing can be missing', () => {
    const probing = new Progress(5)
    probing.sent(10, 0)
    probing.answeredHeartbeat(1, 9)
    expect(probing.wantsAppend(9, 0)).toBe(true)

    const replicating = new Progress(5)
    replicating.accepted(4)
    replicating.sent(10, 0)
    replicating.answeredHeartbeat(1, 9)
    expect(replicating.wantsAppend(9, 0)).toBe(true)
    replicating.sent(10, 0)
    replicating.accepted(9)
    replicating.answeredHeartbeat(1, 9)
    expect(replicating.wantsAppend(9, 0)).toBe(false)
  })

  it('asks from the first index on when all before it has been compacted', () => {
    const progress = new Progress(9)
    progress.sent(10, 0)
    progress.refused(8, 3)
    progress.answeredHeartbeat(7, 9)
    expect(progress.next).toBe(7)
    progress.refused(6, 3)
    expect(progress.next).toBe(4)
  })
})
