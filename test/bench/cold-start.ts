import { readdirSync, readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import { bundleRenderer, packageLimitBytes } from '../../lib/renderer-bundle.ts'
import { startBatches } from '../fixtures/batch-service.ts'
import { type ColdRun, runCold } from './cold-environment.ts'
import { writeTable } from './markdown-table.ts'
import { makeTickets } from './render/tickets.ts'
import { median } from './statistics.ts'

/**
 * `npm run bench:cold` prints the packed renderer's size, a cold start by stage, the memory and disk that chunks take, and the time per
 * ticket in a warm renderer. Starts the package as Lambda would.
 */
const folder = path.join(import.meta.dirname, '../../cdk.out/bench/renderer')
const runs = 5
const warmChunks = 12
const coreCounts = availableParallelism() > 1 ? [2, 1] : [1]
const megabyte = 1e6

interface Name {
  firstName: string
  lastName: string
}

const worldNames: Name[] = parse(readFileSync(path.join(import.meta.dirname, '../data/guests-world.csv')), {
  columns: true,
  relax_quotes: true,
})

await bundleRenderer(folder)
const { accept, ended, registerGuests, sql, stop } = await startBatches()
try {
  process.stdout.write(`${writePackage()}\n`)
  for (const cores of coreCounts) process.stdout.write(`${await measureStages(cores)}\n`)
  process.stdout.write(`${await measureChunks()}\n`)
  process.stdout.write(await measureWarm())
} finally {
  await stop()
}

interface Wanted {
  count: number
  templateId: number
  names?: Name[]
}

/** Makes a job whose items are to be printed, which no queue knows of; each call asks for all of them anew, chunk by chunk. */
async function makeJob(eventId: number, { count, templateId, names = worldNames }: Wanted): Promise<() => Promise<string[]>> {
  const ids = await registerGuests(eventId, count, (guestId) => {
    const { firstName = '', lastName = '' } = names[guestId % names.length] ?? {}
    return { firstName, lastName }
  })
  const { batchId, jobId } = await accept({ eventId, guestIds: ids, templateId })
  await ended(batchId)
  return async () => {
    await sql`UPDATE generation_jobs SET status = 'processing', completed_at = NULL WHERE id = ${jobId}`
    const items = await sql`UPDATE ticket_generation_logs SET status = 'pending' WHERE job_id = ${jobId} RETURNING id`
    const chunks = Array.from({ length: Math.ceil(items.length / ticketsPerChunk) }, (_, index) =>
      items.slice(index * ticketsPerChunk, (index + 1) * ticketsPerChunk),
    )
    return chunks.map((chunk) => JSON.stringify({ jobId, itemIds: chunk.map(({ id }) => id) }))
  }
}

function writePackage(): string {
  const parts = {
    'Chromium, in slices of zstd': listFiles('chromium').filter((file) => file.endsWith('.zst')),
    'its libraries': listFiles('chromium/lib'),
    fonts: listFiles('fonts'),
    code: readdirSync(folder).filter((file) => file.endsWith('.mjs')),
    all: listFiles('.'),
  }
  const bytes = (files: string[]) => files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0)
  const rows = Object.entries(parts).map(([name, files]) => [name, (bytes(files) / megabyte).toFixed(1)])
  return writeTable(['package, unpacked', 'MB'], [...rows, ["Lambda's limit", (packageLimitBytes / megabyte).toFixed(1)]])
}

function listFiles(below: string): string[] {
  const entries = readdirSync(path.join(folder, below), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
}

async function measureStages(cores: number): Promise<string> {
  const makeEvents = await makeJob(8000 + cores, { count: 1, templateId: 1 })
  const results: ColdRun[] = []
  for (let run = 0; run < runs; run++) results.push(await runCold(folder, await makeEvents(), { cores, isWatched: false }))
  const stages = Object.keys(results[0]?.stageMs ?? {})
  const row = (stage: string) => results.map(({ stageMs }) => stageMs[stage] ?? 0)
  return writeTable(
    [`cold start, ${cores} core${cores > 1 ? 's' : ''}`, `median of ${runs}, ms`, 'least', 'most'],
    stages.map((stage) => [
      stage,
      ...[median(row(stage)), Math.min(...row(stage)), Math.max(...row(stage))].map((ms) => ms.toFixed(0)),
    ]),
  )
}

async function measureChunks(): Promise<string> {
  const rows: string[][] = []
  for (const templateId of [1, 2]) {
    const makeEvents = await makeJob(8100 + templateId, { count: ticketsPerChunk, templateId })
    const { peakBytes, diskBytes, invocationMs } = await runCold(folder, await makeEvents(), { cores: 2, isWatched: true })
    const ms = invocationMs[0] ?? 0
    rows.push([`template ${templateId}`, ...[peakBytes, diskBytes].map((bytes) => (bytes / megabyte).toFixed(0)), ms.toFixed(0)])
  }
  return writeTable([`a chunk of ${ticketsPerChunk}, names of the world`, 'most memory, MB', 'temp folder, MB', 'cold, ms'], rows)
}

/** Measures a ticket's share of a chunk in a renderer that is warm. */
async function measureWarm(): Promise<string> {
  const guests = { 'names in Latin letters': makeTickets(ticketsPerChunk), 'names of the world': worldNames }
  const rows: string[][] = []
  let eventId = 8200
  for (const templateId of [1, 2])
    for (const [what, names] of Object.entries(guests))
      for (const cores of coreCounts) {
        const makeEvents = await makeJob(eventId++, { count: (1 + warmChunks) * ticketsPerChunk, templateId, names })
        const { invocationMs } = await runCold(folder, await makeEvents(), { cores, isWatched: false })
        const shares = invocationMs.slice(1).map((ms) => ms / ticketsPerChunk)
        const figures = [median(shares), Math.min(...shares), Math.max(...shares)].map((ms) => ms.toFixed(1))
        rows.push([`template ${templateId}, ${what}`, String(cores), ...figures])
      }
  return writeTable([`${warmChunks} chunks of ${ticketsPerChunk}, warm`, 'cores', 'median, ms a ticket', 'least', 'most'], rows)
}
