// Made from proto/ by `npm run generate`. Do not edit.
import { emptyBuffer } from '../../base/bytes.js'
import type { MessageCodec } from '../message-codec.js'
import { Reader } from '../reader.js'
import { messageWriter, type Writer } from '../writer.js'
import { Permission, UserAddOptions } from './authpb-auth.js'
import { ResponseHeader } from './etcdserverpb-header.js'

export type AuthEnableRequest = Record<string, never>

export const AuthEnableRequest: MessageCodec<AuthEnableRequest> = {
  name: 'etcdserverpb.AuthEnableRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readAuthEnableRequest(new Reader(bytes)),
  read: readAuthEnableRequest,
  write: () => undefined,
}

function readAuthEnableRequest(reader: Reader): AuthEnableRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export type AuthDisableRequest = Record<string, never>

export const AuthDisableRequest: MessageCodec<AuthDisableRequest> = {
  name: 'etcdserverpb.AuthDisableRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readAuthDisableRequest(new Reader(bytes)),
  read: readAuthDisableRequest,
  write: () => undefined,
}

function readAuthDisableRequest(reader: Reader): AuthDisableRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export type AuthStatusRequest = Record<string, never>

export const AuthStatusRequest: MessageCodec<AuthStatusRequest> = {
  name: 'etcdserverpb.AuthStatusRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readAuthStatusRequest(new Reader(bytes)),
  read: readAuthStatusRequest,
  write: () => undefined,
}

function readAuthStatusRequest(reader: Reader): AuthStatusRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface AuthenticateRequest {
  name: string
  password: string
}

export const AuthenticateRequest: MessageCodec<AuthenticateRequest> = {
  name: 'etcdserverpb.AuthenticateRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
    password: init.password ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthenticateRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthenticateRequest(new Reader(bytes)),
  read: readAuthenticateRequest,
  write: writeAuthenticateRequest,
}

function readAuthenticateRequest(reader: Reader): AuthenticateRequest {
  let name = ''
  let password = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      case 18:
        password = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    password,
  }
}

function writeAuthenticateRequest(message: AuthenticateRequest, writer: Writer): void {
  if (message.password !== '') writer.string(18, message.password)
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthUserAddRequest {
  name: string
  password: string
  options: UserAddOptions | undefined
  hashedPassword: string
}

export const AuthUserAddRequest: MessageCodec<AuthUserAddRequest> = {
  name: 'etcdserverpb.AuthUserAddRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
    password: init.password ?? '',
    options: init.options,
    hashedPassword: init.hashedPassword ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserAddRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserAddRequest(new Reader(bytes)),
  read: readAuthUserAddRequest,
  write: writeAuthUserAddRequest,
}

function readAuthUserAddRequest(reader: Reader): AuthUserAddRequest {
  let name = ''
  let password = ''
  let options: UserAddOptions | undefined
  let hashedPassword = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      case 18:
        password = reader.string()
        break
      case 26: {
        const outer = reader.enter()
        options = UserAddOptions.read(reader)
        reader.leave(outer)
        break
      }
      case 34:
        hashedPassword = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    password,
    options,
    hashedPassword,
  }
}

function writeAuthUserAddRequest(message: AuthUserAddRequest, writer: Writer): void {
  if (message.hashedPassword !== '') writer.string(34, message.hashedPassword)
  if (message.options !== undefined) {
    const mark = writer.mark()
    UserAddOptions.write(message.options, writer)
    writer.message(26, mark)
  }
  if (message.password !== '') writer.string(18, message.password)
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthUserGetRequest {
  name: string
}

export const AuthUserGetRequest: MessageCodec<AuthUserGetRequest> = {
  name: 'etcdserverpb.AuthUserGetRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserGetRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserGetRequest(new Reader(bytes)),
  read: readAuthUserGetRequest,
  write: writeAuthUserGetRequest,
}

function readAuthUserGetRequest(reader: Reader): AuthUserGetRequest {
  let name = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
  }
}

function writeAuthUserGetRequest(message: AuthUserGetRequest, writer: Writer): void {
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthUserDeleteRequest {
  name: string
}

export const AuthUserDeleteRequest: MessageCodec<AuthUserDeleteRequest> = {
  name: 'etcdserverpb.AuthUserDeleteRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserDeleteRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserDeleteRequest(new Reader(bytes)),
  read: readAuthUserDeleteRequest,
  write: writeAuthUserDeleteRequest,
}

function readAuthUserDeleteRequest(reader: Reader): AuthUserDeleteRequest {
  let name = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
  }
}

