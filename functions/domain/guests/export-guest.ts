import { guestExport } from '../../contract/schemas/guest-export.ts'
import { isEventKnown } from '../../database/erasures.ts'
import { findGuestRecords } from '../../database/guest-export.ts'
import type { Clients } from '../clients.ts'
import { EventNotFoundError, GuestNotFoundError } from '../errors.ts'

/**
 * Exports all that is held about a guest. @throws EventNotFoundError, GuestNotFoundError, also for an erased
 * guest.
 */
export async function exportGuest({ sql, links }: Clients<'sql' | 'links'>, guest: { eventId: number; guestId: number }) {
  const { eventId, guestId } = guest
  const records = await findGuestRecords(sql, guest)
  if (!records)
    throw (await isEventKnown(sql, eventId)) ? new GuestNotFoundError(eventId, guestId) : new EventNotFoundError(eventId)
  const tickets = records.tickets.map((ticket) => ({
    ...ticket,
    pdfUrl: ticket.isPrinted ? links.make('pdf', ticket.ticketId) : null,
  }))
  // As JSON, rows have their times as text.
  return guestExport.parse(JSON.parse(JSON.stringify({ ...records, tickets, exportedAt: new Date() })))
}
