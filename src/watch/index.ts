export { WatchHub } from './watch-hub.js'
export type { WatchSink, WatchStream } from './watch-stream.js'
