import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, generatedDirectories } from './generate/generate.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const files = generate(join(root, 'proto'))

for (const directory of generatedDirectories) {
  await mkdir(join(root, directory), { recursive: true })
  for (const name of await readdir(join(root, directory))) {
    if (!files.has(`${directory}/${name}`)) await rm(join(root, directory, name))
  }
}
for (const [path, text] of files) {
  await mkdir(join(root, dirname(path)), { recursive: true })
  await writeFile(join(root, path), text)
}
