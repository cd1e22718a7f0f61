import type { RunFigures } from './cluster-run.js'
import type { SeedResult } from './run-seed.js'

const reportEveryMs = 10_000

/** Tells of seeds as they end, and of all of them in the end. */
export class Summary {
  failed = 0
  private done = 0
  private readonly beganMs = Date.now()
  private reportedMs = Date.now()
  private readonly sums = new Map<keyof RunFigures, number>()

  constructor(
    private readonly count: number,
    private readonly members: number | undefined,
  ) {}

  add({ seed, failure, figures, kind }: SeedResult): void {
    this.done++
    for (const [name, figure] of Object.entries(figures) as [keyof RunFigures, number][]) {
      this.sums.set(name, (this.sums.get(name) ?? 0) + figure)
    }
    if (failure !== undefined) {
      this.failed++
      const members = this.members === undefined ? '' : ` --members ${this.members}`
      process.stdout.write(
        `seed ${seed}: ${failure}\n  ${kind}\n  replay: npm run sim -- --seed ${seed}${members}\n`,
      )
    }
    if (Date.now() - this.reportedMs < reportEveryMs) return
    this.reportedMs = Date.now()
    process.stderr.write(`${this.done} of ${this.count} seeds, ${this.failed} failed\n`)
  }

  print(): void {
    const seconds = (Date.now() - this.beganMs) / 1000
    const perMinute = Math.round((this.done * 60) / seconds)
    const sum = (name: keyof RunFigures) => (this.sums.get(name) ?? 0).toLocaleString('en')
    const simulated = Math.round((this.sums.get('simulatedMs') ?? 0) / 60_000)
    process.stdout.write(
      [
        `${this.done} seeds, ${this.failed} failed; ${seconds.toFixed(0)} s, ${perMinute} runs a minute`,
        `${simulated} minutes simulated, ${sum('operations')} calls, ${sum('answered')} answered`,
        `${sum('revisions')} revisions, ${sum('watchEvents')} events watched`,
        `${sum('elections')} elections, ${sum('lives')} lives of members, ${sum('snapshots')} snapshots sent`,
        `${sum('leasesExpired')} leases run out`,
        '',
      ].join('\n'),
    )
  }
}
