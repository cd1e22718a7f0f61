import type { ByteString } from '../base/bytes.js'
import { invariant } from '../base/errors.js'
import { OrderedMap } from './ordered-map.js'

/** What a row costs in memory beside its own bytes; an estimate. */
const rowOverheadBytes = 96

/** Layers of an overlay at one moment, the newest first. They do not change any more. */
export type OverlayCapture = readonly OrderedMap[]

/**
 * What is committed and not yet confirmed by the disk. Rows gather in `pending`; when a batch
 * starts, they become the layer in flight, and leave when that batch is confirmed.
 */
export class Overlay {
  #pending = new OrderedMap()
  #inFlight: OrderedMap | undefined

  /** An estimate of the memory held. */
  get sizeBytes(): number {
    return layerBytes(this.#pending) + (this.#inFlight ? layerBytes(this.#inFlight) : 0)
  }

  /** Bytes of the rows that are not yet on their way to the disk. */
  get pendingBytes(): number {
    return this.#pending.byteCount
  }

  /** The newest value, `undefined` for a deleted row, null when the disk has to be asked. */
  get(key: ByteString): Buffer | undefined | null {
    const value = this.#pending.get(key, null)
    return value === null && this.#inFlight !== undefined ? this.#inFlight.get(key, null) : value
  }

  set(key: ByteString, value: Buffer | undefined): void {
    this.#pending.set(key, value)
  }

  capture(): OverlayCapture {
    const layers: OrderedMap[] = []
    if (this.#pending.size > 0) layers.push(this.#pending.capture())
    if (this.#inFlight !== undefined) layers.push(this.#inFlight)
    return layers
  }

  /** All pending rows, which are now on their way to the disk. They change no more. */
  launch(): OrderedMap {
    invariant(this.#inFlight === undefined, 'one batch is under way at a time')
    this.#inFlight = this.#pending
    this.#pending = new OrderedMap()
    return this.#inFlight
  }

  /** The disk holds all rows that were in flight. */
  confirm(): void {
    this.#inFlight = undefined
  }
}

/** Reads a row from a capture; null when the disk has to be asked. */
export function getCaptured(capture: OverlayCapture, key: ByteString): Buffer | undefined | null {
  for (const layer of capture) {
    const value = layer.get(key, null)
    if (value !== null) return value
  }
  return null
}

function layerBytes(layer: OrderedMap): number {
  return layer.byteCount + layer.size * rowOverheadBytes
}
