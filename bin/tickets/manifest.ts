import { stringify } from 'csv-stringify/sync'
import { writeAtomically } from './atomic-file.ts'
import type { BatchTicket } from './batch-pages.ts'
import type { PdfFolder } from './pdf-folder.ts'

const columns = ['guestId', 'lastName', 'firstName', 'ticketCode', 'file']

/**
 * Writes a CSV file that lists the tickets of a batch in request order, with their file names; `file` is
 * empty for a ticket without one. A `'` precedes cells that a spreadsheet would run as a formula (OWASP, "CSV
 * Injection").
 * @throws FileNotWritten when the file cannot be written.
 */
export async function writeManifest(path: string, tickets: readonly BatchTicket[], folder: PdfFolder): Promise<void> {
  const rows = tickets.map(({ guestId, lastName, firstName, ticketCode }) => [
    guestId,
    lastName,
    firstName,
    ticketCode,
    ticketCode === null ? '' : folder.fileOf(ticketCode),
  ])
  await writeAtomically(path, stringify(rows, { header: true, columns, escape_formulas: true }))
}
