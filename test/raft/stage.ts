import {
  type Configuration,
  configurationOf,
  type Entry,
  type MemberId,
  type Message,
  type Ready,
} from '../../src/raft/index.js'
import { Cluster } from './cluster.js'
import {
  describeConfiguration,
  describeEntries,
  describeHardState,
  describeMessage,
  describePosition,
  describeProgress,
  describeWrite,
} from './describe.js'
import type { Machine } from './machine.js'
import { parseChange, parseMessage, storedEntry } from './parse-message.js'

type Command = (words: readonly string[]) => void

/** Carries out the commands of a transcript and says what happens. `test/raft/transcripts/README.md` lists them. */
export class Stage {
  #cluster = new Cluster()
  #lines: string[] = []
  readonly #commands: Readonly<Record<string, Command>> = {
    cluster: (words) => this.#build(words),
    member: ([id = '', ...words]) => this.#add(BigInt(id), words),
    campaign: ([id = '']) => this.#of(id).raft.campaign(),
    tick: ([id = '', times = '1']) => {
      for (let tick = 0; tick < Number(times); tick++) this.#of(id).raft.tick()
    },
    propose: ([id = '', ...data]) => this.#propose(this.#of(id), data),
    change: ([id = '', ...words]) => {
      const { outcome } = this.#of(id).raft.proposeConfiguration(parseChange(words))
      this.#say(BigInt(id), outcome === 'accepted' ? 'accepts the change' : `refuses: ${outcome}`)
    },
    forget: ([id = '']) => this.#of(id).raft.forgetLeader(),
    'apply-later': ([id = '']) => {
      this.#of(id).appliesLater = true
    },
    apply: ([id = '']) => this.#of(id).apply(),
    transfer: ([id = '', to = '']) => {
      const result = this.#of(id).raft.transferLeadership(BigInt(to))
      if (result !== 'started') this.#say(BigInt(id), `transfers nothing: ${result}`)
    },
    read: ([id = '', requestId = '']) => this.#read(this.#of(id), Number(requestId)),
    ready: ([id = '']) => this.#ready(this.#of(id), true),
    persist: ([id = '']) => this.#persist(this.#of(id)),
    deliver: (words) => {
      for (const message of this.#pick(words)) this.#deliver(message)
    },
    drop: (words) => {
      for (const message of this.#pick(words))
        this.#say(message.from, `loses ${describeMessage(message)}`)
    },
    send: ([id = '', ...words]) => this.#cluster.deliver(parseMessage(BigInt(id), words)),
    settle: (ids) => this.#settle(ids.map(BigInt)),
    snapshot: ([id = '', to = '', index]) => {
      const machine = this.#of(id)
      machine.raft.sendSnapshot(
        BigInt(to),
        machine.snapshot(index === undefined ? undefined : Number(index)),
      )
    },
    'snapshot-ended': ([id = '', to = '', how]) => {
      this.#of(id).raft.snapshotEnded(BigInt(to), how === 'arrived')
    },
    progress: ([id = '']) => {
      for (const row of this.#of(id).raft.progress()) this.#say(BigInt(id), describeProgress(row))
    },
    compact: ([id = '', index = '']) => this.#of(id).compact(Number(index)),
    restart: ([id = '', applied = '0']) => {
      this.#cluster.restart(this.#of(id), Number(applied))
      this.#status(this.#of(id))
    },
    status: (ids) => {
      for (const machine of this.#chosen(ids.map(BigInt))) this.#status(machine)
    },
    log: (ids) => {
      for (const machine of this.#chosen(ids.map(BigInt))) {
        this.#say(machine.id, `holds ${describeEntries(machine.log)}`)
      }
    },
  }

  /** What the command makes happen, a line each. */
  perform(line: string): string[] {
    if (line.startsWith('quietly ')) {
      this.perform(line.slice('quietly '.length))
      return []
    }
    const [name = '', ...words] = line.split(/\s+/)
    const command = this.#commands[name]
    if (command === undefined) throw new Error(`unknown command: ${line}`)
    this.#lines = []
    command(words)
    return this.#lines
  }

  #say(id: MemberId, text: string): void {
    this.#lines.push(`${id} ${text}`)
  }

  #of(id: string): Machine {
    return this.#cluster.machine(BigInt(id))
  }

  #chosen(ids: readonly MemberId[]): Machine[] {
    const machines = [...this.#cluster.machines.values()]
    return ids.length === 0 ? machines : machines.filter((machine) => ids.includes(machine.id))
  }

  #build(ids: readonly string[]): void {
    this.#cluster = new Cluster()
    const options = ids.filter((word) => !/^\d/.test(word))
    const numbers = ids.filter((word) => /^\d/.test(word))
    for (const id of numbers) this.#add(BigInt(id), [`voters=${numbers.join(',')}`, ...options])
  }

