export interface ModelValue {
  readonly key: string
  readonly value: string
  readonly createRevision: number
  readonly modRevision: number
  readonly version: number
  readonly lease: bigint
}

export interface ModelEvent {
  readonly type: 'put' | 'delete'
  /** After a delete: key and mod revision alone. */
  readonly value: ModelValue
  readonly previous: ModelValue | undefined
}

/** Keys and ends as text, one character a byte. */
export interface RangeAsked {
  readonly key: string
  readonly rangeEnd: string
}

/** etcd's reading of key and range end. */
export function containsOf({ key, rangeEnd }: RangeAsked): (candidate: string) => boolean {
  if (rangeEnd === '') return (candidate) => candidate === key
  if (rangeEnd === '\0') return (candidate) => candidate >= key
  return (candidate) => candidate >= key && candidate < rangeEnd
}
