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
export { LevelEngine, type LevelEngineOptions } from './level/level-engine.js'
export { ReplaceableLevelEngine } from './level/replaceable-level-engine.js'
export { MemoryEngine } from './memory-engine.js'
export { eachChange, RunLayer } from './ordered/row-run.js'
export type { Scratch, ScratchRead } from './scratch.js'
export { ScratchFile } from './scratch-file.js'