  /** Election timeouts are 10 ticks for member 1, 11 for member 2, and so on. */
  #add(id: MemberId, words: readonly string[]): void {
    const settings = new Map(words.map((word) => word.split('=') as [string, string]))
    const numbers = (name: string) => (settings.get(name) ?? '').split(',').filter(Boolean)
    const terms = numbers('log').map(Number)
    const limits = {
      ...limitOf('maxAppendBytes', settings.get('append-limit')),
      ...limitOf('maxAppendsInFlight', settings.get('appends-in-flight')),
      ...limitOf('maxBytesInFlight', settings.get('bytes-in-flight')),
      ...limitOf('maxUncommittedBytes', settings.get('uncommitted-limit')),
      ...limitOf('maxCommittedBytes', settings.get('committed-limit')),
    }
    const configuration: Configuration = {
      ...configurationOf(numbers('voters').map(BigInt)),
      learners: numbers('learners').map(BigInt),
    }
    this.#cluster.add({
      id,
      configuration,
      random: { below: (bound) => Number(id - 1n) % bound },
      hardState: {
        term: Number(settings.get('term') ?? 0),
        vote: BigInt(settings.get('vote') ?? 0),
        commit: Number(settings.get('commit') ?? 0),
      },
      entries: terms.map((term, at) => storedEntry(at + 1, term)),
      limits,
      preVote: words.includes('prevote'),
      checkQuorum: words.includes('checkquorum'),
      checkChanges: !words.includes('unchecked'),
      stepDownOnRemoval: !words.includes('stays'),
    })
  }

  #propose(machine: Machine, data: readonly string[]): void {
    const result = machine.raft.propose(data.map((text) => ({ data: Buffer.from(text) })))
    if (result.outcome !== 'accepted') this.#say(machine.id, `refuses: ${result.outcome}`)
    else this.#say(machine.id, `accepts from ${result.firstIndex}@${result.term} on`)
  }

  #read(machine: Machine, requestId: number): void {
    this.#cluster.safety.readAsked(requestId)
    if (!machine.raft.readIndex(requestId)) this.#say(machine.id, `refuses read ${requestId}`)
  }

  #ready(machine: Machine, announce: boolean): void {
    if (!machine.raft.hasReady()) {
      this.#say(machine.id, 'has nothing to do')
      return
    }
    const before = machine.writes.length
    const ready = this.#cluster.take(machine)
    this.#tellRole(machine, ready)
    for (const message of ready.messages) this.#say(machine.id, `sends ${describeMessage(message)}`)
    const write = machine.writes[before]
    const description = write === undefined ? '' : describeWrite(write)
    if (description !== '') {
      this.#say(machine.id, `stores ${description}${ready.mustSync ? '' : ' (no sync)'}`)
    }
    if (ready.snapshot !== undefined) {
      this.#say(machine.id, `has ${describeConfiguration(machine.raft.configuration)}`)
    }
    if (announce) {
      for (const message of ready.messagesAfterPersist) {
        this.#say(machine.id, `holds back ${describeMessage(message)}`)
      }
    }
    if (ready.committedEntries.length > 0) {
      const verb = machine.appliesLater ? 'is to apply' : 'applies'
      this.#say(machine.id, `${verb} ${describeEntries(ready.committedEntries)}`)
      if (!machine.appliesLater && ready.committedEntries.some(isChange)) {
        this.#say(machine.id, `has ${describeConfiguration(machine.raft.configuration)}`)
      }
    }
    for (const read of ready.readStates) {
      this.#say(machine.id, `may answer read ${read.requestId} at ${read.index}`)
    }
    for (const id of ready.snapshotsWanted) {
      this.#say(machine.id, `wants a snapshot for ${id}`)
      if (!announce) machine.raft.sendSnapshot(id, machine.snapshot())
    }
  }

  #tellRole(machine: Machine, { softState }: Ready): void {
    if (softState === undefined) return
    const { term } = machine.raft.status()
    const { role, leaderId } = softState
    const leader = leaderId === 0n ? 'nobody' : leaderId
    const verb = { follower: `follows ${leader}`, learner: `learns from ${leader}` }[String(role)]
    this.#say(machine.id, `${verb ?? `is ${role}`} in term ${term}`)
  }

  #persist(machine: Machine): void {
    if (machine.writes.length === 0) throw new Error(`${machine.id} has no write under way`)
    for (const message of this.#cluster.persist(machine)) {
      this.#say(machine.id, `sends ${describeMessage(message)}`)
    }
  }

  #deliver(message: Message): void {
    this.#say(message.to, `receives ${message.type} of ${message.from}`)
    this.#cluster.deliver(message)
  }

  /** Takes messages off the network: all, or those of `1->2`, `1->*`, `*->2` (several may be named). */
  #pick(routes: readonly string[]): Message[] {
    const chosen = (message: Message) =>
      routes.length === 0 ||
      routes.some((route) => {
        const [from, to] = route.split('->')
        return (
          [String(message.from), '*'].includes(from ?? '') &&
          [String(message.to), '*'].includes(to ?? '')
        )
      })
    const picked = this.#cluster.network.filter(chosen)
    this.#cluster.network = this.#cluster.network.filter((message) => !chosen(message))
    return picked
  }

  /** Disks and messages among the named members (or all) work until nothing is left to do. */
  #settle(ids: readonly MemberId[]): void {
    const machines = this.#chosen(ids)
    const among = machines.map((machine) => machine.id)
    for (let round = 0; round < 100; round++) {
      for (const machine of machines) this.#work(machine)
      const inside = this.#cluster.network.filter(
        ({ from, to }) => among.includes(from) && among.includes(to),
      )
      if (inside.length === 0) return
      this.#cluster.network = this.#cluster.network.filter((message) => !inside.includes(message))
      for (const message of inside) this.#cluster.deliver(message)
    }
    throw new Error('never settles')
  }

  #work(machine: Machine): void {
    for (let turn = 0; machine.raft.hasReady() || machine.writes.length > 0; turn++) {
      if (turn === 100) throw new Error('never settles')
      if (machine.raft.hasReady()) this.#ready(machine, false)
      while (machine.writes.length > 0) this.#persist(machine)
    }
  }

  #status(machine: Machine): void {
    const { term, role, leaderId, commit, applied, lastIndex } = machine.raft.status()
    const leader = leaderId === 0n ? 'none' : leaderId
    this.#say(
      machine.id,
      `${role}, term ${term}, leader ${leader}, commit ${commit}, applied ${applied}, last ${lastIndex}; ` +
        `disk: ${describePosition(machine.disk.entries.at(-1) ?? machine.disk.previous)}, ` +
        describeHardState(machine.disk.hardState),
    )
  }
}

function isChange({ kind }: Entry): boolean {
  return kind === 'configuration'
}

function limitOf(name: string, value: string | undefined): Record<string, number> {
  return value === undefined ? {} : { [name]: Number(value) }
}
