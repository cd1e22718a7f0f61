import type { ModelValue } from '../sim/check/model-values.js'

export interface ModelEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly value: string
  readonly previous: string | undefined
}

/** A store as one would write it on a napkin: every revision is a whole copy of the map. */
export class Model {
  readonly states: Map<string, ModelValue>[] = [new Map(), new Map()]
  readonly events = new Map<number, ModelEvent[]>()
  readonly leases = new Set<bigint>()
  compacted = -1

  get revision(): number {
    return this.states.length - 1
  }

  /** Runs writes as one request: one new revision if anything changed. */
  transact(work: (draft: Draft) => void): void {
    const draft = new Draft(this.current(), this.revision + 1)
    work(draft)
    if (draft.events.length === 0) return
    this.states.push(draft.values)
    this.events.set(this.revision, draft.events)
  }

  current(): Map<string, ModelValue> {
    return this.at(this.revision)
  }

  at(revision: number): Map<string, ModelValue> {
    const state = this.states[revision]
    if (state === undefined) throw new Error(`the model has no revision ${revision}`)
    return state
  }
}

export class Draft {
  readonly values: Map<string, ModelValue>
  readonly events: ModelEvent[] = []
  readonly #before: Map<string, ModelValue>
  readonly #revision: number

  constructor(before: Map<string, ModelValue>, revision: number) {
    this.#before = before
    this.values = new Map(before)
    this.#revision = revision
  }

  put(key: string, value: string, lease: bigint): void {
    const old = this.values.get(key)
    this.values.set(key, {
      key,
      value,
      createRevision: old?.createRevision ?? this.#revision,
      modRevision: this.#revision,
      version: (old?.version ?? 0) + 1,
      lease,
    })
    // A put that makes the key has no value before it, whatever the request deleted.
    const isCreate = old === undefined || old.createRevision === this.#revision
    const previous = isCreate ? undefined : this.#before.get(key)?.value
    this.events.push({ type: 'put', key, value, previous })
  }

  deleteRange(contains: (key: string) => boolean): number {
    const doomed = [...this.values.keys()].filter(contains).sort()
    for (const key of doomed) {
      this.values.delete(key)
      this.events.push({ type: 'delete', key, value: '', previous: this.#before.get(key)?.value })
    }
    return doomed.length
  }
}

/** etcd's reading of key and range end. */
export function containsOf(key: string, rangeEnd: string): (candidate: string) => boolean {
  if (rangeEnd === '') return (candidate) => candidate === key
  if (rangeEnd === '\0') return (candidate) => candidate >= key
  return (candidate) => candidate >= key && candidate < rangeEnd
}
