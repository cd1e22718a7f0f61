import type { Clock } from '../base/clock.js'
import { invariant, MetastoreError } from '../base/errors.js'
import type { History, RevisionEvents } from '../mvcc/reads/history.js'
import type { ResponseHeader } from '../wire/index.js'
import { CatchUp } from './catch-up.js'
import { HubStream, type StreamHost } from './hub-stream.js'
import { LiveWatchers } from './live-watchers.js'
import { TurnBudget } from './turn-budget.js'
import type { WatchSink, WatchStream } from './watch-stream.js'
import type { Watcher } from './watcher.js'

/** etcd's: the largest request a client may send, and room for the message around it. */
const defaultFragmentBytes = 1.5 * 1024 * 1024 + 512 * 1024

export interface WatchHubOptions {
  /** Its current revision when the hub is made counts as published. */
  readonly history: History
  readonly clock: Clock
  /** The header of responses; the hub puts in the revision. */
  readonly header: () => ResponseHeader
  /** How often a watch that asked for it, and had no events meanwhile, hears how far it is. */
  readonly progressIntervalMs: number
  /**
   * About the largest response to a watch that asked for fragments, and the size at which what a
   * watch gets of the past is cut between revisions. 2 MiB by default.
   */
  readonly fragmentBytes?: number
  /** Lets other work of the process go on. */
  readonly nextTurn: () => Promise<void>
  /** About the responses sent before that; 512 by default. */
  readonly costPerTurn?: number
  /** Hears why history could not be read; the hub tries again after a while. */
  readonly onReadError?: (error: unknown) => void
}

/**
 * Hands every published event to the watchers of its key, exactly once and in order. Whoever is up
 * to date gets it at once; whoever starts in the past, or whose reader cannot take it, is served
 * from history until it is up to date again, so that the hub keeps a bounded
 * number of events for all of them together.
 */
export class WatchHub {
  private readonly streams = new Set<HubStream>()
  private readonly live: LiveWatchers
  private readonly catchUp: CatchUp
  private readonly host: StreamHost
  private readonly headerOf: (revision: number) => ResponseHeader
  private publishedRevision: number
  private watchers = 0
  private closed = false

  constructor(private readonly options: WatchHubOptions) {
    const { history, clock } = options
    const fragmentBytes = options.fragmentBytes ?? defaultFragmentBytes
    this.publishedRevision = history.revision
    this.headerOf = (revision) => ({ ...options.header(), revision })
    const publishedRevision = () => this.publishedRevision
    const { onReadError = () => {} } = options
    const shared = {
      history,
      clock,
      fragmentBytes,
      publishedRevision,
      header: this.headerOf,
      onReadError,
    }
    const newBudget = () => new TurnBudget(options.nextTurn, options.costPerTurn)
    this.live = new LiveWatchers({
      ...shared,
      budget: newBudget(),
      fallBehind: (watcher) => this.catchUp.add(watcher),
    })
    this.catchUp = new CatchUp({
      ...shared,
      // Its own, so that neither the past nor the present keeps the other from its turn.
      budget: newBudget(),
      join: (watcher) => this.live.add(watcher),
    })
    this.host = this.streamHost()
  }

  /** Watches that were created and neither cancelled nor closed with their stream. */
  get watcherCount(): number {
    return this.watchers
  }

  get streamCount(): number {
    return this.streams.size
  }

  /** Watches that are owed events of the past. */
  get behindCount(): number {
    return this.catchUp.size
  }

  /**
   * To be called right after a revision has been applied, for every revision, in order, with
   * `prevKv` in every event that has one. Returns when those who
   * are up to date have it, or a turn's worth of them: the others get it in the turns that follow.
   */
  publish(batch: RevisionEvents): void {
    const { revision } = batch
    invariant(
      revision === this.publishedRevision + 1,
      `revision ${revision} was published after ${this.publishedRevision}`,
    )
    this.publishedRevision = revision
    this.catchUp.published(batch)
    this.live.publish(batch)
  }

  /**
   * To be called when the state was replaced by a later one without its revisions being published,
   * as by a snapshot from the leader. Watches go on where they were, through history.
   */
  restored(): void {
    const { revision } = this.options.history
    const nextRevision = this.publishedRevision + 1
    invariant(revision >= this.publishedRevision, 'a restored state is older than the one before')
    this.publishedRevision = revision
    this.catchUp.revisionsSkipped()
    this.live.fallBehindFrom(nextRevision, revision)
  }

  /**
   * A new stream of watches; its owner closes it.
   * @throws MetastoreError `server-stopped` once the hub is closed
   */
  open(sink: WatchSink): WatchStream {
    if (this.closed) throw new MetastoreError('server-stopped')
    const stream = new HubStream(this.host, sink)
    this.streams.add(stream)
    return stream
  }

  /** Closes all streams. Idempotent. */
  close(): void {
    if (this.closed) return
    this.closed = true
    for (const stream of [...this.streams]) stream.close()
    this.catchUp.close()
  }

  private streamHost(): StreamHost {
    const hub = this
    return {
      clock: this.options.clock,
      progressIntervalMs: this.options.progressIntervalMs,
      get revision() {
        return hub.publishedRevision
      },
      isUpToDate: (watcher) => watcher.phase === 'live' && !this.live.isUnderWay(watcher),
      header: this.headerOf,
      register: (watcher) => this.register(watcher),
      unregister: (watcher) => this.unregister(watcher),
      drained: (stream) => this.catchUp.drained(stream),
      closed: (stream) => this.streams.delete(stream),
    }
  }

  private register(watcher: Watcher): void {
    this.watchers++
    if (watcher.nextRevision > this.publishedRevision) this.live.add(watcher)
    else this.catchUp.add(watcher)
  }

  private unregister(watcher: Watcher): void {
    this.watchers--
    if (watcher.phase === 'live') this.live.delete(watcher)
    else this.catchUp.delete(watcher)
    watcher.phase = 'ended'
  }
}
