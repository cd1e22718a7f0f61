import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryEngine, ReplaceableLevelEngine } from '../../src/engine/index.js'
import { describeEngineContract } from './engine-contract.js'

describeEngineContract('memory', async () => ({
  engine: new MemoryEngine(),
  dispose: async () => {},
}))

describeEngineContract('level', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'metastore-engine-'))
  return {
    engine: await ReplaceableLevelEngine.open({ folder }),
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
})
