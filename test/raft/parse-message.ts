import {
  type ConfigurationChange,
  type ConfigurationStep,
  configurationOf,
  type Entry,
  type MemberId,
  type Message,
} from '../../src/raft/index.js'

/** What a scene finds in a log: entry 3 of term 2 holds `c2`, so that two of one place differ by term. */
export function storedEntry(index: number, term: number): Entry {
  const letter = String.fromCharCode('a'.charCodeAt(0) + index - 1)
  return { index, term, kind: 'normal', data: Buffer.from(`${letter}${term}`) }
}

/** `add 4`, `learn 4`, `remove 1` (any number), after `joint` or `explicit`; `leave`. */
export function parseChange(words: readonly string[]): ConfigurationChange {
  const kinds = { add: 'add-voter', learn: 'add-learner', remove: 'remove' } as const
  const [first = ''] = words
  const transition = first === 'joint' || first === 'explicit' ? first : 'auto'
  const steps: ConfigurationStep[] = []
  for (const [at, word] of words.entries()) {
    if (word === 'add' || word === 'learn' || word === 'remove') {
      steps.push({ kind: kinds[word], id: BigInt(words[at + 1] ?? 0) })
    }
  }
  return { steps, transition, context: new Uint8Array() }
}

/** `append from=2 term=3 after=1@1 entries=2@3,3@3 commit=1`, `heartbeat from=2 term=3 commit=1`, `snapshot from=2 term=3 at=9@2`. */
export function parseMessage(to: MemberId, [type, ...words]: readonly string[]): Message {
  const settings = new Map(words.map((word) => word.split('=') as [string, string]))
  const number = (name: string) => Number(settings.get(name) ?? 0)
  const from = BigInt(settings.get('from') ?? 0)
  const address = { from, to, term: number('term') }
  const place = (text: string) => {
    const [index = 0, term = 0] = text.split('@').map(Number)
    return { index, term }
  }
  if (type === 'append') {
    const after = place(settings.get('after') ?? '0@0')
    const places = (settings.get('entries') ?? '').split(',').filter(Boolean).map(place)
    return {
      ...address,
      type: 'append-request',
      previousIndex: after.index,
      previousTerm: after.term,
      entries: places.map(({ index, term }) => storedEntry(index, term)),
      commit: number('commit'),
    }
  }
  if (type === 'heartbeat') {
    const readRound = number('round')
    return { ...address, type: 'heartbeat-request', commit: number('commit'), readRound }
  }
  if (type === 'vote') {
    const last = place(settings.get('last') ?? '0@0')
    return {
      ...address,
      type: 'vote-request',
      lastIndex: last.index,
      lastTerm: last.term,
      transfer: settings.has('transfer'),
    }
  }
  if (type === 'prevote') {
    const last = place(settings.get('last') ?? '0@0')
    return { ...address, type: 'pre-vote-request', lastIndex: last.index, lastTerm: last.term }
  }
  if (type === 'timeout') return { ...address, type: 'timeout-now' }
  if (type === 'matches') {
    const index = number('index')
    return { ...address, type: 'append-response', index, reject: false, hintIndex: 0, hintTerm: 0 }
  }
  if (type === 'snapshot') {
    const configuration = configurationOf([1n, 2n, 3n])
    const snapshot = { ...place(settings.get('at') ?? ''), configuration }
    return { ...address, type: 'snapshot-request', snapshot }
  }
  throw new Error(`unknown message: ${type}`)
}
