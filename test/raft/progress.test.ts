import { describe, expect, it } from 'vitest'
import { Progress } from '../../src/raft/progress.js'

const limits = { maxAppendsInFlight: 10, maxBytesInFlight: 100 }

describe('Progress', () => {
  it('probes with one message at a time and replicates without waiting', () => {
    const progress = new Progress(5, limits)
    expect(progress.wantsAppend(9, 0)).toBe(true)
    progress.sent(10, 1, 0)
    expect(progress.wantsAppend(9, 0)).toBe(false)
    expect(progress.next).toBe(5)
    progress.accepted(9, 1)
    expect(progress).toMatchObject({ state: 'replicate', match: 9, next: 10 })
    expect(progress.wantsAppend(9, 0)).toBe(false)
    expect(progress.wantsAppend(10, 0)).toBe(true)
    progress.sent(11, 1, 0)
    expect(progress.wantsAppend(10, 0)).toBe(false)
    expect(progress.wantsAppend(11, 0)).toBe(true)
  })

  it('is told of a new commit index once', () => {
    const progress = new Progress(5, limits)
    progress.accepted(9, 1)
    expect(progress.wantsAppend(9, 8)).toBe(true)
    progress.sent(10, 1, 8)
    expect(progress.wantsAppend(9, 8)).toBe(false)
  })

  it('goes back to where the logs can match, never behind what is known to match', () => {
    const progress = new Progress(9, limits)
    progress.refused(8, 3, 1)
    expect(progress.next).toBe(4)
    progress.refused(3, 3, 1)
    expect(progress.next).toBe(3)
    progress.accepted(2, 1)
    progress.sent(9, 1, 0)
    progress.refused(8, 0, 1)
    expect(progress).toMatchObject({ state: 'probe', match: 2, next: 3 })
  })

  it('ignores answers that were under way for too long', () => {
    const progress = new Progress(9, limits)
    progress.refused(5, 1, 1)
    expect(progress.next).toBe(9)
    progress.accepted(8, 1)
    progress.accepted(4, 1)
    expect(progress.match).toBe(8)
    progress.refused(8, 1, 1)
    expect(progress).toMatchObject({ state: 'replicate', next: 9 })
  })

  it('sends again after a heartbeat is answered, unless nothing can be missing', () => {
    const probing = new Progress(5, limits)
    probing.sent(10, 1, 0)
    probing.answeredHeartbeat(9)
    expect(probing.wantsAppend(9, 0)).toBe(true)

    const replicating = new Progress(5, limits)
    replicating.accepted(4, 1)
    replicating.sent(10, 1, 0)
    replicating.answeredHeartbeat(9)
    expect(replicating.wantsAppend(9, 0)).toBe(true)
    replicating.sent(10, 1, 0)
    replicating.accepted(9, 1)
    replicating.answeredHeartbeat(9)
    expect(replicating.wantsAppend(9, 0)).toBe(false)
  })

  it('asks from the first index on when all before it has been compacted, then wants a snapshot', () => {
    const progress = new Progress(9, limits)
    progress.sent(10, 1, 0)
    progress.refused(8, 3, 1)
    progress.compacted(7)
    expect(progress).toMatchObject({ state: 'probe', next: 7 })
    progress.refused(6, 3, 7)
    expect(progress).toMatchObject({ state: 'snapshot', snapshotWanted: true })
    expect(progress.wantsAppend(9, 9)).toBe(false)
  })

  it('goes on behind a snapshot that has arrived, and asks again for one that has not', () => {
    const progress = new Progress(9, limits)
    progress.refused(8, 3, 7)
    progress.snapshotSent(8)
    progress.snapshotEnded(true)
    expect(progress).toMatchObject({ state: 'probe', next: 9 })
    expect(progress.wantsAppend(9, 8)).toBe(false)
    progress.answeredHeartbeat(9)
    expect(progress.wantsAppend(9, 8)).toBe(true)

    progress.refused(8, 3, 9)
    progress.snapshotSent(8)
    progress.snapshotEnded(false)
    expect(progress).toMatchObject({ state: 'probe', next: 1 })
  })

  it('needs no snapshot once an answer shows what it holds, however far the snapshot would have gone', () => {
    const progress = new Progress(20, limits)
    progress.refused(19, 3, 7)
    progress.snapshotSent(15)
    progress.accepted(5, 7)
    expect(progress).toMatchObject({ state: 'snapshot', match: 5 })
    progress.accepted(6, 7)
    expect(progress).toMatchObject({ state: 'replicate', match: 6, next: 7 })
  })

  it('holds back entries while too many appends or bytes are under way', () => {
    const progress = new Progress(1, { maxAppendsInFlight: 2, maxBytesInFlight: 10 })
    progress.accepted(0, 1)
    progress.sent(2, 1, 0)
    expect(progress.wantsAppend(9, 0)).toBe(true)
    progress.sent(3, 1, 0)
    expect(progress.wantsAppend(9, 5)).toBe(false)
    progress.accepted(1, 1)
    expect(progress.wantsAppend(9, 0)).toBe(true)
    progress.sent(4, 9, 0)
    progress.accepted(2, 1)
    expect(progress.inFlight).toMatchObject({ count: 1, isFull: false })
    progress.sent(5, 1, 0)
    expect(progress.inFlight.isFull).toBe(true)
    progress.accepted(4, 1)
    progress.sent(6, 10, 0)
    expect(progress.inFlight).toMatchObject({ count: 1, isFull: true })
  })

  it('asks without entries after a heartbeat when all that may be under way is', () => {
    const progress = new Progress(1, { maxAppendsInFlight: 1, maxBytesInFlight: 10 })
    progress.accepted(0, 1)
    progress.sent(2, 1, 0)
    progress.answeredHeartbeat(9)
    expect(progress).toMatchObject({ inDoubt: true, takesEntries: false })
    expect(progress.wantsAppend(9, 0)).toBe(true)
    progress.sent(2, 0, 0)
    expect(progress.inFlight.count).toBe(1)
    expect(progress.wantsAppend(9, 0)).toBe(false)
  })
})
