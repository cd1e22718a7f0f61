/**
 * The server's side of HTTP/2 (RFC 9113, with HPACK from RFC 7541), for many small requests: what a turn
 * of the event loop answers on a connection goes out in one write, and header blocks that repeat are
 * neither decoded nor encoded again. It knows sockets and bytes, and nothing of what is carried.
 *
 * An {@link Http2Connection} owns a socket that somebody else accepted, plain or over TLS, and hands
 * each request to its `onStream` as an {@link Http2Stream} with a {@link RequestHead}:
 *
 *     const turn = new FlushTurn()
 *     const hello = new PreparedFields([{ name: ':status', value: '204' }])
 *     createServer({ noDelay: true }, (socket) => {
 *       new Http2Connection(socket, { settings, turn, nowMs, onClose, onTrouble,
 *         onStream: (stream) => stream.respond(hello, true) })
 *     })
 *
 * What peers may do is bounded: by windows and settings, by limits on the size of header lists and the
 * number of frames that do nothing, of resets, pings and settings, and on what waits for a peer that
 * does not read. A peer that breaks a rule hears the error that the RFC names, and loses the stream or
 * the connection; `tick`, called at regular intervals, ends connections whose peers are gone.
 *
 * Left out, because servers of calls have no use for them: pushes, priorities (read and ignored), and
 * the upgrade from HTTP/1.1.
 */
export { type ConnectionOptions, Http2Connection } from './connection.js'
export type { EncodedField, HeaderField } from './hpack/index.js'
export type { Http2Stream, StreamListener } from './http2-stream.js'
export { PreparedFields } from './inbound/header-blocks.js'
export type { RequestHead } from './inbound/request-head.js'
export { type Flushable, FlushTurn } from './outbound/flush-turn.js'
export { errorCodes } from './protocol.js'
export type { OwnSettings } from './settings.js'
