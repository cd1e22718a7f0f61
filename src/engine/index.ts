export type {
  Engine,
  EngineSizes,
  EngineView,
  Row,
  RowChanges,
  RowRange,
  RowScan,
  ScanPriority,
} from './engine.js'
export { LevelEngine, type LevelEngineOptions } from './level-engine.js'
export { MemoryEngine } from './memory-engine.js'
