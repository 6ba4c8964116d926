import { stringify } from 'csv-stringify/sync'
import type { BatchTicket } from './batch-pages.ts'
import type { PdfFolder } from './pdf-folder.ts'
import { writeWhole } from './whole-file.ts'

const columns = ['guestId', 'lastName', 'firstName', 'ticketCode', 'file']

/**
 * Writes a CSV file that lists every ticket of a batch in the order of its request, with the name of its file
 * in the folder; `file` is empty for a ticket that has none. Spreadsheets run a cell that begins with `= + -
 * @` as a formula; such a cell gets a `'` in front (OWASP, "CSV Injection").
 * @throws FileNotWritten when the disk does not take it.
 */
export async function writeManifest(path: string, tickets: readonly BatchTicket[], folder: PdfFolder): Promise<void> {
  const rows = tickets.map(({ guestId, lastName, firstName, ticketCode }) => [
    guestId,
    lastName,
    firstName,
    ticketCode,
    ticketCode === null ? '' : folder.fileOf(ticketCode),
  ])
  await writeWhole(path, stringify(rows, { header: true, columns, escape_formulas: true }))
}
