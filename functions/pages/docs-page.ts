import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** Reads the page that shows the OpenAPI description. */
export async function readDocsPage(): Promise<Buffer> {
  return await readFile(path.join(import.meta.dirname, 'docs/index.html'))
}
