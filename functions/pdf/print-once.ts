import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { contentSecurityPolicy, type WarmBrowser } from './browser.ts'
import { countClippedTexts } from './clipped-texts.ts'
import { layOutTickets, type SharedMarkup, shareMarkup } from './compose-document.ts'
import { readShapes } from './markup-shape.ts'
import type { TagSource } from './remember-tags.ts'
import { markerWidth, type PrintedTicket, splitPrint, type TicketFile } from './split.ts'
import type { TagMemory } from './tag-memory.ts'
import { withdrawPaths } from './withdrawn-paths.ts'

/** Is one ticket to print: a complete HTML document, and what its file says about itself. */
export interface TicketDocument extends Omit<TicketFile, 'language'> {
  html: string
  /** Names the template and its version, so that what was found out about it need not be found out again. */
  templateKey?: string
  /** Tells what a trial of the template found out: whether its tickets look the same together as alone. Without it, printing compares. */
  pixelTrue?: boolean
}

/** Counts milliseconds by stage: building the document, printing it, splitting the print. */
export interface StageTimes {
  dom: number
  print: number
  split: number
}

/**
 * Is what one print gave: the tickets; or, where their heads differ, the group of each; or why it cannot be relied on: `shrunk`, since
 * Chromium shrinks a whole print when anything is wider than the page, or `pages`, when they cannot be told apart.
 */
export type PrintResult = { tickets: PrintedTicket[] } | { groups: number[] } | { unsure: 'shrunk' | 'pages' }

/**
 * Prints tickets in one print, adding to `stages` the time each took. With a `memory` they are printed without tags when it knows those of all, and
 * once more, with tags, those that turn out to be unlike what it knows.
 */
export async function printOnce(
  browser: WarmBrowser,
  documents: TicketDocument[],
  stages: StageTimes,
  memory?: TagMemory,
): Promise<PrintResult> {
  const result = await print(browser, documents, { stages, memory })
  if (!('tickets' in result)) return result
  const { tickets } = result
  const missing = documents.filter((_, index) => !tickets[index])
  const again = missing.length > 0 ? await print(browser, missing, { stages, memory, isTagged: true }) : { tickets: [] }
  if (!('tickets' in again)) return again
  const repeated = again.tickets.values()
  const complete = tickets.flatMap((ticket) => ticket ?? repeated.next().value ?? [])
  if (complete.length < documents.length) throw new Error('A print with tags has none for some of its tickets.')
  return { tickets: complete }
}

interface PrintSettings {
  stages: StageTimes
  memory: TagMemory | undefined
  isTagged?: boolean
}

type IncompleteResult = Exclude<PrintResult, { tickets: unknown }> | { tickets: (PrintedTicket | undefined)[] }

async function print(browser: WarmBrowser, documents: TicketDocument[], settings: PrintSettings): Promise<IncompleteResult> {
  // Nobody can put such a link into a ticket, since nobody knows it before.
  const marker = `https://${randomBytes(12).toString('hex')}.invalid/`
  const { markup, source } = prepareMarkup(documents, settings)
  const { stages } = settings
  const start = performance.now()
  const laidOut = layout.parse(await browser.call(layOutTickets, shell, markup, marker, sheetStyle))
  if ('groups' in laidOut) return laidOut
  const built = performance.now()
  const pdf = await printPage(browser, source?.isTagged)
  const printed = performance.now()
  const files = documents.map(({ title, createdAt }, index) => ({ title, createdAt, language: laidOut.languages[index] }))
  const tickets = splitPrint(pdf, files, marker, source)
  stages.dom += built - start
  stages.print += printed - built
  stages.split += performance.now() - printed
  if (typeof tickets === 'string') return { unsure: tickets }
  const clipped = await countClippedTexts(browser, { templateKey: documents[0]?.templateKey, markup, pdf })
  return { tickets: tickets.map((ticket, index) => ticket && warnOfClippedTexts(ticket, clipped[index])) }
}

function warnOfClippedTexts(ticket: PrintedTicket, count = 0): PrintedTicket {
  return count > 0 ? { ...ticket, warnings: [...ticket.warnings, { code: 'TEXT_CLIPPED', count }] } : ticket
}

/** Puts tickets' markup together, and decides whether Chromium is to tag them: not when the memory knows the tags of all. */
function prepareMarkup(
  documents: TicketDocument[],
  { memory, isTagged }: PrintSettings,
): { markup: SharedMarkup; source?: TagSource } {
  const markup = shareMarkup(documents.map(({ html }) => html))
  if (!memory) return { markup }
  const shapes = readShapes(markup)
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

const layout = z.union([z.object({ groups: z.array(z.number()) }), z.object({ languages: z.array(z.string()) })])

// A page of whole pixels: fractions would round differently for what is placed on the sheet than for what is placed on the page.
const sheetStyle = `@page { size: 794px 1123px }
ticket-sheet { display: flow-root; position: relative; contain: layout style; min-height: 100vh }
ticket-sheet + ticket-sheet { break-before: page }
ticket-sheet > a:first-child { all: initial; position: absolute; top: 0; left: 0; width: ${markerWidth}px; height: 1px }`
const shell = `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}"></head></html>`
