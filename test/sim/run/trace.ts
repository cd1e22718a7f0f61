/** What happened in a run, in order, as a fingerprint: the same for the same seed. */
export class Trace {
  /** Kept only when somebody wants to read them. */
  readonly lines: string[] = []
  private low = 0x811c9dc5
  private high = 0x1b873593

  constructor(
    private readonly nowMs: () => number,
    private readonly keepsLines = false,
  ) {}

  add(text: string): void {
    const line = `${this.nowMs().toFixed(1)} ${text}`
    if (this.keepsLines) this.lines.push(line)
    let { low, high } = this
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at)
      low = Math.imul(low ^ code, 0x01000193)
      high = Math.imul(high ^ code, 0x85ebca6b) ^ (low >>> 13)
    }
    this.low = low
    this.high = high
  }

  get fingerprint(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }
}
