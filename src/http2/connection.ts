import type { Socket } from 'node:net'
import type { Http2Stream } from './http2-stream.js'
import { FrameParser } from './inbound/frame-parser.js'
import { Inbound } from './inbound/inbound.js'
import { PeerFrames } from './inbound/peer-frames.js'
import type { RequestHead } from './inbound/request-head.js'
import { Silence, Standstill } from './inbound/silence.js'
import { OpenStreams } from './open-streams.js'
import type { FlushTurn } from './outbound/flush-turn.js'
import { FrameWriter } from './outbound/frame-writer.js'
import { Output } from './outbound/output.js'
import { ConnectionError, errorCodes } from './protocol.js'
import { encodeSettings, type OwnSettings, PeerSettings } from './settings.js'

/** What a connection needs of the program that it is a part of. */
export interface ConnectionOptions {
  readonly settings: OwnSettings
  readonly turn: FlushTurn
  /** Milliseconds since an arbitrary start; never goes back. */
  readonly nowMs: () => number
  /**
   * A request begins: who wants to hear more of it sets the stream's listener. Requests that say the same
   * mostly come with one and the same head, so that what was made of it can be kept.
   */
  readonly onStream: (stream: Http2Stream, head: RequestHead) => void
  /** Called once, when the connection is gone. */
  readonly onClose: (connection: Http2Connection) => void
  /** Hears of what a listener threw: a mistake of this program. The connection ends. */
  readonly onTrouble: (error: unknown) => void
}

/** A client may take so long for what we hand to its socket at once, which is about 1 MiB. */
const slowReaderTicks = 6

/** Less in that time, some 500 bytes a second, is no reading. */
const leastTakenBytes = 64 * 1024

const pingPayload = Buffer.from('anybody?', 'latin1')

/** The server's side of one HTTP/2 connection (RFC 9113), over a socket that it owns. */
export class Http2Connection {
  readonly #socket: Socket
  readonly #options: ConnectionOptions
  readonly #output: Output
  readonly #writer: FrameWriter
  readonly #streams: OpenStreams
  readonly #inbound: Inbound
  readonly #parser: FrameParser
  readonly #silence = new Silence()
  readonly #standstill = new Standstill()
  #peerLeaves = false
  #state: 'open' | 'draining' | 'ending' | 'gone' = 'open'

  constructor(socket: Socket, options: ConnectionOptions) {
    const { settings, turn } = options
    const peer = new PeerSettings()
    this.#socket = socket
    this.#options = options
    this.#output = new Output(socket, turn, () => this.#onRoom())
    const output = this.#output
    this.#writer = new FrameWriter(output)
    const writer = this.#writer
    const onIdle = () => this.#endIfLeaving()
    this.#streams = new OpenStreams({
      ...{ output, writer, peer, settings, onIdle },
      onTrouble: options.onTrouble,
    })
    writer.settings(encodeSettings(settings))
    const frames = new PeerFrames({
      streams: this.#streams,
      writer,
      peer,
      maxHeaderListBytes: settings.maxHeaderListBytes,
      onStream: options.onStream,
      onLeave: () => this.#peerLeft(),
      isLeaving: () => this.#state !== 'open',
    })
    this.#inbound = new Inbound(frames, options.nowMs, settings.maxHeaderListBytes)
    this.#parser = new FrameParser(this.#inbound)
    this.#listen()
  }

  /** Lets requests under way end, takes no more, and ends the connection after the last. */
  drain(): void {
    if (this.#state !== 'open') return
    this.#state = 'draining'
    this.#writer.goAway(this.#streams.table.lastId, errorCodes.noError, '')
    this.#streams.dropLingering()
    this.#endIfLeaving()
  }

  /**
   * Called at regular intervals, it ends connections whose peers are gone: a silent one is asked for
   * a sign of life after `quietTicks` and lost when it is silent for one more. One that does not
   * begin, does not go, or takes next to nothing of much that waits is lost, too, whatever it sends.
   */
  tick(quietTicks: number): void {
    const behind = this.#output.congested || this.#streams.muchWaits
    if (this.#state === 'ending' || !this.#inbound.greeted || behind) {
      const { waitingBytes, takenBytes } = this.#output
      const patience = behind || waitingBytes > 0 ? slowReaderTicks : 1
      const ticks = this.#standstill.ticksAt(takenBytes, behind ? leastTakenBytes : 1)
      if (ticks > patience) this.#socket.destroy()
      return
    }
    this.#standstill.over()
    const verdict = this.#silence.judge(quietTicks)
    if (verdict === 'lost') this.#socket.destroy()
    if (verdict === 'ask') this.#writer.ping(pingPayload, false)
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('end', () => this.#cutOff())
    this.#socket.on('error', () => {})
    this.#socket.once('close', () => this.#gone())
  }

  #receive(chunk: Buffer): void {
    this.#silence.broken()
    if (this.#state === 'ending' || this.#state === 'gone') return
    try {
      this.#parser.push(chunk)
    } catch (thrown) {
      this.#fail(thrown)
      return
    }
    if (this.#output.congested) this.#socket.pause()
  }

  #fail(thrown: unknown): void {
    const known = thrown instanceof ConnectionError
    if (!known) this.#options.onTrouble(thrown)
    const code = known ? thrown.code : errorCodes.internalError
    const reason = known ? thrown.message : 'internal error'
    this.#writer.goAway(this.#streams.table.lastId, code, reason)
    this.#end()
    this.#streams.loseAll()
  }

  #peerLeft(): void {
    this.#peerLeaves = true
    this.#endIfLeaving()
  }

  #endIfLeaving(): void {
    const leaving = this.#state === 'draining' || (this.#peerLeaves && this.#state === 'open')
    if (leaving && this.#streams.table.size === 0) this.#end()
  }

  /** From here on the peer is only waited for. */
  #end(): void {
    this.#state = 'ending'
    this.#output.flush()
    this.#socket.end()
    this.#socket.resume()
  }

  /** The peer sends no more, not even what windows would need. */
  #cutOff(): void {
    this.#end()
    this.#streams.loseAll()
  }

  #gone(): void {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    this.#streams.loseAll()
    this.#options.onClose(this)
  }

  /** Called after each write, too. */
  #onRoom(): void {
    if (this.#output.overfull) this.#socket.destroy()
    if (this.#output.congested) return
    this.#socket.resume()
    if (this.#state === 'ending' || this.#state === 'gone') return
    try {
      this.#streams.sendWaiting()
    } catch (thrown) {
      this.#fail(thrown)
    }
  }
}
