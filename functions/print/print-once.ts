import { hash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { fitWindow, type WarmBrowser } from './chromium/browser.ts'
import type { ComparedPrints } from './compare/compared-prints.ts'
import { layOutTickets } from './document/compose-document.ts'
import { type ParsedMarkup, parseMarkup, readFingerprints } from './document/markup-fingerprint.ts'
import { measureSheets, outlineSheets, type SheetMeasures, sheetMeasures } from './document/measure-sheets.ts'
import { insertPlaceholders } from './document/qr-placeholders.ts'
import type { PageSize } from './document/round-pages.ts'
import { type SharedMarkup, shareMarkup } from './document/shared-markup.ts'
import { MeasuredTexts, nameLayout } from './measure/measured-texts.ts'
import { type AloneReason, aloneReason } from './printed-alone.ts'
import { type PrintedTicket, splitPrint, type TicketFile } from './split.ts'
import type { TagSource } from './tags/apply-cached-tags.ts'
import type { TagCache } from './tags/tag-cache.ts'

/** A ticket to print: a complete HTML document, and the metadata of its file. */
export interface TicketDocument extends Omit<TicketFile, 'language'> {
  html: string
  /** The template and its version, by which later prints find what was learned about it. */
  templateKey?: string
  /** The comparisons of the template's trial; the printer makes the missing ones itself. */
  compared?: ComparedPrints
}

/** Milliseconds by stage: building the document, printing it, splitting the print. */
export interface StageTimes {
  dom: number
  print: number
  split: number
}

/** The tickets of one print, or why it was refused. */
export type PrintResult = { tickets: PrintedTicket[] } | RefusedPrint

/**
 * The reason that tickets cannot come out of one print: only `groups` of them can share a document, each has
 * to be printed `alone`, some are wider than their page (`wide`, by index), or their pages are `mixed`.
 */
export type RefusedPrint = { groups: number[] } | { alone: AloneReason } | { wide: number[] } | { mixed: true }

/** Tickets prepared for one print: `parsed` and `fingerprints` hold an entry for each document. */
export interface PreparedPrint {
  documents: TicketDocument[]
  markup: SharedMarkup
  parsed: (ParsedMarkup | undefined)[]
  fingerprints: string[]
}

/** Prepares tickets for one print. */
export function preparePrint(documents: TicketDocument[]): PreparedPrint {
  const markup = shareMarkup(documents.map(({ html }) => html))
  const parsed = parseMarkup(markup)
  return { documents, markup, parsed, fingerprints: readFingerprints(documents, parsed) }
}

/**
 * Prints tickets in one print, and adds the time of each stage to `stages`. If the tag cache has the tags of
 * all, Chromium prints none; tickets that turn out to differ from the cached ones are printed again, tagged.
 */
export async function printOnce(
  browser: WarmBrowser,
  prepared: PreparedPrint,
  { stages, tagCache }: { stages: StageTimes; tagCache?: TagCache | undefined },
): Promise<PrintResult> {
  const result = await print(browser, prepared, { stages, tagCache })
  if (!('tickets' in result)) return result
  const { tickets } = result
  const untagged = prepared.documents.filter((_, index) => !tickets[index])
  const again =
    untagged.length > 0 ? await print(browser, preparePrint(untagged), { stages, tagCache, isTagged: true }) : { tickets: [] }
  if (!('tickets' in again)) return again
  const repeated = again.tickets.values()
  const complete = tickets.flatMap((ticket) => ticket ?? repeated.next().value ?? [])
  if (complete.length < tickets.length) throw new Error('Some tickets have no tags even in a tagged print.')
  return { tickets: complete }
}

interface PrintSettings {
  stages: StageTimes
  tagCache: TagCache | undefined
  /** Whether Chromium tags the print even if the cache has its tags. */
  isTagged?: boolean
}

async function print(
  browser: WarmBrowser,
  prepared: PreparedPrint,
  settings: PrintSettings,
): Promise<RefusedPrint | { tickets: (PrintedTicket | undefined)[] }> {
  const { documents, fingerprints } = prepared
  // Nobody can guess it, so no ticket can contain a link or an identifier that begins with it.
  const secret = randomBytes(12).toString('hex')
  const { markup, source } = prepareMarkup(prepared, settings)
  const kinds = fingerprints.map((fingerprint) => fingerprints.indexOf(fingerprint))
  const start = performance.now()
  const texts = new MeasuredTexts(browser, { templateKey: documents[0]?.templateKey, markup, fingerprints })
  const laidOut = layout.parse(await browser.call(layOutTickets, markup, kinds, secret, texts.unmeasured))
  if (!('languages' in laidOut)) return laidOut
  const { area } = laidOut
  // Even with nothing to measure, since the window's last size would affect the print.
  const measures = laidOut.measures ?? (await measureIn(browser, area, texts.unmeasured))
  if (measures.wide.length > 0) return { wide: measures.wide }
  const built = performance.now()
  const pdf = await printPage(browser, source?.isTagged)
  const printed = performance.now()
  const files = documents.map(({ title, createdAt }, index) => ({ title, createdAt, language: laidOut.languages[index] }))
  const tickets = splitPrint(pdf, { files, marker: `https://${secret}.invalid/`, paper: laidOut.paper, tags: source })
  settings.stages.dom += built - start
  settings.stages.print += printed - built
  settings.stages.split += performance.now() - printed
  if (!tickets) return { mixed: true }
  const { ends } = measures
  const described = documents.length > 1 ? await describeLayouts(browser, tickets, { area, ends, texts }) : tickets
  const singlePages = described.map((ticket) => (ticket?.pages === 1 ? ticket.layout : undefined))
  const clipped = await texts.countClipped(area, singlePages)
  return { tickets: described.map((ticket, index) => ticket && warnOfClippedTexts(ticket, clipped[index])) }
}

function warnOfClippedTexts(ticket: PrintedTicket, count = 0): PrintedTicket {
  return count > 0 ? { ...ticket, warnings: [...ticket.warnings, { code: 'TEXT_CLIPPED', count }] } : ticket
}

async function measureIn(browser: WarmBrowser, area: PageSize, indices: number[]): Promise<SheetMeasures> {
  await fitWindow(browser, area)
  return indices.length > 0 ? sheetMeasures.parse(await browser.call(String(measureSheets), indices)) : { wide: [], ends: [] }
}

/**
 * Names each ticket's layout: on one page by where it ends, on several by its number of pages and its boxes.
 */
async function describeLayouts(
  browser: WarmBrowser,
  tickets: (PrintedTicket | undefined)[],
  { area, ends, texts }: { area: PageSize; ends: SheetMeasures['ends']; texts: MeasuredTexts },
): Promise<(PrintedTicket | undefined)[]> {
  const long = tickets.flatMap((ticket, index) => (ticket && ticket.pages > 1 ? [index] : []))
  const unknown = long.filter((index) => typeof ends[index] !== 'number')
  const others = unknown.length > 0 ? (await measureIn(browser, area, unknown)).ends : []
  const outlines = long.length > 0 ? z.array(z.string()).parse(await browser.call(String(outlineSheets), long)) : []
  return tickets.map((ticket, index) => {
    const end = ends[index] ?? others[index]
    if (ticket?.pages === 1) {
      const name = typeof end === 'number' ? nameLayout(end, area) : texts.layoutOf(index)
      return { ...ticket, layout: name ?? ticket.layout }
    }
    const outline = hash('sha1', outlines[long.indexOf(index)] ?? '', 'base64url').slice(0, 12)
    return ticket && { ...ticket, layout: `${ticket.pages}:${(end ?? 0).toFixed(1)}:${outline}` }
  })
}

/** Chooses the markup to print, and whether Chromium tags it: not if the cache has the tags of all. */
function prepareMarkup(
  { markup, parsed }: PreparedPrint,
  { tagCache, isTagged }: PrintSettings,
): { markup: SharedMarkup; source?: TagSource } {
  if (!tagCache) return { markup }
  const isCached = !isTagged && parsed.every((each) => tagCache.has(each))
  const replaced = isCached || parsed.some((each) => tagCache.wants(each)) ? insertPlaceholders(markup) : undefined
  const tickets = parsed.map((each, index) => ({ markup: each, placeholders: replaced?.placeholders[index] ?? [] }))
  return { markup: isCached && replaced ? replaced.markup : markup, source: { tagCache, isTagged: !isCached, tickets } }
}

/** Prints the page to PDF, on the paper that its CSS asks for, by default A4. */
export async function printPage({ session }: WarmBrowser, isTagged = true): Promise<Uint8Array> {
  const { data } = await session.send('Page.printToPDF', {
    printBackground: true,
    preferCSSPageSize: true,
    generateTaggedPDF: isTagged,
    marginTop: 0,
    marginBottom: 0,
    marginLeft: 0,
    marginRight: 0,
  })
  return Buffer.from(data, 'base64')
}

const pageSize = z.object({ width: z.number(), height: z.number() })
const layout = z.union([
  z.object({ groups: z.array(z.number()) }),
  z.object({ alone: aloneReason }),
  z.object({ languages: z.array(z.string()), paper: pageSize, area: pageSize, measures: sheetMeasures.optional() }),
])
