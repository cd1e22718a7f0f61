import { expect, test } from 'vitest'
import { CancelSource } from '../../src/base/cancel-signal.js'

test('all listeners hear of an abort, in their order, once, and learn why', () => {
  const source = new CancelSource()
  const heard: string[] = []
  source.addEventListener('abort', () => heard.push('first'))
  source.addEventListener('abort', { handleEvent: () => heard.push('second') })
  source.addEventListener('abort', () => heard.push(`third, because of ${source.reason}`))
  source.abort('rain')
  source.abort('snow')
  expect(heard).toEqual(['first', 'second', 'third, because of rain'])
})

test('listeners that were removed hear nothing, whichever they were', () => {
  const source = new CancelSource()
  const heard: number[] = []
  const hearing = (number: number) => () => void heard.push(number)
  const [zero, one, two, three] = [hearing(0), hearing(1), hearing(2), hearing(3)] as const
  for (const listener of [zero, one, two]) source.addEventListener('abort', listener)
  source.removeEventListener('abort', zero)
  source.removeEventListener('abort', two)
  source.removeEventListener('abort', three)
  source.addEventListener('abort', three)
  source.addEventListener('abort', zero)
  source.abort('rain')
  expect(heard).toEqual([1, 3, 0])
})

test('a listener that comes after the abort hears nothing', () => {
  const source = new CancelSource()
  source.abort('rain')
  const heard: string[] = []
  source.addEventListener('abort', () => heard.push('late'))
  source.abort('rain')
  expect(heard).toEqual([])
})
