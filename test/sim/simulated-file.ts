import type { Random } from '../../src/base/random.js'

export const sectorBytes = 512

interface Change {
  readonly position: number
  readonly bytes: Buffer
}

/** The bytes of one file: as a process sees them, and as they are on the disk. */
export class SimulatedFile {
  private cached: Buffer = Buffer.alloc(0)
  private stored: Buffer = Buffer.alloc(0)
  private unsynced: Change[] = []
  /** What sectors with a turned bit should hold. */
  private flipped: Change[] = []

  get size(): number {
    return this.cached.length
  }

  read(length: number, position: number): Buffer {
    return Buffer.from(this.cached.subarray(position, position + length))
  }

  write(bytes: Uint8Array, position: number): void {
    const change = { position, bytes: Buffer.from(bytes) }
    this.cached = patched(this.cached, change)
    this.unsynced.push(change)
  }

  /** Durable at once, which no caller here relies on. */
  truncate(length: number): void {
    this.cached = resized(this.cached, length)
    this.stored = resized(this.stored, Math.min(length, this.stored.length))
    this.unsynced = []
  }

  sync(): void {
    for (const change of this.unsynced.splice(0)) this.stored = patched(this.stored, change)
  }

  /** A sync that failed: the system takes the bytes for clean and never writes them. */
  forgetUnsynced(random: Random): void {
    this.loseUnsynced(random)
  }

  /** The power goes: of each unsynced write any sectors persist; the rest is as it was. */
  losePower(random: Random, flipsBits = false): void {
    this.loseUnsynced(random, flipsBits)
    this.cached = Buffer.from(this.stored)
  }

  /** Damage or inspection from outside. */
  get storedBytes(): Buffer {
    return this.stored
  }

  /** Bits turned by a loss of power are turned back; false: there were none. */
  mendFlips(): boolean {
    const { flipped: mended } = this
    this.flipped = []
    for (const sector of mended) this.stored = patched(this.stored, sector)
    this.cached = Buffer.from(this.stored)
    return mended.length > 0
  }

  /** The turned bits have been seen and dealt with. */
  forgetFlips(): void {
    this.flipped = []
  }

  private loseUnsynced(random: Random, flipsBits = false): void {
    for (const change of this.unsynced.splice(0)) {
      const fate = random.below(3)
      for (const sector of sectorsOf(change)) {
        const persists = fate === 0 || (fate === 1 && random.below(2) === 0)
        if (!persists) continue
        const damaged = flipsBits && random.below(4) === 0
        if (damaged) this.flipped.push(sector)
        this.stored = patched(this.stored, damaged ? flipped(sector, random) : sector)
      }
    }
  }
}

function sectorsOf({ position, bytes }: Change): Change[] {
  const sectors: Change[] = []
  let start = 0
  while (start < bytes.length) {
    const end = start + sectorBytes - ((position + start) % sectorBytes)
    sectors.push({ position: position + start, bytes: bytes.subarray(start, end) })
    start = end
  }
  return sectors
}

function flipped({ position, bytes }: Change, random: Random): Change {
  const damaged = Buffer.from(bytes)
  const at = random.below(damaged.length)
  damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8))
  return { position, bytes: damaged }
}

function patched(content: Buffer, { position, bytes }: Change): Buffer {
  const whole = resized(content, Math.max(content.length, position + bytes.length))
  bytes.copy(whole, position)
  return whole
}

function resized(content: Buffer, length: number): Buffer {
  if (content.length === length) return content
  const whole = Buffer.alloc(length)
  content.copy(whole)
  return whole
}
