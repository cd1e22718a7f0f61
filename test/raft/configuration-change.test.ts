import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeChange, encodeChange } from '../../src/raft/change-codec.js'
import { type ConfigurationChange, changed } from '../../src/raft/configuration-change.js'
import { type Configuration, configurationOf } from '../../src/raft/index.js'

type Kind = ConfigurationChange['steps'][number]['kind']

function change(
  steps: readonly (readonly [Kind, bigint])[],
  transition: ConfigurationChange['transition'] = 'auto',
): ConfigurationChange {
  return { steps: steps.map(([kind, id]) => ({ kind, id })), transition, context: Buffer.alloc(0) }
}

const three = configurationOf([1n, 2n, 3n])
const leave = change([])

describe('a change of one step', () => {
  it('is taken directly', () => {
    expect(changed(three, change([['add-voter', 4n]]))).toEqual(configurationOf([1n, 2n, 3n, 4n]))
    expect(changed(three, change([['remove', 2n]]))).toEqual(configurationOf([1n, 3n]))
  })

  it('makes voters of learners and learners of voters', () => {
    const learns: Configuration = { ...configurationOf([1n, 2n]), learners: [3n] }
    expect(changed(three, change([['add-learner', 3n]]))).toEqual(learns)
    expect(changed(learns, change([['add-voter', 3n]]))).toEqual(three)
    expect(changed(learns, change([['remove', 3n]]))).toEqual(configurationOf([1n, 2n]))
  })

  it('takes nobody in twice, and removes nobody who is not there', () => {
    expect(new Set(changed(three, change([['add-voter', 2n]]))?.voters)).toEqual(
      new Set([1n, 2n, 3n]),
    )
    expect(changed(three, change([['remove', 9n]]))).toEqual(three)
  })

  it('never takes the last vote', () => {
    expect(changed(configurationOf([1n]), change([['remove', 1n]]))).toBeUndefined()
    expect(changed(configurationOf([1n]), change([['add-learner', 1n]]))).toBeUndefined()
  })
})

describe('joint consensus', () => {
  const replace = change([
    ['remove', 1n],
    ['add-voter', 4n],
  ])

  it('keeps the old voters until it is left', () => {
    const joint = changed(three, replace)
    expect(joint).toEqual({
      ...configurationOf([2n, 3n, 4n]),
      votersOutgoing: [1n, 2n, 3n],
      autoLeave: true,
    })
    expect(joint && changed(joint, leave)).toEqual(configurationOf([2n, 3n, 4n]))
  })

  it('is left by itself unless that is left to the application', () => {
    const step = [['add-voter', 4n]] as const
    expect(changed(three, change(step, 'joint'))?.autoLeave).toBe(true)
    expect(changed(three, change(step, 'explicit'))?.autoLeave).toBe(false)
  })

  it('lets a voter of the old half learn only afterwards', () => {
    const joint = changed(three, change([['add-learner', 3n]], 'explicit'))
    expect(joint).toMatchObject({ voters: [1n, 2n], learners: [], learnersNext: [3n] })
    expect(joint && changed(joint, leave)).toEqual({
      ...configurationOf([1n, 2n]),
      learners: [3n],
    })
  })

  it('is not entered twice, and not left when it was not entered', () => {
    const joint = changed(three, replace)
    expect(joint && changed(joint, replace)).toBeUndefined()
    expect(changed(three, leave)).toBeUndefined()
  })
})

describe('an encoded change', () => {
  const step = fc.record({
    kind: fc.constantFrom('add-voter', 'add-learner', 'remove'),
    id: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
  })
  const anyChange = fc.record({
    steps: fc.array(step, { maxLength: 5 }),
    transition: fc.constantFrom('auto', 'joint', 'explicit'),
    context: fc.uint8Array({ maxLength: 20 }),
  })

  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyChange, (written) => {
        const read = decodeChange(Buffer.from(encodeChange(written as ConfigurationChange)))
        expect({ ...read, context: [...read.context] }).toEqual({
          ...written,
          context: [...written.context],
        })
      }),
    )
  })

  it('that is damaged is an error, never another change', () => {
    const bytes = encodeChange(change([['add-voter', 4n]]))
    expect(() => decodeChange(bytes.subarray(0, 4))).toThrow('cannot be read')
    expect(() => decodeChange(bytes.subarray(0, bytes.length - 1))).toThrow('cannot be read')
    const unknownKind = Uint8Array.from(bytes)
    unknownKind[5] = 7
    expect(() => decodeChange(unknownKind)).toThrow('cannot be read')
    const unknownTransition = Uint8Array.from(bytes)
    unknownTransition[0] = 3
    expect(() => decodeChange(unknownTransition)).toThrow('cannot be read')
  })
})
