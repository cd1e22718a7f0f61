import type { HostKind } from './hosts.js'

/** What clients meet at one host and at the other. */
interface HostDifference<Met> extends Readonly<Record<HostKind, Met>> {
  /** Why it is not the same. */
  readonly why: string
}

/** How a call ends, as far as tests look: status, text and messages, or the status of HTTP alone. */
type End = Readonly<Record<string, unknown>>

const lenient = 'grpc-js does not look at this'

function difference<Met>(why: string, own: Met, grpcJs: Met): HostDifference<Met> {
  return { why, own, 'grpc-js': grpcJs }
}

/**
 * All that is not the same on both hosts. Tests of what both serve run on both, and look here for what
 * they expect; the README tells what of it a client of etcd would notice.
 */
export const hostDifferences = {
  urlAsAuthority: difference<string | undefined>(
    'nghttp2 inside Node takes no "/" or "#" in :authority, and Node has no option for it',
    undefined,
    'stream terminated by RST_STREAM with error code: PROTOCOL_ERROR',
  ),
  manyFields: difference<'served' | 'reset'>(
    'Node takes 128 fields of a request by default, and grpc-js does not hand its option on',
    'served',
    'reset',
  ),
  unreadAnswersMiB: difference(
    'Node has such a limit, but not a dependable one, which is why grpc-js leaves it off',
    64,
    Number.POSITIVE_INFINITY,
  ),
  noCallAtAll: difference('grpc-js looks at the content type only', 405, 415),
  methodButPost: difference<End>(lenient, { httpStatus: '405' }, { httpStatus: '200', code: 0 }),
  almostGrpc: difference<End>(
    'grpc-js takes every content type that begins with "application/grpc"',
    { httpStatus: '415' },
    { httpStatus: '200', code: 0 },
  ),
  malformedTimeout: difference<End>(
    'grpc-js takes what it finds of digits and a unit anywhere in it',
    { code: 13 },
    { code: 0 },
  ),
  unknownFlag: difference<readonly [End, End]>(
    lenient,
    [
      { code: 13, message: 'grpc: received unexpected payload format 2', messages: [] },
      { code: 13, messages: ['heard whole'] },
    ],
    [
      { code: 0, messages: ['you said x'] },
      { code: 0, messages: ['heard whole', 'heard x'] },
    ],
  ),
  messageCutShort: difference<readonly [End, End]>(
    'grpc-js drops what is left at the end of the requests',
    [
      { code: 13, message: 'unexpected EOF', messages: [] },
      { code: 13, messages: ['heard whole'] },
    ],
    [
      { code: 13, message: 'the call ended without a request message', messages: [] },
      { code: 0, messages: ['heard whole'] },
    ],
  ),
  damagedGzip: difference<End>(
    'grpc-js has words of its own',
    { code: 13, message: 'grpc: failed to decompress the message: incorrect header check' },
    { code: 13, message: 'Failed to decompress message' },
  ),
  compressedByNothing: difference<End>(
    'grpc-js hands the bytes on as they are, to be refused when they do not parse',
    { code: 13 },
    { code: 0 },
  ),
  largeSecondMessage: difference<End>(
    'grpc-js reads ahead',
    { code: 0, messages: ['you said first'] },
    { code: 8, messages: [] },
  ),
  encodingsRead: difference<Readonly<Record<'answered' | 'refused', string | undefined>>>(
    'grpc-js says it with every answer, and not when it refuses one that it does not read',
    { answered: undefined, refused: 'identity,gzip,deflate' },
    { answered: 'identity,deflate,gzip', refused: undefined },
  ),
  statusText: difference(
    'grpc-js encodes with encodeURI, and some spaces not at all',
    /^(?! )[ -~]*(?<! )$/,
    /^[ -~]*$/,
  ),
  afterEarlyAnswer: difference<'told' | 'not told'>(
    'Node waits for the end of the requests without a word',
    'told',
    'not told',
  ),
} as const
