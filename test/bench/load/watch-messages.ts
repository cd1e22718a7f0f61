import { Reader } from '../../../src/wire/reader.js'

const createdTag = 24
const eventTag = 90
const keyValueTag = 18
const valueTag = 42

/** What a watch's driver wants to know of a WatchResponse; a full decode would cost it too much. */
export interface WatchMessageListener {
  created(): void
  event(value: Buffer): void
}

export function scanWatchResponse(bytes: Buffer, listener: WatchMessageListener): void {
  const reader = new Reader(bytes)
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === eventTag) {
      const outer = reader.enter()
      scanEvent(reader, listener)
      reader.leave(outer)
    } else if (tag === createdTag) {
      if (reader.bool()) listener.created()
    } else reader.skip(tag)
  }
}

function scanEvent(reader: Reader, listener: WatchMessageListener): void {
  while (reader.more()) {
    const tag = reader.tag()
    if (tag !== keyValueTag) {
      reader.skip(tag)
      continue
    }
    const outer = reader.enter()
    while (reader.more()) {
      const field = reader.tag()
      if (field === valueTag) listener.event(reader.bytes())
      else reader.skip(field)
    }
    reader.leave(outer)
  }
}
