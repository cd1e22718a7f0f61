export type {
  Engine,
  EngineReplacement,
  EngineSizes,
  EngineView,
  ReplaceableEngine,
  Row,
  RowChanges,
  RowRange,
  RowRun,
  RowScan,
  ScanPriority,
} from './engine.js'
export { LevelEngine, type LevelEngineOptions } from './level-engine.js'
export { MemoryEngine } from './memory-engine.js'
export { ReplaceableLevelEngine } from './replaceable-level-engine.js'
export { eachChange, RunLayer } from './row-run.js'
