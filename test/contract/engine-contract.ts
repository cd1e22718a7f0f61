import { afterEach, beforeEach, describe } from 'vitest'
import { describeClosing } from './engine-closing.js'
import { type EngineFixture, EngineUnderTest } from './engine-fixture.js'
import { describeModel } from './engine-model.js'
import { describeReplacement } from './engine-replacement.js'
import { describeRows } from './engine-rows.js'
import { describeScans } from './engine-scans.js'
import { describeViews } from './engine-views.js'

/** What every engine owes its callers, whatever it keeps its rows in. */
export function describeEngineContract(name: string, create: () => Promise<EngineFixture>): void {
  describe(`the engine contract: ${name}`, () => {
    const under = new EngineUnderTest(create)
    beforeEach(() => under.begin())
    afterEach(() => under.end())
    describeRows(under)
    describeViews(under)
    describeScans(under)
    describeModel(under)
    describeClosing(under)
    describeReplacement(under)
  })
}
