import {
  ConnectionError,
  defaultWindowBytes,
  errorCodes,
  largestWindowBytes,
  maxFrameBytes,
} from './protocol.js'

const ids = {
  headerTableSize: 0x1,
  enablePush: 0x2,
  maxConcurrentStreams: 0x3,
  initialWindowSize: 0x4,
  maxFrameSize: 0x5,
  maxHeaderListSize: 0x6,
} as const

const entryBytes = 6
const largestFrameBytes = 0xff_ffff

/** As much of a client's settings as a server minds. */
export class PeerSettings {
  headerTableBytes = 4096
  /** The smallest table that the last payload named on its way to the present one. */
  lowestHeaderTableBytes = 4096
  initialWindowBytes = defaultWindowBytes
  maxFrameBytes = maxFrameBytes

  /**
   * Takes a SETTINGS payload in. Unknown settings are ignored.
   * @throws ConnectionError on a value out of bounds
   */
  apply(bytes: Buffer, start: number, end: number): void {
    if ((end - start) % entryBytes !== 0) {
      throw new ConnectionError(errorCodes.frameSizeError, 'SETTINGS of a broken length')
    }
    this.lowestHeaderTableBytes = this.headerTableBytes
    for (let at = start; at < end; at += entryBytes) {
      this.#set(bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2))
    }
  }

  #set(id: number, value: number): void {
    switch (id) {
      case ids.headerTableSize:
        this.headerTableBytes = value
        this.lowestHeaderTableBytes = Math.min(this.lowestHeaderTableBytes, value)
        return
      case ids.enablePush:
        if (value > 1) throw outOfBounds('ENABLE_PUSH', value)
        return
      case ids.initialWindowSize:
        if (value > largestWindowBytes) {
          throw outOfBounds('INITIAL_WINDOW_SIZE', value, errorCodes.flowControlError)
        }
        this.initialWindowBytes = value
        return
      case ids.maxFrameSize:
        if (value < maxFrameBytes || value > largestFrameBytes) {
          throw outOfBounds('MAX_FRAME_SIZE', value)
        }
        this.maxFrameBytes = value
    }
  }
}

/** What a server tells its clients. */
export interface OwnSettings {
  readonly maxConcurrentStreams: number
  /** At least 65,535: until clients have read it, they take the window to be that large. */
  readonly initialWindowBytes: number
  /** Of the fields of one request; also the most that its header block may be on the wire. */
  readonly maxHeaderListBytes: number
}

/** The payload of our SETTINGS frame. */
export function encodeSettings(settings: OwnSettings): Buffer {
  const entries = [
    [ids.maxConcurrentStreams, settings.maxConcurrentStreams],
    [ids.initialWindowSize, settings.initialWindowBytes],
    [ids.maxHeaderListSize, settings.maxHeaderListBytes],
  ] as const
  const bytes = Buffer.alloc(entries.length * entryBytes)
  for (const [index, [id, value]] of entries.entries()) {
    bytes.writeUInt16BE(id, index * entryBytes)
    bytes.writeUInt32BE(value, index * entryBytes + 2)
  }
  return bytes
}

function outOfBounds(name: string, value: number, code: number = errorCodes.protocolError) {
  return new ConnectionError(code, `SETTINGS_${name} of ${value}`)
}
