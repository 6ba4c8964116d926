import { qrPng } from '../../codes/qr-code.ts'
import { qrOptions } from '../../contract/schemas/requests.ts'
import type { TicketDetails } from '../../database/tickets.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import type { Clients } from '../clients.ts'
import { calendarTimes } from '../links/guest-ticket.ts'
import { requireTicketDetails } from './require-ticket.ts'

/** Reads a ticket for Core. @throws TicketNotFoundError when no ticket has this id. */
export async function readTicket({ sql, links }: Clients<'sql' | 'links'>, ticketId: number) {
  const ticket = await requireTicketDetails(sql, ticketId)
  const png = await qrPng(ticket.qr_code_data, qrOptions.parse(ticket.qr_options))
  return {
    id: ticket.id,
    ticketCode: ticket.ticket_code,
    status: statusOf(ticket),
    qrCodeData: png.toString('base64'),
    qrPayload: ticket.qr_code_data,
    qrCodeUrl: links.make('qr', ticketId),
    pdfUrl: ticket.pdf_file_path ? links.make('pdf', ticketId) : null,
    links: linksOf(links, ticket),
    guest: { id: ticket.guest_id, firstName: ticket.first_name ?? '', lastName: ticket.last_name ?? '' },
    event: { id: ticket.event_id, title: ticket.event_title },
    templateId: ticket.template_id,
    generatedAt: ticket.generated_at?.toISOString() ?? null,
    printedAt: ticket.printed_at?.toISOString() ?? null,
    outdated: ticket.outdated,
    validFrom: ticket.valid_from?.toISOString() ?? null,
    expiresAt: ticket.expires_at?.toISOString() ?? null,
    checkedInAt: ticket.checked_in_at?.toISOString() ?? null,
    inside: ticket.inside,
    revokedAt: ticket.revoked_at?.toISOString() ?? null,
    warnings: ticket.warnings,
  }
}

function linksOf(links: GuestLinks, ticket: TicketDetails) {
  const { apple, google } = links.makeWallets(ticket.id)
  return {
    mobileUrl: links.make('t', ticket.id),
    pngUrl: ticket.pdf_file_path ? links.make('png', ticket.id) : null,
    calendarUrl: calendarTimes(ticket) ? links.make('calendar', ticket.id) : null,
    appleWalletUrl: apple,
    googleWalletUrl: google,
  }
}

/** Returns the status of a ticket, which a failed reprint does not change. */
export function statusOf(
  ticket: Pick<TicketDetails, 'revoked_at' | 'pdf_file_path' | 'last_status'>,
): 'pending' | 'generated' | 'failed' | 'revoked' {
  if (ticket.revoked_at) return 'revoked'
  if (ticket.pdf_file_path) return 'generated'
  return ticket.last_status === 'pending' ? 'pending' : 'failed'
}
