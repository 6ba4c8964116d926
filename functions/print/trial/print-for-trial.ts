import type { CDPSession, Protocol } from 'puppeteer-core/lib/puppeteer/puppeteer-core-browser.js'
import { readCodes } from '../../codes/read-codes.ts'
import type { TicketWarning } from '../../contract/ticket-warnings.ts'
import { rasterise } from '../../images/pdfium.ts'
import type { WarmBrowser } from '../chromium/browser.ts'
import type { ComparedPrints } from '../compare/compared-prints.ts'
import { type CutInk, measureInk } from '../measure/measure-ink.ts'
import { measurePage, type PageMeasures, readPageMargins } from '../measure/measure-page.ts'
import { preparePrint, printOnce, type TicketDocument } from '../print-once.ts'
import { SharedPrinting } from '../shared-printing.ts'
import type { TrialGuest } from './trial-guests.ts'

/** A filled ticket of a trial's guest, with the expected contents of its codes. */
export interface TrialTicket {
  guest: TrialGuest
  document: TicketDocument
  qrCodeUrl: string
  qrPayload: string
}

/** The results of printing one guest's ticket alone; `codes` are the texts read from its screenshot. */
export interface GuestFindings {
  guest: TrialGuest
  printMs: number
  pdfBytes: number
  /** The pages, with sizes in points. */
  pages: PrintedPage[]
  warnings: TicketWarning[]
  measures: PageMeasures
  cutInk: CutInk[]
  codes: string[]
  qrPayload: string
}

/** A page of a print; a blank one has a single colour. */
export interface PrintedPage {
  width: number
  height: number
  isBlank: boolean
}

/** Whether a trial's tickets come out of shared prints as if printed alone, or why not. */
export interface SharingVerdict {
  pixelTrue: boolean
  reason?: string
  compared: ComparedPrints
}

/** Prints a trial's ticket alone, lays it out at the size of its page, measures it, and reads its codes. */
export async function printForTrial(
  browser: WarmBrowser,
  { guest, document, qrCodeUrl, qrPayload }: TrialTicket,
): Promise<GuestFindings> {
  const start = performance.now()
  const printed = await printOnce(browser, preparePrint([document]), { stages: { dom: 0, print: 0, split: 0 } })
  const printMs = performance.now() - start
  const ticket = 'tickets' in printed ? printed.tickets[0] : undefined
  if (!ticket)
    return { guest, printMs, pdfBytes: 0, pages: [], warnings: [], measures: noMeasures, cutInk: [], codes: [], qrPayload }
  const pages = await readPages(ticket.pdf)
  const [width, height] = [(pages[0]?.width ?? 0) / pointsPerPixel, (pages[0]?.height ?? 0) / pointsPerPixel]
  const { measures, cutInk } = await layOut(browser, { width, height }, qrCodeUrl)
  try {
    const codes = await readAll(browser, measures.codes.length > 0 ? measures.codes : [{ x: 0, y: 0, width, height }])
    return { guest, printMs, pdfBytes: ticket.pdf.length, pages, warnings: ticket.warnings, measures, cutInk, codes, qrPayload }
  } finally {
    await browser.session.send('Emulation.clearDeviceMetricsOverride')
  }
}

async function readPages(pdf: Uint8Array): Promise<PrintedPage[]> {
  const pages = await rasterise(pdf, blankPageDpi)
  return pages.map(({ width, height, pixels }) => ({
    width,
    height,
    isBlank: pixels.equals(Buffer.alloc(pixels.length, pixels.subarray(0, 4))),
  }))
}

/** A low resolution suffices: the thinnest line tints the pixels that it crosses. */
const blankPageDpi = 36
const pointsPerPixel = 0.75
/** Twice the 96 dpi of CSS: about what a scanner sees of a ticket on paper. */
const deviceScaleFactor = 2
const noMeasures: PageMeasures = { clipped: [], isWiderThanPage: false, codes: [] }

async function layOut(
  browser: WarmBrowser,
  paper: { width: number; height: number },
  qrCodeUrl: string,
): Promise<{ measures: PageMeasures; cutInk: CutInk[] }> {
  const { page, session } = browser
  const margins = await page.evaluate(readPageMargins)
  await session.send('Emulation.setDeviceMetricsOverride', {
    width: Math.ceil(paper.width - margins.left - margins.right),
    height: Math.ceil(paper.height - margins.top - margins.bottom),
    deviceScaleFactor,
    mobile: false,
  })
  return { measures: await measurePage(browser, qrCodeUrl), cutInk: await measureInk(browser, -margins.top) }
}

async function readAll({ session }: WarmBrowser, places: PageMeasures['codes']): Promise<string[]> {
  const texts: string[] = []
  for (const place of places) texts.push(...(await readCodes(await takeScreenshot(session, { ...place, scale: 1 }))))
  return texts
}

/** Takes a screenshot as a PNG. Requests frames until it is taken, since the page draws none by itself. */
async function takeScreenshot(session: CDPSession, clip: Protocol.Page.Viewport): Promise<Buffer> {
  let isTaken = false
  const screenshot = session
    .send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true, captureBeyondViewport: true, clip })
    .finally(() => {
      isTaken = true
    })
  const drawFrames = async (): Promise<void> => {
    while (!isTaken) await session.send('HeadlessExperimental.beginFrame')
  }
  const [{ data }] = await Promise.all([screenshot, drawFrames()])
  return Buffer.from(data, 'base64')
}

/**
 * Prints all tickets of a trial as a batch would, and compares one of each kind with its print alone; then as
 * many variants of the first as there is time for. Prints each twice, so that every ticket has another to
 * share a document with. `deadline` is on the clock of `performance.now()`.
 */
export async function trySharing(
  browser: WarmBrowser,
  { tickets, variants, deadline }: { tickets: TrialTicket[]; variants: TrialTicket[]; deadline: number },
): Promise<SharingVerdict> {
  const reasons: string[] = []
  const [ordinary] = tickets
  const printing = new SharedPrinting({
    newKindsPerCall: Number.POSITIVE_INFINITY,
    onFallback: ({ document, code, reason }) => {
      const ticket = [...tickets, ...variants].find((each) => each.document === document)
      // That of a hard guest is reported as a separate problem.
      if (code === 'WIDE' && ticket !== ordinary) return
      reasons.push(ticket && ticket !== ordinary ? `the guest “${ticket.guest.name}” is printed alone: ${reason}` : reason)
    },
  })
  const print = async (some: TrialTicket[]): Promise<void> => {
    const documents = some.map(({ document }) => document)
    await printing.print({ browser, stages: { dom: 0, print: 0, split: 0 } }, [...documents, ...documents])
  }
  await print(tickets)
  for (let at = 0; at < variants.length && performance.now() < deadline; at += variantsPerPrint)
    await print(variants.slice(at, at + variantsPerPrint))
  const [reason] = reasons
  return { pixelTrue: reason === undefined, ...(reason === undefined ? {} : { reason }), compared: printing.compared() }
}

const variantsPerPrint = 6
