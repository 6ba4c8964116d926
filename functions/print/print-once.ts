import { hash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { contentSecurityPolicy, fitWindow, type WarmBrowser } from './chromium/browser.ts'
import type { ComparedPrints } from './compare/compared-prints.ts'
import { layOutTickets, type SharedMarkup, shareMarkup } from './document/compose-document.ts'
import { type MarkupShape, readFingerprints, readShapes } from './document/markup-fingerprint.ts'
import { measureSheets, outlineSheets, type SheetMeasures, sheetMeasures } from './document/measure-sheets.ts'
import { insertPlaceholders } from './document/qr-placeholders.ts'
import type { PageSize } from './document/round-pages.ts'
import { MeasuredTexts, nameLayout } from './measure/measured-texts.ts'
import { type PrintedTicket, splitPrint, type TicketFile } from './split.ts'
import type { TagSource } from './tags/apply-cached-tags.ts'
import type { TagCache } from './tags/tag-cache.ts'

/** A ticket to print: a complete HTML document, and what its file says about itself. */
export interface TicketDocument extends Omit<TicketFile, 'language'> {
  html: string
  /** Names the template and its version, so that what was found out about it need not be found out again. */
  templateKey?: string
  /** What a trial of the template found out about sharing a print; what it did not try, printing compares. */
  compared?: ComparedPrints
}

/** Counts milliseconds by stage: building the document, printing it, splitting the print. */
export interface StageTimes {
  dom: number
  print: number
  split: number
}

/**
 * What one print gave: the tickets; or the group of each, where not all can share a document; or why each has
 * to be printed `alone`; or which are wider than their page; or that the tickets' pages were mixed and cannot
 * be told apart.
 */
export type PrintResult = { tickets: PrintedTicket[] } | RefusedPrint

/** Why tickets did not come out of one print. */
export type RefusedPrint = { groups: number[] } | { alone: string } | { wide: number[] } | { mixed: true }

/**
 * Tickets ready for one print: what they share is kept once, and the markup of each is known without its
 * texts.
 */
export interface PreparedPrint {
  documents: TicketDocument[]
  markup: SharedMarkup
  shapes: (MarkupShape | undefined)[]
  fingerprints: string[]
}

/** Prepares tickets for one print. */
export function preparePrint(documents: TicketDocument[]): PreparedPrint {
  const markup = shareMarkup(documents.map(({ html }) => html))
  const shapes = readShapes(markup)
  return { documents, markup, shapes, fingerprints: readFingerprints(documents, shapes) }
}

/**
 * Prints tickets in one print, adding to `stages` the time each took. With a `memory` they are printed
 * without tags when it knows those of all, and once more, with tags, those that turn out to be unlike what it
 * knows.
 */
export async function printOnce(
  browser: WarmBrowser,
  prepared: PreparedPrint,
  { stages, memory }: { stages: StageTimes; memory?: TagCache | undefined },
): Promise<PrintResult> {
  const result = await print(browser, prepared, { stages, memory })
  if (!('tickets' in result)) return result
  const { tickets } = result
  const missing = prepared.documents.filter((_, index) => !tickets[index])
  const again =
    missing.length > 0 ? await print(browser, preparePrint(missing), { stages, memory, isTagged: true }) : { tickets: [] }
  if (!('tickets' in again)) return again
  const repeated = again.tickets.values()
  const complete = tickets.flatMap((ticket) => ticket ?? repeated.next().value ?? [])
  if (complete.length < tickets.length) throw new Error('A print with tags has none for some of its tickets.')
  return { tickets: complete }
}

interface PrintSettings {
  stages: StageTimes
  memory: TagCache | undefined
  isTagged?: boolean
}

async function print(
  browser: WarmBrowser,
  prepared: PreparedPrint,
  settings: PrintSettings,
): Promise<RefusedPrint | { tickets: (PrintedTicket | undefined)[] }> {
  const { documents, fingerprints } = prepared
  // Nobody can put a link to it, or an identifier that begins with it, into a ticket, since nobody knows it
  // before.
  const secret = randomBytes(12).toString('hex')
  const { markup, source } = prepareMarkup(prepared, settings)
  const { stages } = settings
  const kinds = fingerprints.map((fingerprint) => fingerprints.indexOf(fingerprint))
  const start = performance.now()
  const texts = new MeasuredTexts(browser, { templateKey: documents[0]?.templateKey, markup, fingerprints })
  const laidOut = layout.parse(await browser.call(layOutTickets, shell, markup, kinds, secret, sheetStyle, texts.strangers))
  if (!('languages' in laidOut)) return laidOut
  const { area } = laidOut
  // Also where nothing is to be measured: what the window was before shows in a print.
  const measures = laidOut.measures ?? (await measureIn(browser, area, texts.strangers))
  if (measures.wide.length > 0) return { wide: measures.wide }
  const built = performance.now()
  const pdf = await printPage(browser, source?.isTagged)
  const printed = performance.now()
  const files = documents.map(({ title, createdAt }, index) => ({ title, createdAt, language: laidOut.languages[index] }))
  const tickets = splitPrint(pdf, { files, marker: `https://${secret}.invalid/`, paper: laidOut.paper, tags: source })
  stages.dom += built - start
  stages.print += printed - built
  stages.split += performance.now() - printed
  if (!tickets) return { mixed: true }
  const ends = measures.ends
  const described = documents.length > 1 ? await describeLayouts(browser, tickets, { area, ends, texts }) : tickets
  const clipped = await texts.countClipped(
    area,
    described.map((ticket) => (ticket?.pages === 1 ? ticket.layout : undefined)),
  )
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
 * Names the layout of each ticket, so that equal names are laid out alike: where one ends near the end of its
 * page, and what is on several pages.
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

/**
 * Puts tickets' markup together, and decides whether Chromium is to tag them: not when the memory knows the
 * tags of all.
 */
function prepareMarkup(
  { markup, shapes }: PreparedPrint,
  { memory, isTagged }: PrintSettings,
): { markup: SharedMarkup; source?: TagSource } {
  if (!memory) return { markup }
  const isKnown = !isTagged && shapes.every((shape) => memory.knows(shape))
  const withdrawn = isKnown || shapes.some((shape) => memory.isCurious(shape)) ? insertPlaceholders(markup) : undefined
  const markups = shapes.map((shape, index) => ({ shape, paths: withdrawn?.paths[index] ?? [] }))
  return { markup: isKnown && withdrawn ? withdrawn.markup : markup, source: { memory, isTagged: !isKnown, markups } }
}

/** Prints what stands in the page, on paper as its CSS says, else A4; answers the PDF. */
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
  z.object({ alone: z.string() }),
  z.object({ languages: z.array(z.string()), paper: pageSize, area: pageSize, measures: sheetMeasures.optional() }),
])

/** Outweighs every selector of a template, and with `!important` every declaration. */
const sheet = 'ticket-sheet:not(#sheet#sheet#sheet)'
const important = (declarations: string): string => declarations.replaceAll(';', ' !important;')

/**
 * What comes before a template's own CSS. Letters stand where their font says, and not on whole pixels. A
 * sheet contains what its ticket counts, lays out and paints, and no rule of a template (`* { … }`) changes
 * it.
 */
const sheetStyle = `@page { size: A4 }
:root { text-rendering: geometricPrecision }
${sheet} { ${important('all: unset; display: flow-root; position: relative; contain: layout style paint; min-height: 100vh;')} }
ticket-sheet + ${sheet} { break-before: page !important }
${sheet} > a:first-child { ${important('all: initial; position: absolute; top: 0; left: 0; width: 1px; height: 1px;')} }`
const shell = `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}"></head></html>`
