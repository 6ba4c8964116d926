/** Writes the OpenAPI document of a release, which later ones are compared with: `npm run release:contract`. */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { openApiDocument } from '../../functions/contract/openapi.ts'
import packageFile from '../../package.json' with { type: 'json' }

const document = openApiDocument({ version: packageFile.version, url: 'https://tickets.example.com' })
await writeFile(path.join(import.meta.dirname, 'released-openapi.json'), `${JSON.stringify(document)}\n`)
