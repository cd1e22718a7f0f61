import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.js'
import { Group } from './group.js'
import { codeOf } from './node-fixture.js'
import { startRepeating } from './repeating-transport.js'

function propose(group: Group, id: bigint, text: string, options = {}): Promise<unknown> {
  return group.member(id).node.propose(Buffer.from(text), undefined, options)
}

test('a write on any member is answered by that member, once it is applied there', async () => {
  const group = await Group.start()
  await group.leader()
  for (const { id, machine } of group.members.values()) {
    machine.onEntry = (entry) => entry.respond(`${entry.payload} by ${id}`)
  }
  const texts = Array.from({ length: 300 }, (_, at) => `text ${at}`)
  const answers = texts.map((text, at) => propose(group, BigInt((at % 3) + 1), text))
  const expected = texts.map((text, at) => `${text} by ${(at % 3) + 1}`)
  expect(await group.clock.complete(Promise.all(answers), 100)).toEqual(expected)
  expect((await group.settled()).sort()).toEqual(texts.sort())
  for (const { node } of group.members.values()) expect(node.pendingCount).toBe(0)
  await group.close()
})

test('what a proposer attaches is there where it proposed, and nowhere else', async () => {
  const group = await Group.start()
  await group.leader()
  const [follower] = group.followers()
  const seen: unknown[] = []
  for (const { id, machine } of group.members.values()) {
    machine.onEntry = (entry) => {
      if (entry.attachment !== undefined) seen.push(id, entry.attachment)
      entry.respond(undefined)
    }
  }
  const attachment = { known: true }
  const answer = follower?.node.propose(Buffer.from('x'), attachment) ?? Promise.resolve()
  await group.clock.complete(answer)
  await group.settled()
  expect(seen).toEqual([follower?.id, attachment])
  await group.close()
})

test('larger messages than one are parted, and a refusal of the state machine comes back', async () => {
  const group = await Group.start()
  await group.leader()
  const [follower] = group.followers()
  const texts = Array.from({ length: 5 }, (_, at) => `${at}`.repeat(700_000))
  const answers = texts.map((text) => propose(group, follower?.id ?? 0n, text))
  expect(await group.clock.complete(Promise.all(answers))).toEqual(texts)
  if (follower !== undefined) {
    follower.machine.onEntry = (entry) => entry.refuse(new Error('not so'))
    await expect(group.clock.complete(propose(group, follower.id, 'no'))).rejects.toThrow('not so')
  }
  await group.close()
})

test('while leadership moves, writes on every member wait for the next leader and happen once', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const group = await Group.start({}, seed)
    const { node } = await group.leader()
    const [target] = group.followers()
    const texts: string[] = []
    const answers: Promise<unknown>[] = []
    const burst = () => {
      for (const id of group.members.keys()) {
        texts.push(`text ${texts.length}`)
        answers.push(propose(group, id, texts.at(-1) ?? ''))
      }
    }
    burst()
    const moving = node.transferLeadership(target?.id ?? 0n)
    for (let step = 0; step < 40; step++) {
      burst()
      await group.clock.advance(1)
    }
    await group.clock.complete(moving)
    expect(await group.clock.complete(Promise.all(answers), 500)).toEqual(texts)
    expect((await group.settled()).sort()).toEqual(texts.sort())
    await group.close()
  }
})

test('a proposal for one term is never passed on', async () => {
  const group = await Group.start()
  const { node } = await group.leader()
  const { term } = node.status()
  const [follower] = group.followers()
  expect(await codeOf(group.clock, propose(group, follower?.id ?? 0n, 'x', { term }))).toBe(
    'not-leader',
  )
  expect(await group.settled()).toEqual([])
  await group.close()
})

test('what the leader cannot take is refused where it was proposed', async () => {
  const group = await Group.start({ proposalLimits: { count: 1000, bytes: 1_000_000 } })
  const { id } = await group.leader()
  const [follower] = group.followers()
  let letGo = () => {}
  const hung = new Promise<void>((resolve) => {
    letGo = resolve
  })
  for (const [each, disk] of group.disks) disk.hung = each === id ? undefined : hung
  const large = propose(group, id, 'x'.repeat(900_000))
  await group.clock.advance(50)
  const refused = propose(group, follower?.id ?? 0n, 'x'.repeat(200_000))
  expect(await codeOf(group.clock, refused)).toBe('too-many-requests')
  letGo()
  expect(await group.clock.complete(large)).toBe('x'.repeat(900_000))
  await group.close()
})

