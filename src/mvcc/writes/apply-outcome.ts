import type { MetastoreError } from '../../base/errors.js'
import type { Event } from '../../wire/index.js'
import type { CommandResponse } from './commands.js'
import type { EventLog } from './event-log.js'

/** What one entry did. */
export interface ApplyOutcome {
  /** An error is a legal answer, the same on every member; nothing was changed then. */
  readonly response: CommandResponse | MetastoreError
  /** The current revision after the entry. */
  readonly revision: number
  /** How many {@link events} there are. */
  readonly eventCount: number
  /** Made when they are first asked for; to be asked for in the turn of the commit, while what they tell of is there. */
  readonly events: readonly Event[]
}

export class Outcome implements ApplyOutcome {
  readonly response: CommandResponse | MetastoreError
  readonly revision: number
  private readonly log: EventLog | undefined

  constructor(
    response: CommandResponse | MetastoreError,
    revision: number,
    log: EventLog | undefined,
  ) {
    this.response = response
    this.revision = revision
    this.log = log
  }

  get eventCount(): number {
    return this.log?.size ?? 0
  }

  get events(): readonly Event[] {
    return this.log?.events() ?? []
  }
}
