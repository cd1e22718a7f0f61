import type { RevisionEvents } from '../mvcc/reads/history.js'
import { sizeOf } from './batch-tail.js'
import { EventRun, type EventRunOptions } from './event-run.js'
import type { Matched } from './interval-index.js'
import type { TurnBudget } from './turn-budget.js'
import type { Watcher } from './watcher.js'
import { feed } from './watcher-feed.js'

const maxWaitingEvents = 4096
const maxWaitingBytes = 4 * 1024 * 1024

/** A walk over everyone of one interval. Without a run: they have to read from history. */
interface Pass {
  readonly firstRevision: number
  run: EventRun | undefined
  readonly members: Iterator<Watcher>
}

/** What watchers of one interval are owed: what is being handed out, and what came after. */
interface Backlog {
  pass: Pass | undefined
  waiting: EventRun | undefined
  waitingEvents: number
  waitingBytes: number
  /** Everything from here on has to be read from history. */
  unreadFrom: number | undefined
}

export interface FanOutOptions extends EventRunOptions {
  readonly budget: TurnBudget
  /** The last revision that was published. */
  readonly publishedRevision: () => number
  readonly onReadError: (error: unknown) => void
  /** Takes over a watcher that lacks everything from `nextRevision` on. */
  readonly leaveBehind: (watcher: Watcher, nextRevision: number) => void
}

/**
 * Hands events to all watchers of their intervals, a turn's worth at once and the rest in the turns
 * that follow, so that a put need not wait for ten thousand watchers. What is published meanwhile
 * goes out together, in larger responses. Bounded: when more waits than that, watchers read it
 * from history.
 */
export class FanOut {
  private readonly backlogs = new Map<ReadonlySet<Watcher>, Backlog>()
  private waitingEvents = 0
  private waitingBytes = 0
  private waitsForTurn = false

  constructor(private readonly options: FanOutOptions) {}

  /** Whether some of `members` may not have been sent everything published. */
  isUnderWay(members: ReadonlySet<Watcher> | undefined): boolean {
    return members !== undefined && this.backlogs.has(members)
  }

  publish(matches: readonly Matched<Watcher>[], revision: number): void {
    for (const { members, events } of matches) this.enqueue(members, { revision, events })
    if (!this.waitsForTurn) this.work()
  }

  /** Lets everyone who lacks something read it from history, at once. */
  handOver(): void {
    this.forgetWaiting()
    for (const [members, backlog] of this.backlogs) {
      if (backlog.pass !== undefined) backlog.pass.run = undefined
      while (this.beginPass(members, backlog)) this.walk(backlog, false)
    }
    this.backlogs.clear()
  }

  private enqueue(members: ReadonlySet<Watcher>, batch: RevisionEvents): void {
    let backlog = this.backlogs.get(members)
    if (backlog === undefined) {
      backlog = emptyBacklog()
      this.backlogs.set(members, backlog)
    }
    if (backlog.unreadFrom !== undefined) return
    if (backlog.waiting === undefined) backlog.waiting = new EventRun(this.options, batch)
    else backlog.waiting.add(batch)
    if (this.waitsForTurn) this.countWaiting(backlog, batch)
  }

  private countWaiting(backlog: Backlog, batch: RevisionEvents): void {
    const sizeBytes = sizeOf(batch)
    backlog.waitingEvents += batch.events.length
    backlog.waitingBytes += sizeBytes
    this.waitingEvents += batch.events.length
    this.waitingBytes += sizeBytes
    const isTooMuch = this.waitingEvents > maxWaitingEvents || this.waitingBytes > maxWaitingBytes
    if (isTooMuch) this.forgetWaiting()
  }

  private forgetWaiting(): void {
    for (const backlog of this.backlogs.values()) {
      backlog.unreadFrom ??= backlog.waiting?.firstRevision
      this.takeWaiting(backlog)
    }
  }

  private takeWaiting(backlog: Backlog): EventRun | undefined {
    const { waiting } = backlog
    this.waitingEvents -= backlog.waitingEvents
    this.waitingBytes -= backlog.waitingBytes
    backlog.waiting = undefined
    backlog.waitingEvents = 0
    backlog.waitingBytes = 0
    return waiting
  }

  /** Each interval has one pass before it is the next one's turn. */
  private work(): void {
    for (const [members, backlog] of this.backlogs) {
      if (this.beginPass(members, backlog)) this.walk(backlog, true)
      if (backlog.pass !== undefined) {
        this.goOnNextTurn()
        return
      }
      this.backlogs.delete(members)
      const hasMore = backlog.waiting !== undefined || backlog.unreadFrom !== undefined
      if (hasMore) this.backlogs.set(members, backlog)
    }
  }

  private goOnNextTurn(): void {
    this.waitsForTurn = true
    void this.options.budget.nextTurn().then(() => {
      this.waitsForTurn = false
      this.work()
    })
  }

  /** False: nothing is left. */
  private beginPass(members: ReadonlySet<Watcher>, backlog: Backlog): boolean {
    if (backlog.pass !== undefined) return true
    const run = this.takeWaiting(backlog)
    const firstRevision = run?.firstRevision ?? backlog.unreadFrom
    if (firstRevision === undefined) return false
    backlog.unreadFrom = undefined
    backlog.pass = { firstRevision, run, members: members.values() }
    return true
  }

  /** Ends when everyone was visited, or the turn is over. */
  private walk(backlog: Backlog, withinBudget: boolean): void {
    const { budget } = this.options
    const pass = backlog.pass as Pass
    while (!(withinBudget && budget.exhausted)) {
      const next = pass.members.next()
      if (next.done === true) {
        backlog.pass = undefined
        return
      }
      this.visit(next.value, pass)
    }
  }

  private visit(watcher: Watcher, pass: Pass): void {
    const { run, firstRevision } = pass
    const { budget, publishedRevision, leaveBehind } = this.options
    if (run === undefined) {
      budget.spend(0)
      const needed = Math.max(firstRevision, watcher.nextRevision)
      if (needed <= publishedRevision()) leaveBehind(watcher, needed)
      return
    }
    const lacking = this.fed(watcher, pass, run)
    if (lacking !== undefined) leaveBehind(watcher, lacking)
  }

  /** As {@link feed}; what cannot be read now, because the disk fails, is read from history later. */
  private fed(watcher: Watcher, pass: Pass, run: EventRun): number | undefined {
    try {
      return feed(watcher, run, this.options.budget)
    } catch (error) {
      this.options.onReadError(error)
      pass.run = undefined
      return Math.max(pass.firstRevision, watcher.nextRevision)
    }
  }
}

function emptyBacklog(): Backlog {
  return {
    pass: undefined,
    waiting: undefined,
    waitingEvents: 0,
    waitingBytes: 0,
    unreadFrom: undefined,
  }
}