test('R7: without a quorum writes fail everywhere within their time, and nothing is left behind', async () => {
  const group = await Group.start()
  const { id } = await group.leader()
  const [survivor, other] = group.followers()
  const began = group.clock.nowMs()
  await group.kill(other?.id ?? 0n)
  group.network.isolate(id)
  const codes = [id, survivor?.id ?? 0n].map((each) =>
    codeOf(group.clock, propose(group, each, 'x')),
  )
  await group.clock.advance(3000)
  codes.push(codeOf(group.clock, propose(group, survivor?.id ?? 0n, 'later')))
  expect(await Promise.all(codes)).toEqual(['leader-failed', 'leader-failed', 'no-leader'])
  expect(group.clock.nowMs() - began).toBeLessThanOrEqual(3000 + 7200)
  for (const { node } of group.members.values()) expect(node.pendingCount).toBe(0)
  await group.close()
})

test('what a leader had accepted and the next one replaced is lost, and said so when that is known', async () => {
  const group = await Group.start()
  const first = await group.leader()
  group.network.isolate(first.id)
  const lost = codeOf(group.clock, propose(group, first.id, 'lost'))
  const others = group.followers().map(({ id }) => id)
  const second = await group.leader(others.filter((id) => id !== first.id))
  await group.clock.complete(propose(group, second.id, 'kept'))
  group.network.heal()
  const began = group.clock.nowMs()
  expect(await lost).toBe('leader-changed')
  expect(group.clock.nowMs() - began).toBeLessThan(2000)
  expect(await group.settled()).toEqual(['kept'])
  await group.close()
})

test('what a leader had sent out before it lost its place is answered when the next one commits it', async () => {
  const group = await Group.start()
  const first = await group.leader()
  await group.clock.complete(propose(group, first.id, 'before'))
  const [one, other] = group.followers()
  for (const follower of [one, other]) group.network.cut(follower?.id ?? 0n, first.id)
  const answer = propose(group, first.id, 'survives')
  await group.clock.advance(20)
  group.network.isolate(first.id)
  await group.leader([one?.id ?? 0n, other?.id ?? 0n])
  group.network.heal()
  expect(await group.clock.complete(answer)).toBe('survives')
  expect(await group.settled()).toEqual(['before', 'survives'])
  await group.close()
})

test('whatever happens, nothing takes place twice, and what was refused for certain not at all', async () => {
  const certain = ['no-leader', 'too-many-requests', 'not-leader']
  const counts = new Map<unknown, number>()
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededRandom(seed)
    const group = await startRepeating(seed, random)
    const outcomes: { text: string; outcome: unknown }[] = []
    const pending: Promise<void>[] = []
    for (let step = 0; step < 150; step++) {
      const id = BigInt(random.below(3) + 1)
      const text = `text ${step}`
      const note = (outcome: unknown) => void outcomes.push({ text, outcome })
      pending.push(
        propose(group, id, text, { timeoutMs: 200 + random.below(4000) }).then(note, (error) =>
          note(error.code),
        ),
      )
      const { node } = group.member(BigInt(random.below(3) + 1))
      const event = random.below(40)
      if (event < 3) group.network.isolate(BigInt(random.below(3) + 1))
      if (event === 3) group.network.heal()
      if (event > 35) node.transferLeadership(id).catch(() => {})
      await group.clock.advance(random.below(120))
    }
    group.network.heal()
    await group.clock.complete(Promise.all(pending))
    const texts = await group.settled()
    expect(new Set(texts).size, `seed ${seed}`).toBe(texts.length)
    for (const { text, outcome } of outcomes) {
      const kind = outcome === text ? 'done' : outcome
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      if (outcome === text) expect(texts, `seed ${seed}`).toContain(text)
      if (certain.includes(String(outcome))) expect(texts, `seed ${seed}`).not.toContain(text)
    }
    expect(group.fatal).toEqual([])
    await group.close()
  }
  expect(counts.get('done')).toBeGreaterThan(1000)
  for (const kind of ['leader-failed', 'no-leader', 'leader-changed']) {
    expect(counts.get(kind), kind).toBeGreaterThan(0)
  }
})
