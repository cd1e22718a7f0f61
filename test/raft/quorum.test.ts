import { describe, expect, it } from 'vitest'
import { type Configuration, configurationOf, type MemberId } from '../../src/raft/index.js'
import {
  countVotes,
  isVoter,
  membersOf,
  reachedByQuorum,
  takesPart,
} from '../../src/raft/quorum.js'

function reached(configuration: Configuration, numbers: readonly number[]): number {
  return reachedByQuorum(configuration, (voter) => numbers[Number(voter) - 1] ?? 0)
}

function votes(...answers: readonly [bigint, boolean][]): Map<MemberId, boolean> {
  return new Map(answers)
}

const joint: Configuration = { ...configurationOf([1n, 2n, 3n]), votersOutgoing: [3n, 4n, 5n] }

describe('a quorum', () => {
  it('is a majority: one of one, two of two, two of three, three of four, three of five', () => {
    expect(reached(configurationOf([1n]), [7])).toBe(7)
    expect(reached(configurationOf([1n, 2n]), [7, 5])).toBe(5)
    expect(reached(configurationOf([1n, 2n, 3n]), [3, 9, 5])).toBe(5)
    expect(reached(configurationOf([1n, 2n, 3n, 4n]), [1, 2, 3, 4])).toBe(2)
    expect(reached(configurationOf([1n, 2n, 3n, 4n, 5n]), [10, 9, 100, 8, 7])).toBe(9)
  })

  it('is a majority of both halves in joint consensus', () => {
    expect(reached(joint, [9, 9, 0, 0, 0])).toBe(0)
    expect(reached(joint, [9, 8, 0, 7, 6])).toBe(6)
  })

  it('is nothing without voters', () => {
    expect(() => reached(configurationOf([]), [])).toThrow('a configuration has a voter')
  })
})

describe('an election', () => {
  const three = configurationOf([1n, 2n, 3n])

  it('is won with a majority, lost when none is possible any more, and open until then', () => {
    expect(countVotes(three, votes([1n, true]))).toBe('open')
    expect(countVotes(three, votes([1n, true], [2n, false]))).toBe('open')
    expect(countVotes(three, votes([1n, true], [3n, true]))).toBe('won')
    expect(countVotes(three, votes([1n, true], [2n, false], [3n, false]))).toBe('lost')
  })

  it('does not count those who have no vote', () => {
    expect(countVotes(three, votes([1n, true], [8n, true], [9n, true]))).toBe('open')
  })

  it('needs both halves of a joint configuration', () => {
    expect(countVotes(joint, votes([1n, true], [2n, true]))).toBe('open')
    expect(countVotes(joint, votes([1n, true], [2n, true], [4n, false], [5n, false]))).toBe('lost')
    expect(countVotes(joint, votes([1n, true], [3n, true], [4n, true]))).toBe('won')
  })
})

describe('members', () => {
  it('are all who take part, each once; voters are those of either half', () => {
    const configuration = { ...joint, learners: [6n], learnersNext: [4n] }
    expect(membersOf(configuration)).toEqual([1n, 2n, 3n, 4n, 5n, 6n])
    for (const id of membersOf(configuration)) expect(takesPart(configuration, id)).toBe(true)
    expect(takesPart({ ...configuration, votersOutgoing: [] }, 4n)).toBe(true)
    expect(takesPart(configuration, 7n)).toBe(false)
    expect(isVoter(configuration, 5n)).toBe(true)
    expect(isVoter(configuration, 6n)).toBe(false)
  })
})
