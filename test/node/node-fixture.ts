import { seededRandom } from '../../src/base/random.js'
import {
  type AppliedEntry,
  type PeerMessage,
  type PeerReceiver,
  RaftNode,
  type RaftNodeOptions,
  type StateMachine,
  type Transport,
} from '../../src/node/index.js'
import { SimulatedClock } from '../sim/simulated-clock.js'
import { SimulatedDisk } from '../sim/simulated-disk.js'

/** A state machine that answers with the payload's text, at once or when a test lets it. */
export class EchoMachine implements StateMachine {
  readonly durability = 'own'
  readonly durableIndex = 0
  appliedIndex = 0
  texts: string[] = []
  /** How many entries each call brought. */
  calls: number[] = []
  /** Set to hold back `apply`; the first call takes it. */
  held: Promise<void> | undefined
  onEntry: (entry: AppliedEntry) => void = (entry) => entry.respond(entry.payload.toString())

  onDurable(): void {}

  apply(entries: readonly AppliedEntry[]): void | Promise<void> {
    this.calls.push(entries.length)
    const { held } = this
    return held === undefined ? this.take(entries) : held.then(() => this.take(entries))
  }

  capture(): never {
    throw new Error('not asked of a machine that is durable by itself')
  }

  receive(): never {
    throw new Error('no snapshot comes here')
  }

  private take(entries: readonly AppliedEntry[]): void {
    for (const entry of entries) {
      this.appliedIndex = entry.index
      if (entry.payload.length === 0) continue
      this.texts.push(entry.payload.toString())
      this.onEntry(entry)
    }
  }
}

/** A transport whose other end is the test. */
export class TestTransport implements Transport {
  readonly sent: PeerMessage[] = []
  closed = false
  deliver: (message: PeerMessage) => void = () => {}

  start(receiver: PeerReceiver): void {
    this.deliver = (message) => receiver.receive(message)
  }

  send(messages: readonly PeerMessage[]): void {
    this.sent.push(...messages)
  }

  sendSnapshot(): never {
    throw new Error('no snapshot is sent here')
  }

  ask(): never {
    throw new Error('nobody is asked here')
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

export const never = new Promise<void>(() => {})

/** A node over simulated clock and disk with an {@link EchoMachine}. */
export async function startNode(options: Partial<RaftNodeOptions> = {}, onDisk = false) {
  const clock = new SimulatedClock()
  const random = seededRandom(5)
  const disk = new SimulatedDisk(clock, random)
  const machine = new EchoMachine()
  const fatal: Error[] = []
  const storage = { fileSystem: disk, directory: '/data', segmentBytes: 16 * 1024 }
  const all: RaftNodeOptions = {
    memberId: 7n,
    groupId: 1n,
    initialVoters: [7n],
    stateMachine: machine,
    clock,
    random,
    defer: clock.defer,
    onFatal: (error) => fatal.push(error),
    ...(onDisk ? { storage } : {}),
    ...options,
  }
  const node = await clock.complete(RaftNode.open(all))
  return { node, clock, disk, machine, fatal, options: all }
}

/** A node that leads. */
export async function startLeader(options: Partial<RaftNodeOptions> = {}, onDisk = false) {
  const started = await startNode(options, onDisk)
  await started.clock.complete(started.node.readIndex())
  return started
}

/** The code a promise is rejected with, while simulated time passes. */
export async function codeOf(clock: SimulatedClock, promise: Promise<unknown>): Promise<unknown> {
  try {
    return await clock.complete(promise)
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
