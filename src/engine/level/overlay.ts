import type { ByteString } from '../../base/bytes.js'
import { invariant } from '../../base/errors.js'
import type { RowChanges, RowRun } from '../engine.js'
import type { RowSource } from '../ordered/merged-rows.js'
import { OrderedMap } from '../ordered/ordered-map.js'
import { eachChange, RunLayer } from '../ordered/row-run.js'

/** What a row costs in memory beside its own bytes; an estimate. */
const rowOverheadBytes = 96
/** Each layer is asked for the rows that the ones above it do not know; more become rows of a map. */
const maxLayers = 16

/** Rows that do not change any more, in order. */
export interface OverlayLayer {
  readonly size: number
  readonly byteCount: number
  /** The value; `absent` when the layer says nothing about the key. */
  get<A>(key: ByteString, absent: A): Buffer | undefined | A
  cursor(gte: ByteString, lt: ByteString | undefined, reverse: boolean): RowSource
}

/** Layers of an overlay at one moment, the newest first. They do not change any more. */
export type OverlayCapture = readonly OverlayLayer[]

const noLayers: OverlayCapture = []
const noChanges: RowChanges = new Map()

/**
 * What is committed and not yet confirmed by the disk. Rows gather in `pending`, and runs of rows beneath it;
 * when a batch starts, they become the layers in flight, and leave when that batch is confirmed.
 */
export class Overlay {
  #pending = new OrderedMap()
  /** What was committed before the rows in `pending`, back to the first run of these rows. */
  #gathered: OverlayCapture = noLayers
  #inFlight: OverlayCapture = noLayers
  /** Both of the above, the newest first. */
  #beneath: OverlayCapture = noLayers

  /** An estimate of the memory held. */
  get sizeBytes(): number {
    return layerBytes(this.#pending) + sumOf(this.#beneath, layerBytes)
  }

  /** Bytes of the rows that are not yet on their way to the disk. */
  get pendingBytes(): number {
    if (this.#gathered.length === 0) return this.#pending.byteCount
    return this.#pending.byteCount + sumOf(this.#gathered, ({ byteCount }) => byteCount)
  }

  /** The newest value, `undefined` for a deleted row, null when the disk has to be asked. */
  get(key: ByteString): Buffer | undefined | null {
    const value = this.#pending.get(key, null)
    return value === null ? getCaptured(this.#beneath, key) : value
  }

  commit(changes: RowChanges, runs: readonly RowRun[]): void {
    if (runs.length > 0) this.#commitRuns(runs)
    changes.forEach((value, key) => {
      this.#pending.set(key, value)
    })
  }

  capture(): OverlayCapture {
    if (this.#pending.size === 0) return this.#beneath
    return [this.#pending.capture(), ...this.#beneath]
  }

  /** All pending rows, which are now on their way to the disk. They change no more. */
  launch(): OverlayCapture {
    invariant(this.#inFlight.length === 0, 'one batch is under way at a time')
    this.#gatherPending()
    this.#inFlight = this.#gathered
    this.#gathered = noLayers
    this.#beneath = this.#inFlight
    return this.#inFlight
  }

  /** The disk holds all rows that were in flight. */
  confirm(): void {
    this.#inFlight = noLayers
    this.#beneath = this.#gathered
  }

  #commitRuns(runs: readonly RowRun[]): void {
    if (this.#gathered.length + runs.length >= maxLayers) {
      eachChange(noChanges, runs, (key, value) => this.#pending.set(key, value))
      return
    }
    this.#gatherPending()
    const layers = runs.map((run) => new RunLayer(run)).reverse()
    this.#gathered = [...layers, ...this.#gathered]
    this.#beneath = [...this.#gathered, ...this.#inFlight]
  }

  #gatherPending(): void {
    if (this.#pending.size === 0) return
    this.#gathered = [this.#pending, ...this.#gathered]
    this.#pending = new OrderedMap()
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

function layerBytes({ byteCount, size }: OverlayLayer): number {
  return byteCount + size * rowOverheadBytes
}

function sumOf(layers: OverlayCapture, bytesOf: (layer: OverlayLayer) => number): number {
  let bytes = 0
  for (const layer of layers) bytes += bytesOf(layer)
  return bytes
}
