import { messageFile } from './message-file.js'
import { fullName } from './names.js'
import { loadProtoFiles, type ProtoFile } from './proto-files.js'
import { servicesFile } from './services-file.js'

const messageDirectory = 'src/wire/generated'

/** Services that clients do not call, and who serves them. */
const ownDirectories: ReadonlyMap<string, string> = new Map([
  ['metastore.v1.Peer', 'src/peers/generated'],
])
const serviceDirectories = ['src/api/generated', ...ownDirectories.values()]

/** Directories that hold generated files and nothing else. */
export const generatedDirectories = [messageDirectory, ...serviceDirectories]

/** The text of every generated file by its path from the root of the project. */
export function generate(protoDirectory: string): Map<string, string> {
  const protoFiles = loadProtoFiles(protoDirectory)
  const texts = new Map<string, string>()
  for (const file of protoFiles) {
    texts.set(`${messageDirectory}/${file.moduleName}.ts`, messageFile(file))
  }
  for (const directory of serviceDirectories) {
    texts.set(`${directory}/services.ts`, servicesFile(protoFiles, servedBy(protoFiles, directory)))
  }
  return texts
}

function servedBy(files: readonly ProtoFile[], directory: string) {
  return files
    .flatMap(({ services }) => services)
    .filter(
      (service) => (ownDirectories.get(fullName(service)) ?? 'src/api/generated') === directory,
    )
}
