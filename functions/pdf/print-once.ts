import { hash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { contentSecurityPolicy, fitWindow, type WarmBrowser } from './browser.ts'

import { countClippedTexts } from './clipped-texts.ts'
import type { ComparedPrints } from './compared-prints.ts'

import { layOutTickets, type SharedMarkup, shareMarkup } from './compose-document.ts'
import { type MarkupShape, readFingerprints, readShapes } from './markup-shape.ts'
import { measureSheets, outlineSheets, type SheetMeasures } from './measure-sheets.ts'
import type { TagSource } from './remember-tags.ts'
import type { PageSize } from './round-pages.ts'
import { type PrintedTicket, splitPrint, type TicketFile } from './split.ts'
import type { TagMemory } from './tag-memory.ts'
import { withdrawPaths } from './withdrawn-paths.ts'

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
  { stages, memory }: { stages: StageTimes; memory?: TagMemory | undefined },
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
  memory: TagMemory | undefined
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
  const laidOut = layout.parse(await browser.call(layOutTickets, shell, markup, kinds, secret, sheetStyle))
  if (!('languages' in laidOut)) return laidOut
  // Of a ticket alone there is nothing to measure, but what the window was before shows in its print.
  const measures = laidOut.measures ?? (await measureIn(browser, laidOut.area))
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
  const isShared = documents.length > 1
  const described = isShared ? await describeLayouts(browser, tickets, { ...laidOut.area, ...measures }) : tickets
  const clipped = await countClippedTexts(browser, { templateKey: documents[0]?.templateKey, markup, area: laidOut.area })
  return { tickets: described.map((ticket, index) => ticket && warnOfClippedTexts(ticket, clipped[index])) }
}

function warnOfClippedTexts(ticket: PrintedTicket, count = 0): PrintedTicket {
  return count > 0 ? { ...ticket, warnings: [...ticket.warnings, { code: 'TEXT_CLIPPED', count }] } : ticket
}

async function measureIn(browser: WarmBrowser, area: PageSize): Promise<SheetMeasures> {
  await fitWindow(browser, area)
  return sheetMeasures.parse(await browser.call(String(measureSheets)))
}

/**
 * Names the layout of each ticket, so that equal names are laid out alike: where one ends near the end of its
 * page, and what is on several pages.
 */
async function describeLayouts(
  { call }: WarmBrowser,
  tickets: (PrintedTicket | undefined)[],
  { height, ends }: PageSize & SheetMeasures,
): Promise<(PrintedTicket | undefined)[]> {
  const long = tickets.flatMap((ticket, index) => (ticket && ticket.pages > 1 ? [index] : []))
  const outlines = long.length > 0 ? z.array(z.string()).parse(await call(String(outlineSheets), long)) : []
  return tickets.map((ticket, index) => {
    const end = ends[index] ?? 0
    if (!ticket || (ticket.pages === 1 && end < height - nearPageEnd)) return ticket
    const outline = ticket.pages > 1 ? `:${hash('sha1', outlines[long.indexOf(index)] ?? '', 'base64url').slice(0, 12)}` : ''
    return { ...ticket, layout: `${ticket.pages}:${end.toFixed(1)}${outline}` }
  })
}

/** In CSS pixels: more than the margins that a page's end swallows, or a line that stays with others. */
const nearPageEnd = 64

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
  const withdrawn = isKnown || shapes.some((shape) => memory.isCurious(shape)) ? withdrawPaths(markup) : undefined
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
const sheetMeasures = z.object({ wide: z.array(z.number()), ends: z.array(z.number()) })
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
