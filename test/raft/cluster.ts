import type { MemberId, Message, Ready } from '../../src/raft/index.js'
import { Machine, type MachineOptions } from './machine.js'
import { Safety } from './safety.js'

/** Members and the messages between them; nothing moves unless it is told to. Promises are checked all along. */
export class Cluster {
  readonly machines = new Map<MemberId, Machine>()
  readonly safety = new Safety(this.machines)
  /** Messages under way, oldest first. */
  network: Message[] = []

  add(options: MachineOptions): Machine {
    const machine = new Machine(options)
    this.machines.set(options.id, machine)
    this.safety.restarted(machine)
    const commit = options.hardState?.commit ?? 0
    this.safety.assumeCommitted((options.entries ?? []).filter((entry) => entry.index <= commit))
    return machine
  }

  machine(id: MemberId): Machine {
    const machine = this.machines.get(id)
    if (machine === undefined) throw new Error(`no member ${id}`)
    return machine
  }

  take(machine: Machine): Ready {
    const ready = machine.take()
    this.safety.taken(machine, ready)
    this.#send(machine, ready.messages)
    return ready
  }

  /** The oldest write of a member becomes durable. Returns what then leaves. */
  persist(machine: Machine): readonly Message[] {
    const messages = machine.persist()
    this.#send(machine, messages)
    return messages
  }

  deliver(message: Message): void {
    const { raft } = this.machine(message.to)
    const problem = raft.problemOf(message)
    if (problem !== undefined && problem !== 'its sender is no member') {
      throw new Error(`a ${message.type} that a member sent is refused: ${problem}`)
    }
    raft.step(message)
  }

  restart(machine: Machine, applied: number): void {
    machine.restart(applied)
    this.safety.restarted(machine)
  }

  #send(machine: Machine, messages: readonly Message[]): void {
    for (const message of messages) {
      this.safety.sent(message)
      if (message.to === machine.id) machine.raft.step(message)
      else this.network.push(message)
    }
  }
}
