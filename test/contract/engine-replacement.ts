import { describe, expect, test } from 'vitest'
import type { ByteString } from '../../src/base/bytes.js'
import type { EngineReplacement, RowChanges } from '../../src/engine/index.js'
import {
  drainKeys,
  type EngineUnderTest,
  everything,
  keysOf,
  nextOf,
  numberedKeys,
  textAt,
} from './engine-fixture.js'

function rowsOf(texts: Record<ByteString, string>): RowChanges {
  return new Map(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text)]))
}

async function replacementWith(
  under: EngineUnderTest,
  texts: Record<ByteString, string>,
  position = 50,
): Promise<EngineReplacement> {
  const replacement = await under.engine.replacement()
  await replacement.add(rowsOf(texts))
  await replacement.finish(position)
  return replacement
}

export function describeReplacement(under: EngineUnderTest): void {
  describe('replacing the whole state', () => {
    test('the new rows take the place of all old ones, and commits go on from there', async () => {
      under.commit({ both: 'old', gone: 'old' })
      await under.engine.flush()
      under.commit({ pending: 'old' })
      await under.engine.replaceBy(await replacementWith(under, { both: 'new', come: 'new' }))
      expect(await keysOf(under.engine, everything)).toEqual(['both', 'come'])
      expect(textAt(under.engine, 'both')).toBe('new')
      under.engine.commit(rowsOf({ later: 'new' }), 51)
      await under.engine.flush()
      expect(await keysOf(under.engine, everything)).toEqual(['both', 'come', 'later'])
    })

    test('until then nothing of them is seen, and the old state goes on changing', async () => {
      under.commit({ key: '1' })
      const replacement = await under.engine.replacement()
      await replacement.add(rowsOf({ key: 'beside', other: 'beside' }))
      under.commit({ key: '2' })
      await replacement.finish(50)
      under.commit({ key: '3' })
      expect(textAt(under.engine, 'key')).toBe('3')
      expect(await keysOf(under.engine, everything)).toEqual(['key'])
      expect(textAt(replacement, 'key')).toBe('beside')
      const view = replacement.view()
      expect(await drainKeys(view.scan(everything))).toEqual(['key', 'other'])
      view.close()
      await replacement.discard()
    })

    test('of a row that is added twice the last one counts', async () => {
      const replacement = await under.engine.replacement()
      await replacement.add(rowsOf({ key: 'first' }))
      await replacement.add(rowsOf({ key: 'last' }))
      await replacement.finish(1)
      await under.engine.replaceBy(replacement)
      expect(textAt(under.engine, 'key')).toBe('last')
    })

    test('a discarded one leaves the state as it was; discarding one that was taken does nothing', async () => {
      under.commit({ key: 'old' })
      const unfinished = await under.engine.replacement()
      await unfinished.add(rowsOf({ key: 'half' }))
      await unfinished.discard()
      await unfinished.discard()
      await (await replacementWith(under, { key: 'whole' })).discard()
      expect(textAt(under.engine, 'key')).toBe('old')
      const taken = await replacementWith(under, { key: 'new' })
      await under.engine.replaceBy(taken)
      await taken.discard()
      expect(textAt(under.engine, 'key')).toBe('new')
    })

    test('views and scans go on over the old rows until they are closed', async () => {
      under.commit(Object.fromEntries(numberedKeys(300).map((key) => [key, 'old'])))
      await under.engine.flush()
      under.commit({ key0000: 'overlaid' })
      const view = under.engine.view()
      const scan = view.scan(everything)
      const first = (await nextOf(scan)).map((row) => row.key)
      await under.engine.replaceBy(await replacementWith(under, { key: 'new' }))
      expect([...first, ...(await drainKeys(scan))]).toEqual(numberedKeys(300))
      expect(textAt(view, 'key0000')).toBe('overlaid')
      expect(textAt(view, 'key0299')).toBe('old')
      view.close()
      expect(() => view.get('key0299')).toThrow('closed')
      expect(await keysOf(under.engine, everything)).toEqual(['key'])
    })

    test('whoever adopts the new rows sees them, and nobody saw them before', async () => {
      under.commit({ key: 'old' })
      const replacement = await replacementWith(under, { key: 'new' })
      const seen: (string | undefined)[] = [textAt(under.engine, 'key')]
      await under.engine.replaceBy(replacement, () => seen.push(textAt(under.engine, 'key')))
      expect(seen).toEqual(['old', 'new'])
    })

    test('one replacement after another', async () => {
      for (const round of ['1', '2', '3']) {
        const replacement = await replacementWith(under, { key: round }, Number(round))
        await under.engine.replaceBy(replacement)
        expect(textAt(under.engine, 'key')).toBe(round)
      }
    })

    test('only a whole one is taken', async () => {
      const replacement = await under.engine.replacement()
      await expect(under.engine.replaceBy(replacement)).rejects.toThrow('whole')
      await replacement.discard()
    })

    test('closing the engine gives up what is not finished, and old views end', async () => {
      under.commit({ key: 'old' })
      const view = under.engine.view()
      await under.engine.replaceBy(await replacementWith(under, { key: 'new' }))
      await (await under.engine.replacement()).add(rowsOf({ key: 'half' }))
      await under.engine.close()
      expect(() => view.get('key')).toThrow('closed')
      await expect(under.engine.replacement()).rejects.toThrow('closed')
    })
  })
}
