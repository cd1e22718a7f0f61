import { expect, test } from 'vitest'
import { ClosingStack } from '../../src/server/closing-stack.js'

function stackNoting(notes: string[]): ClosingStack {
  const stack = new ClosingStack()
  stack.push(() => void notes.push('first'))
  stack.push(() => Promise.reject(new Error('second failed')))
  stack.push(() => {
    notes.push('third')
    throw new Error('third failed')
  })
  return stack
}

test('everything is released in reverse, and the first failure is reported', async () => {
  const notes: string[] = []
  await expect(stackNoting(notes).close()).rejects.toThrow('third failed')
  expect(notes).toEqual(['third', 'first'])
})

test('R12: what is released is released once', async () => {
  const notes: string[] = []
  const stack = stackNoting(notes)
  const outcomes = await Promise.allSettled([stack.close(), stack.close()])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(notes).toEqual(['third', 'first'])
})
