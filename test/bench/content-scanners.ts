import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import { TextExtractor } from '../../functions/pdf/extract-text.ts'
import { readMarkedContent } from '../../functions/pdf/marked-content.ts'
import { readPageContent } from '../../functions/pdf/marked-surfaces.ts'
import { MissingLetters } from '../../functions/pdf/missing-letters.ts'
import { readPaintOperations } from '../../functions/pdf/paint-operations.ts'
import { PrintFile, type PrintPage } from '../../functions/pdf/print-file.ts'
import { launchBrowser } from '../../functions/print/chromium/browser.ts'
import { prepareFonts } from '../../functions/print/fonts/prepare-fonts.ts'
import { preparePrint, printOnce } from '../../functions/print/print-once.ts'
import { cacheFolder } from '../fixtures/printing.ts'
import { writeTable } from './markdown-table.ts'
import { loadTemplate } from './render/ticket-html.ts'
import { makeTickets } from './render/tickets.ts'
import { median } from './statistics.ts'

/**
 * Measures what it buys that each reader of content streams scans for its own few operators: the time of each per
 * ticket, and that of splitting the same streams into all of their tokens (ISO 32000-1, 7.8.2), on which they could
 * share one tokenizer.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '30' } } })
const createdAt = new Date('2026-03-04T05:06:07Z')
const token = /\((?:\\[\s\S]|[^\\()])*\)|<<|>>|<[0-9A-Fa-f\s]*>|[[\]]|\/[^\s/<>[\](){}%]*|[^\s/<>[\](){}%]+/g

const browser = await launchBrowser({ cacheFolder, environment: await prepareFonts(cacheFolder) })
try {
  const rows: string[][] = []
  for (const template of ['classic', 'mobile']) rows.push(...measureScanners(template, await printTickets(template)))
  process.stdout.write(writeTable(['template', 'scanner', 'ms a ticket'], rows))
} finally {
  await browser.kill()
}

async function printTickets(template: string): Promise<Uint8Array[]> {
  const folder = new URL(`../../templates/${template}/`, import.meta.url)
  const sample = JSON.parse(await readFile(new URL('sample.json', folder), 'utf8'))
  const fill = await loadTemplate(fileURLToPath(new URL('ticket.hbs', folder)))
  const tickets = makeTickets(ticketsPerChunk)
  const documents = tickets.map((ticket) => ({ html: fill({ ...sample, ...ticket }), title: ticket.ticketCode, createdAt }))
  const printed = await printOnce(browser, preparePrint(documents), { stages: { dom: 0, print: 0, split: 0 } })
  if (!('tickets' in printed)) throw new Error(`They were not printed together: ${JSON.stringify(printed)}.`)
  return printed.tickets.map(({ pdf }) => pdf)
}

interface ReadPage {
  print: PrintFile
  page: PrintPage
  text: string
}

function measureScanners(template: string, pdfs: Uint8Array[]): string[][] {
  const pages = pdfs.flatMap((pdf): ReadPage[] => {
    const print = new PrintFile(pdf)
    return print.pages().map((page) => ({ print, page, text: readPageContent(print, page.entries) }))
  })
  const scanners: Record<string, (page: ReadPage) => unknown> = {
    'marked content': ({ text }) => readMarkedContent(text),
    'paint operations': ({ text }) => readPaintOperations(text),
    'missing letters': ({ print, page, text }) => new MissingLetters(print).countOn(page, text),
    'text objects': ({ print, page, text }) => readTexts(print, page, text),
    'all tokens': ({ text }) => Array.from(text.matchAll(token), ([written]) => written).length,
  }
  return Object.entries(scanners).map(([name, scan]) => {
    const times = Array.from({ length: Number(values.rounds) }, () => {
      const start = performance.now()
      for (const page of pages) scan(page)
      return (performance.now() - start) / pdfs.length
    })
    return [template, name, median(times).toFixed(3)]
  })
}

function readTexts(print: PrintFile, page: PrintPage, text: string): string[] {
  const extractor = new TextExtractor(print)
  const fonts = extractor.fontsOf(page.entries)
  return readPaintOperations(text).flatMap(({ textObject }) => (textObject ? [extractor.read(textObject, fonts)] : []))
}
