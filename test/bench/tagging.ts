import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import { launchBrowser, type WarmBrowser } from '../../functions/pdf/browser.ts'
import { prepareFonts } from '../../functions/pdf/fonts.ts'
import { printOnce } from '../../functions/pdf/print-once.ts'
import { cacheFolder } from '../pdf/printing.ts'
import { writeTable } from './markdown-table.ts'
import { loadTemplate } from './render/ticket-html.ts'
import { makeTickets } from './render/tickets.ts'
import { median } from './statistics.ts'
import { childrenCpuMs, ownCpuMs } from './tree-processor.ts'

/**
 * Measures what tags cost: the same tickets are printed with tags and without in turn, many in one print, by one browser, and compared pair by pair,
 * so that what slows the machine down slows both. Without tags Chromium builds no accessibility tree, and splitting has no structure to carry over.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '30' },
    template: { type: 'string', multiple: true, default: ['classic', 'mobile'] },
  },
})

const most = 0.15
const createdAt = new Date('2026-03-04T05:06:07Z')
const stagesOf = ['dom', 'print', 'split'] as const

interface Cost {
  node: number
  chromium: number
  wall: number
  dom: number
  print: number
  split: number
  pdfBytes: number
}

const tagged = await launchBrowser({ cacheFolder, environment: await prepareFonts(cacheFolder) })
try {
  const rows: string[][] = []
  for (const template of values.template) rows.push(...describe(template, await measurePairs(template)))
  const header = ['ms of CPU a ticket', 'untagged', 'tagged', 'more', 'median ratio']
  process.stdout.write(
    `${availableParallelism()} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n${writeTable(header, rows)}`,
  )
} finally {
  await tagged.close()
}

async function measurePairs(template: string): Promise<{ untagged: Cost; tagged: Cost }[]> {
  const folder = new URL(`../../templates/${template}/`, import.meta.url)
  const sample = JSON.parse(await readFile(new URL('sample.json', folder), 'utf8'))
  const fill = await loadTemplate(fileURLToPath(new URL('ticket.hbs', folder)))
  const chunks = Array.from({ length: 4 }, () => makeTickets(ticketsPerChunk))
  const fillAll = () => chunks.map((tickets) => tickets.map((ticket) => ({ ...ticket, html: fill({ ...sample, ...ticket }) })))
  const untagged = withoutTags(tagged)
  await measure(tagged, fillAll)
  await measure(untagged, fillAll)
  const pairs: { untagged: Cost; tagged: Cost }[] = []
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    // Each goes first as often as the other.
    const first = pair % 2 === 0 ? await measure(untagged, fillAll) : undefined
    const withTags = await measure(tagged, fillAll)
    pairs.push({ tagged: withTags, untagged: first ?? (await measure(untagged, fillAll)) })
  }
  return pairs
}

/** Is the same browser, which leaves tags out of what it prints. */
function withoutTags(browser: WarmBrowser): WarmBrowser {
  const send = (method: string, parameters: object) =>
    browser.session.send(method as never, { ...parameters, generateTaggedPDF: false } as never)
  return { ...browser, session: { send } as never }
}

async function measure(browser: WarmBrowser, fillAll: () => { html: string; ticketCode: string }[][]): Promise<Cost> {
  const stages = { dom: 0, print: 0, split: 0 }
  const before = { node: ownCpuMs(), chromium: childrenCpuMs(), wall: performance.now() }
  let pdfBytes = 0
  const chunks = fillAll()
  for (const chunk of chunks) {
    const documents = chunk.map(({ html, ticketCode }) => ({ html, title: ticketCode, createdAt }))
    const result = await printOnce(browser, documents, stages)
    if (!('tickets' in result)) throw new Error(`They were not printed together: ${JSON.stringify(result)}.`)
    pdfBytes += result.tickets.reduce((total, { pdf }) => total + pdf.length, 0)
  }
  const count = chunks.flat().length
  return {
    node: (ownCpuMs() - before.node) / count,
    chromium: (childrenCpuMs() - before.chromium) / count,
    wall: (performance.now() - before.wall) / count,
    dom: stages.dom / count,
    print: stages.print / count,
    split: stages.split / count,
    pdfBytes: pdfBytes / count,
  }
}

function describe(template: string, pairs: { untagged: Cost; tagged: Cost }[]): string[][] {
  const row = (name: string, of: (cost: Cost) => number, digits = 2): string[] => {
    const ratio = median(pairs.map((pair) => of(pair.tagged) / of(pair.untagged)))
    const more = median(pairs.map((pair) => of(pair.tagged) - of(pair.untagged)))
    const [without, withTags] = [median(pairs.map((pair) => of(pair.untagged))), median(pairs.map((pair) => of(pair.tagged)))]
    return [`${template}: ${name}`, ...[without, withTags, more].map((value) => value.toFixed(digits)), ratio.toFixed(3)]
  }
  const all = row('Node.js and Chromium', ({ node, chromium }) => node + chromium)
  const verdict = Number(all.at(-1)) <= 1 + most ? 'within' : 'over'
  return [
    [...all.slice(0, -1), `${all.at(-1)} (${verdict} ${1 + most})`],
    row('Node.js', ({ node }) => node),
    row('Chromium', ({ chromium }) => chromium),
    row('wall time', ({ wall }) => wall),
    ...stagesOf.map((stage) => row(`wall time of ${stage}`, (cost) => cost[stage])),
    row('KB a PDF', ({ pdfBytes }) => pdfBytes / 1024, 1),
  ]
}
