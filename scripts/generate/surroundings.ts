import type protobuf from 'protobufjs'

/** Where the messages that a message holds come from. */
export interface Surroundings {
  /** Whether the type's functions stand in the same module. */
  isLocal(type: protobuf.Type): boolean
  isHandWritten(type: protobuf.Type): boolean
}
