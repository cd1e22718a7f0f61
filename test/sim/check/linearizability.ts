/** What an object does when its operations come one after the other. States are never changed once made. */
export interface SequentialModel<State, Operation> {
  readonly initial: State
  /** Undefined: the operation cannot have been answered as it was in this state. */
  step(state: State, operation: Operation): State | undefined
  /** The same text for states that cannot be told apart. */
  fingerprint(state: State): string
}

/** One operation and when it was under way. Times only have to order all calls and returns. */
export interface Call<Operation> {
  readonly operation: Operation
  readonly calledAt: number
  /** Infinity: never answered. It may take place at any time later, or never. */
  readonly returnedAt: number
}

interface Mark {
  readonly call: number
  readonly isReturn: boolean
  previous: Mark | undefined
  next: Mark | undefined
  /** The mark of the call's return; only on marks of calls. */
  match: Mark | undefined
}

interface Taken<State> {
  readonly mark: Mark
  readonly before: State
}

/**
 * Whether the calls can be put into an order that the model allows and that keeps those apart which were
 * not under way together (Wing and Gong's search, with Lowe's memory of what was tried).
 */
export function isLinearizable<State, Operation>(
  model: SequentialModel<State, Operation>,
  calls: readonly Call<Operation>[],
): boolean {
  return new Search(model, calls).run()
}

/** For operations that fall into independent parts, such as one for each key. */
export function arePartsLinearizable<State, Operation>(
  model: SequentialModel<State, Operation>,
  calls: readonly Call<Operation>[],
  partOf: (operation: Operation) => string,
): boolean {
  const parts = new Map<string, Call<Operation>[]>()
  for (const call of calls) {
    const part = partOf(call.operation)
    parts.set(part, [...(parts.get(part) ?? []), call])
  }
  return [...parts.values()].every((part) => isLinearizable(model, part))
}

class Search<State, Operation> {
  private readonly head: Mark = newMark(-1, false)
  private readonly tried = new Map<string, Set<string>>()
  private readonly done: Uint32Array
  private readonly taken: Taken<State>[] = []
  private readonly open: boolean[]
  private answersLeft: number

  constructor(
    private readonly model: SequentialModel<State, Operation>,
    private readonly calls: readonly Call<Operation>[],
  ) {
    this.done = new Uint32Array(Math.ceil(calls.length / 32))
    this.open = calls.map(({ returnedAt }) => returnedAt === Number.POSITIVE_INFINITY)
    this.answersLeft = this.open.filter((open) => !open).length
    this.line()
  }

  run(): boolean {
    let state = this.model.initial
    let mark = this.head.next
    while (this.answersLeft > 0) {
      if (mark !== undefined && !mark.isReturn) {
        const next = this.tryNext(mark, state)
        if (next === undefined) {
          mark = mark.next
        } else {
          this.taken.push({ mark, before: state })
          this.take(mark)
          state = next
          mark = this.head.next
        }
        continue
      }
      // An answer was given before any operation that is left could have taken place.
      const last = this.taken.pop()
      if (last === undefined) return false
      state = last.before
      this.putBack(last.mark)
      mark = last.mark.next
    }
    return true
  }

  /** The state behind the operation, unless it cannot come now or all that could follow was tried. */
  private tryNext({ call }: Mark, state: State): State | undefined {
    const next = this.model.step(state, (this.calls[call] as Call<Operation>).operation)
    if (next === undefined) return undefined
    this.flip(call)
    const done = this.done.join()
    this.flip(call)
    const print = this.model.fingerprint(next)
    const states = this.tried.get(done) ?? new Set()
    if (states.has(print)) return undefined
    this.tried.set(done, states.add(print))
    return next
  }

  private take(mark: Mark): void {
    this.flip(mark.call)
    if (!this.open[mark.call]) this.answersLeft--
    unlink(mark)
    if (mark.match !== undefined) unlink(mark.match)
  }

  private putBack(mark: Mark): void {
    this.flip(mark.call)
    if (!this.open[mark.call]) this.answersLeft++
    if (mark.match !== undefined) relink(mark.match)
    relink(mark)
  }

  private flip(call: number): void {
    const word = call >>> 5
    this.done[word] = (this.done[word] as number) ^ (1 << (call & 31))
  }

  private line(): void {
    const moments = this.calls.flatMap(({ calledAt, returnedAt }, call) => {
      const called = newMark(call, false)
      const returned = newMark(call, true)
      const ends = this.open[call] === true
      if (!ends) called.match = returned
      const begin = { at: calledAt, mark: called }
      return ends ? [begin] : [begin, { at: returnedAt, mark: returned }]
    })
    // At the same moment a call comes first: then the two were under way together.
    moments.sort((left, right) => {
      return left.at - right.at || Number(left.mark.isReturn) - Number(right.mark.isReturn)
    })
    let last = this.head
    for (const { mark } of moments) {
      last.next = mark
      mark.previous = last
      last = mark
    }
  }
}

function newMark(call: number, isReturn: boolean): Mark {
  return { call, isReturn, previous: undefined, next: undefined, match: undefined }
}

function unlink(mark: Mark): void {
  if (mark.previous !== undefined) mark.previous.next = mark.next
  if (mark.next !== undefined) mark.next.previous = mark.previous
}

function relink(mark: Mark): void {
  if (mark.previous !== undefined) mark.previous.next = mark
  if (mark.next !== undefined) mark.next.previous = mark
}
