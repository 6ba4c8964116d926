import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import { launchBrowser, type WarmBrowser } from '../../functions/print/chromium/browser.ts'
import type { ParsedMarkup } from '../../functions/print/document/markup-fingerprint.ts'
import { prepareFonts } from '../../functions/print/fonts/prepare-fonts.ts'
import { preparePrint, printOnce } from '../../functions/print/print-once.ts'
import { TagCache } from '../../functions/print/tags/tag-cache.ts'
import type { PageContent, TicketTags } from '../../functions/print/tags/tag-pattern.ts'
import { cacheFolder } from '../fixtures/printing.ts'
import { writeTable } from './markdown-table.ts'
import { loadTemplate } from './render/ticket-html.ts'
import { makeTickets } from './render/tickets.ts'
import { median } from './statistics.ts'
import { childrenCpuMs, ownCpuMs } from './tree-processor.ts'

/**
 * `npm run bench:tagging` prints what tags cost. One browser prints the same tickets in four ways in turn, and each round is compared by itself, so
 * that a slow machine slows all ways alike. `as printed` is Chromium's print without tags, split. `untagged` restores the paths of QR codes from the
 * tag cache and writes no tags. `tagged` is what the service makes. With the `cache off`, Chromium tags every ticket. The first ratio is to the faster
 * of the two ways without tags.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
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

/** Returns tickets of known markup as they are printed, without tags. */
class UntaggedCache extends TagCache {
  override lookUp(_markup: ParsedMarkup, pages: PageContent[]): TicketTags | undefined {
    if (pages.length === 0) return undefined
    const surfaces = pages.map(({ page, text }) => ({ page, content: { text, sections: [], calls: [] }, ...noMarks }))
    return { elements: [], surfaces }
  }
}

const noMarks = { markedForms: new Set<string>(), texts: new Set<number>(), real: new Set<number>() }
const ways = ['as printed', 'untagged', 'tagged', 'cache off'] as const
type Way = (typeof ways)[number]
type Costs = Record<Way, Cost>

const browser = await launchBrowser({ cacheFolder, environment: await prepareFonts(cacheFolder) })
try {
  const rows: string[][] = []
  for (const template of values.template) rows.push(...describe(template, await measureRounds(template)))
  const header = ['ms of CPU a ticket', ...ways, 'tags cost', 'ratio to untagged', 'cache off, ratio to tagged']
  process.stdout.write(
    `${availableParallelism()} cores, ${cpus()[0]?.model}, Node ${process.version}\n\n${writeTable(header, rows)}`,
  )
} finally {
  await browser.kill()
}

async function measureRounds(template: string): Promise<Costs[]> {
  const folder = new URL(`../../templates/${template}/`, import.meta.url)
  const sample = JSON.parse(await readFile(new URL('sample.json', folder), 'utf8'))
  const fill = await loadTemplate(fileURLToPath(new URL('ticket.hbs', folder)))
  const chunks = Array.from({ length: 4 }, () => makeTickets(ticketsPerChunk))
  const fillAll = () => chunks.map((tickets) => tickets.map((ticket) => ({ ...ticket, html: fill({ ...sample, ...ticket }) })))
  const [tags, noTags] = [new TagCache(), new UntaggedCache()]
  const print: Record<Way, () => Promise<Cost>> = {
    'as printed': () => measure(withoutTags(browser), fillAll),
    untagged: () => measure(browser, fillAll, noTags),
    tagged: () => measure(browser, fillAll, tags),
    'cache off': () => measure(browser, fillAll),
  }
  for (const way of ways) await print[way]()
  const rounds: Costs[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const costs: Partial<Costs> = {}
    // Each goes first as often as the others.
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(round + turn) % ways.length] ?? 'tagged'
      costs[way] = await print[way]()
    }
    rounds.push(costs as Costs)
  }
  return rounds
}

/** The same browser, which leaves tags out of what it prints. */
function withoutTags(browser: WarmBrowser): WarmBrowser {
  const send = (method: string, parameters: object) =>
    browser.session.send(method as never, { ...parameters, generateTaggedPDF: false } as never)
  return { ...browser, session: { send } as never }
}

async function measure(
  browser: WarmBrowser,
  fillAll: () => { html: string; ticketCode: string }[][],
  tagCache?: TagCache,
): Promise<Cost> {
  const stages = { dom: 0, print: 0, split: 0 }
  const before = { node: ownCpuMs(), chromium: childrenCpuMs(), wall: performance.now() }
  let pdfBytes = 0
  const chunks = fillAll()
  for (const chunk of chunks) {
    const documents = chunk.map(({ html, ticketCode }) => ({ html, title: ticketCode, createdAt }))
    const result = await printOnce(browser, preparePrint(documents), { stages, tagCache })
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

function describe(template: string, rounds: Costs[]): string[][] {
  const quickest = (costs: Costs): Cost => {
    const [one, other] = [costs['as printed'], costs.untagged]
    return one.node + one.chromium < other.node + other.chromium ? one : other
  }
  const row = (name: string, of: (cost: Cost) => number, digits = 2): string[] => {
    const medians = ways.map((way) => median(rounds.map((costs) => of(costs[way]))))
    const more = median(rounds.map((costs) => of(costs.tagged) - of(quickest(costs))))
    const ratio = median(rounds.map((costs) => of(costs.tagged) / of(quickest(costs))))
    const off = median(rounds.map((costs) => of(costs['cache off']) / of(costs.tagged)))
    return [`${template}: ${name}`, ...[...medians, more].map((value) => value.toFixed(digits)), ratio.toFixed(3), off.toFixed(3)]
  }
  const all = row('Node.js and Chromium', ({ node, chromium }) => node + chromium)
  const verdict = Number(all.at(-2)) <= 1 + most ? 'within' : 'over'
  return [
    all.with(-2, `${all.at(-2)} (${verdict} ${1 + most})`),
    row('Node.js', ({ node }) => node),
    row('Chromium', ({ chromium }) => chromium),
    row('wall time', ({ wall }) => wall),
    ...stagesOf.map((stage) => row(`wall time of ${stage}`, (cost) => cost[stage])),
    row('KB a PDF', ({ pdfBytes }) => pdfBytes / 1024, 1),
  ]
}
