// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'

export const PermissionType = {
  READ: 0,
  WRITE: 1,
  READWRITE: 2,
} as const

export interface UserAddOptions {
  noPassword: boolean
}

export const UserAddOptions: MessageCodec<UserAddOptions> = {
  name: 'authpb.UserAddOptions',
  create: (init = {}) => ({
    noPassword: init.noPassword ?? false,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeUserAddOptions(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readUserAddOptions(new Reader(bytes)),
  read: readUserAddOptions,
  write: writeUserAddOptions,
}

function readUserAddOptions(reader: Reader): UserAddOptions {
  let noPassword = false
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        noPassword = reader.bool()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    noPassword,
  }
}

function writeUserAddOptions(message: UserAddOptions, writer: Writer): void {
  if (message.noPassword) writer.bool(8, message.noPassword)
}

export interface User {
  name: Buffer
  password: Buffer
  roles: readonly string[]
  options: UserAddOptions | undefined
}

export const User: MessageCodec<User> = {
  name: 'authpb.User',
  create: (init = {}) => ({
    name: init.name ?? emptyBuffer,
    password: init.password ?? emptyBuffer,
    roles: init.roles ?? [],
    options: init.options,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeUser(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readUser(new Reader(bytes)),
  read: readUser,
  write: writeUser,
}

function readUser(reader: Reader): User {
  let name = emptyBuffer
  let password = emptyBuffer
  const roles: string[] = []
  let options: UserAddOptions | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.bytes()
        break
      case 18:
        password = reader.bytes()
        break
      case 26:
        roles.push(reader.string())
        break
      case 34: {
        const outer = reader.enter()
        options = readUserAddOptions(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    password,
    roles,
    options,
  }
}

function writeUser(message: User, writer: Writer): void {
  if (message.options !== undefined) {
    const mark = writer.mark()
    writeUserAddOptions(message.options, writer)
    writer.message(34, mark)
  }
  for (let index = message.roles.length - 1; index >= 0; index--) {
    writer.string(26, message.roles[index] as string)
  }
  if (message.password.length > 0) writer.bytes(18, message.password)
  if (message.name.length > 0) writer.bytes(10, message.name)
}

export interface Permission {
  permType: number
  key: Buffer
  rangeEnd: Buffer
}

export const Permission: MessageCodec<Permission> = {
  name: 'authpb.Permission',
  create: (init = {}) => ({
    permType: init.permType ?? 0,
    key: init.key ?? emptyBuffer,
    rangeEnd: init.rangeEnd ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writePermission(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readPermission(new Reader(bytes)),
  read: readPermission,
  write: writePermission,
}

function readPermission(reader: Reader): Permission {
  let permType = 0
  let key = emptyBuffer
  let rangeEnd = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 8:
        permType = reader.int32()
        break
      case 18:
        key = reader.bytes()
        break
      case 26:
        rangeEnd = reader.bytes()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    permType,
    key,
    rangeEnd,
  }
}

function writePermission(message: Permission, writer: Writer): void {
  if (message.rangeEnd.length > 0) writer.bytes(26, message.rangeEnd)
  if (message.key.length > 0) writer.bytes(18, message.key)
  if (message.permType !== 0) writer.int32(8, message.permType)
}

export interface Role {
  name: Buffer
  keyPermission: readonly Permission[]
}

export const Role: MessageCodec<Role> = {
  name: 'authpb.Role',
  create: (init = {}) => ({
    name: init.name ?? emptyBuffer,
    keyPermission: init.keyPermission ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeRole(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readRole(new Reader(bytes)),
  read: readRole,
  write: writeRole,
}

function readRole(reader: Reader): Role {
  let name = emptyBuffer
  const keyPermission: Permission[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.bytes()
        break
      case 18: {
        const outer = reader.enter()
        keyPermission.push(readPermission(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    keyPermission,
  }
}

function writeRole(message: Role, writer: Writer): void {
  for (let index = message.keyPermission.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    writePermission(message.keyPermission[index] as Permission, writer)
    writer.message(18, mark)
  }
  if (message.name.length > 0) writer.bytes(10, message.name)
}
