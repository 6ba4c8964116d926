import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { variables } from '../functions/contract/environment.ts'
import { routes } from '../functions/contract/routes/routes.ts'
import { demoEvent, writeGuestCsv } from './demo/demo-guests.ts'
import { type DemoServer, isServing, startDemoServer } from './demo/demo-server.ts'
import { drawSheet } from './demo/ticket-sheet.ts'
import { exitCodes } from './tickets/failures.ts'
import { integerOption, option, pathOption, templateOption } from './tickets/options.ts'
import { runProgram } from './tickets/program.ts'
import { writeText } from './tickets/terminal.ts'

const program = join(import.meta.dirname, 'tickets.ts')
const fields = {
  tickets: option(integerOption(1, 50_000).default(1000), '<count>', 'number of tickets, 1 to 50,000 (default: 1000)'),
  template: templateOption,
  out: pathOption('folder', 'save every PDF in this folder; without it, only a picture of ten is saved, as demo-tickets.png'),
  url: option(
    z.url({ protocol: /^https?$/, error: 'must be an address like http://localhost:3004' }).optional(),
    '<url>',
    'address of the service (default: TICKETS_URL, or that of "npm start" with this PORT)',
  ),
}

const statusAnswer = z.object({ data: routes['get-batch-status'].success.data })

type Options = z.output<z.ZodObject<typeof fields>>

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

await runProgram(
  {
    usage: 'npm run demo --',
    description: `Generates tickets for invented guests with the command line "tickets". Starts a service of its own if none is running.`,
    examples: ['npm run demo', 'npm run demo -- --tickets 10000 --out tickets/'],
  },
  fields,
  async (given) => {
    const server = await findServer(given)
    try {
      return await generateTickets(server, given)
    } finally {
      await server.stop()
    }
  },
)

async function findServer({ url }: Options): Promise<DemoServer> {
  const address =
    url ?? process.env.TICKETS_URL ?? `http://localhost:${process.env.PORT ?? variables.PORT.schema.parse(undefined)}`
  if (url !== undefined || process.env.TICKETS_URL || (await isServing(address)))
    return { url: address, isStarted: false, stop: async () => undefined }
  printLine(`No service answers at ${address}, so the demo starts one.`, 0)
  return await startDemoServer(interruption.signal)
}

async function generateTickets({ url, isStarted }: DemoServer, { tickets, template, out }: Options): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'ticket-demo-'))
  const guests = join(folder, 'guests.csv')
  const event = join(folder, 'event.json')
  await Promise.all([writeFile(guests, writeGuestCsv(tickets)), writeFile(event, JSON.stringify(demoEvent))])
  const shared = ['--event', String(demoEvent.id), ...(template ? ['--template', String(template)] : []), '--url', url]
  const keep = out === undefined ? [] : ['--out', out]
  const batchId = `demo-${Date.now()}`
  const named = ['--batch-id', batchId]
  const status = await runTickets(['batch', ...shared, '--guests', guests, '--event-file', event, ...named, ...keep])
  return status === 0 ? printLine(await describeResult({ url, batchId, out, isStarted }), 0) : status
}

/** Saves a picture of the first ten tickets in the current folder, and lists what to look at. */
async function describeResult(result: { url: string; batchId: string; out: string | undefined; isStarted: boolean }) {
  const { url, batchId, out, isStarted } = result
  const status = `${url}${routes['get-batch-status'].path.replace('{batchId}', batchId)}`
  const answer = await fetch(`${status}?limit=10`)
  if (!answer.ok) return '\nThe service takes signed calls only, so the demo cannot draw its tickets.'
  const { tickets } = statusAnswer.parse(await answer.json()).data
  const links = tickets.flatMap(({ pdfUrl }) => pdfUrl ?? [])
  const pdfs = await Promise.all(links.map(async (link) => new Uint8Array(await (await fetch(link)).arrayBuffer())))
  const sheet = resolve('demo-tickets.png')
  await writeFile(sheet, await drawSheet(pdfs))
  const lines = [
    ['Ten of the tickets', sheet],
    ...(out === undefined ? [] : [['All of them as PDF', resolve(out)]]),
    // A service of the demo's own ends with it.
    ...(isStarted
      ? [['Everything else', 'npm start']]
      : [
          ['A ticket as PDF', links[0] ?? ''],
          ['The batch', status],
          ['Everything else', url],
        ]),
  ]
  return `\nLook at:\n${lines.map(([what = '', where]) => `  ${what.padEnd(22)}${where}`).join('\n')}`
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
