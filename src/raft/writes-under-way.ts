interface Write {
  readonly index: number
  readonly term: number
  /** The last index that will be stable when this write is durable; less than `index` once replaced. */
  stable: number
}

/**
 * Writes that were handed out and are not known to be durable, oldest first.
 *
 * The same index and term may be written twice with something else in between (a leader's entry, another
 * leader's, the first one again). Then the first write's end must not pass for the second's: on the disk
 * the entry in between may still follow. So ends are matched with writes in their order, and a write that
 * was replaced meanwhile makes only the entries before the replaced ones stable.
 */
export class WritesUnderWay {
  #writes: Write[] = []

  begin(index: number, term: number): void {
    this.#writes.push({ index, term, stable: index })
  }

  /** Entries from `index` on have been replaced. */
  replacedFrom(index: number): void {
    for (const write of this.#writes) write.stable = Math.min(write.stable, index - 1)
  }

  /** The last index stable by the end of this write and those before it; 0 when it is not under way. */
  finish(index: number, term: number): number {
    const at = this.#writes.findIndex((write) => write.index === index && write.term === term)
    const finished = this.#writes.splice(0, at + 1)
    return finished.reduce((stable, write) => Math.max(stable, write.stable), 0)
  }
}
