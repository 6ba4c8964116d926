import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { variables } from '../functions/contract/environment.ts'
import { demoEvent, writeGuestCsv } from './demo/demo-guests.ts'
import { type DemoServer, isServing, startDemoServer } from './demo/demo-server.ts'
import { exitCodes, messageOf } from './tickets/failures.ts'

const usage = `Usage: npm run demo -- [--tickets <count>] [--template <id>] [--out <folder>] [--url <url>]

Makes 1,000 tickets, or as many as wanted, with the command line "tickets". It uses the service at the address (default: the one that
"npm start" runs), and starts one for itself where none answers. --out keeps every PDF; without it, one is saved to look at.`

const mostTickets = 50_000
const program = join(import.meta.dirname, 'tickets.ts')
const options = {
  tickets: { type: 'string', default: '1000' },
  template: { type: 'string', default: '1' },
  out: { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const schema = z.object({
  tickets: z.coerce.number().int().min(1).max(mostTickets),
  template: z.string(),
  out: z.string().optional(),
  url: z.url().optional(),
  help: z.boolean(),
})

type Options = z.output<typeof schema>

const interruption = new AbortController()
let running: ReturnType<typeof spawn> | undefined
// A terminal sends Ctrl-C to the command that runs too; when that has ended, the demo stops the server and ends.
process.on('SIGINT', () => interruption.abort())
for (const signal of ['SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    interruption.abort()
    running?.kill(signal)
  })

process.exitCode = await main()

async function main(): Promise<number> {
  const given = readOptions()
  if (!given) return say(usage, exitCodes.badInput)
  if (given.help) return say(usage, exitCodes.done)
  try {
    const server = await findServer(given)
    try {
      return await makeTickets(server.url, given)
    } finally {
      await server.stop()
    }
  } catch (error) {
    return say(messageOf(error), interruption.signal.aborted ? exitCodes.interrupted : exitCodes.incomplete)
  }
}

function readOptions(): Options | undefined {
  try {
    return schema.parse(parseArgs({ options }).values)
  } catch {
    return undefined
  }
}

async function findServer({ url }: Options): Promise<DemoServer> {
  const address = url ?? variables.PUBLIC_URL.schema.parse(undefined)
  if (url !== undefined || (await isServing(address))) return { url: address, stop: async () => undefined }
  say(`No service answers at ${address}, so the demo starts one for itself.`, 0)
  return await startDemoServer(interruption.signal)
}

async function makeTickets(url: string, { tickets, template, out }: Options): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'ticket-demo-'))
  const guests = join(folder, 'guests.csv')
  const event = join(folder, 'event.json')
  const pdf = join(folder, 'ticket.pdf')
  await Promise.all([writeFile(guests, writeGuestCsv(tickets)), writeFile(event, JSON.stringify(demoEvent))])
  const shared = ['--event', String(demoEvent.id), '--template', template, '--url', url]
  const keep = out === undefined ? [] : ['--out', out]
  const status = await runTickets(['batch', ...shared, '--guests', guests, '--event-file', event, ...keep])
  if (status !== 0) return status
  const pdfStatus = await runTickets(['generate', ...shared, '--guest', '1', '--out', pdf])
  return pdfStatus === 0 ? say(`\nOpen this to see a ticket: ${pdf}`, 0) : pdfStatus
}

/** Runs the command line as a person would, and shows how they would. */
async function runTickets(words: string[]): Promise<number> {
  say(`\n$ npx tickets ${words.join(' ')}`, 0)
  if (interruption.signal.aborted) return exitCodes.interrupted
  running = spawn(process.execPath, [program, ...words], { stdio: 'inherit' })
  const [status] = await once(running, 'exit')
  return z.number().catch(exitCodes.interrupted).parse(status)
}

function say(text: string, status: number): number {
  process.stdout.write(`${text}\n`)
  return status
}
