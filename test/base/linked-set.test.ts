import { describe, expect, it } from 'vitest'
import { type Linked, LinkedSet } from '../../src/base/linked-set.js'

class Item implements Linked {
  linkedBefore: Linked | undefined = undefined
  linkedAfter: Linked | undefined = undefined

  constructor(readonly name: string) {}
}

function filled(...names: string[]): { set: LinkedSet<Item>; items: Item[] } {
  const set = new LinkedSet<Item>()
  const items = names.map((name) => new Item(name))
  for (const item of items) set.add(item)
  return { set, items }
}

function namesOf(set: LinkedSet<Item>): string[] {
  return [...set].map((item) => item.name)
}

describe('a linked set', () => {
  it('holds its items in the order in which they came', () => {
    const { set } = filled('a', 'b', 'c')
    expect(namesOf(set)).toEqual(['a', 'b', 'c'])
    expect(set.size).toBe(3)
  })

  it.each([
    ['the first', 0, ['b', 'c']],
    ['one in the middle', 1, ['a', 'c']],
    ['the last', 2, ['a', 'b']],
  ])('lets go of %s', (_which, at, left) => {
    const { set, items } = filled('a', 'b', 'c')
    const item = items[at] as Item
    expect(set.delete(item)).toBe(true)
    expect(namesOf(set)).toEqual(left)
    expect(set.size).toBe(2)
    expect(set.has(item)).toBe(false)
    expect(set.delete(item)).toBe(false)
    expect(set.size).toBe(2)
  })

  it('takes an item again that has gone', () => {
    const { set, items } = filled('a', 'b')
    set.delete(items[0] as Item)
    set.add(items[0] as Item)
    expect(namesOf(set)).toEqual(['b', 'a'])
  })

  it('refuses an item that it holds', () => {
    const { set, items } = filled('a')
    expect(() => set.add(items[0] as Item)).toThrow('an item is in one set')
  })

  it('is empty when all have gone', () => {
    const { set, items } = filled('a', 'b')
    for (const item of items) set.delete(item)
    expect(namesOf(set)).toEqual([])
    expect(set.size).toBe(0)
  })

  it('leaves no way from what has gone to what is there', () => {
    const { set, items } = filled('a', 'b', 'c')
    set.delete(items[1] as Item)
    expect(items[1]).toMatchObject({ linkedBefore: undefined, linkedAfter: undefined })
  })

  it('may change while it is walked through', () => {
    const { set, items } = filled('a', 'b', 'c')
    const seen: string[] = []
    for (const item of set) {
      seen.push(item.name)
      for (const each of items) set.delete(each)
      set.add(new Item('d'))
    }
    expect(seen).toEqual(['a', 'b', 'c'])
  })
})
