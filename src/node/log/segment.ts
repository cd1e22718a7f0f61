import { join } from 'node:path'
import type { FileHandle } from '../../base/file-system.js'
import type { SegmentHeader } from './segment-header.js'

const namePattern = /^[0-9a-f]{16}\.log$/

/** One file of the log. */
export interface Segment {
  readonly path: string
  readonly header: SegmentHeader
  readonly headerBytes: number
}

/** A segment that is written to. */
export interface OpenSegment extends Segment {
  readonly handle: FileHandle
}

export function segmentPath(directory: string, sequence: number): string {
  return join(directory, `${sequence.toString(16).padStart(16, '0')}.log`)
}

/** The sequence a file's name says; undefined for a file that is no segment. */
export function segmentSequence(name: string): number | undefined {
  return namePattern.test(name) ? Number.parseInt(name, 16) : undefined
}
