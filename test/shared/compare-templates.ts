import { qrSvg } from '../../functions/codes/qr-code.ts'
import { comparePrints } from '../../functions/print/compare/compare-shared-print.ts'
import { openPrinter, type PrintedTicket, type Printer, type TicketDocument } from '../../functions/print/printer.ts'
import { compileTemplate, trustedMarkup } from '../../functions/template/compile.ts'
import { Random } from '../faults/random.ts'
import { printerOptions } from '../fixtures/printing.ts'
import { writeRandomTemplate } from './random-templates.ts'

/** The result of comparing the tickets of random templates. */
export interface ComparisonReport {
  templates: number
  tickets: number
  /** How many templates had tickets that were printed alone. */
  withFallbacks: number
  /** A sentence for each ticket that differs from its print alone. */
  differences: string[]
}

/**
 * Writes a template for each seed, prints its guests in batches of changing neighbours, and compares each
 * ticket with the same printed alone: page boxes, pixels, text, links and structure.
 */
export async function compareRandomTemplates(seeds: number[], guestCount: number): Promise<ComparisonReport> {
  let hasFallback = false
  const printer = openPrinter({ ...printerOptions, onFallback: () => (hasFallback = true) })
  const report: ComparisonReport = { templates: 0, tickets: 0, withFallbacks: 0, differences: [] }
  try {
    for (const seed of seeds) {
      hasFallback = false
      const documents = fillRandomTemplate(seed, guestCount)
      for (const difference of await compareBatches(printer, documents))
        report.differences.push(`The template of seed ${seed}: ${difference}.`)
      report.templates++
      report.tickets += 2 * guestCount
      if (hasFallback) report.withFallbacks++
    }
    return report
  } finally {
    await printer.close()
  }
}

function fillRandomTemplate(seed: number, guestCount: number): TicketDocument[] {
  const { source, guests } = writeRandomTemplate(new Random(seed), guestCount)
  const template = compileTemplate(source)
  return guests.map((guest, index) => {
    const qrCode = trustedMarkup(qrSvg(`TK1:${'A'.repeat(146)}${index}`))
    const html = template.fill({ ...guest, qrCode, ticketCode: `TC-2026-00000000${String(index).padStart(4, '0')}` })
    return { html, title: 'Ticket', createdAt: new Date(0), templateKey: String(seed) }
  })
}

/** Prints each ticket in two batches, the second after the kinds of the first are known. */
async function compareBatches(printer: Printer, documents: TicketDocument[]): Promise<string[]> {
  const alone: PrintedTicket[] = []
  for (const document of documents) alone.push(...(await printer.print([document], deadlineMs)))
  const half = Math.ceil(documents.length / 2)
  const batches = [documents.slice(0, half), documents.slice(half), documents.toReversed()]
  const differences: string[] = []
  for (const batch of batches) {
    const printed = await printer.print(batch, deadlineMs)
    for (const [position, document] of batch.entries()) {
      const index = documents.indexOf(document)
      const [shared, own] = [printed[position], alone[index]]
      const difference = shared && own ? await comparePrints(shared.pdf, own.pdf) : 'ticket'
      if (difference) differences.push(`${difference} of guest ${index} in a batch of ${batch.length}`)
    }
  }
  return differences
}

const deadlineMs = 60_000
