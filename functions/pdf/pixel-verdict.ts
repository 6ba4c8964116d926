import type { WarmBrowser } from './browser.ts'
import type { GuestFindings } from './judge-trial.ts'
import { type PrintResult, printOnce } from './print-once.ts'
import { isSamePrint, readPages } from './same-marks.ts'
import type { TrialTicket } from './trial-print.ts'

/** Tells whether many tickets in one print look as each alone, and why not. */
export interface Verdict {
  pixelTrue: boolean
  reason?: string
}

/**
 * Prints all of a trial's tickets together, and compares each with its print alone. Those wider than the page are left out, since printing
 * notices them and takes them apart. Where heads differ from guest to guest, guests of equal heads share a print: each then shares one with itself.
 */
export async function findVerdict(browser: WarmBrowser, tickets: TrialTicket[], findings: GuestFindings[]): Promise<Verdict> {
  const alone = tickets.flatMap((ticket, index) => {
    const found = findings[index]
    return found && !found.measures.isWiderThanPage ? [{ ticket, pages: found.pages }] : []
  })
  if (alone.length === 0) return { pixelTrue: false, reason: 'all tickets are wider than their page' }
  const together = await print(
    browser,
    alone.map(({ ticket }) => ticket),
  )
  if (!('groups' in together)) return compare(together, alone)
  for (const each of alone.slice(0, guestsPrintedTwice)) {
    const verdict = await compare(await print(browser, [each.ticket, each.ticket]), [each, each])
    if (!verdict.pixelTrue) return verdict
  }
  return { pixelTrue: true }
}

const guestsPrintedTwice = 6
/** In points: less than shows in any raster. */
const tolerance = 0.05

type PrintedAlone = { ticket: TrialTicket; pages: GuestFindings['pages'] }

function print(browser: WarmBrowser, tickets: TrialTicket[]): Promise<PrintResult> {
  const documents = tickets.map(({ document }) => document)
  // One ticket among others, never alone: a single one is printed another way.
  const several = documents.length === 1 ? [...documents, ...documents] : documents
  return printOnce(browser, several, { dom: 0, print: 0, split: 0 })
}

async function compare(together: PrintResult, alone: PrintedAlone[]): Promise<Verdict> {
  if ('groups' in together) return { pixelTrue: false, reason: 'a ticket cannot share a document with itself' }
  if ('unsure' in together)
    return {
      pixelTrue: false,
      reason:
        together.unsure === 'shrunk'
          ? 'something is wider than the page'
          : 'the pages of one ticket cannot be told from those of the next',
    }
  for (const [index, { ticket, pages }] of alone.entries()) {
    const among = together.tickets[index]
    if (!among || !isSamePrint(pages, await readPages(among.pdf), tolerance))
      return { pixelTrue: false, reason: `the guest “${ticket.guest.name}” looks different among others` }
  }
  return { pixelTrue: true }
}
