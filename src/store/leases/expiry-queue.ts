/** Something that becomes due; the queue keeps its place in it. */
export interface Expiring {
  /** When it is to be looked at, in milliseconds of the clock. Changed only through the queue. */
  dueMs: number
  /** Its index in the queue; -1: not queued. */
  place: number
}

/** A binary heap, the earliest first, from which anything can be taken out again. */
export class ExpiryQueue<Item extends Expiring> {
  private heap: Item[] = []

  get size(): number {
    return this.heap.length
  }

  /** The earliest; undefined: the queue is empty. */
  first(): Item | undefined {
    return this.heap[0]
  }

  /** `item` must not be queued. */
  add(item: Item, dueMs: number): void {
    item.dueMs = dueMs
    item.place = this.heap.length
    this.heap.push(item)
    this.rise(item)
  }

  /** `item` must be queued; it becomes due later than before. */
  postpone(item: Item, dueMs: number): void {
    item.dueMs = dueMs
    this.sink(item)
  }

  /** Removing what is not queued does nothing. */
  remove(item: Item): void {
    const { place } = item
    if (place < 0) return
    item.place = -1
    const last = this.heap.pop()
    if (last === undefined || last === item) return
    this.put(last, place)
    this.rise(last)
    this.sink(last)
  }

  /** Replaces all that is queued, in linear time. The items carry their `dueMs`. */
  rebuild(items: Iterable<Item>): void {
    this.clear()
    for (const item of items) {
      item.place = this.heap.length
      this.heap.push(item)
    }
    for (let place = (this.heap.length >>> 1) - 1; place >= 0; place--) this.sink(this.at(place))
  }

  clear(): void {
    for (const item of this.heap) item.place = -1
    this.heap = []
  }

  private rise(item: Item): void {
    let { place } = item
    while (place > 0) {
      const parentPlace = (place - 1) >>> 1
      const parent = this.at(parentPlace)
      if (parent.dueMs <= item.dueMs) break
      this.put(parent, place)
      place = parentPlace
    }
    this.put(item, place)
  }

  private sink(item: Item): void {
    let { place } = item
    for (;;) {
      const leftPlace = 2 * place + 1
      if (leftPlace >= this.heap.length) break
      const rightPlace = leftPlace + 1
      const isRight =
        rightPlace < this.heap.length && this.at(rightPlace).dueMs < this.at(leftPlace).dueMs
      const child = this.at(isRight ? rightPlace : leftPlace)
      if (child.dueMs >= item.dueMs) break
      const childPlace = child.place
      this.put(child, place)
      place = childPlace
    }
    this.put(item, place)
  }

  private put(item: Item, place: number): void {
    this.heap[place] = item
    item.place = place
  }

  private at(place: number): Item {
    return this.heap[place] as Item
  }
}
