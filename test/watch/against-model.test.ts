import fc from 'fast-check'
import { expect, test } from 'vitest'
import { settled } from './fake-clock.js'
import { type Step, step } from './model-steps.js'
import { ModelWatch, type WatchOptions } from './model-watch.js'
import { RecordingSink } from './recording-sink.js'
import { ask, WatchSetup } from './watch-setup.js'

/** One stream with a sink that says false now and then, and what its watches should see. */
class Client {
  readonly sink = new RecordingSink()
  readonly watches: ModelWatch[] = []
  readonly stream

  constructor(private readonly setup: WatchSetup) {
    this.stream = setup.hub.open(this.sink)
  }

  create(options: WatchOptions, startOffset: number | undefined): void {
    const { revision } = this.setup.history
    const startRevision = startOffset === undefined ? 0 : Math.max(1, revision + startOffset)
    const firstRevision = startRevision === 0 ? revision + 1 : startRevision
    const createdAt = this.sink.responses.length
    this.stream.create(ask({ ...options, startRevision, filters: [...options.filters] }))
    const id = this.sink.responses[createdAt]?.watchId ?? -1n
    this.watches.push(new ModelWatch(id, createdAt, firstRevision, options))
  }

  cancel(pick: number): void {
    const watch = this.watches[pick % Math.max(1, this.watches.length)]
    if (watch === undefined) return
    watch.cancelledAt ??= this.sink.responses.length
    this.stream.cancel(watch.id)
  }

  drain(room: number): void {
    this.sink.makeRoom(room)
    this.stream.drained()
  }

  check(): void {
    const { history } = this.setup
    for (const watch of this.watches) watch.check(this.sink.responses, history)
    expect(this.sink.sentWhileFull).toEqual([])
  }
}

class Run {
  private readonly setup: WatchSetup
  private readonly clients: readonly Client[]

  /** `costPerTurn`: where it is small, events wait while the next steps are taken. */
  constructor(costPerTurn: number) {
    this.setup = new WatchSetup({ fragmentBytes: 300, costPerTurn })
    this.clients = [0, 1, 2].map(() => new Client(this.setup))
  }

  async take(step: Step): Promise<void> {
    const { setup } = this
    const { history } = setup
    const client = this.clients[step.client % this.clients.length] as Client
    if (step.kind === 'change') setup.change(...step.changes)
    if (step.kind === 'compact') {
      const revision = history.revision - step.back
      if (revision > history.compactedRevision) history.compact(revision)
    }
    if (step.kind === 'create') client.create(step.options, step.startOffset)
    if (step.kind === 'cancel') client.cancel(step.pick)
    if (step.kind === 'fill') client.sink.makeRoom(step.room)
    if (step.kind === 'drain') client.drain(step.room)
    if (step.kind === 'progress') client.stream.requestProgress()
    if (step.kind === 'hold') history.hold()
    if (step.kind === 'release') history.release()
    if (step.kind === 'settle') await settled()
    if (step.kind === 'snapshot') {
      for (const change of step.changes) history.change(change)
      setup.hub.restored()
    }
  }

  async finish(): Promise<void> {
    this.setup.history.release()
    for (const client of this.clients) client.drain(Number.POSITIVE_INFINITY)
    await settled()
    expect(this.setup.hub.behindCount).toBe(0)
    for (const client of this.clients) client.check()
    for (const client of this.clients) client.stream.close()
    expect(this.setup.hub.watcherCount).toBe(0)
    expect(this.setup.clock.timerCount).toBe(0)
  }
}

test.each([1, 3, 512])(
  'whatever happens, each watch sees exactly its events, ordered, once, and whole (%d a turn)',
  async (costPerTurn) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120, size: 'max' }), async (steps) => {
        const run = new Run(costPerTurn)
        for (const step of steps) await run.take(step)
        await run.finish()
      }),
      { numRuns: 100 },
    )
  },
)