function writeAuthUserDeleteRequest(message: AuthUserDeleteRequest, writer: Writer): void {
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthUserChangePasswordRequest {
  name: string
  password: string
  hashedPassword: string
}

export const AuthUserChangePasswordRequest: MessageCodec<AuthUserChangePasswordRequest> = {
  name: 'etcdserverpb.AuthUserChangePasswordRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
    password: init.password ?? '',
    hashedPassword: init.hashedPassword ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserChangePasswordRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserChangePasswordRequest(new Reader(bytes)),
  read: readAuthUserChangePasswordRequest,
  write: writeAuthUserChangePasswordRequest,
}

function readAuthUserChangePasswordRequest(reader: Reader): AuthUserChangePasswordRequest {
  let name = ''
  let password = ''
  let hashedPassword = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      case 18:
        password = reader.string()
        break
      case 26:
        hashedPassword = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    password,
    hashedPassword,
  }
}

function writeAuthUserChangePasswordRequest(
  message: AuthUserChangePasswordRequest,
  writer: Writer,
): void {
  if (message.hashedPassword !== '') writer.string(26, message.hashedPassword)
  if (message.password !== '') writer.string(18, message.password)
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthUserGrantRoleRequest {
  user: string
  role: string
}

export const AuthUserGrantRoleRequest: MessageCodec<AuthUserGrantRoleRequest> = {
  name: 'etcdserverpb.AuthUserGrantRoleRequest',
  create: (init = {}) => ({
    user: init.user ?? '',
    role: init.role ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserGrantRoleRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserGrantRoleRequest(new Reader(bytes)),
  read: readAuthUserGrantRoleRequest,
  write: writeAuthUserGrantRoleRequest,
}

function readAuthUserGrantRoleRequest(reader: Reader): AuthUserGrantRoleRequest {
  let user = ''
  let role = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        user = reader.string()
        break
      case 18:
        role = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    user,
    role,
  }
}

function writeAuthUserGrantRoleRequest(message: AuthUserGrantRoleRequest, writer: Writer): void {
  if (message.role !== '') writer.string(18, message.role)
  if (message.user !== '') writer.string(10, message.user)
}

export interface AuthUserRevokeRoleRequest {
  name: string
  role: string
}

export const AuthUserRevokeRoleRequest: MessageCodec<AuthUserRevokeRoleRequest> = {
  name: 'etcdserverpb.AuthUserRevokeRoleRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
    role: init.role ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserRevokeRoleRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserRevokeRoleRequest(new Reader(bytes)),
  read: readAuthUserRevokeRoleRequest,
  write: writeAuthUserRevokeRoleRequest,
}

function readAuthUserRevokeRoleRequest(reader: Reader): AuthUserRevokeRoleRequest {
  let name = ''
  let role = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      case 18:
        role = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    role,
  }
}

function writeAuthUserRevokeRoleRequest(message: AuthUserRevokeRoleRequest, writer: Writer): void {
  if (message.role !== '') writer.string(18, message.role)
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthRoleAddRequest {
  name: string
}

export const AuthRoleAddRequest: MessageCodec<AuthRoleAddRequest> = {
  name: 'etcdserverpb.AuthRoleAddRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleAddRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleAddRequest(new Reader(bytes)),
  read: readAuthRoleAddRequest,
  write: writeAuthRoleAddRequest,
}

function readAuthRoleAddRequest(reader: Reader): AuthRoleAddRequest {
  let name = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
  }
}

function writeAuthRoleAddRequest(message: AuthRoleAddRequest, writer: Writer): void {
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthRoleGetRequest {
  role: string
}

export const AuthRoleGetRequest: MessageCodec<AuthRoleGetRequest> = {
  name: 'etcdserverpb.AuthRoleGetRequest',
  create: (init = {}) => ({
    role: init.role ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleGetRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleGetRequest(new Reader(bytes)),
  read: readAuthRoleGetRequest,
  write: writeAuthRoleGetRequest,
}

function readAuthRoleGetRequest(reader: Reader): AuthRoleGetRequest {
  let role = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        role = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    role,
  }
}

function writeAuthRoleGetRequest(message: AuthRoleGetRequest, writer: Writer): void {
  if (message.role !== '') writer.string(10, message.role)
}

export type AuthUserListRequest = Record<string, never>

export const AuthUserListRequest: MessageCodec<AuthUserListRequest> = {
  name: 'etcdserverpb.AuthUserListRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readAuthUserListRequest(new Reader(bytes)),
  read: readAuthUserListRequest,
  write: () => undefined,
}

function readAuthUserListRequest(reader: Reader): AuthUserListRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export type AuthRoleListRequest = Record<string, never>

export const AuthRoleListRequest: MessageCodec<AuthRoleListRequest> = {
  name: 'etcdserverpb.AuthRoleListRequest',
  create: () => ({}),
  encode: () => emptyBuffer,
  decode: (bytes) => readAuthRoleListRequest(new Reader(bytes)),
  read: readAuthRoleListRequest,
  write: () => undefined,
}

function readAuthRoleListRequest(reader: Reader): AuthRoleListRequest {
  while (reader.more()) reader.skip(reader.tag())
  return {}
}

export interface AuthRoleDeleteRequest {
  role: string
}

export const AuthRoleDeleteRequest: MessageCodec<AuthRoleDeleteRequest> = {
  name: 'etcdserverpb.AuthRoleDeleteRequest',
  create: (init = {}) => ({
    role: init.role ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleDeleteRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleDeleteRequest(new Reader(bytes)),
  read: readAuthRoleDeleteRequest,
  write: writeAuthRoleDeleteRequest,
}

function readAuthRoleDeleteRequest(reader: Reader): AuthRoleDeleteRequest {
  let role = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        role = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    role,
  }
}

function writeAuthRoleDeleteRequest(message: AuthRoleDeleteRequest, writer: Writer): void {
  if (message.role !== '') writer.string(10, message.role)
}

export interface AuthRoleGrantPermissionRequest {
  name: string
  perm: Permission | undefined
}

export const AuthRoleGrantPermissionRequest: MessageCodec<AuthRoleGrantPermissionRequest> = {
  name: 'etcdserverpb.AuthRoleGrantPermissionRequest',
  create: (init = {}) => ({
    name: init.name ?? '',
    perm: init.perm,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleGrantPermissionRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleGrantPermissionRequest(new Reader(bytes)),
  read: readAuthRoleGrantPermissionRequest,
  write: writeAuthRoleGrantPermissionRequest,
}

function readAuthRoleGrantPermissionRequest(reader: Reader): AuthRoleGrantPermissionRequest {
  let name = ''
  let perm: Permission | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        name = reader.string()
        break
      case 18: {
        const outer = reader.enter()
        perm = Permission.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    name,
    perm,
  }
}

function writeAuthRoleGrantPermissionRequest(
  message: AuthRoleGrantPermissionRequest,
  writer: Writer,
): void {
  if (message.perm !== undefined) {
    const mark = writer.mark()
    Permission.write(message.perm, writer)
    writer.message(18, mark)
  }
  if (message.name !== '') writer.string(10, message.name)
}

export interface AuthRoleRevokePermissionRequest {
  role: string
  key: Buffer
  rangeEnd: Buffer
}

export const AuthRoleRevokePermissionRequest: MessageCodec<AuthRoleRevokePermissionRequest> = {
  name: 'etcdserverpb.AuthRoleRevokePermissionRequest',
  create: (init = {}) => ({
    role: init.role ?? '',
    key: init.key ?? emptyBuffer,
    rangeEnd: init.rangeEnd ?? emptyBuffer,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleRevokePermissionRequest(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleRevokePermissionRequest(new Reader(bytes)),
  read: readAuthRoleRevokePermissionRequest,
  write: writeAuthRoleRevokePermissionRequest,
}

function readAuthRoleRevokePermissionRequest(reader: Reader): AuthRoleRevokePermissionRequest {
  let role = ''
  let key = emptyBuffer
  let rangeEnd = emptyBuffer
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10:
        role = reader.string()
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
    role,
    key,
    rangeEnd,
  }
}

function writeAuthRoleRevokePermissionRequest(
  message: AuthRoleRevokePermissionRequest,
  writer: Writer,
): void {
  if (message.rangeEnd.length > 0) writer.bytes(26, message.rangeEnd)
  if (message.key.length > 0) writer.bytes(18, message.key)
  if (message.role !== '') writer.string(10, message.role)
}

export interface AuthEnableResponse {
  header: ResponseHeader | undefined
}

export const AuthEnableResponse: MessageCodec<AuthEnableResponse> = {
  name: 'etcdserverpb.AuthEnableResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthEnableResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthEnableResponse(new Reader(bytes)),
  read: readAuthEnableResponse,
  write: writeAuthEnableResponse,
}

function readAuthEnableResponse(reader: Reader): AuthEnableResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthEnableResponse(message: AuthEnableResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthDisableResponse {
  header: ResponseHeader | undefined
}

export const AuthDisableResponse: MessageCodec<AuthDisableResponse> = {
  name: 'etcdserverpb.AuthDisableResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthDisableResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthDisableResponse(new Reader(bytes)),
  read: readAuthDisableResponse,
  write: writeAuthDisableResponse,
}

function readAuthDisableResponse(reader: Reader): AuthDisableResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthDisableResponse(message: AuthDisableResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthStatusResponse {
  header: ResponseHeader | undefined
  enabled: boolean
  authRevision: number
}

export const AuthStatusResponse: MessageCodec<AuthStatusResponse> = {
  name: 'etcdserverpb.AuthStatusResponse',
  create: (init = {}) => ({
    header: init.header,
    enabled: init.enabled ?? false,
    authRevision: init.authRevision ?? 0,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthStatusResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthStatusResponse(new Reader(bytes)),
  read: readAuthStatusResponse,
  write: writeAuthStatusResponse,
}

function readAuthStatusResponse(reader: Reader): AuthStatusResponse {
  let header: ResponseHeader | undefined
  let enabled = false
  let authRevision = 0
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 16:
        enabled = reader.bool()
        break
      case 24:
        authRevision = reader.uint64()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    enabled,
    authRevision,
  }
}

function writeAuthStatusResponse(message: AuthStatusResponse, writer: Writer): void {
  if (message.authRevision !== 0) writer.uint64(24, message.authRevision)
  if (message.enabled) writer.bool(16, message.enabled)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthenticateResponse {
  header: ResponseHeader | undefined
  token: string
}

export const AuthenticateResponse: MessageCodec<AuthenticateResponse> = {
  name: 'etcdserverpb.AuthenticateResponse',
  create: (init = {}) => ({
    header: init.header,
    token: init.token ?? '',
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthenticateResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthenticateResponse(new Reader(bytes)),
  read: readAuthenticateResponse,
  write: writeAuthenticateResponse,
}

function readAuthenticateResponse(reader: Reader): AuthenticateResponse {
  let header: ResponseHeader | undefined
  let token = ''
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 18:
        token = reader.string()
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    token,
  }
}

function writeAuthenticateResponse(message: AuthenticateResponse, writer: Writer): void {
  if (message.token !== '') writer.string(18, message.token)
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthUserAddResponse {
  header: ResponseHeader | undefined
}

export const AuthUserAddResponse: MessageCodec<AuthUserAddResponse> = {
  name: 'etcdserverpb.AuthUserAddResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserAddResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserAddResponse(new Reader(bytes)),
  read: readAuthUserAddResponse,
  write: writeAuthUserAddResponse,
}

function readAuthUserAddResponse(reader: Reader): AuthUserAddResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthUserAddResponse(message: AuthUserAddResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthUserGetResponse {
  header: ResponseHeader | undefined
  roles: readonly string[]
}

export const AuthUserGetResponse: MessageCodec<AuthUserGetResponse> = {
  name: 'etcdserverpb.AuthUserGetResponse',
  create: (init = {}) => ({
    header: init.header,
    roles: init.roles ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserGetResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserGetResponse(new Reader(bytes)),
  read: readAuthUserGetResponse,
  write: writeAuthUserGetResponse,
}

function readAuthUserGetResponse(reader: Reader): AuthUserGetResponse {
  let header: ResponseHeader | undefined
  const roles: string[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 18:
        roles.push(reader.string())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    roles,
  }
}

function writeAuthUserGetResponse(message: AuthUserGetResponse, writer: Writer): void {
  for (let index = message.roles.length - 1; index >= 0; index--) {
    writer.string(18, message.roles[index] as string)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthUserDeleteResponse {
  header: ResponseHeader | undefined
}

export const AuthUserDeleteResponse: MessageCodec<AuthUserDeleteResponse> = {
  name: 'etcdserverpb.AuthUserDeleteResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserDeleteResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserDeleteResponse(new Reader(bytes)),
  read: readAuthUserDeleteResponse,
  write: writeAuthUserDeleteResponse,
}

function readAuthUserDeleteResponse(reader: Reader): AuthUserDeleteResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthUserDeleteResponse(message: AuthUserDeleteResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthUserChangePasswordResponse {
  header: ResponseHeader | undefined
}

export const AuthUserChangePasswordResponse: MessageCodec<AuthUserChangePasswordResponse> = {
  name: 'etcdserverpb.AuthUserChangePasswordResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserChangePasswordResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserChangePasswordResponse(new Reader(bytes)),
  read: readAuthUserChangePasswordResponse,
  write: writeAuthUserChangePasswordResponse,
}

function readAuthUserChangePasswordResponse(reader: Reader): AuthUserChangePasswordResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthUserChangePasswordResponse(
  message: AuthUserChangePasswordResponse,
  writer: Writer,
): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthUserGrantRoleResponse {
  header: ResponseHeader | undefined
}

export const AuthUserGrantRoleResponse: MessageCodec<AuthUserGrantRoleResponse> = {
  name: 'etcdserverpb.AuthUserGrantRoleResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserGrantRoleResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserGrantRoleResponse(new Reader(bytes)),
  read: readAuthUserGrantRoleResponse,
  write: writeAuthUserGrantRoleResponse,
}

function readAuthUserGrantRoleResponse(reader: Reader): AuthUserGrantRoleResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthUserGrantRoleResponse(message: AuthUserGrantRoleResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthUserRevokeRoleResponse {
  header: ResponseHeader | undefined
}

export const AuthUserRevokeRoleResponse: MessageCodec<AuthUserRevokeRoleResponse> = {
  name: 'etcdserverpb.AuthUserRevokeRoleResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserRevokeRoleResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserRevokeRoleResponse(new Reader(bytes)),
  read: readAuthUserRevokeRoleResponse,
  write: writeAuthUserRevokeRoleResponse,
}

function readAuthUserRevokeRoleResponse(reader: Reader): AuthUserRevokeRoleResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthUserRevokeRoleResponse(
  message: AuthUserRevokeRoleResponse,
  writer: Writer,
): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthRoleAddResponse {
  header: ResponseHeader | undefined
}

export const AuthRoleAddResponse: MessageCodec<AuthRoleAddResponse> = {
  name: 'etcdserverpb.AuthRoleAddResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleAddResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleAddResponse(new Reader(bytes)),
  read: readAuthRoleAddResponse,
  write: writeAuthRoleAddResponse,
}

function readAuthRoleAddResponse(reader: Reader): AuthRoleAddResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthRoleAddResponse(message: AuthRoleAddResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthRoleGetResponse {
  header: ResponseHeader | undefined
  perm: readonly Permission[]
}

export const AuthRoleGetResponse: MessageCodec<AuthRoleGetResponse> = {
  name: 'etcdserverpb.AuthRoleGetResponse',
  create: (init = {}) => ({
    header: init.header,
    perm: init.perm ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleGetResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleGetResponse(new Reader(bytes)),
  read: readAuthRoleGetResponse,
  write: writeAuthRoleGetResponse,
}

function readAuthRoleGetResponse(reader: Reader): AuthRoleGetResponse {
  let header: ResponseHeader | undefined
  const perm: Permission[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 18: {
        const outer = reader.enter()
        perm.push(Permission.read(reader))
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    perm,
  }
}

function writeAuthRoleGetResponse(message: AuthRoleGetResponse, writer: Writer): void {
  for (let index = message.perm.length - 1; index >= 0; index--) {
    const mark = writer.mark()
    Permission.write(message.perm[index] as Permission, writer)
    writer.message(18, mark)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthRoleListResponse {
  header: ResponseHeader | undefined
  roles: readonly string[]
}

export const AuthRoleListResponse: MessageCodec<AuthRoleListResponse> = {
  name: 'etcdserverpb.AuthRoleListResponse',
  create: (init = {}) => ({
    header: init.header,
    roles: init.roles ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleListResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleListResponse(new Reader(bytes)),
  read: readAuthRoleListResponse,
  write: writeAuthRoleListResponse,
}

function readAuthRoleListResponse(reader: Reader): AuthRoleListResponse {
  let header: ResponseHeader | undefined
  const roles: string[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 18:
        roles.push(reader.string())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    roles,
  }
}

function writeAuthRoleListResponse(message: AuthRoleListResponse, writer: Writer): void {
  for (let index = message.roles.length - 1; index >= 0; index--) {
    writer.string(18, message.roles[index] as string)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthUserListResponse {
  header: ResponseHeader | undefined
  users: readonly string[]
}

export const AuthUserListResponse: MessageCodec<AuthUserListResponse> = {
  name: 'etcdserverpb.AuthUserListResponse',
  create: (init = {}) => ({
    header: init.header,
    users: init.users ?? [],
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthUserListResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthUserListResponse(new Reader(bytes)),
  read: readAuthUserListResponse,
  write: writeAuthUserListResponse,
}

function readAuthUserListResponse(reader: Reader): AuthUserListResponse {
  let header: ResponseHeader | undefined
  const users: string[] = []
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      case 18:
        users.push(reader.string())
        break
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
    users,
  }
}

function writeAuthUserListResponse(message: AuthUserListResponse, writer: Writer): void {
  for (let index = message.users.length - 1; index >= 0; index--) {
    writer.string(18, message.users[index] as string)
  }
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthRoleDeleteResponse {
  header: ResponseHeader | undefined
}

export const AuthRoleDeleteResponse: MessageCodec<AuthRoleDeleteResponse> = {
  name: 'etcdserverpb.AuthRoleDeleteResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleDeleteResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleDeleteResponse(new Reader(bytes)),
  read: readAuthRoleDeleteResponse,
  write: writeAuthRoleDeleteResponse,
}

function readAuthRoleDeleteResponse(reader: Reader): AuthRoleDeleteResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthRoleDeleteResponse(message: AuthRoleDeleteResponse, writer: Writer): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthRoleGrantPermissionResponse {
  header: ResponseHeader | undefined
}

export const AuthRoleGrantPermissionResponse: MessageCodec<AuthRoleGrantPermissionResponse> = {
  name: 'etcdserverpb.AuthRoleGrantPermissionResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleGrantPermissionResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleGrantPermissionResponse(new Reader(bytes)),
  read: readAuthRoleGrantPermissionResponse,
  write: writeAuthRoleGrantPermissionResponse,
}

function readAuthRoleGrantPermissionResponse(reader: Reader): AuthRoleGrantPermissionResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthRoleGrantPermissionResponse(
  message: AuthRoleGrantPermissionResponse,
  writer: Writer,
): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}

export interface AuthRoleRevokePermissionResponse {
  header: ResponseHeader | undefined
}

export const AuthRoleRevokePermissionResponse: MessageCodec<AuthRoleRevokePermissionResponse> = {
  name: 'etcdserverpb.AuthRoleRevokePermissionResponse',
  create: (init = {}) => ({
    header: init.header,
  }),
  encode: (message) => {
    const writer = messageWriter.begin()
    writeAuthRoleRevokePermissionResponse(message, writer)
    return writer.finish()
  },
  decode: (bytes) => readAuthRoleRevokePermissionResponse(new Reader(bytes)),
  read: readAuthRoleRevokePermissionResponse,
  write: writeAuthRoleRevokePermissionResponse,
}

function readAuthRoleRevokePermissionResponse(reader: Reader): AuthRoleRevokePermissionResponse {
  let header: ResponseHeader | undefined
  while (reader.more()) {
    const tag = reader.tag()
    switch (tag) {
      case 10: {
        const outer = reader.enter()
        header = ResponseHeader.read(reader)
        reader.leave(outer)
        break
      }
      default:
        reader.skip(tag)
    }
  }
  return {
    header,
  }
}

function writeAuthRoleRevokePermissionResponse(
  message: AuthRoleRevokePermissionResponse,
  writer: Writer,
): void {
  if (message.header !== undefined) {
    const mark = writer.mark()
    ResponseHeader.write(message.header, writer)
    writer.message(10, mark)
  }
}
