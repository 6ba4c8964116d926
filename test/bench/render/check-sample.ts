import { readText } from '../../fixtures/printing.ts'
import { scanPdf } from '../scan-pdf.ts'
import type { BenchTicket } from './tickets.ts'

/**
 * Checks one PDF of an engine with independent tools (poppler, zbar): that its QR code decodes at 100 dpi to the ticket's payload, and
 * that the guest's name and the code can be read as text.
 * @returns What is wrong with it, or "yes"
 */
export async function checkSample(pdf: Uint8Array, ticket: BenchTicket): Promise<string> {
  const payload = await scanPdf(pdf)
  if (payload !== ticket.qrPayload) return `QR: ${payload.slice(0, 60)}`
  const text = (await readText(pdf)).replaceAll(/\s+/g, ' ')
  const missing = [`${ticket.firstName} ${ticket.lastName}`, ticket.ticketCode].filter((part) => !text.includes(part))
  return missing.length ? `text lacks ${missing.join(', ')}` : 'yes'
}
