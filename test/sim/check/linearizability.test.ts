import { describe, expect, test } from 'vitest'
import {
  arePartsLinearizable,
  type Call,
  isLinearizable,
  type SequentialModel,
} from './linearizability.js'

type Operation =
  | { readonly kind: 'write'; readonly value: number }
  | { readonly kind: 'read'; readonly value: number }
  | { readonly kind: 'swap'; readonly from: number; readonly to: number; readonly done: boolean }

/** A register that starts with 0. */
const register: SequentialModel<number, Operation> = {
  initial: 0,
  step(state, operation) {
    if (operation.kind === 'write') return operation.value
    if (operation.kind === 'read') return operation.value === state ? state : undefined
    if (operation.done !== (operation.from === state)) return undefined
    return operation.done ? operation.to : state
  },
  fingerprint: String,
}

const never = Number.POSITIVE_INFINITY

function call<O>(calledAt: number, returnedAt: number, operation: O): Call<O> {
  return { calledAt, returnedAt, operation }
}
const write = (value: number): Operation => ({ kind: 'write', value })
const read = (value: number): Operation => ({ kind: 'read', value })
const swap = (from: number, to: number, done: boolean): Operation => {
  return { kind: 'swap', from, to, done }
}

describe('histories of a register that are right', () => {
  test('nothing at all', () => {
    expect(isLinearizable(register, [])).toBe(true)
  })

  test('one after the other', () => {
    const calls = [call(0, 1, write(1)), call(2, 3, read(1)), call(4, 5, write(2))]
    expect(isLinearizable(register, calls)).toBe(true)
  })

  test('a read beside a write sees the old or the new value', () => {
    for (const seen of [0, 1]) {
      const calls = [call(0, 10, write(1)), call(2, 3, read(seen))]
      expect(isLinearizable(register, calls)).toBe(true)
    }
  })

  test('two reads beside a write, the old value before the new one', () => {
    const calls = [call(0, 10, write(1)), call(1, 2, read(0)), call(3, 4, read(1))]
    expect(isLinearizable(register, calls)).toBe(true)
  })

  test('two writes at once end either way', () => {
    for (const last of [1, 2]) {
      const calls = [call(0, 10, write(1)), call(0, 10, write(2)), call(11, 12, read(last))]
      expect(isLinearizable(register, calls)).toBe(true)
    }
  })

  test('a write that was never answered takes place late, or never', () => {
    const open = call(0, never, write(1))
    expect(isLinearizable(register, [open, call(5, 6, read(0)), call(7, 8, read(1))])).toBe(true)
    expect(isLinearizable(register, [open, call(5, 6, read(0)), call(7, 8, read(0))])).toBe(true)
  })

  test('the first choice of the search is wrong, and the last one right', () => {
    const calls = [
      call(0, 10, write(1)),
      call(0, 10, write(2)),
      call(0, 10, write(3)),
      call(11, 12, swap(2, 9, true)),
      call(13, 14, read(9)),
    ]
    expect(isLinearizable(register, calls)).toBe(true)
  })

  test('what ends when the other begins was under way with it', () => {
    expect(isLinearizable(register, [call(0, 5, read(1)), call(5, 6, write(1))])).toBe(true)
  })
})

describe('histories of a register that are wrong', () => {
  test('a value that nobody wrote', () => {
    expect(isLinearizable(register, [call(0, 1, read(7))])).toBe(false)
  })

  test('a stale read', () => {
    const calls = [call(0, 1, write(1)), call(2, 3, write(2)), call(4, 5, read(1))]
    expect(isLinearizable(register, calls)).toBe(false)
  })

  test('two reads beside a write that see time go back', () => {
    const calls = [call(0, 10, write(1)), call(1, 2, read(1)), call(3, 4, read(0))]
    expect(isLinearizable(register, calls)).toBe(false)
  })

  test('two swaps from one value both done', () => {
    const calls = [call(0, 10, swap(0, 1, true)), call(0, 10, swap(0, 2, true))]
    expect(isLinearizable(register, calls)).toBe(false)
  })

  test('a write that was not answered is undone', () => {
    const calls = [call(0, never, write(1)), call(1, 2, read(1)), call(3, 4, read(0))]
    expect(isLinearizable(register, calls)).toBe(false)
  })

  test('a write takes place before it was asked for', () => {
    expect(isLinearizable(register, [call(0, 1, read(1)), call(2, 3, write(1))])).toBe(false)
  })

  test('a lost write among many', () => {
    const writes = Array.from({ length: 40 }, (_, at) => call(at * 10, at * 10 + 5, write(at + 1)))
    const reads = Array.from({ length: 40 }, (_, at) =>
      call(at * 10 + 6, at * 10 + 8, read(at + 1)),
    )
    expect(isLinearizable(register, [...writes, ...reads])).toBe(true)
    const wrong = reads.map((each, at) => (at === 33 ? { ...each, operation: read(33) } : each))
    expect(isLinearizable(register, [...writes, ...wrong])).toBe(false)
  })
})

test('what was tried is remembered: many calls at once do not take for ever', () => {
  const writes = Array.from({ length: 14 }, (_, at) => call(0, 100, write(at + 1)))
  expect(isLinearizable(register, [...writes, call(101, 102, read(99))])).toBe(false)
})

test('parts that do not touch each other are judged one by one', () => {
  type Keyed = { readonly key: string; readonly operation: Operation }
  const keyed: SequentialModel<number, Keyed> = {
    ...register,
    step: (state, { operation }) => register.step(state, operation),
  }
  const calls = ['a', 'b'].flatMap((key, at) => [
    call(0, 1, { key, operation: write(at) }),
    call(2, 3, { key, operation: read(at) }),
  ])
  const partOf = ({ key }: Keyed) => key
  expect(arePartsLinearizable(keyed, calls, partOf)).toBe(true)
  const stale = call(4, 5, { key: 'b', operation: read(0) })
  expect(arePartsLinearizable(keyed, [...calls, stale], partOf)).toBe(false)
})
