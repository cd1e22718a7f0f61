/** What one turn may cost: about as many responses, large ones counting for more. */
const costOfTurn = 512
const bytesPerCost = 4096

/**
 * Measures out work that is done for many watchers into turns of the process, so that other work
 * waits for one turn's worth of it at most. Whoever finds it exhausted waits for {@link nextTurn}.
 */
export class TurnBudget {
  private left: number
  private turn: Promise<void> | undefined

  /** `nextTurnOfProcess` resolves when other work of the process had its turn. */
  constructor(
    private readonly nextTurnOfProcess: () => Promise<void>,
    private readonly costPerTurn = costOfTurn,
  ) {
    this.left = costPerTurn
  }

  get exhausted(): boolean {
    return this.left <= 0
  }

  /** One response of `sizeBytes`, or as much work without any. */
  spend(sizeBytes: number): void {
    this.left -= 1 + Math.floor(sizeBytes / bytesPerCost)
    // What is left is made up for in the next turn, whoever waits for it.
    void this.nextTurn()
  }

  /** Resolves when there is a whole budget again. */
  nextTurn(): Promise<void> {
    this.turn ??= this.renew()
    return this.turn
  }

  private async renew(): Promise<void> {
    await this.nextTurnOfProcess()
    this.left = this.costPerTurn
    this.turn = undefined
  }
}
