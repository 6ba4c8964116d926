/** Writes the generated part of the client from the contract: `npm run generate:client`, or into another folder. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { openApiDocument } from '../functions/contract/openapi.ts'
import packageFile from '../package.json' with { type: 'json' }

const [into = path.join(import.meta.dirname, 'client/generated')] = process.argv.slice(2)
const project = path.join(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(os.tmpdir(), 'client-'))
const description = path.join(folder, 'openapi.json')
const written = path.join(into, 'contract.ts')

writeFileSync(description, JSON.stringify(openApiDocument({ version: packageFile.version, url: 'https://tickets.example.com' })))
rmSync(into, { recursive: true, force: true })
const settings = ['--args-style', 'grouped', '--import-ext', 'ts', '--runtime', 'module']
execFileSync(
  process.execPath,
  [path.join(project, 'node_modules/.bin/redocly'), 'generate-client', description, '--output', written, ...settings],
  {
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  },
)
const contract = readFileSync(written, 'utf8')
  // TypeScript resolves Record eagerly, which breaks a recursive type.
  .replaceAll('Record<string, DataValue>', '{ [name: string]: DataValue }')
  // JSON leaves undefined out, so callers under exactOptionalPropertyTypes may give it.
  .replaceAll('?: ', '?: undefined | ')
  // nextCursor is a text, also where the contract takes its digits as an integer.
  .replaceAll(/cursor\?: undefined \| \w+;/g, 'cursor?: undefined | string;')
  // A union of all zone names would refuse a plain string, and IANA adds names.
  .replace(/export type TimeZone = [^;]+;/, 'export type TimeZone = string;')
writeFileSync(written, contract)
rmSync(folder, { recursive: true })
