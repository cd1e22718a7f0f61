/** Messages of one sender that may overtake each other. */
const window = 1024
/** A sender that starts anew is another one. */
const maxSenders = 64

interface Sender {
  /** What is at or before it counts as seen. */
  floor: number
  readonly seen: Set<number>
}

/**
 * Tells the first copy of a message from the ones that follow. Messages of a sender are numbered upwards, in 32
 * bits that may wrap; one that is overtaken by many others counts as seen, and is lost.
 */
export class SeenMessages {
  private readonly senders = new Map<string, Sender>()

  isFirst(name: string, number: number): boolean {
    const sender = this.sender(name, number)
    if (!isAfter(number, sender.floor) || sender.seen.has(number)) return false
    sender.seen.add(number)
    if (sender.seen.size > window) this.raiseFloor(sender)
    return true
  }

  clear(): void {
    this.senders.clear()
  }

  private sender(name: string, number: number): Sender {
    const known = this.senders.get(name)
    if (known !== undefined) return known
    const [oldest] = this.senders.keys()
    if (this.senders.size === maxSenders && oldest !== undefined) this.senders.delete(oldest)
    const sender = { floor: (number - 0x4000_0000) >>> 0, seen: new Set<number>() }
    this.senders.set(name, sender)
    return sender
  }

  private raiseFloor(sender: Sender): void {
    const { floor, seen } = sender
    const ahead = [...seen].sort((left, right) => ((left - floor) >>> 0) - ((right - floor) >>> 0))
    for (const number of ahead.slice(0, window / 2)) {
      seen.delete(number)
      sender.floor = number
    }
  }
}

function isAfter(number: number, floor: number): boolean {
  const ahead = (number - floor) >>> 0
  return ahead > 0 && ahead < 0x8000_0000
}
