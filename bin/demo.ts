import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { variables } from '../functions/contract/environment.ts'
import { demoEvent, writeGuestCsv } from './demo/demo-guests.ts'
import { type DemoServer, isServing, startDemoServer } from './demo/demo-server.ts'
import { BadInput, exitCodes, messageOf } from './tickets/failures.ts'
import { integerOption, parseOptions, readArguments } from './tickets/options.ts'
import { reportFailure } from './tickets/report.ts'
import { writeText } from './tickets/terminal.ts'

const usage = `Usage: npm run demo -- [--tickets <count>] [--template <id>] [--out <folder>] [--url <url>]

Generates tickets for invented guests with the command line "tickets". Starts a service of its own if none is running.

  --tickets <count>  number of tickets, 1 to 50,000 (default: 1000)
  --template <id>    id of the template (default: 1)
  --out <folder>     save every PDF in this folder; without it, save one as a sample
  --url <url>        address of the service (default: that of "npm start")

Examples:
  npm run demo
  npm run demo -- --tickets 10000 --out tickets/`

const program = join(import.meta.dirname, 'tickets.ts')
const options = {
  tickets: { type: 'string', default: '1000' },
  template: { type: 'string', default: '1' },
  out: { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const
const schema = z.object({
  tickets: integerOption(1, 50_000),
  template: z.string().regex(/^[1-9]\d{0,15}$/, 'must be the id of a template, such as 1'),
  out: z.string().min(1, 'must name a folder').optional(),
  url: z.url({ protocol: /^https?$/, error: 'must be an address like http://localhost:3004' }).optional(),
  help: z.boolean(),
})

type Options = z.output<typeof schema>

const interruption = new AbortController()
let running: ReturnType<typeof spawn> | undefined
// A terminal also sends Ctrl-C to the running command; once that has ended, the demo stops its server and
// exits.
process.on('SIGINT', () => interruption.abort())
for (const signal of ['SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    interruption.abort()
    running?.kill(signal)
  })

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const typed = readArguments(options)
    if (typed.help) return printLine(usage, exitCodes.done)
    const given = parseOptions(schema, typed)
    const server = await findServer(given)
    try {
      return await generateTickets(server.url, given)
    } finally {
      await server.stop()
    }
  } catch (error) {
    if (error instanceof BadInput) return reportFailure(error)
    writeText(process.stderr, `${messageOf(error)}\n`)
    return interruption.signal.aborted ? exitCodes.interrupted : exitCodes.incomplete
  }
}

async function findServer({ url }: Options): Promise<DemoServer> {
  const address = url ?? variables.PUBLIC_URL.schema.parse(undefined)
  if (url !== undefined || (await isServing(address))) return { url: address, stop: async () => undefined }
  printLine(`No service answers at ${address}, so the demo starts one.`, 0)
  return await startDemoServer(interruption.signal)
}

async function generateTickets(url: string, { tickets, template, out }: Options): Promise<number> {
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
  return pdfStatus === 0 ? printLine(`\nOpen this to see a ticket: ${pdf}`, 0) : pdfStatus
}

/** Runs the command line, and shows the command as a person would type it. */
async function runTickets(words: string[]): Promise<number> {
  printLine(`\n$ npx tickets ${words.join(' ')}`, 0)
  if (interruption.signal.aborted) return exitCodes.interrupted
  running = spawn(process.execPath, [program, ...words], { stdio: 'inherit' })
  const [status] = await once(running, 'exit')
  return z.number().catch(exitCodes.interrupted).parse(status)
}

function printLine(text: string, status: number): number {
  writeText(process.stdout, `${text}\n`)
  return status
}
