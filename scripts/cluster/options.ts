import { Command, InvalidArgumentError } from 'commander'

export interface ClusterOptions {
  readonly members: number
  /** Clients on this one and those after it, then peers; undefined: any that are free. */
  readonly firstPort: number | undefined
  /** Kept at the end; undefined: a temporary folder, deleted at the end. */
  readonly dataDirectory: string | undefined
  /** Flags that every member gets. */
  readonly memberFlags: readonly string[]
}

/** Reads the words of a command line; prints what is wrong with them and ends the process. */
export function readOptions(words: readonly string[]): ClusterOptions {
  const command = new Command('npm run cluster --')
    .usage('[options] [-- flags of the members]')
    .description('Starts a cluster on the loopback interface, until it is told to stop.')
    .option('--members <count>', 'how many', wholeNumber(1, 9), 3)
    .option(
      '--port <first>',
      'clients on this port and those after it, then peers (default: any free ones)',
      wholeNumber(1, 65_000),
    )
    .option('--data-dir <path>', 'where to keep the data (default: a folder deleted at the end)')
    .argument('[flags...]', 'such as --engine memory')
    .parse(words, { from: 'user' })
  const given = command.opts<{ members: number; port?: number; dataDir?: string }>()
  return {
    members: given.members,
    firstPort: given.port,
    dataDirectory: given.dataDir,
    memberFlags: command.args,
  }
}

function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= smallest && value <= largest) return value
    throw new InvalidArgumentError(`must be a whole number from ${smallest} to ${largest}`)
  }
}
