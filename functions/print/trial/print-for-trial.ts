import { readCodes } from '../../codes/read-codes.ts'
import { rasterise } from '../../images/pdfium.ts'
import type { WarmBrowser } from '../chromium/browser.ts'
import { takeScreenshot } from '../chromium/screenshot.ts'
import { type CutInk, measureInk } from '../measure/measure-ink.ts'
import { measurePage, type PageMeasures, readPageMargins } from '../measure/measure-page.ts'
import { preparePrint, printOnce } from '../print-once.ts'
import type { GuestFindings, PrintedPage, TrialTicket } from './types.ts'

/** Prints a trial's ticket alone, lays it out as large as its page, measures it, and reads its codes. */
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
  for (const place of places) {
    texts.push(...(await readCodes(await takeScreenshot(session, { ...place, scale: 1 }))))
  }
  return texts
}
