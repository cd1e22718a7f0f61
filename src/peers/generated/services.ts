// Made from proto/ by `npm run generate`. Do not edit.
import type { MethodDescriptor } from '../../rpc/method.js'
import {
  PeerAnswer,
  PeerBatch,
  PeerQuestion,
  PeerReceipt,
  PeerSnapshotPiece,
  PeerSnapshotReceipt,
} from '../../wire/index.js'

type Service = Readonly<Record<string, MethodDescriptor<unknown, unknown>>>

export const PeerService = {
  exchange: {
    path: '/metastore.v1.Peer/Exchange',
    kind: 'bidi-stream',
    request: PeerBatch,
    response: PeerReceipt,
  },
  ask: {
    path: '/metastore.v1.Peer/Ask',
    kind: 'unary',
    request: PeerQuestion,
    response: PeerAnswer,
  },
  sendSnapshot: {
    path: '/metastore.v1.Peer/SendSnapshot',
    kind: 'client-stream',
    request: PeerSnapshotPiece,
    response: PeerSnapshotReceipt,
  },
} as const satisfies Service
