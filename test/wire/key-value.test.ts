import { describe, expect, test } from 'vitest'
import { Event, EventType, KeyValue, type KeyValueFields } from '../../src/wire/index.js'
import { bytesField, varintField } from './wire-bytes.js'

const fields: KeyValueFields = {
  key: Buffer.from([0, 97, 255]),
  value: Buffer.from('value'),
  createRevision: 2,
  modRevision: 2 ** 40,
  version: 3,
  lease: -5n,
}

function fieldsOf(row: KeyValue): KeyValueFields {
  const { key, value, createRevision, modRevision, version, lease } = row
  return { key, value, createRevision, modRevision, version, lease }
}

describe('KeyValue', () => {
  test('gives back what it was made of', () => {
    expect(fieldsOf(KeyValue.of(fields))).toEqual(fields)
    expect(fieldsOf(KeyValue.fromEncoded(KeyValue.of(fields).encoded))).toEqual(fields)
  })

  test('keeps nothing of the buffers it was made of', () => {
    const key = Buffer.from('before')
    const row = KeyValue.of({ ...fields, key })
    key.fill(0)
    expect(row.key.toString()).toBe('before')
  })

  test('its encoding is the one it was read from', () => {
    const { encoded } = KeyValue.of(fields)
    expect(KeyValue.fromEncoded(encoded).encoded).toBe(encoded)
  })

  test('one read from a stranger is made canonical', () => {
    const strange = Buffer.concat([
      varintField(4, 1),
      bytesField(99, Buffer.from('unknown')),
      bytesField(5, Buffer.alloc(0)),
      bytesField(1, Buffer.from('k')),
    ])
    expect(KeyValue.decode(strange).encoded.toString('hex')).toBe('0a016b2001')
  })

  test('an empty one has the defaults', () => {
    expect(fieldsOf(KeyValue.fromEncoded(Buffer.alloc(0)))).toEqual({
      key: Buffer.alloc(0),
      value: Buffer.alloc(0),
      createRevision: 0,
      modRevision: 0,
      version: 0,
      lease: 0n,
    })
  })

  test('byteKey holds the key, one unit a byte', () => {
    expect(KeyValue.of(fields).byteKey).toBe('\u0000a\u00ff')
  })

  test('withoutValue differs in the value only', () => {
    const bare = KeyValue.of(fields).withoutValue()
    expect(fieldsOf(bare)).toEqual({ ...fields, value: Buffer.alloc(0) })
    expect(bare.withoutValue()).toBe(bare)
  })
})

describe('Event', () => {
  const row = KeyValue.of(fields)
  const previous = KeyValue.of({ ...fields, version: 2 })

  test('is encoded once', () => {
    const event = new Event(EventType.DELETE, row, previous)
    expect(event.encoded).toBe(event.encoded)
    expect(event.encoded).toEqual(
      Buffer.concat([
        varintField(1, 1),
        bytesField(2, row.encoded),
        bytesField(3, previous.encoded),
      ]),
    )
  })

  test('is made once more, without the previous value, for all who did not ask for it', () => {
    const event = new Event(EventType.PUT, row, previous)
    const bare = event.withoutPrevious()
    expect(bare).toBe(event.withoutPrevious())
    expect(bare.withoutPrevious()).toBe(bare)
    expect(bare.encoded).toEqual(bytesField(2, row.encoded))
    expect(bare.kv).toBe(row)
  })

  test('comes back from its encoding', () => {
    const event = Event.decode(new Event(EventType.DELETE, row, previous).encoded)
    expect([event.type, event.kv.encoded, event.prevKv?.encoded]).toEqual([
      EventType.DELETE,
      row.encoded,
      previous.encoded,
    ])
  })

  test('without a key-value gets an empty one', () => {
    expect(Event.decode(Buffer.alloc(0)).kv.encoded).toHaveLength(0)
  })
})
