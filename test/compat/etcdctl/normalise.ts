import type { TranscriptEntry } from './etcdctl.js'

interface Replacement {
  readonly what: string
  readonly pattern: RegExp
  readonly by: string
}

/** What may differ between two servers that behave alike, and what stands in its place. */
const replacements: readonly Replacement[] = [
  { what: 'address', pattern: /(http:\/\/)?127\.0\.0\.1:\d+/g, by: '<endpoint>' },
  {
    what: 'identity in JSON',
    pattern: /"(cluster_id|member_id|raft_term|leader|raftIndex|raftTerm)":[1-9]\d*/g,
    by: '"$1":<number>',
  },
  {
    what: 'size and applied index in JSON',
    pattern: /"(raftAppliedIndex|dbSize|dbSizeInUse)":[1-9]\d*/g,
    by: '"$1":<number>',
  },
  { what: 'version in JSON', pattern: /"version":"3\.\d+\.\d+"/g, by: '"version":<version>' },
  {
    what: 'identity in fields',
    pattern: /"(ClusterID|MemberID|RaftTerm|Leader|RaftIndex|RaftAppliedIndex)" : [1-9]\d*/g,
    by: '"$1" : <number>',
  },
  { what: 'size in fields', pattern: /"(DBSize|DBSizeInUse)" : [1-9]\d*/g, by: '"$1" : <number>' },
  { what: 'version in fields', pattern: /"Version" : "3\.\d+\.\d+"/g, by: '"Version" : <version>' },
  { what: 'lease or member id', pattern: /\b(?=[0-9a-f]*\d)[0-9a-f]{14,16}\b/g, by: '<id>' },
  { what: 'lease id in JSON', pattern: /"(lease|id|ID)":\d{16,}/g, by: '"$1":<id>' },
  { what: 'time left', pattern: /remaining\((999|998|1000)s\)/g, by: 'remaining(<999>s)' },
  { what: 'time left in JSON', pattern: /"ttl":(999|998|1000)\b/g, by: '"ttl":<999>' },
  { what: 'duration', pattern: /took = [\d.]+(µs|ms|s)/g, by: 'took = <duration>' },
]

/** The entry with everything that names a particular server, moment or lease replaced. */
export function normalised(entry: TranscriptEntry): string {
  const stdout = withStatusRow(replaced(entry.stdout))
  const lines = [`$ ${replaced(entry.command)}`, `exit ${entry.exitCode}`, stdout]
  return [...lines, replaced(entry.errors)].join('\n')
}

function replaced(text: string): string {
  return replacements.reduce((rest, { pattern, by }) => rest.replace(pattern, by), text)
}

/** `endpoint status` as a table or simple: columns 2, 3, 4, 7, 8 and 9 are the server's own. */
function withStatusRow(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      if (/^\+[-+]+\+$/.test(line)) return '+-+'
      const cells = line.split(/[|,]/).map((cell) => cell.trim())
      const start = cells.indexOf('<endpoint>')
      if (start < 0) return line.startsWith('|') ? cells.join('|') : line
      return cells.map((cell, index) => statusCell(cell, index - start)).join('|')
    })
    .join('\n')
}

function statusCell(cell: string, column: number): string {
  if (column === 1) return cell.replace(/^[0-9a-f]+$/, '<id>')
  if (column === 2) return cell.replace(/^3\.\d+\.\d+$/, '<version>')
  if (column === 3) return cell.replace(/^[\d.]+ [kMG]?B$/, '<size>')
  if (column >= 6 && column <= 8) return cell.replace(/^[1-9]\d*$/, '<number>')
  return cell
}
