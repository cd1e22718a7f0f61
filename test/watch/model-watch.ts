import { expect } from 'vitest'
import { type Event, EventType, type WatchResponse } from '../../src/wire/index.js'
import type { ModelHistory } from './model-history.js'
import { describeEvent } from './recording-sink.js'

export interface WatchOptions {
  readonly key: string
  readonly rangeEnd: string
  readonly prevKv: boolean
  readonly fragment: boolean
  readonly filters: readonly number[]
}

/** What one watch should see, and whether it did. */
export class ModelWatch {
  /** How many responses there were on the stream when the client cancelled it. */
  cancelledAt: number | undefined

  constructor(
    readonly id: bigint,
    private readonly createdAt: number,
    private readonly firstRevision: number,
    private readonly options: WatchOptions,
  ) {}

  /** `responses`: all of its stream. */
  check(responses: readonly WatchResponse[], history: ModelHistory): void {
    if (this.id === -1n) return
    const created = responses[this.createdAt]
    expect([created?.created, created?.canceled]).toEqual([true, false])
    const until = this.cancelledAt ?? responses.length
    const own = responses
      .slice(this.createdAt + 1, until)
      .filter(({ watchId }) => watchId === this.id)
    const compaction = own.find(({ compactRevision }) => compactRevision !== 0)
    const whole = joinFragments(own.filter(({ events }) => events.length > 0))
    const seen = whole.flat()
    const expected = this.expected(history)

    this.checkPrevious(seen, history)
    this.checkWhole(whole)
    this.checkProgress(responses.slice(0, until), expected)
    const seenTexts = seen.map(textOf)
    if (compaction !== undefined) {
      expect(own.at(-1)?.compactRevision).not.toBe(0)
      const missed = expected[seen.length]
      expect(expected.slice(0, seen.length).map(textOf)).toEqual(seenTexts)
      if (missed !== undefined && seen.length > 0) {
        expect(seen.at(-1)?.kv.modRevision).toBeLessThan(compaction.compactRevision)
      }
    } else if (this.cancelledAt !== undefined) {
      expect(expected.slice(0, seen.length).map(textOf)).toEqual(seenTexts)
    } else {
      expect(seenTexts).toEqual(expected.map(textOf))
    }
  }

  private expected(history: ModelHistory): Event[] {
    return history.batches
      .filter(({ revision }) => revision >= this.firstRevision)
      .flatMap(({ events }) => events.filter((event) => this.matches(event)))
  }

  private matches({ type, kv }: Event): boolean {
    const { key, rangeEnd, filters } = this.options
    if (filters.includes(type)) return false
    if (rangeEnd === '') return kv.byteKey === key
    return key <= kv.byteKey && (rangeEnd === '\0' || kv.byteKey < rangeEnd)
  }

  /** Right where it is there; missing only if not asked for, if there was none, or if compacted. */
  private checkPrevious(seen: readonly Event[], history: ModelHistory): void {
    const original = new Map(
      history.batches.flatMap(({ events }) => events.map((event) => [textOf(event), event])),
    )
    for (const event of seen) {
      const previous = original.get(textOf(event))?.prevKv
      const mayLack = event.kv.modRevision - 1 < history.compactedRevision
      if (!this.options.prevKv) expect(event.prevKv).toBeUndefined()
      else if (event.prevKv !== undefined || !mayLack) {
        expect(event.prevKv?.encoded).toEqual(previous?.encoded)
      }
    }
  }

  /** No revision in two responses. */
  private checkWhole(whole: readonly (readonly Event[])[]): void {
    const revisions = whole.flatMap((events) => [
      ...new Set(events.map(({ kv }) => kv.modRevision)),
    ])
    expect(new Set(revisions).size).toBe(revisions.length)
  }

  /** When the stream heard that it is up to a revision, every event up to there had been sent. */
  private checkProgress(responses: readonly WatchResponse[], expected: readonly Event[]): void {
    for (const [index, { watchId, header, created }] of responses.entries()) {
      if (watchId !== -1n || created || index < this.createdAt) continue
      const sent = responses
        .slice(this.createdAt, index)
        .filter((response) => response.watchId === this.id)
        .flatMap(({ events }) => events)
      const due = expected.filter(({ kv }) => kv.modRevision <= (header?.revision ?? 0))
      expect(sent.length).toBe(due.length)
    }
  }
}

function textOf(event: Event): string {
  const { createRevision, version } = event.kv
  const isPut = event.type === EventType.PUT
  return `${describeEvent(event.withoutPrevious())} ${isPut ? `${createRevision} ${version}` : ''}`
}

function joinFragments(responses: readonly WatchResponse[]): Event[][] {
  const whole: Event[][] = []
  let open: Event[] | undefined
  for (const { events, fragment } of responses) {
    if (open === undefined) whole.push([...events])
    else whole.at(-1)?.push(...events)
    open = fragment ? whole.at(-1) : undefined
  }
  expect(open).toBeUndefined()
  return whole
}
