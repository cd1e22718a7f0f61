import { describe, expect, test } from 'vitest'
import {
  drainKeys,
  type EngineUnderTest,
  everything,
  nextOf,
  numberedKeys,
  textAt,
} from './engine-fixture.js'

export function describeClosing(under: EngineUnderTest): void {
  describe('closing', () => {
    test('closing twice is closing once', async () => {
      under.commit({ key: 'value' })
      await Promise.all([under.engine.close(), under.engine.close()])
      await under.engine.close()
    })

    test('R11: closing the engine closes the views and scans left open', async () => {
      under.commit({ key: 'value' })
      const view = under.engine.view()
      const scan = view.scan(everything)
      await under.engine.close()
      expect(() => view.get('key')).toThrow('closed')
      expect(() => view.scan(everything)).toThrow('closed')
      await expect(nextOf(scan)).rejects.toThrow('closed')
      view.close()
      scan.close()
    })

    test('R11: closing a view closes its scans, and nothing else', async () => {
      under.commit({ key: 'value' })
      const [view, other] = [under.engine.view(), under.engine.view()]
      const scan = view.scan(everything)
      view.close()
      view.close()
      await expect(nextOf(scan)).rejects.toThrow('closed')
      expect(textAt(other, 'key')).toBe('value')
      expect(textAt(under.engine, 'key')).toBe('value')
      other.close()
    })

    test('R11: closing a scan in the middle leaves its view in use', async () => {
      under.commit(Object.fromEntries(numberedKeys(200).map((key) => [key, 'x'])))
      await under.engine.flush()
      const view = under.engine.view()
      const scan = view.scan(everything)
      const step = scan.next(10)
      scan.close()
      scan.close()
      await Promise.resolve(step).catch(() => {})
      await expect(nextOf(scan)).rejects.toThrow('closed')
      expect(await drainKeys(view.scan(everything))).toHaveLength(200)
      view.close()
    })

    test('a closed engine refuses everything', async () => {
      await under.engine.close()
      expect(() => under.engine.get('key')).toThrow('closed')
      expect(() => under.engine.view()).toThrow('closed')
      expect(() => under.commit({ key: 'value' })).toThrow('closed')
      expect(() => under.engine.sizes()).toThrow('closed')
      await expect(under.engine.flush()).rejects.toThrow('closed')
    })
  })
}
