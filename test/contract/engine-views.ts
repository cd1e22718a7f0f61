import { describe, expect, test } from 'vitest'
import type { EngineView } from '../../src/engine/index.js'
import {
  drain,
  drainKeys,
  type EngineUnderTest,
  everything,
  numberedKeys,
  textAt,
} from './engine-fixture.js'

export function describeViews(under: EngineUnderTest): void {
  describe('views', () => {
    test('a view shows the rows of its moment while commits and flushes go on', async () => {
      under.commit({ kept: '1', changed: '1', deleted: '1' })
      await under.engine.flush()
      under.commit({ overlaid: '1' })
      const view = under.engine.view()
      for (const round of ['2', '3', '4']) {
        under.commit({ changed: round, deleted: undefined, overlaid: round, added: round })
        await under.engine.flush()
        expect(textAt(view, 'changed')).toBe('1')
        expect(textAt(view, 'deleted')).toBe('1')
        expect(textAt(view, 'overlaid')).toBe('1')
        expect(view.get('added')).toBeUndefined()
        expect(await drainKeys(view.scan(everything))).toEqual([
          'changed',
          'deleted',
          'kept',
          'overlaid',
        ])
      }
      view.close()
      expect(textAt(under.engine, 'changed')).toBe('4')
    })

    test('views made before, beside and after a batch under way each keep their moment', async () => {
      const views: EngineView[] = []
      for (let round = 0; round < 50; round++) {
        under.commit({ counter: `${round}`, [`row${round}`]: 'x' })
        views.push(under.engine.view())
        if (round % 3 === 0) await Promise.resolve()
        if (round % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await under.engine.flush()
      for (const [round, view] of views.entries()) {
        expect(textAt(view, 'counter')).toBe(`${round}`)
        expect(await drainKeys(view.scan({ gte: 'row', lt: 'rox' }))).toHaveLength(round + 1)
        view.close()
      }
    })

    test('a scan goes on over the rows of its view while these are deleted', async () => {
      under.commit(Object.fromEntries(numberedKeys(300).map((key) => [key, 'old'])))
      await under.engine.flush()
      const view = under.engine.view()
      const scan = view.scan(everything)
      const rows = [...(await scan.next(10))]
      under.commit(Object.fromEntries(numberedKeys(300).map((key) => [key, undefined])))
      await under.engine.flush()
      rows.push(...(await drain(scan, 10)))
      expect(rows.map((row) => row.key)).toEqual(numberedKeys(300))
      expect(new Set(rows.map((row) => row.value.toString()))).toEqual(new Set(['old']))
      view.close()
    })
  })
}
