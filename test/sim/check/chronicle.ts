import { asBuffer } from '../../../src/base/bytes.js'
import type { AppliedEntry } from '../../../src/node/index.js'
import { Command } from '../../../src/wire/index.js'
import { emptyState, execute, type ModelState } from './model.js'
import type { ModelEvent } from './model-values.js'
import { tagOf } from './tags.js'
import { demand } from './violation.js'

interface Page {
  readonly term: number
  readonly payload: Buffer
}

/** A command of the log and what the model makes of it. */
export interface Deed {
  readonly index: number
  readonly atMs: number
  readonly command: Command
  readonly answer: string
  /** The revision behind it. */
  readonly revision: number
  readonly wrote: boolean
}

/**
 * The one history of a cluster: every entry as it was first applied anywhere, and what a store that is
 * right holds behind each revision.
 */
export class Chronicle {
  /** By revision. */
  readonly states: ModelState[] = []
  readonly events: (readonly ModelEvent[])[] = []
  readonly deeds: Deed[] = []
  /** Deeds by the operation they carry out. */
  readonly byTag = new Map<string, Deed>()
  state: ModelState = emptyState
  private readonly pages: Page[] = []

  constructor(
    private readonly nowMs: () => number,
    private readonly onDeed: (deed: Deed, before: ModelState) => void,
  ) {
    this.states[emptyState.revision] = emptyState
  }

  /** The last index that was applied anywhere. */
  get lastIndex(): number {
    return this.pages.length
  }

  /** A member hands an entry to its state machine. */
  applied(member: bigint, { index, term, payload }: AppliedEntry): void {
    const known = this.pages[index - 1]
    if (known !== undefined) {
      const same = known.term === term && known.payload.equals(payload)
      demand(same, `${member} applies another entry than others at ${index}`)
      return
    }
    demand(index === this.pages.length + 1, `${member} applies ${index} ahead of all before it`)
    this.pages.push({ term, payload: Buffer.from(payload) })
    if (payload.length > 0) this.write(index, Command.decode(asBuffer(payload)))
  }

  private write(index: number, command: Command): void {
    const before = this.state
    const { state, answer, events } = execute(before, command)
    this.state = state
    const { revision } = state
    const wrote = revision > before.revision
    if (wrote) this.events[revision] = events
    this.states[revision] = state
    const deed = { index, atMs: this.nowMs(), command, answer, revision, wrote }
    this.deeds.push(deed)
    const tag = tagOf(command)
    if (tag !== undefined) {
      const earlier = this.byTag.get(tag)
      const once = earlier === undefined
      demand(once, `operation ${tag} takes place twice, at ${earlier?.index} and ${index}`)
      this.byTag.set(tag, deed)
    }
    this.onDeed(deed, before)
  }
}
