import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { openCore } from '../../bin/client/core-client.ts'
import { inspect } from '../fixtures/printing.ts'
import { type LocalService, startLocalService } from './local-service.ts'
import { writeTable } from './markdown-table.ts'
import { scanPdf } from './scan-pdf.ts'
import { ServiceClient } from './service-client.ts'
import { quantile } from './statistics.ts'
import { growth, measureTree, type TreeMemory } from './tree-memory.ts'

/**
 * `npm run bench:generate` prints the latency of single tickets, one PDF's properties and, with `--renders`, how memory grows over that
 * many renders.
 */
const { values } = parseArgs({
  options: { requests: { type: 'string', default: '200' }, renders: { type: 'string', default: '0' } },
})
const eventId = 456
const rendersPerSample = 50
const warmUpRequests = 60
const crowd = 200
let lastGuest = 1000

process.stdout.write(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n`)
const service = await startLocalService()
let rows: string[][] = []
try {
  const client = new ServiceClient(service.url)
  rows = [...(await measureSpeed(client)), ...(await measureCrowd(service.url)), ...(await examinePdf(client))]
  if (Number(values.renders)) rows.push(...(await measureMemory(client, service)))
} finally {
  const left = await service.stop()
  rows.push(['files left in the temp folder after the stop', `${left.length} ${left.join(' ')}`.trim(), '0'])
  process.stdout.write(writeTable(['warm POST /api/tickets/generate, template 1', 'measured', 'target'], rows))
}

/** Sends requests for new guests from `callers` at once; returns how many milliseconds each took, and all together. */
async function generateMany(client: ServiceClient, callers: number, requests: number) {
  const each: number[] = []
  let left = requests
  const startedAt = performance.now()
  const call = async () => {
    while (left-- > 0) {
      const sentAt = performance.now()
      await client.generate(eventId, ++lastGuest)
      each.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return { each, totalMs: performance.now() - startedAt }
}

async function measureSpeed(client: ServiceClient): Promise<string[][]> {
  const requests = Number(values.requests)
  // Two callers at once wake a second renderer, which the pair needs and the single caller does not.
  await generateMany(client, 2, warmUpRequests)
  const one = await generateMany(client, 1, requests)
  const two = await generateMany(client, 2, requests)
  return [
    [`one caller, ${requests} requests: median`, `${quantile(one.each, 0.5).toFixed(1)} ms`, '≤ 60 ms'],
    ['one caller: 99th percentile', `${quantile(one.each, 0.99).toFixed(1)} ms`, '≤ 200 ms'],
    [`two callers, ${requests} requests`, `${((requests / two.totalMs) * 1000).toFixed(1)} tickets/s`, '≥ 25 tickets/s'],
  ]
}

/** Asks for 200 tickets at once, more than the renderers take: the client for Core repeats what is refused. */
async function measureCrowd(url: string): Promise<string[][]> {
  const core = openCore({ url })
  const startedAt = performance.now()
  const data = { firstName: 'Ada', lastName: 'Lovelace' }
  const ask = () => core.generate_ticket({ body: { eventId, guestId: ++lastGuest, data } })
  const tickets = await Promise.all(Array.from({ length: crowd }, ask))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const made = new Set(tickets.map(({ data: { ticketCode } }) => ticketCode)).size
  return [[`${crowd} callers at once: tickets made`, `${made}, the last after ${seconds} s`, `${crowd}`]]
}

async function examinePdf(client: ServiceClient): Promise<string[][]> {
  const { pdfUrl } = await client.generate(eventId, ++lastGuest)
  const pdf = await client.download(pdfUrl)
  const check = await inspect('qpdf', ['--check'], pdf).then(
    () => 'clean',
    (error: Error) => error.message,
  )
  const payload = await scanPdf(pdf)
  return [
    ['PDF, Latin name', `${(pdf.length / 1024).toFixed(1)} KB`, '≤ 60 KB'],
    ['qpdf --check', check, 'clean'],
    ['QR code at 100 dpi, zbar', payload.startsWith('TK1:') ? 'decodes' : payload, 'decodes'],
  ]
}

/** Renders many tickets and looks at the memory of all the service's processes every 50. */
async function measureMemory(client: ServiceClient, { pid, listTemporaryFiles }: LocalService): Promise<string[][]> {
  const renders = Number(values.renders)
  const samples: TreeMemory[] = []
  const filesBefore = listTemporaryFiles().length
  for (let done = 0; done < renders; done += rendersPerSample) {
    await generateMany(client, 2, rendersPerSample)
    const sample = measureTree(pid)
    samples.push(sample)
    process.stderr.write(`${done + rendersPerSample} renders: ${describe(sample)}\n`)
  }
  const resident = samples.map(({ residentBytes }) => residentBytes)
  const share = samples.map(({ shareBytes }) => shareBytes)
  const most = Math.max(...resident)
  const filesGained = listTemporaryFiles().length - filesBefore
  return [
    [`${renders} renders: RSS of the process tree, last quarter against second`, percent(growth(resident)), '≤ +5%'],
    ['the same with shared pages counted once (PSS)', percent(growth(share)), '≤ +5%'],
    ['most RSS (shared pages count once a process)', megabytes(most), ''],
    ['most PSS', megabytes(Math.max(...share)), ''],
    ['zombies', `${Math.max(...samples.map(({ zombies }) => zombies))}`, '0'],
    ['entries gained in the temp folder', `${filesGained}`, '0'],
  ]
}

function describe({ residentBytes, shareBytes, processes, zombies }: TreeMemory): string {
  return `RSS ${megabytes(residentBytes)}, PSS ${megabytes(shareBytes)}, ${processes} processes, ${zombies} zombies`
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`
}

function percent(share: number): string {
  if (Number.isNaN(share)) return 'too few renders'
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}%`
}
