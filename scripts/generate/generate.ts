import { messageFile } from './message-file.js'
import { loadProtoFiles } from './proto-files.js'
import { servicesFile } from './services-file.js'

const messageDirectory = 'src/wire/generated'
const serviceDirectory = 'src/api/generated'

/** Directories that hold generated files and nothing else. */
export const generatedDirectories = [messageDirectory, serviceDirectory] as const

/** The text of every generated file by its path from the root of the project. */
export function generate(protoDirectory: string): Map<string, string> {
  const protoFiles = loadProtoFiles(protoDirectory)
  const texts = new Map<string, string>()
  for (const file of protoFiles) {
    texts.set(`${messageDirectory}/${file.moduleName}.ts`, messageFile(file))
  }
  texts.set(`${serviceDirectory}/services.ts`, servicesFile(protoFiles))
  return texts
}
